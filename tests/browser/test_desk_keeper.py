"""The start page and the keeper's pages in a real browser: a real partner added by telephone."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from node.editorial import drafting, partnering, reviewing
from node.editorial.missing import MissedSearches
from node.exchange.peers import show_peer
from node.exchange.publishing import publish
from node.exchange.rounds import sync_peer
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_desk_accounts import House
from tests.network.conftest import RealNode
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import practice
from tests.support.staff import Staffed, staffed
from tests.web.making import node_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def staff(tmp_path: Path) -> Staffed:
    return staffed(tmp_path)


@pytest.fixture
def house(staff: Staffed, browser: Browser) -> Iterator[House]:
    opened = House(staff.app, browser, staff.d)
    yield opened
    opened.close()


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[RealNode]:
    """Start a partner's node: a process of its own, over loopback."""
    node = RealNode(tmp_path, "Havnebroen")
    node.publish("Bridge to the first job")
    node.start()
    yield node
    node.stop()


def unfit(page: Page) -> list[Any]:
    """Name what axe finds wrong with a page, and whether it is wider than its window."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    wrong = [(each["id"], [place["target"] for place in each["nodes"]][:3]) for each in found]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*wrong, *(["too wide"] if wide else [])]


@pytest.mark.network
@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_keeper_adds_a_partner_on_a_telephone(
    house: House, staff: Staffed, partner: RealNode, *, scripts: bool
) -> None:
    page = house.window(staff.keeper, viewport=PHONE, java_script_enabled=scripts)
    page.goto(f"{house.base}/desk/")
    page.get_by_role("link", name="Look after the partners").click()
    page.get_by_text("This node has no partners yet").first.wait_for()
    page.get_by_role("link", name="Add a partner").click()
    page.get_by_label("Address of the node").fill("http://127.0.0.1:9")
    page.get_by_role("button", name="Look who is there").click()
    page.get_by_text("No node answers at this address").first.wait_for()
    page.get_by_label("Address of the node").fill(partner.url)
    page.get_by_role("button", name="Look who is there").click()
    page.get_by_text("calls itself Havnebroen").first.wait_for()
    told = partner.ask("/exchange/1/node")["oid"]
    shown = page.locator("code.oid").inner_text()
    assert shown.split() == [told[start : start + 4] for start in range(0, len(told), 4)]
    if scripts:
        assert unfit(page) == []
    page.get_by_role("button", name="It is the same: add this partner").click()
    page.get_by_text("Havnebroen is a partner now.").first.wait_for()
    page.get_by_role("button", name="Exchange now").click()
    page.get_by_text("Havnebroen is asked now.").first.wait_for()
    # What the worker does as soon as the partner is due.
    x = staff.d.exchange
    with closing(node_of(x).transport(partner.url, private_ok=True)) as transport:
        sync_peer(x, show_peer(x, "1"), transport)
    page.reload()
    page.get_by_text("Complete, as of").first.wait_for()
    assert page.locator(".rounds li").count() == 1
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused by this node's keeper").first.wait_for()
    with staff.d.database.reading() as uow:
        assert uow.records.count(oid=told) == 1


def furnish(staff: Staffed) -> dict[str, str]:
    """Put something into every list; return the address of every page, by a name."""
    d, x, origin = staff.d, staff.d.exchange, Foreign()
    publish(x, [practice("Language café in the old harbour")])
    for number, title in ((1, "Bridge to the first job"), (2, "Cooking together")):
        origin.publish(number, title)
    origin.store(x)
    with d.database.writing() as uow:
        peer = uow.peers.add("https://bro.example", origin.oid, added=d.now(), name="Bro")
        uow.evidence.add(origin.oid, 0, "fork", b"one\n" * 9, b"two" * 90, "why", None, d.now())
        round_ = uow.rounds.start(peer.id, d.now())
        refused = [{"what": "entry 4", "why": "a fault", "code": "faulty"}]
        uow.rounds.finish(round_, ended=d.now(), outcome="partial", sentence="", refused=refused)
    MissedSearches(d.database, d.clock)("diploma recognition for midwives", "en")
    begun = drafting.begin(d, staff.contributor.by, "good-practice", body={"language": "en"})
    reviewing.submit(d, staff.contributor.by, begun.id, "Please look at the costs.")
    by = staff.everything.by
    partnering.remark(d, by, origin.oid, record_id(1), "Ask them for the price.")
    partnering.hide(d, by, origin.oid, record_id(2), "Their director asked us to wait.")
    return {
        "start": "/desk/",
        "partners": "/desk/network",
        "partner": f"/desk/network/{peer.id}",
        "add": "/desk/network/add",
        "settings": "/desk/settings",
        "disk": "/desk/disk",
        "audit": "/desk/audit",
        "health": "/desk/health",
        "hidden": "/desk/hidden",
        "record": f"/desk/partners/{origin.oid}/{record_id(1)}",
        "hidden record": f"/desk/partners/{origin.oid}/{record_id(2)}",
        "hidden, for readers": f"/records/{record_id(2)}",
    }


LOOKS = [
    pytest.param("en", DESKTOP, "light", id="en, desktop"),
    pytest.param("ar", PHONE, "light", id="ar, phone"),
    pytest.param("el", PHONE, "dark", id="el, phone, dark"),
    pytest.param("es", DESKTOP, "dark", id="es, desktop, dark"),
]


@pytest.mark.parametrize(("language", "window", "scheme"), LOOKS)
def test_everybody_can_use_the_start_page_and_the_keepers_pages(
    house: House, staff: Staffed, language: str, window: dict[str, int], scheme: str
) -> None:
    pages, wrong = furnish(staff), {}
    page = house.window(staff.everything, language=language, viewport=window, color_scheme=scheme)
    for name, address in pages.items():
        page.goto(f"{house.base}{address}?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        if unfit(page):
            wrong[name] = unfit(page)
    assert wrong == {}


@pytest.mark.parametrize("role", ["contributor", "editor", "translator", "keeper", "funder"])
def test_the_first_screen_of_a_telephone_shows_what_to_do_next(
    house: House, staff: Staffed, role: str
) -> None:
    page = house.window(staff.roles[role], viewport=PHONE)
    page.goto(f"{house.base}/desk/")
    box = page.locator(".next .button").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"]


def test_the_start_page_is_worked_by_keyboard_alone(house: House, staff: Staffed) -> None:
    furnish(staff)
    page = house.window(staff.editor)
    page.goto(f"{house.base}/desk/")
    page.get_by_role("button", name="I have seen these").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Since you were last here").wait_for(state="detached")
    page.get_by_role("button", name="Not ours").focus()
    page.keyboard.press("Space")
    page.get_by_text("Taken off the list.").first.wait_for()
