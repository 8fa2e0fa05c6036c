"""A form drawn from a body is that body again when it is sent back, whatever the body holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.contract import Kind, load_contract
from node.editorial.formnames import Form, arranged
from node.editorial.forms import Manner, fill, misreads, progress, read_form, sent_by

CONTRACT = load_contract()
EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
SAMPLES = {
    path.stem: document
    for path in sorted(EXAMPLES.glob("*.json"))
    if "body" in (document := json.loads(path.read_text(encoding="utf-8")))
}
LANGUAGES = ("en", "es", "el", "ar", "da")
PRACTICE = CONTRACT.kinds["good-practice"]
ENGLISH = Manner(CONTRACT, "en", "ES")


def kind_of(document: dict[str, Any]) -> Kind:
    kind = CONTRACT.called(document["kind"])
    assert kind is not None
    return kind


def back(kind: Kind, body: dict[str, Any], m: Manner, base: dict[str, Any]) -> dict[str, Any]:
    """Return what a body is after it was drawn and sent."""
    return read_form(kind, sent_by(fill(kind, body, m, (m.lang,))), m, base).body


def unordered(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the ticks of each list in one order: a list of ticks has none."""
    ticked = {f.name for f in kind.fields if f.many and f.type in {"concept", "choice"}}
    return {n: sorted(v) if n in ticked else v for n, v in body.items()}


def test_there_is_a_sample_for_nearly_every_kind_here() -> None:
    assert len({document["kind"].split("/")[0] for document in SAMPLES.values()}) >= 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_that_nobody_touched_is_exactly_what_it_was(name: str, language: str) -> None:
    document = SAMPLES[name]
    m = Manner(CONTRACT, language, "ES")
    body = document["body"]
    assert back(kind_of(document), body, m, body) == body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_from_its_inputs_alone(name: str, language: str) -> None:
    document = SAMPLES[name]
    kind, body = kind_of(document), document["body"]
    m = Manner(CONTRACT, language, "ES")
    assert unordered(kind, back(kind, body, m, {})) == unordered(kind, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def no_empty(value: Any) -> bool:
    """Say whether nothing in a value is empty: what is empty counts as absent in a form."""
    if isinstance(value, dict):
        return bool(value) and all(map(no_empty, value.values()))
    if isinstance(value, list):
        return bool(value) and all(map(no_empty, value))
    return not isinstance(value, str) or bool(value.strip())


def has_text(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, str) for each in value)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([f.name for f in PRACTICE.fields]), JSON.filter(no_empty)))
def test_a_body_that_breaks_its_schema_anywhere_is_kept_as_it_is(body: dict[str, Any]) -> None:
    """Only what can be read by now changes: a date that an import left as text."""
    after = back(PRACTICE, body, ENGLISH, body)
    texts = {
        name
        for name, value in body.items()
        if isinstance(value, str)
        or (isinstance(value, list) and any(isinstance(e, str) for e in value))
    }
    assert {n: v for n, v in after.items() if n not in texts} == {
        n: v for n, v in body.items() if n not in texts
    }


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), JSON))
def test_members_of_a_newer_version_survive_at_every_depth(extra: dict[str, Any]) -> None:
    known = {f.name for f in PRACTICE.fields}
    extra = {f"x_{name}": value for name, value in extra.items() if name not in known}
    body = {
        "title": {"en": "A title"},
        "how_it_works": [{"title": {"en": "One"}, **extra}, {"title": {"en": "Two"}}],
        "procedure": {"concept": "asylum", "steps": [{"office": {"en": "Police"}, **extra}]},
        "funding": [{"funder": "EU", "amount": {"amount": 5, "currency": "EUR", **extra}}],
        **extra,
    }
    sent = sent_by(fill(PRACTICE, body, ENGLISH, ("en",)))
    sent["/title/en"] = ["Another title"]
    sent["/funding/0/amount"] = ["7 EUR"]
    after = read_form(PRACTICE, sent, ENGLISH, body).body
    funding = [{"funder": "EU", "amount": {"amount": 700, "currency": "EUR", **extra}}]
    assert after == body | {"title": {"en": "Another title"}, "funding": funding}


def test_a_text_in_a_language_that_was_not_shown_stays() -> None:
    body = {"title": {"en": "A", "fr": "B"}}
    after = read_form(PRACTICE, {"/title/en": ["C"]}, ENGLISH, body).body
    assert after == {"title": {"en": "C", "fr": "B"}}


def test_an_emptied_input_is_an_absent_member() -> None:
    body = {"title": {"en": "A"}, "start": "2020", "how_it_works": [{"title": {"en": "B"}}]}
    sent = sent_by(fill(PRACTICE, body, ENGLISH, ("en",)))
    for name in ("/title/en", "/start", "/how_it_works/0/title/en"):
        sent[name] = [" "]
    assert read_form(PRACTICE, sent, ENGLISH, body).body == {}


def test_what_was_not_on_the_page_is_not_taken_away() -> None:
    body = SAMPLES["todo-en-una-cita"]["body"]
    after = read_form(PRACTICE, {"/staff_time/en": ["One"]}, ENGLISH, body).body
    assert after == body | {"staff_time": body["staff_time"] | {"en": "One"}}


def test_what_cannot_be_read_is_kept_as_it_was_typed_and_told() -> None:
    sent = {
        "/start": ["sometime in spring"],
        "/country~add": ["Spain, Atlantis"],
        "/title/en": ["A"],
    }
    typed = read_form(PRACTICE, sent, ENGLISH)
    assert typed.body["start"] == "sometime in spring"
    assert typed.body["country"] == ["ES", "Atlantis"]
    assert typed.kept == {"/start": "sometime in spring", "/country/1": "Atlantis"}
    assert {fault.code for fault in typed.faults} == {"not-a-date", "unknown-country"}
    again = read_form(PRACTICE, sent_by(fill(PRACTICE, typed.body, ENGLISH)), ENGLISH, typed.body)
    assert again.body == typed.body
    assert [m.pointer for m in misreads(PRACTICE, typed.body, ENGLISH)] == ["/country/1", "/start"]
    assert CONTRACT.validate("good-practice/1", typed.body)


def test_what_an_import_left_as_text_is_read_when_the_form_is_saved() -> None:
    body = {"start": "12 March 2026", "country": ["Greece"]}
    sent = sent_by(fill(PRACTICE, body, ENGLISH))
    assert read_form(PRACTICE, sent, ENGLISH, body).body["start"] == "2026-03-12"


def test_words_in_any_language_become_terms() -> None:
    sent = {"/barrier~add": ["ανεργία; language"], "/target_group~add": ["refugiados"]}
    body = read_form(PRACTICE, sent, ENGLISH).body
    assert body == {
        "barrier": ["regional-under-development", "language"],
        "target_group": ["refugees"],
    }


def test_a_word_for_a_single_term_wins_over_what_was_chosen_before() -> None:
    body = {"procedure": {"concept": "asylum"}}
    sent = {"/procedure/concept": ["asylum"], "/procedure/concept~add": ["homologación"]}
    after = read_form(PRACTICE, sent, ENGLISH, body).body
    assert after["procedure"]["concept"] in CONTRACT.vocabularies["procedures"].concepts
    assert after["procedure"]["concept"] != "asylum"


def test_parts_are_moved_and_removed_with_all_that_is_in_them() -> None:
    steps = [{"title": {"en": name}, "x_new": name} for name in "abc"]
    body = {"how_it_works": steps}
    sent = sent_by(fill(PRACTICE, body, ENGLISH, ("en",)))
    up, place = arranged(sent, "up:/how_it_works/2")
    assert read_form(PRACTICE, up, ENGLISH, body).body["how_it_works"] == [
        steps[0],
        steps[2],
        steps[1],
    ]
    assert place == 1
    gone, place = arranged(sent, "remove:/how_it_works/0")
    assert read_form(PRACTICE, gone, ENGLISH, body).body["how_it_works"] == steps[1:]
    assert place == 0


@pytest.mark.parametrize("do", ["up:/how_it_works/9", "fly:/x/0", "up", "", "remove:/a~items/0"])
def test_a_button_that_names_nothing_changes_nothing(do: str) -> None:
    sent = sent_by(fill(PRACTICE, {"how_it_works": [{"title": {"en": "a"}}]}, ENGLISH))
    assert arranged(sent, do) == (sent, None)


def test_an_empty_part_is_drawn_and_not_saved() -> None:
    (section, *_rest) = fill(PRACTICE, {}, ENGLISH, ("en",), ("/how_it_works",))
    box = next(box for box in section.boxes if box.spec.name == "how_it_works")
    assert [part.blank for part in box.parts] == [True]
    assert back(PRACTICE, {}, ENGLISH, {}) == {}


def test_progress_counts_what_a_record_cannot_be_without() -> None:
    assert progress(PRACTICE, {"title": {"en": "A"}, "summary": {}, "lessons": {"en": "B"}}) == (
        1,
        10,
    )


HOSTILE = [
    "__proto__",
    "/__proto__/polluted",
    "/constructor/prototype",
    "/how_it_works/999999999999/title/en",
    "/how_it_works/-1/title/en",
    "/title/../../etc",
    "/title/" + "x" * 5000,
    "/title/xx-\x00",
    "/title/en/en/en",
    "/country/0/0",
    "/place/~at/~at",
    "//",
    "/",
    "",
    "/how_it_works~items~items",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_nowhere_is_never_read(name: str) -> None:
    sent = {name: ["x"], "/how_it_works~items": ["0", "x", "99999999999", "-1", "1" * 400]}
    assert read_form(PRACTICE, sent, ENGLISH).body in ({}, {"title": {"en": "x"}})


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=20)
        | st.builds(
            lambda field, rest: f"/{field}{rest}",
            st.sampled_from([f.name for f in PRACTICE.fields]),
            st.text(max_size=12)
            | st.sampled_from(["~items", "~add", "~drop", "~pick", "/0/title/en"]),
        ),
        st.lists(st.text(max_size=40), max_size=4),
        max_size=12,
    )
)
def test_reading_never_fails_whatever_is_sent(sent: dict[str, list[str]]) -> None:
    typed = read_form(PRACTICE, sent, ENGLISH)
    assert set(typed.body) <= {f.name for f in PRACTICE.fields}
    fill(PRACTICE, typed.body, ENGLISH)
    assert "\x00" not in json.dumps(typed.body, ensure_ascii=False)


def test_five_thousand_fields_are_read_in_no_time_and_lead_nowhere() -> None:
    sent = {f"/how_it_works/{n}/title/en": ["x"] for n in range(5000)}
    assert read_form(PRACTICE, sent, ENGLISH).body == {}
    sent |= {"/how_it_works~items": [str(n) for n in range(5000)]}
    assert len(read_form(PRACTICE, sent, ENGLISH).body["how_it_works"]) == 1000


def test_control_characters_are_left_out_and_line_ends_are_line_feeds() -> None:
    body = read_form(PRACTICE, {"/results/en": ["a\r\nb\x00\x07c\r"]}, ENGLISH).body
    assert body == {"results": {"en": "a\nbc"}}


def test_a_form_remembers_which_places_it_had() -> None:
    form = Form({"/a/b/c": ["1"], "/d~add": [""], "e": ["x"]})
    assert form.has("/a")
    assert form.has("/a/b")
    assert form.has("/d")
    assert not form.has("e")
    assert not form.has("/a/c")
