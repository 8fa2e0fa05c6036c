"""Writing a draft with scripts in a real browser: saving, keeping, two people, parts, pickers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from node.editorial import drafting, sessions
from node.exchange.publishing import publish
from tests.browser.desks import Desks, running
from tests.support.nodes import practice
from tests.support.staff import staffed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STEP = "/how_it_works"
STEPS = {
    "how_it_works": [
        {"title": {"en": "Invite"}, "text": {"en": "Write to everybody."}},
        {"title": {"en": "Meet"}, "text": {"en": "Sit at one table."}},
        {"title": {"en": "Decide"}, "text": {"en": "Leave with a paper."}},
    ]
}
PHONE = {"width": 360, "height": 700}


@pytest.fixture
def desks(tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    house = staffed(tmp_path)
    yield from running(house, browser)
    house.d.database.dispose()


def field(page: Page, pointer: str) -> Any:
    return page.locator(f'[name="{pointer}"]').last


def act(page: Page, what: str, step: int) -> Any:
    """Return a button of a step."""
    name = re.compile(rf"{what}\s?: How it works {step}")
    return page.get_by_role("button", name=name)


def state(page: Page) -> Any:
    return page.locator("#save-state")


def is_saved(page: Page) -> None:
    expect(state(page)).to_have_attribute("data-state", "saved", timeout=15_000)


def wait_for_body(page: Page, desks: Desks, address: str, fits: Callable[[Any], bool]) -> Any:
    """Wait until a draft holds something, and return it."""
    for _ in range(100):
        found = desks.body(address)
        if fits(found):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(found)


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.formsection').forEach(d => { d.open = true })")


# --- saving and keeping ------------------------------------------------------------------------


def test_what_is_typed_is_saved_by_itself_without_leaving_the_field(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    field(page, "/title/en").press_sequentially("Round table")
    expect(state(page)).to_have_attribute("data-state", "unsaved")
    expect(state(page)).to_contain_text("Saved at", timeout=10_000)
    assert desks.body(address)["title"] == {"en": "Round table"}
    assert page.evaluate("document.activeElement.name") == "/title/en"
    page.keyboard.type("s")
    wait_for_body(page, desks, address, lambda body: body["title"]["en"] == "Round tables")
    expect(page.locator("#draft-title")).to_have_text("Round tables")
    expect(page.locator("#progress")).to_contain_text("2 of")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('-draft '))") == []


def test_without_a_connection_it_is_kept_and_offered_back_after_a_reload(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, title={"en": "Old"})
    page = desks.sit(desks.house.contributor, address)
    page.context.set_offline(True)
    field(page, "/title/en").fill("Typed on a train")
    expect(state(page)).to_contain_text("Not saved: no connection", timeout=10_000)
    expect(page.locator("#live-said")).to_contain_text("Not saved: no connection")
    assert desks.body(address)["title"] == {"en": "Old"}
    desks.down = True
    crashed = page.context.new_page()  # the window is gone; the browser opens the page again
    page.close()
    page.context.set_offline(False)
    crashed.goto(desks.base + address)
    offered = crashed.locator(".offered")
    expect(offered).to_contain_text("Typed on a train")
    expect(offered).to_contain_text("Old")
    assert field(crashed, "/title/en").input_value() == "Old"
    desks.down = False
    offered.get_by_role("button", name="Take it back").click()
    expect(field(crashed, "/title/en")).to_have_value("Typed on a train")
    assert desks.body(address)["title"] == {"en": "Typed on a train"}
    crashed.reload()
    crashed.wait_for_load_state("networkidle")
    assert crashed.locator(".offered").count() == 0


def test_it_goes_on_by_itself_when_the_connection_is_back(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    page.context.set_offline(True)
    field(page, "/title/en").fill("Between two stations")
    expect(state(page)).to_have_attribute("data-state", "offline", timeout=10_000)
    page.context.set_offline(False)
    is_saved(page)
    assert desks.body(address)["title"] == {"en": "Between two stations"}


def test_an_answer_that_was_lost_does_not_make_a_clash_with_oneself(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, title={"en": "A"})
    page = desks.sit(desks.house.contributor, address)
    lost = []

    def lose(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/autosave", lose)
    field(page, "/title/en").fill("AB")
    expect(state(page)).to_have_attribute("data-state", "offline", timeout=10_000)
    assert (lost, desks.body(address)["title"]) == ([200], {"en": "AB"})
    field(page, "/title/en").fill("ABC")
    wait_for_body(page, desks, address, lambda body: body["title"] == {"en": "ABC"})
    is_saved(page)


def test_what_was_thrown_away_is_not_offered_again(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    desks.down = True
    field(page, "/title/en").fill("Nothing much")
    expect(state(page)).to_have_attribute("data-state", "failed", timeout=10_000)
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator(".offered")).to_have_count(0)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator(".offered").count() == 0


def test_leaving_by_a_link_saves_first(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    field(page, "/title/en").fill("In a hurry")
    page.get_by_role("link", name="Drafts").click()
    page.wait_for_url("**/desk/drafts")
    assert desks.body(address)["title"] == {"en": "In a hurry"}


def test_a_lost_session_keeps_everything_and_goes_on_after_signing_in(desks: Desks) -> None:
    who = desks.house.contributor
    address = desks.begin(who)
    page = desks.sit(who, address)
    by = who.by
    with desks.house.d.database.writing() as uow:
        uow.sessions.end(by.session.token)
    field(page, "/title/en").fill("Signed out meanwhile")
    expect(state(page)).to_contain_text("you were signed out", timeout=10_000)
    link = page.get_by_role("link", name="Sign in in a new tab")
    expect(link).to_have_attribute("target", "_blank")
    assert desks.body(address).get("title") is None
    with desks.house.d.database.writing() as uow:
        who.token = sessions.open_session(desks.house.d, uow, by.person, agent="a test")
    desks.sign_in(page.context, who)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    is_saved(page)
    assert desks.body(address)["title"] == {"en": "Signed out meanwhile"}


def test_somebody_else_who_signs_in_here_is_not_given_the_words_of_the_first(desks: Desks) -> None:
    who, other = desks.house.contributor, desks.house.other
    address = desks.begin(who)
    page = desks.sit(who, address)
    desks.sign_in(page.context, other)
    field(page, "/title/en").fill("Mine alone")
    expect(state(page)).to_contain_text("somebody else is signed in", timeout=10_000)
    field(page, "/title/en").fill("Mine alone, still")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(2500)
    assert desks.body(address).get("title") is None
    with desks.house.d.database.reading() as uow:
        tried = [row for row in uow.audit.newest(100) if row.what == "act refused"]
    assert len(tried) == 1  # an honest page does not fill the audit trail
    page.goto(desks.base + address)
    page.wait_for_load_state("networkidle")
    assert page.locator(".offered").count() == 0


def test_signing_out_asks_first_and_then_leaves_nothing_in_the_browser(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    desks.down = True
    field(page, "/title/en").fill("On the library's computer")
    expect(state(page)).to_have_attribute("data-state", "failed", timeout=10_000)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Sign out").click()
    assert "did not reach the node" in asked[0]
    assert page.evaluate("Object.keys(localStorage).some(k => k.includes('-draft '))")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(desks.base + "/")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('-draft '))") == []


def test_a_draft_that_can_no_longer_be_changed_says_so_and_keeps_the_words(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    drafting.discard(desks.house.d, desks.house.editor.by, address.split("/")[3])
    field(page, "/title/en").fill("Too late")
    expect(state(page)).to_have_attribute("data-state", "closed", timeout=10_000)
    assert page.evaluate("Object.keys(localStorage).some(k => k.includes('-draft '))")


# --- two people --------------------------------------------------------------------------------


def test_what_a_colleague_changed_is_joined_into_the_page_and_marked(desks: Desks) -> None:
    house = desks.house
    address = desks.begin(house.contributor, **STEPS)
    ana, ed = desks.sit(house.contributor, address), desks.sit(house.editor, address)
    field(ed, "/results/en").fill("Forty people found work.")
    unfold(ed)
    act(ed, "Move down", 1).click()
    is_saved(ed)
    field(ana, "/title/en").fill("Round table")
    is_saved(ana)
    expect(field(ana, "/results/en")).to_have_value("Forty people found work.")
    expect(field(ana, f"{STEP}/0/title/en")).to_have_value("Meet")
    expect(ana.locator("#live-said")).to_contain_text("Editor has changed")
    expect(ana.locator(".joined-note").first).to_have_text("Changed by Editor just now.")
    expect(ana.locator("#others")).to_contain_text("Editor")
    field(ana, "/title/en").fill("Round tables")
    body = wait_for_body(ana, desks, address, lambda b: b["title"] == {"en": "Round tables"})
    assert body["results"] == {"en": "Forty people found work."}
    assert [step["title"]["en"] for step in body["how_it_works"]] == ["Meet", "Invite", "Decide"]


def test_a_clash_stops_saving_and_leads_to_both_versions(desks: Desks) -> None:
    house = desks.house
    address = desks.begin(house.contributor, title={"en": "A"})
    ana, ed = desks.sit(house.contributor, address), desks.sit(house.editor, address)
    field(ed, "/title/en").fill("Ed's")
    is_saved(ed)
    wait_for_body(ed, desks, address, lambda body: body["title"] == {"en": "Ed's"})
    field(ana, "/title/en").fill("Ana's")
    expect(state(ana)).to_have_attribute("data-state", "clash", timeout=10_000)
    expect(state(ana)).to_contain_text("Title")
    field(ana, "/results/en").fill("Typed after the clash")
    assert desks.body(address)["title"] == {"en": "Ed's"}
    ana.get_by_role("button", name="Look at both versions").click()
    ana.get_by_role("radio", name="What is saved now").check()
    ana.get_by_role("button", name="Save with these choices").click()
    ana.wait_for_url(f"**{address}*")
    ana.wait_for_load_state("networkidle")
    body = desks.body(address)
    assert (body["title"], body["results"]["en"]) == ({"en": "Ed's"}, "Typed after the clash")
    assert ana.locator(".offered").count() == 0
    assert "kept=" not in ana.url


def test_an_untouched_page_follows_its_colleague_by_itself(desks: Desks) -> None:
    house = desks.house
    address = desks.begin(house.contributor, title={"en": "A"})
    ana = desks.sit(house.contributor, address)
    ana.clock.install()
    ana.reload()
    answer = house.editor.client.post(
        f"{address}/autosave",
        data={"version": "1", "csrf": house.editor.csrf, "/title/en": "Ed's"},
    )
    assert answer.status_code == 200
    ana.clock.fast_forward(21_000)
    expect(field(ana, "/title/en")).to_have_value("Ed's")
    expect(ana.locator("#others")).to_contain_text("Editor")
    expect(ana.locator("#draft-title")).to_have_text("Ed's")
    assert ana.evaluate("Object.keys(localStorage).filter(k => k.includes('-draft '))") == []


def test_words_typed_into_a_field_while_a_colleagues_arrive_are_not_lost(desks: Desks) -> None:
    house = desks.house
    address = desks.begin(house.contributor, title={"en": "A"})
    ana = desks.sit(house.contributor, address)
    answer = house.editor.client.post(
        f"{address}/autosave",
        data={"version": "1", "csrf": house.editor.csrf, "/results/en": "Ed's results"},
    )
    assert answer.status_code == 200

    def type_meanwhile(route: Any) -> None:
        answer = route.fetch()
        ana.evaluate(
            """() => { const field = document.getElementsByName('/results/en')[0];
            field.value = 'Typed meanwhile';
            field.dispatchEvent(new Event('input', {bubbles: true})); }"""
        )
        route.fulfill(response=answer)

    ana.route("**/autosave", type_meanwhile, times=1)
    field(ana, "/title/en").fill("Ana's title")
    note = ana.locator(".joined-note")
    expect(note).to_contain_text("Ed's results", timeout=10_000)
    expect(field(ana, "/results/en")).to_have_value("Typed meanwhile")
    body = wait_for_body(
        ana, desks, address, lambda body: body["results"] == {"en": "Typed meanwhile"}
    )
    assert body["title"] == {"en": "Ana's title"}


# --- parts -------------------------------------------------------------------------------------


def titles(desks: Desks, address: str) -> list[str]:
    steps = desks.body(address).get("how_it_works", [])
    return [next(iter(step.get("title", {"": ""}).values())) for step in steps]


def test_steps_are_added_moved_and_removed_by_keyboard_alone(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, **STEPS)
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    page.locator(f'[data-add="{STEP}"]').focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"{STEP}/3/title/en"
    page.keyboard.type("Celebrate")
    page.keyboard.press("Alt+ArrowUp")
    assert page.evaluate("document.activeElement.value") == "Celebrate"
    expect(page.locator("#live-said")).to_have_text("Moved. Now number 3 of 4.")
    wait_for_body(page, desks, address, lambda _body: titles(desks, address)[2] == "Celebrate")
    is_saved(page)
    assert page.evaluate("document.activeElement.name") == f"{STEP}/2/title/en"
    act(page, "Move up", 2).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.move") == "down"
    act(page, "Remove", 4).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live-said")).to_have_text("Removed: How it works 4")
    expected = ["Meet", "Invite", "Celebrate"]
    wait_for_body(page, desks, address, lambda _body: titles(desks, address) == expected)
    page.keyboard.press("Control+z")
    restored = [*expected, "Decide"]
    wait_for_body(page, desks, address, lambda _body: titles(desks, address) == restored)
    page.get_by_role("button", name="Do again").click()
    wait_for_body(page, desks, address, lambda _body: titles(desks, address) == expected)
    step = desks.body(address)["how_it_works"][1]
    assert step == STEPS["how_it_works"][0]


def test_an_empty_step_stays_on_the_page_and_out_of_the_draft(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, **STEPS)
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    page.locator(f'[data-add="{STEP}"]').click()
    act(page, "Move up", 4).click()
    field(page, "/title/en").fill("Saved meanwhile")
    is_saved(page)
    assert titles(desks, address) == ["Invite", "Meet", "Decide"]
    parts = page.locator(f'[data-parts="{STEP}"] > li')
    expect(parts).to_have_count(4)
    parts.nth(2).locator("input[type=text]").first.fill("Eat")
    wait_for_body(
        page,
        desks,
        address,
        lambda _b: titles(desks, address) == ["Invite", "Meet", "Eat", "Decide"],
    )


# --- pickers -----------------------------------------------------------------------------------


def test_a_term_is_found_by_its_greek_name_and_chosen_by_keyboard(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    vocabulary = desks.house.d.contract.vocabularies["barriers"]
    concept = next(each for each in vocabulary.concepts.values() if "el" in each.labels)
    unfold(page)
    box = page.locator('[data-field="/barrier"]')
    find = box.get_by_role("combobox", name="Find by any name, in any language")
    find.focus()
    page.keyboard.type(concept.labels["el"].split()[0].upper()[:6])
    expect(find).to_have_attribute("aria-expanded", "true")
    option = box.get_by_role("option").filter(has_text=concept.label("en"))
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    assert find.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect(find).to_have_value("")
    expect(find).to_be_focused()
    chip = box.get_by_role("button", name=f"Remove: {concept.label('en')}")
    expect(chip).to_be_visible()
    wait_for_body(page, desks, address, lambda body: body.get("barrier") == [concept.code])
    chip.focus()
    page.keyboard.press("Enter")
    expect(find).to_be_focused()
    wait_for_body(page, desks, address, lambda body: "barrier" not in body)
    box.locator("summary").focus()
    page.keyboard.press("Control+z")
    wait_for_body(page, desks, address, lambda body: body.get("barrier") == [concept.code])


def test_countries_and_a_language_are_found_by_any_name(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    find = page.locator('[data-field="/country"]').get_by_role("combobox")
    for words in ("Ελλά", "Alemania"):
        find.press_sequentially(words)
        expect(find).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    expect(page.locator('[data-field="/country"] .picked li')).to_have_count(2)
    tongue = page.locator('[data-field="/language"]').get_by_role("combobox")
    tongue.fill("ελλην")
    page.get_by_role("option", name="Greek").first.click()
    expect(tongue).to_have_value("Greek")
    body = wait_for_body(page, desks, address, lambda body: body["language"] == "el")
    assert body["country"] == ["GR", "DE"]


def test_one_term_of_a_long_list_is_found_and_an_emptied_input_takes_it_away(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    find = page.locator('[data-field="/procedure/concept"]').get_by_role("combobox")
    find.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(find).not_to_have_value("")
    body = wait_for_body(page, desks, address, lambda body: "procedure" in body)
    assert (
        body["procedure"]["concept"] in desks.house.d.contract.vocabularies["procedures"].concepts
    )
    find.fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    wait_for_body(page, desks, address, lambda body: "procedure" not in body)


def test_a_record_is_found_by_words_and_chosen(desks: Desks) -> None:
    house = desks.house
    publish(house.d.exchange, [practice("Conversation groups in the park")])
    house.app.extensions["footbridge"].follow_index()
    address = desks.begin(house.contributor, "adaptation")
    page = desks.sit(house.contributor, address)
    unfold(page)
    box = page.locator('[data-field="/practice"]')
    box.get_by_role("combobox").press_sequentially("conversation")
    expect(box.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box.locator(".chosen-record")).to_contain_text("Conversation groups in the park")
    found = wait_for_body(page, desks, address, lambda b: isinstance(b.get("practice"), dict))
    assert found["practice"]["revision"] == 1


def test_a_place_is_found_by_name_and_its_point_is_filled_in(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, country=["ES"])
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    name = page.locator('[name="/place/name"]')
    name.press_sequentially("Valenc")
    expect(name).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator('[name="/place/~at"]')).to_have_value("39.47391, -0.37966")
    body = wait_for_body(page, desks, address, lambda body: "latitude" in body.get("place", {}))
    assert body["place"] == {"name": "Valencia", "latitude": 3947391, "longitude": -37966}


def test_a_choice_and_an_emptied_text_come_back_by_undo(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, title={"en": "Long considered"})
    page = desks.sit(desks.house.contributor, address)
    axis = page.locator('[name="/axis"]')
    axis.nth(0).check()
    axis.nth(1).check()
    title = field(page, "/title/en")
    title.fill("")
    title.blur()
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(title).to_have_value("Long considered")
    undo.click()
    expect(axis.nth(0)).to_be_checked()
    undo.click()
    expect(axis.nth(0)).not_to_be_checked()
    expect(undo).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Do again").click()
    expect(axis.nth(0)).to_be_checked()
    value = axis.nth(0).get_attribute("value")
    wait_for_body(page, desks, address, lambda body: body.get("axis") == value)


# --- beside the fields ---------------------------------------------------------------------------


def test_what_cannot_be_read_is_said_after_the_field_was_left(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    unfold(page)
    start = field(page, "/start")
    start.press_sequentially("one fine day")
    wait_for_body(page, desks, address, lambda body: body.get("start") == "one fine day")
    page.wait_for_timeout(300)
    box = page.locator('[data-field="/start"]')
    assert box.locator(".fault").count() == 0
    page.keyboard.press("Tab")
    expect(box.locator(".fault")).to_contain_text("is not a date")
    expect(start).to_have_attribute("aria-invalid", "true")
    start.fill("March 2026")
    wait_for_body(page, desks, address, lambda body: body.get("start") == "2026-03")
    expect(box.locator(".fault")).to_have_count(0)
    assert start.get_attribute("aria-invalid") is None


def test_characters_are_counted_near_the_limit(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    page = desks.sit(desks.house.contributor, address)
    title = field(page, "/title/en")
    limit = int(title.get_attribute("data-limit"))
    shown = page.locator("#field-title-en-count")
    title.fill("x" * 10)
    expect(shown).to_be_hidden()
    title.fill("😀" * (limit + 1))
    expect(shown).to_have_text(f"Too long. Characters: {limit + 1} of {limit}")
    expect(page.locator("#live-said")).to_contain_text("Too long")


def test_the_preview_beside_the_form_follows_and_stays_where_it_was(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, title={"en": "Before"}, **STEPS)
    page = desks.sit(desks.house.contributor, address, viewport={"width": 1400, "height": 500})
    page.get_by_role("button", name="Show the preview beside it").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Before")
    inside = page.frames[1]
    inside.evaluate("window.scrollTo(0, 200)")
    field(page, "/title/en").fill("After")
    expect(frame.get_by_role("heading", level=1)).to_have_text("After", timeout=10_000)
    assert inside.evaluate("window.scrollY") == 200
    page.get_by_role("button", name="Close the preview").last.click()
    expect(page.locator("iframe")).to_be_hidden()


def test_only_the_preview_may_be_framed_and_only_by_this_node(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor)
    get = desks.house.contributor.get
    plain = get(f"{address}/preview").headers
    framed = get(f"{address}/preview?frame=1").headers
    form = get(address).headers
    policy = "Content-Security-Policy"
    assert "frame-ancestors 'none'" in plain[policy]
    assert plain["X-Frame-Options"] == form["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self'" in framed[policy]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in form[policy]
    assert "frame-ancestors 'none'" in form[policy]


# --- everybody ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_wrong_and_nothing_is_too_wide(desks: Desks, language: str) -> None:
    address = desks.begin(
        desks.house.contributor,
        title={"en": "A"},
        country=["ES", "GR"],
        barrier=["no-answer"],
        **STEPS,
    )
    axe = Axe()
    page = desks.sit(desks.house.contributor, address, language=language, viewport=PHONE)
    unfold(page)
    field(page, "/start").fill("one fine day")
    field(page, "/title/en").fill("x" * 400)
    is_saved(page)
    page.locator(f'[data-add="{STEP}"]').click()
    find = page.locator('[data-field="/country"]').get_by_role("combobox")
    find.press_sequentially("a")
    expect(find).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_same_words_go_the_same_way_without_scripts(desks: Desks) -> None:
    address = desks.begin(desks.house.contributor, **STEPS)
    page = desks.sit(desks.house.contributor, address, java_script_enabled=False)
    page.locator('[name="/title/en"]').fill("Round table")
    act(page, "Move up", 2).click()
    act(page, "Remove", 3).click()
    assert titles(desks, address) == ["Meet", "Invite"]
    page.locator(f'[data-add="{STEP}"]').click()
    page.locator(f'[name="{STEP}/2/title/en"]').fill("Celebrate")
    page.locator("button[data-do=save]").click()
    assert titles(desks, address) == ["Meet", "Invite", "Celebrate"]
    assert desks.body(address)["title"] == {"en": "Round table"}
