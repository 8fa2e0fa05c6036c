"""The form of a draft in a real browser without JavaScript: by keyboard, on a phone, with axe."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from node.editorial import drafting
from node.editorial.access_views import COOKIE
from tests.browser.conftest import DESKTOP, PHONE, _Quiet
from tests.support.staff import Staffed, staffed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SAMPLE = Path(__file__).parents[2] / "schemas" / "examples" / "todo-en-una-cita.json"
UNFOLD = "document.querySelectorAll('details').forEach(d => { d.open = true })"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Staffed]:
    found = staffed(tmp_path)
    yield found
    found.d.database.dispose()


@pytest.fixture
def open_desk(made: Staffed, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of the desk in a new window, as the contributor."""
    server = make_server("127.0.0.1", 0, made.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    contexts: list[BrowserContext] = []

    def open_(address: str, *, language: str = "en", **options: Any) -> Page:
        shown = {"viewport": DESKTOP, "locale": language, "reduced_motion": "reduce"}
        context = browser.new_context(**shown | options)
        context.add_cookies([{"name": COOKIE, "value": made.contributor.token, "url": base}])
        contexts.append(context)
        page = context.new_page()
        page.goto(base + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def pages(made: Staffed) -> dict[str, str]:
    """Return addresses of each page of a draft, by a name."""
    by = made.contributor.by
    body = json.loads(SAMPLE.read_text(encoding="utf-8"))["body"]
    full = drafting.begin(made.d, by, "good-practice", body=body | {"start": "one day"})
    drafting.save(made.d, by, full.id, seen=1, body={**body, "country": ["ES", "Atlantis"]})
    empty = drafting.begin(made.d, by, "visit", body={"language": "en"})
    one = f"/desk/drafts/{full.id}"
    return {
        "new": "/desk/new",
        "drafts": "/desk/drafts",
        "full": one,
        "checked": f"{one}?check=1",
        "empty": f"/desk/drafts/{empty.id}?check=1&also=ar",
        "preview": f"{one}/preview",
        "versions": f"{one}/versions",
        "version": f"{one}/versions/1",
    }


@pytest.mark.parametrize(
    ("language", "window"),
    [("en", DESKTOP), ("ar", PHONE)],
    ids=["English, desktop", "Arabic, phone"],
)
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    made: Staffed, open_desk: Callable[..., Page], language: str, window: dict[str, int]
) -> None:
    axe, wrong = Axe(), {}
    page = open_desk("/desk/new", language=language, viewport=window)
    base = page.url.removesuffix("/desk/new")
    for name, address in pages(made).items():
        page.goto(base + address)
        page.evaluate(UNFOLD)
        if page.evaluate("document.documentElement.scrollWidth") > window["width"]:
            wrong[name] = ("too wide", [])
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for found in axe.run(page, options={"resultTypes": ["violations"]}).response[
                "violations"
            ]:
                places = [node["target"] for node in found["nodes"]][:4]
                wrong[f"{name}, {scheme}: {found['id']}"] = (found["help"], places)
    assert wrong == {}


def test_steps_are_written_added_and_moved_by_keyboard_alone(
    made: Staffed, open_desk: Callable[..., Page]
) -> None:
    row = drafting.begin(made.d, made.contributor.by, "good-practice", body={"language": "en"})
    page = open_desk(f"/desk/drafts/{row.id}", java_script_enabled=False)
    page.locator('[name="/how_it_works/0/title/en"]').focus()
    page.keyboard.type("Talk with the employer")
    tab_to(page, "add:/how_it_works")
    page.keyboard.press("Enter")
    page.wait_for_url("**focus=**")
    assert focused(page) == "/how_it_works/1/title/en"
    page.keyboard.type("Visit the workplace")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/drafts/[^?]+$"))
    button = page.locator('button[value="up:/how_it_works/1"]')
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**moved=up**")
    assert page.locator(":focus").get_attribute("id") == "field-how_it_works-0-part"
    steps = drafting.open_draft(made.d, made.contributor.by, row.id).row.body["how_it_works"]
    assert [step["title"]["en"] for step in steps] == [
        "Visit the workplace",
        "Talk with the employer",
    ]


def focused(page: Page) -> str:
    """Return the name of the input that has the focus."""
    return str(page.locator(":focus").get_attribute("name"))


def tab_to(page: Page, value: str) -> None:
    """Press the tabulator until a button with this value has the focus."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("value") == value:
            return
    pytest.fail(f"no way to {value} by keyboard")


def test_the_summary_has_the_focus_and_leads_to_the_field(
    made: Staffed, open_desk: Callable[..., Page]
) -> None:
    body = {"language": "en", "start": "one day", "title": {"en": "A title"}}
    row = drafting.begin(made.d, made.contributor.by, "good-practice", body=body)
    page = open_desk(f"/desk/drafts/{row.id}?check=1", java_script_enabled=False)
    assert page.locator(":focus").get_attribute("id") == "faults"
    page.get_by_role("link", name="“one day” is not a date").press("Enter")
    assert page.locator("#field-start").is_visible()
    page.keyboard.press("Tab")
    assert page.locator("#field-start").input_value() == "one day"
