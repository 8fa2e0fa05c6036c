"""Files in a real browser: cut connections, going on, dropping, without a script, axe, narrow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from node.editorial.choices import Choices, choose
from node.editorial.describing import Description, describe
from node.editorial.drafting import begin
from node.editorial.uploading import announce, receive, send_whole
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_desk_accounts import House
from tests.support import files
from tests.support.nodes import practice
from tests.support.staff import Staff, Staffed, staffed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from node.storage.draftfiles import DraftFileRow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BODY = dict(practice("Rights over breakfast").body)
#: Five pieces of half a mebibyte.
LONG = b"".join(b"%09d\n" % line for line in range(230_000))
PIECES = "**/files/*?offset=*"
EVERYTHING = {"resultTypes": ["violations"]}


@pytest.fixture
def desk(tmp_path: Path) -> Staffed:
    return staffed(tmp_path)


@pytest.fixture
def house(browser: Browser, desk: Staffed) -> Iterator[House]:
    made = House(desk.app, browser, desk.d)
    yield made
    made.close()


@pytest.fixture
def ana(desk: Staffed) -> Staff:
    return desk.contributor


@pytest.fixture
def draft(ana: Staff) -> str:
    return begin(ana.d, ana.by, "good-practice", body=BODY).id


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_bytes(LONG)
    return path


def rows(who: Staff, draft: str) -> list[DraftFileRow]:
    with who.d.database.reading() as uow:
        return uow.draft_files.of(draft)


def files_page(house: House, who: Staff, draft: str, **options: Any) -> Page:
    page = house.window(who, **options)
    page.goto(f"{house.base}/desk/drafts/{draft}/files")
    return page


def choose_file(page: Page, path: Path) -> None:
    page.get_by_label("Add pictures, documents, film or sound").set_input_files(path)


def held(who: Staff, row: DraftFileRow) -> bytes:
    return b"".join(who.d.blobs.open(str(row.digest)))


def test_an_upload_goes_on_by_itself_after_the_connection_was_cut(
    house: House, ana: Staff, draft: str, long_file: Path
) -> None:
    page = files_page(house, ana, draft)
    cut = {"before": 1, "answer": 1}
    offsets: list[int] = []

    def wire(route: Route) -> None:
        offset = int(route.request.url.rpartition("=")[2])
        offsets.append(offset)
        if offset > 0 and cut["before"]:
            cut["before"] -= 1
            route.abort("connectionreset")  # the piece never arrives
        elif offset > 600_000 and cut["answer"]:
            cut["answer"] -= 1
            route.fetch()
            route.abort("connectionreset")  # it arrives, and its answer is lost
        else:
            route.continue_()

    page.route(PIECES, wire)
    house.complaints.clear()
    choose_file(page, long_file)
    page.get_by_text("The connection is interrupted. It goes on by itself.").wait_for()
    page.locator("#sending").get_by_text("Added", exact=True).wait_for(timeout=20_000)
    page.get_by_role("heading", name="long.txt").wait_for()
    (row,) = rows(ana, draft)
    assert held(ana, row) == LONG
    # The piece that was lost and the one whose answer was lost were sent twice, no other.
    assert len(offsets) == len(set(offsets)) + 2
    assert cut == {"before": 0, "answer": 0}
    house.complaints.clear()  # the browser's own lines about the connections that were cut


def test_the_same_file_chosen_in_a_new_window_goes_on_where_it_stopped(
    house: House, ana: Staff, draft: str, long_file: Path
) -> None:
    page = files_page(house, ana, draft)
    offsets: list[int] = []

    def wire(route: Route) -> None:
        offset = int(route.request.url.rpartition("=")[2])
        if offset > 1_000_000:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PIECES, wire)
    choose_file(page, long_file)
    page.get_by_text("The connection is interrupted. It goes on by itself.").wait_for()
    context = page.context
    page.close(run_before_unload=False)
    (row,) = rows(ana, draft)
    assert 1_000_000 < row.received < len(LONG)
    again = context.new_page()
    again.goto(f"{house.base}/desk/drafts/{draft}/files")
    again.get_by_text("have arrived.").wait_for()
    again.route(
        PIECES,
        lambda route: (
            offsets.append(int(route.request.url.rpartition("=")[2])),
            route.continue_(),
        ),
    )
    choose_file(again, long_file)
    again.locator("#sending").get_by_text("Added", exact=True).wait_for()
    assert offsets[0] == row.received
    (done,) = rows(ana, draft)
    assert (done.id, held(ana, done)) == (row.id, LONG)
    house.complaints.clear()


def test_several_files_one_refused_and_one_cancelled(
    house: House, ana: Staff, draft: str, tmp_path: Path, long_file: Path
) -> None:
    for name, data in (("photo.png", files.picture()), ("page.html", b"<p>Hello")):
        (tmp_path / name).write_bytes(data)
    page = files_page(house, ana, draft)
    page.route(PIECES, lambda route: None if "=524288" in route.request.url else route.continue_())
    field = page.get_by_label("Add pictures, documents, film or sound")
    field.set_input_files([long_file, tmp_path / "page.html", tmp_path / "photo.png"])
    page.get_by_role("button", name="Cancel: long.txt").click()
    sending = page.locator("#sending")
    sending.get_by_text("Cancelled").wait_for()
    sending.get_by_text("page.html is a web page or an SVG drawing").wait_for()
    page.get_by_role("heading", name="photo.png").wait_for()
    assert [row.name for row in rows(ana, draft)] == ["photo.png"]
    # Words typed elsewhere on the page were not lost: it is the same page.
    assert page.evaluate("document.getElementById('sending').children.length") == 3
    page.unroute_all(behavior="ignoreErrors")


def test_a_file_can_be_dropped(house: House, ana: Staff, draft: str) -> None:
    page = files_page(house, ana, draft)
    data = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Dropped words"], "dropped.txt", {type: "text/plain"}));
          return data;
        }"""
    )
    page.dispatch_event("#upload", "dragover", {"dataTransfer": data})
    page.dispatch_event("#upload", "drop", {"dataTransfer": data})
    page.get_by_role("heading", name="dropped.txt").wait_for()
    (row,) = rows(ana, draft)
    assert held(ana, row) == b"Dropped words"


def test_everything_works_without_a_script_and_by_keyboard(
    house: House, ana: Staff, draft: str, tmp_path: Path
) -> None:
    for name, data in (("photo.jpg", files.picture("JPEG", told=True)), ("page.html", b"<p>")):
        (tmp_path / name).write_bytes(data)
    page = files_page(house, ana, draft, java_script_enabled=False)
    field = page.get_by_label("Add pictures, documents, film or sound")
    field.set_input_files([tmp_path / "photo.jpg", tmp_path / "page.html"])
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("page.html is a web page").wait_for()
    page.get_by_text("One file was added.").wait_for()
    words = page.get_by_label("English")
    words.focus()
    page.keyboard.type("A red field above a white one")
    page.get_by_role("radio", name="No").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep this").focus()
    page.keyboard.press("Enter")
    page.get_by_text("What you said of photo.jpg is kept.").wait_for()
    assert page.get_by_role("img", name="A red field above a white one").count() == 1
    page.get_by_role("button", name="Insert in").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The file is part of the text now").wait_for()
    page.goto(f"{house.base}/desk/drafts/{draft}")
    assert page.get_by_role("heading", name="photo.jpg").count() == 1
    page.locator("form[action$='/remove'] button").click()
    page.get_by_text("photo.jpg was removed.").wait_for()
    assert rows(ana, draft) == []


@pytest.mark.parametrize(("language", "window"), [("en", DESKTOP), ("ar", PHONE), ("el", PHONE)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    house: House, ana: Staff, draft: str, language: str, window: dict[str, int]
) -> None:
    with ana.d.database.writing() as uow:
        choose(uow, Choices(languages=("es", "ar")))
    long_name = "Desayuno_con_todo_el_equipo_de_acogida_en_Valencia_mayo_2026.jpg"
    for name, data in (
        (long_name, files.picture("JPEG")),
        ("film.mp4", files.film()),
        ("film.vtt", files.VTT),
        ("talk.wav", files.wav()),
        ("report.pdf", files.PDF),
    ):
        row = send_whole(ana.d, ana.by, draft, name=name, file=io.BytesIO(data))
        if name == long_name:
            said = Description(alt={"en": "Six people"}, people=True, consent="In May")
            describe(ana.d, ana.by, draft, row.id, said)
    coming = announce(ana.d, ana.by, draft, name="long.mp4", size=9000)
    receive(ana.d, ana.by, draft, coming.id, 0, b"x" * 800)
    page = files_page(house, ana, draft, language=language, viewport=window)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options=EVERYTHING).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]
    house.complaints.clear()  # the film has no pictures in it
