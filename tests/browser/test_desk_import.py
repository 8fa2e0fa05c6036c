"""Importing a table on a phone: with and without scripts, by keyboard, right to left, axe."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from node.editorial import importing, importsteps
from tests.browser.desks import Desks, running
from tests.support.staff import staffed
from tests.support.tabling import as_csv, practice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"width": 320, "height": 640}
WRONG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def desks(tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    house = staffed(tmp_path)
    yield from running(house, browser)
    house.d.database.dispose()


def table(*rows: list[str]) -> dict[str, Any]:
    return {"name": "practices.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}


def is_usable(page: Page) -> None:
    """Axe finds nothing, and nothing pushes the page aside."""
    found = Axe().run(page, options=WRONG).response["violations"]
    told = [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found]
    assert told == []
    wide = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    assert not page.evaluate(wide)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_table_is_imported_on_a_phone(desks: Desks, language: str, scripts: bool) -> None:
    page = desks.sit(
        desks.house.contributor,
        "/desk/import",
        language=language,
        viewport=PHONE,
        java_script_enabled=scripts,
    )

    def looked_at() -> None:
        if scripts:
            is_usable(page)

    looked_at()
    page.locator("#field-kind").select_option("good-practice")
    page.locator("#field-file").set_input_files(table(practice(1), practice(2, country="Narnia")))
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/desk/import/*-*")
    looked_at()
    expect(page.locator("#column-1")).to_have_value("title")
    expect(page.locator("#language-2")).to_have_value("da")
    expect(page.locator(".import-cells .fault").first).to_contain_text("Narnia")
    page.locator("button[value=try]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".import-counts li")).to_have_count(2)
    looked_at()
    page.locator("form[action$='/run'] button").click()
    expect(page.locator("a[href*='/desk/drafts/']").first).to_be_visible()
    looked_at()
    with page.expect_download() as waiting:
        page.locator("a[href$='/rows']").click()
    assert waiting.value.suggested_filename.endswith(".csv")
    page.locator("a[href*='/desk/drafts/']").first.click()
    expect(page.locator("h1")).to_contain_text("1")


def test_what_is_refused_has_the_focus_and_stands_at_its_field(desks: Desks) -> None:
    page = desks.sit(desks.house.contributor, "/desk/import", viewport=PHONE)
    page.locator("#field-kind").select_option("good-practice")
    broken = {"name": "a.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}
    page.locator("#field-file").set_input_files(broken)
    page.locator("form[enctype] button").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#fault-file")).to_contain_text("damaged")
    expect(page.locator("#field-kind")).to_have_value("good-practice")
    is_usable(page)


def test_two_columns_for_one_field_are_shown_where_they_are(desks: Desks) -> None:
    page = desks.sit(desks.house.contributor, "/desk/import", viewport=PHONE)
    page.locator("#field-kind").select_option("good-practice")
    page.locator("#field-file").set_input_files(table(practice(1)))
    page.locator("form[enctype] button").click()
    page.locator("#column-3").select_option("results")
    page.locator("button[value=try]").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator(".import-column.wrong")).to_have_count(2)
    is_usable(page)


def test_progress_moves_by_itself_until_it_is_through(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    monkeypatch.setattr(importsteps, "ROWS_A_STEP", 2)
    page = desks.sit(desks.house.contributor, "/desk/import", viewport=PHONE)
    page.locator("#field-kind").select_option("good-practice")
    page.locator("#field-file").set_input_files(table(*(practice(n) for n in range(5))))
    page.locator("form[enctype] button").click()
    page.locator("button[value=try]").click()
    expect(page.locator("#progress-text")).to_contain_text("0 of 5")
    is_usable(page)
    number = page.url.rpartition("/")[2]
    importsteps.step(desks.house.d, number)
    expect(page.locator("#progress-text")).to_contain_text("2 of 5", timeout=10_000)
    while not importsteps.step(desks.house.d, number):
        time.sleep(0.01)
    expect(page.locator(".import-counts li")).to_contain_text("5", timeout=10_000)
