"""Translating, trying, judging and visiting on a phone: with scripts and without, either way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from node.exchange.publishing import publish
from tests.browser.desks import Desks, running
from tests.support.nodes import make_exchange, practice
from tests.support.partners import given
from tests.support.staff import staffed
from tests.support.translator import running as translating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def desks(tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    with translating() as server:
        house = staffed(tmp_path, libretranslate_url=server.url, libretranslate_private=True)
        yield from running(house, browser)
        house.d.database.dispose()


@pytest.fixture
def theirs(desks: Desks, tmp_path: Path) -> str:
    """Publish a practice at a partner, and return the address of its page here."""
    clock: Any = desks.house.d.clock
    partner = make_exchange(tmp_path, "Havnebroen", clock, country="DK")
    (made,) = publish(partner, [practice("Rights over tea", partners=[{"name": "Puente"}])])
    given(desks.house.d.exchange, partner)
    partner.database.dispose()
    return f"/records/{made.record}"


def sound(page: Page) -> None:
    """Check that nothing is out of reach: axe finds nothing, and nothing runs off the side."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [n["target"] for n in each["nodes"]]) for each in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page is {wide} pixels too wide"


def test_a_translation_into_arabic_by_hand_and_by_a_machine(desks: Desks, theirs: str) -> None:
    page = desks.sit(desks.house.translator, theirs, **PHONE)
    page.get_by_role("link", name="Translate it").click()
    sound(page)
    page.get_by_label("Arabic").check()
    page.get_by_role("button", name="Begin to translate").click()
    expect(page.locator("#progress")).to_have_text("0 of 6 texts")
    sound(page)
    title = page.get_by_label("Title in Arabic")
    expect(title).to_have_attribute("dir", "rtl")
    title.fill("حقوق مع الشاي")
    expect(page.locator("#progress")).to_have_text("1 of 6 texts")
    page.get_by_role("button", name="Suggest all empty texts").click()
    expect(page.get_by_text("5 texts were suggested by a machine")).to_be_visible()
    expect(page.locator("#progress")).to_have_text("6 of 6 texts")
    expect(title).to_have_value("حقوق مع الشاي")
    expect(page.locator("[data-machine]")).to_have_count(5)
    sound(page)
    page.locator("#field-results").get_by_role("checkbox").check()
    page.locator(".form-actions").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-machine]")).to_have_count(4)


def test_the_translators_page_in_arabic_runs_from_right_to_left(desks: Desks, theirs: str) -> None:
    page = desks.sit(desks.house.translator, theirs, language="ar", **PHONE)
    page.locator(".for-staff a[href*='/desk/translate/']").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("input[name=language][value=es]").check()
    page.locator("main form.stackform button[type=submit]").click()
    sound(page)
    page.locator('[name="text:/title"]').fill("Derechos")
    page.locator("button[value=suggest-all]").click()
    expect(page.locator("[data-machine]")).to_have_count(5)
    sound(page)


def test_what_was_typed_outlives_a_lost_session(desks: Desks, theirs: str) -> None:
    who = desks.house.translator
    page = desks.sit(who, theirs, **PHONE)
    page.get_by_role("link", name="Translate it").click()
    page.get_by_label("Spanish").check()
    page.get_by_role("button", name="Begin to translate").click()
    address = page.url
    page.get_by_label("Title in Spanish").fill("Derechos con té")
    page.context.clear_cookies()
    page.locator(".form-actions").get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("sign-in"))
    desks.sign_in(page.context, who)
    page.goto(address)
    expect(page.locator("#kept")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Put them back").click()
    expect(page.get_by_label("Title in Spanish")).to_have_value("Derechos con té")
    expect(page.locator("#progress")).to_have_text("1 of 6 texts")
    page.locator(".form-actions").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.get_by_label("Title in Spanish")).to_have_value("Derechos con té")


def test_trying_without_a_script_has_the_original_beside_it_and_a_reminder(
    desks: Desks, theirs: str
) -> None:
    page = desks.sit(desks.house.contributor, theirs, java_script_enabled=False, **PHONE)
    page.get_by_role("link", name="We want to try this").click()
    page.get_by_text("Read it here").click()
    expect(page.get_by_text("Ask the neighbours.")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Tea in Valencia")
    page.get_by_label("Your context").fill("One quarter of the city.")
    page.get_by_label("Remind me on").fill("2001-01-01")
    page.get_by_role("button", name="Begin the adaptation").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a day from tomorrow")
    expect(page.get_by_label("Your context")).to_have_value("One quarter of the city.")
    day = (desks.house.d.now() + timedelta(days=30)).date().isoformat()
    page.get_by_label("Remind me on").fill(day)
    page.get_by_role("button", name="Begin the adaptation").click()
    expect(page).to_have_url(re.compile("/desk/drafts/"))
    expect(page.get_by_text("You will be reminded on")).to_be_visible()
    expect(page.locator("#about-it")).to_contain_text("Rights over tea")


def test_a_review_says_what_ties_the_reviewer_and_scores_by_keyboard(
    desks: Desks, theirs: str
) -> None:
    page = desks.sit(desks.house.contributor, theirs, **PHONE)
    page.get_by_role("link", name="Review it").click()
    expect(page.locator("#closeness")).to_contain_text("Puente")
    sound(page)
    scores = page.locator('[name="score:planning"]')
    scores.first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(scores.nth(2)).to_be_checked()
    page.locator('[name="note:planning"]').fill("Clear goals.")
    page.get_by_label("Your judgement").fill("Do it.")
    page.get_by_role("button", name="Begin the review").click()
    page.get_by_role("link", name="Score the criteria in a table").click()
    expect(scores.nth(2)).to_be_checked()
    sound(page)
    scores.nth(3).check()
    page.get_by_role("button", name="Save", exact=True).click()
    address = re.sub(r"^https?://[^/]+", "", page.url).partition("#")[0]
    assert desks.house.contributor.get(address).status_code == 200
    page.get_by_role("link", name="Score the criteria in a table").click()
    expect(scores.nth(3)).to_be_checked()


def test_a_visit_finds_practices_by_words_and_keeps_what_was_typed(
    desks: Desks, theirs: str
) -> None:
    desks.house.app.extensions["footbridge"].follow_index()
    page = desks.sit(desks.house.contributor, "/desk/visit", **PHONE)
    sound(page)
    page.get_by_label("Title", exact=True).fill("Two days in Aarhus")
    page.get_by_label("First day").fill("3 October 2026")
    page.get_by_label("Find them by words").fill("rights tea")
    page.get_by_role("button", name="Search", exact=True).last.click()
    page.get_by_label(re.compile("Rights over tea")).check()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Two days in Aarhus")
    page.get_by_role("button", name="Begin the visit's draft").last.click()
    expect(page).to_have_url(re.compile("/desk/drafts/"))
    draft = page.url.partition("/desk")[2].partition("#")[0]
    with desks.house.d.database.reading() as uow:
        row = uow.drafts.require(draft.split("/")[2])
    assert row.body["practices_seen"][0]["record"] == theirs.split("/")[2]
    assert row.body["start"] == "2026-10-03"
