"""A translation is carried to where the same words stand now, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.aligning import partners
from node.catalogue.staleness import Carried, Written, carry, changed_fields, texts_of, without_base
from node.contract import load_contract
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Mapping

PRACTICE = load_contract().kinds["good-practice"]


def written(body: Mapping[str, Any], language: str = "en") -> Written:
    return Written(PRACTICE.fields, body, language)


def steps(*pairs: tuple[str, str]) -> list[dict[str, dict[str, str]]]:
    return [{"title": {"en": title}, "text": {"en": text}} for title, text in pairs]


def body(*pairs: tuple[str, str], **members: Any) -> dict[str, Any]:
    return practice(**({"how_it_works": steps(*pairs)} if pairs else {}), **members).body


INVITE, COOK, TALK = ("Invite", "Ask the neighbours."), ("Cook", "Together."), ("Talk", "Slowly.")


def danish(before: Mapping[str, Any]) -> dict[str, str]:
    """Translate every text, so that each translation tells what it translates."""
    return {pointer: f"da: {each.words}" for pointer, each in texts_of(written(before)).items()}


def carried(before: Mapping[str, Any], now: Mapping[str, Any], *without: str) -> Carried:
    texts = {p: text for p, text in danish(before).items() if p not in without}
    return carry(written(before), written(now), texts, "da")


def test_nothing_is_stale_when_only_codes_dates_and_numbers_changed() -> None:
    now = body(INVITE, country=["ES", "DK"], last_confirmed="2026-11-02", start="2019")
    found = carried(body(INVITE), now)
    assert not found.stale
    assert found.standing == danish(body(INVITE))
    assert found.gone == ()


def test_a_text_that_changed_is_named_and_its_old_translation_is_not_shown() -> None:
    found = carried(body(INVITE), body(INVITE, results={"en": "All of them found work."}))
    assert found.stale
    assert found.changed == ("/results",)
    assert "/results" not in found.standing


def test_other_spaces_are_not_other_words() -> None:
    now = body(INVITE, results={"en": "Half of them  found work\nwithin a year."})
    assert not carried(body(INVITE), now).stale


def test_a_step_put_in_front_shifts_no_translation_onto_another_step() -> None:
    found = carried(body(INVITE, COOK), body(TALK, INVITE, COOK))
    assert found.standing["/how_it_works/1/title"] == "da: Invite"
    assert found.standing["/how_it_works/2/text"] == "da: Together."
    assert "/how_it_works/0/title" not in found.standing
    assert found.added == ("/how_it_works/0/title", "/how_it_works/0/text")
    assert found.changed == ()
    assert found.stale


def test_steps_in_another_order_keep_their_translations() -> None:
    found = carried(body(INVITE, COOK, TALK), body(TALK, INVITE, COOK))
    assert not found.stale
    assert found.standing["/how_it_works/0/title"] == "da: Talk"


def test_a_step_that_is_gone_leaves_nothing_stale() -> None:
    found = carried(body(INVITE, COOK), body(COOK))
    assert not found.stale
    assert found.gone == ("/how_it_works/0/title", "/how_it_works/0/text")
    assert found.standing["/how_it_works/0/title"] == "da: Cook"


def test_a_step_moved_and_rewritten_in_part_is_changed_and_not_new() -> None:
    found = carried(body(INVITE, COOK), body(COOK, ("Invite", "Ask everybody in the street.")))
    assert found.changed == ("/how_it_works/1/text",)
    assert found.added == ()
    assert found.standing["/how_it_works/1/title"] == "da: Invite"
    assert found.moved_to["/how_it_works/0/text"] == "/how_it_works/1/text"


def test_a_text_that_was_never_translated_is_neither_changed_nor_new() -> None:
    found = carried(body(INVITE), body(INVITE, results={"en": "New."}), "/results")
    assert not found.stale


def test_a_field_that_came_later_is_new() -> None:
    found = carried(body(INVITE), body(INVITE, lessons={"en": "Begin small."}))
    assert (found.changed, found.added) == ((), ("/lessons",))


def test_what_the_authors_wrote_themselves_is_not_missing() -> None:
    now = body(INVITE, lessons={"en": "Begin small.", "da": "Begynd i det små."})
    assert not carried(body(INVITE), now).stale


def test_a_language_added_by_the_authors_changes_no_words() -> None:
    now = body(INVITE, results={"en": practice().body["results"]["en"], "es": "La mitad."})
    assert not carried(body(INVITE), now).stale
    assert changed_fields(written(body(INVITE)), written(now)) == ()


def test_the_same_words_in_another_field_are_not_the_same_text() -> None:
    before = body(INVITE, results={"en": "Nothing."})
    now = body(INVITE, challenge={"en": "Nothing."}, results={"en": "Much."})
    found = carried(before, now, "/challenge")
    assert "/challenge" not in found.standing


def test_pointers_that_lead_nowhere_are_passed_over() -> None:
    before = written(body(INVITE))
    texts = {"/nowhere": "x", "/how_it_works/9/title": "y", "/country/0": "z", "": "w"}
    found = carry(before, before, texts, "da")
    assert (found.standing, found.stale, found.gone) == ({}, False, ())


def test_without_the_revision_it_was_made_from_only_whole_fields_remain() -> None:
    texts = {"/title": "a", "/how_it_works/0/title": "b", "/dos/1": "c", "/procedure/note": "d"}
    assert without_base(texts) == {"/title": "a", "/procedure/note": "d"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"last_confirmed": "2026-11-02", "review_by": "2027"}, (), id="upkeep"),
        pytest.param({"country": ["DK"]}, ("/country",), id="a code"),
        pytest.param({"results": {"en": "Other."}}, ("/results",), id="words"),
        pytest.param({"lessons": {"en": "New."}}, ("/lessons",), id="a new field"),
        pytest.param(
            {"results": {"en": "Other."}, "country": ["DK"]}, ("/country", "/results"), id="two"
        ),
    ],
)
def test_what_a_reviewer_judged_has_changed_field_by_field(
    members: dict[str, Any], expected: tuple[str, ...]
) -> None:
    found = changed_fields(written(body(INVITE)), written(body(INVITE, **members)))
    assert set(found) == set(expected)


WORDS = st.sampled_from(["Ask", "Cook", "Talk", "Walk home", "Sing", "Ask them", "Ask them all"])
PAIRS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6)


@given(PAIRS, PAIRS, st.sets(st.integers(0, 11)))
def test_no_translation_ever_stands_under_other_words(
    before: list[tuple[str, str]], now: list[tuple[str, str]], left_out: set[int]
) -> None:
    old, new = body(*before), body(*now)
    texts = {p: t for n, (p, t) in enumerate(danish(old).items()) if n not in left_out}
    found = carry(written(old), written(new), texts, "da")
    reference = slow_standing(old, new, texts)
    assert found.standing == reference
    # Each text of the record is in one heap at most, and what stands is in none of the others.
    heaps = [*found.standing, *found.changed, *found.added]
    assert len(heaps) == len(set(heaps))
    assert set(heaps) <= set(texts_of(written(new)))
    # What was fully translated is fully accounted for.
    if texts == danish(old):
        assert set(heaps) == set(texts_of(written(new)))


def slow_standing(
    old: Mapping[str, Any], new: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, str]:
    """Look through everything for each text: same field, same words, and a translation of it.

    Translations here repeat the words they translate, so any of several is the same.
    """
    found = {}
    for place, words in flat(new):
        for former, said in flat(old):
            if bare(place) == bare(former) and words == said and former in texts:
                found[place] = texts[former]
    return found


def flat(value: Any, place: str = "") -> list[tuple[str, str]]:
    """Give all texts of a body in English, found by their form alone."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            return [(place, value["en"])]
        return [each for name, v in value.items() for each in flat(v, f"{place}/{name}")]
    if isinstance(value, list):
        return [each for n, v in enumerate(value) for each in flat(v, f"{place}/{n}")]
    return []


def bare(place: str) -> str:
    return re.sub(r"/\d+", "", place)


@given(st.data())
def test_items_are_recognised_however_a_list_is_turned_about(data: st.DataObject) -> None:
    """Follow each step by a name that the code under test never sees."""
    count = data.draw(st.integers(1, 6))
    items = {n: (f"title {n} begins", f"text {n} goes on") for n in range(count)}
    order = data.draw(st.permutations(range(count)))
    kept = [n for n in order if data.draw(st.booleans())]
    edited = {n for n in kept if data.draw(st.booleans())}
    fresh = data.draw(st.integers(0, 2))
    now = [(n, (items[n][0], f"{n}{n} wholly other") if n in edited else items[n]) for n in kept]
    for extra in range(fresh):
        place = data.draw(st.integers(0, len(now)))
        now.insert(place, (100 + extra, (f"unseen{extra}", f"unheard{extra}")))

    def pointers(each: list[tuple[int, tuple[str, str]]]) -> dict[str, str]:
        return {
            f"/steps/{place}/{part}": words
            for place, (_name, pair) in enumerate(each)
            for part, words in zip(("title", "text"), pair, strict=True)
        }

    found = partners(pointers(list(items.items())), pointers(now))
    expected = {
        f"/steps/{place}/{part}": f"/steps/{name}/{part}"
        for place, (name, _pair) in enumerate(now)
        if name in items
        for part in ("title", "text")
    }
    assert found == expected
