"""Everybody can use every page: axe, narrow screens, right to left, dark, no JavaScript, paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LOOKS = [
    pytest.param(language, window, id=f"{language}, {size}")
    for language in ("en", "ar")
    for size, window in (("desktop", DESKTOP), ("phone", PHONE))
]
#: What depends on the colours; the dark pages are otherwise the light ones.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
EVERYTHING = {"resultTypes": ["violations"]}
LANGUAGES = ["en", "es", "el", "ar"]


@pytest.mark.parametrize(("language", "window"), LOOKS)
def test_axe_finds_nothing_wrong_with_any_page_light_or_dark(
    open_page: Callable[..., Page], site: Site, language: str, window: dict[str, int]
) -> None:
    axe, wrong = Axe(), {}
    page = open_page("/", language=language, viewport=window)
    for name, address in site.pages().items():
        for scheme, options in (("light", EVERYTHING), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if scheme == "light":
                page.goto(site.base + address)
                page.evaluate(_UNFOLD)
            for found in axe.run(page, options=options).response["violations"]:
                places = [node["target"] for node in found["nodes"]][:4]
                wrong[f"{name}, {scheme}: {found['id']}"] = (found["help"], places)
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_at_320_pixels(
    open_page: Callable[..., Page], site: Site, language: str
) -> None:
    page = open_page("/", language=language, viewport=PHONE)
    too_wide = {}
    for name, address in site.pages().items():
        page.goto(site.base + address)
        page.evaluate(_UNFOLD)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            too_wide[name] = (width, page.evaluate(_WIDEST))
    assert too_wide == {}


#: Folded parts are looked at too.
_UNFOLD = "document.querySelectorAll('details').forEach(d => { d.open = true })"
#: Says which elements reach beyond the window, for whoever has to mend it.
_WIDEST = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.right > innerWidth + 1 || box.left < -1;
}).slice(0, 5).map(e => e.tagName + '.' + e.className)"""


def test_pages_are_the_same_without_javascript(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("What are you looking for?").fill("mentor")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Spain").check()
    page.get_by_role("button", name="Show results").last.click()
    assert "country=ES" in page.url
    page.locator(".record-list a").first.click()
    assert "/records/" in page.url
    page.get_by_role("link", name="How do I know this is genuine?").first.click()
    assert page.get_by_text("It is genuine.").is_visible()


def test_on_a_phone_filters_are_folded_and_open_without_javascript(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/search", viewport=PHONE, java_script_enabled=False)
    filters = page.locator(".filters-body")
    assert not filters.is_visible()
    page.locator(".fold > summary").click()
    assert filters.is_visible()


def test_on_a_wide_screen_filters_stand_open(open_page: Callable[..., Page]) -> None:
    page = open_page("/search")
    assert page.locator(".filters-body").is_visible()
    assert not page.locator(".fold > summary").is_visible()


def test_the_keyboard_reaches_the_content_first_and_every_filter(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/search?q=mentor")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement")
    assert skip.bounding_box()["height"] > 20
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=mentor&*")
    assert page.locator(".chip").count() == 1


def test_nothing_lies_over_what_has_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page("/search?q=mentor")
    page.evaluate(_UNFOLD)
    stops = page.locator(".filters input, .filters summary").count()
    page.locator(".filters-body button").first.focus()
    hidden = []
    for _ in range(min(stops, 90)):
        page.keyboard.press("Tab")
        hidden += page.evaluate(_COVERED)
    assert hidden == []


#: Names the focused element when another one lies over its middle (WCAG 2.4.11).
_COVERED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top && (focused.contains(top) || top.contains(focused)) ? [] : [focused.outerHTML];
}"""


def test_paper_has_the_words_and_no_furniture(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(site.pages()["practice"])
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".path").is_visible()
    assert page.locator(".provenance").is_visible()
    for furniture in (".mainnav", ".quicksearch", ".footer", ".languages", ".toc"):
        assert not page.locator(furniture).is_visible(), furniture
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_reader_changes_the_language_and_it_stays(open_page: Callable[..., Page]) -> None:
    page = open_page("/about")
    page.get_by_role("link", name="العربية").click()
    page.goto(page.url.split("?")[0].replace("/about", "/network"))
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
