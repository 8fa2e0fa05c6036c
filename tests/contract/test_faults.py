"""What a person reads when a record is not acceptable."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bodies import KINDS, LANGUAGES, body, change, contract, full_body, small_body

ROWS = [
    # kind, pointer, value, code, where the fault is, words of the English sentence
    pytest.param(
        "good-practice", "/title", ..., "missing", "/title",
        ["Title", "required", "one line of text for each language", "Conversation groups"],
        id="a required field that is missing is named with an example",
    ),
    pytest.param(
        "good-practice", "/title", {}, "no-text", "/title",
        ["Title", "empty", "for each language"],
        id="a text in no language at all is empty",
    ),
    pytest.param(
        "good-practice", "/title/en", "   ", "no-text", "/title/en",
        ["Title (English)", "empty"],
        id="a text of spaces is empty",
    ),
    pytest.param(
        "good-practice", "/title/en", "one\ntwo", "several-lines", "/title/en",
        ["Title (English)", "one line"],
        id="a title of two lines is refused",
    ),
    pytest.param(
        "good-practice", "/summary/en", "x" * 601, "too-long", "/summary/en",
        ["Summary (English)", "601", "at most 600 characters"],
        id="a summary that is too long names its length and the limit",
    ),
    pytest.param(
        "good-practice", "/title", "Kitchen talk", "wrong-form", "/title",
        ["Title", "“Kitchen talk”", "under the language's code"],
        id="a plain text in place of a language map is explained",
    ),
    pytest.param(
        "good-practice", "/title/English", "x", "unknown-language", "/title/English",
        ["“English”", "Did you mean en?"],
        id="a language by its name gets the code",
    ),
    pytest.param(
        "good-practice", "/language", "gr", "unknown-language", "/language",
        ["Original language", "“gr”", "Did you mean el?"],
        id="a country's code in place of a language's gets the language",
    ),
    pytest.param(
        "good-practice", "/country/0", "Greece", "unknown-country", "/country/0",
        ["Country, entry 1", "“Greece”", "Did you mean GR?", "ISO 3166-1"],
        id="a country by its name gets the code",
    ),
    pytest.param(
        "good-practice", "/country/0", "UK", "unknown-country", "/country/0",
        ["Did you mean GB?"],
        id="a habitual wrong country code gets the right one",
    ),
    pytest.param(
        "good-practice", "/country", [], "too-few", "/country",
        ["Country", "the list is empty", "a list"],
        id="an empty list is said to be empty",
    ),
    pytest.param(
        "good-practice", "/country", "GR", "wrong-form", "/country",
        ["Country", "“GR”", "a list", '["GR"]'],
        id="one value in place of a list is shown as a list",
    ),
    pytest.param(
        "good-practice", "/country", ["GR", "GR"], "repeated", "/country",
        ["Country", "twice", "each entry once"],
        id="a repeated entry is found",
    ),
    pytest.param(
        "good-practice", "/axis", "program", "unknown-code", "/axis",
        ["Axis", "“program”", "Did you mean programmes?"],
        id="a code with a slip gets the nearest one",
    ),
    pytest.param(
        "good-practice", "/target_group/0", "Refugees", "unknown-code", "/target_group/0",
        ["Who it is for, entry 1", "Did you mean refugees?"],
        id="a label in place of a code gets the code",
    ),
    pytest.param(
        "good-practice", "/target_group/0", "refugiados", "unknown-code", "/target_group/0",
        ["Did you mean refugees?"],
        id="a label in another language gets the code",
    ),
    pytest.param(
        "good-practice", "/axis", 3, "wrong-form", "/axis",
        ["Axis", "3"],
        id="a number in place of a code is refused",
    ),
    pytest.param(
        "good-practice", "/status", "going", "unknown-choice", "/status",
        ["Status", "“going”", "planned, running, ended"],
        id="a value that cannot be chosen lists those that can",
    ),
    pytest.param(
        "good-practice", "/start", "2023-02-30", "not-a-date", "/start",
        ["Start", "“2023-02-30”", "not a date of the calendar"],
        id="the thirtieth of February is no date",
    ),
    pytest.param(
        "good-practice", "/start", "12/2023", "not-a-date", "/start",
        ["a year, a year and month", "2023-09"],
        id="a date in another order is explained",
    ),
    pytest.param(
        "good-practice", "/end", "2022", "ends-before-start", "/end",
        ["End", "“2022”", "before the start", "“2023-09”"],
        id="an end before the start is found",
    ),
    pytest.param(
        "good-practice", "/indicators/0/period/end", "2023-12-31", "ends-before-start",
        "/indicators/0/period/end",
        ["Figures, entry 1 › Period › To"],
        id="a period inside a list is checked as well",
    ),
    pytest.param(
        "good-practice", "/how_it_works/0/title", ..., "missing", "/how_it_works/0/title",
        ["How it works, entry 1 › Step"],
        id="a missing part of a list's entry names the entry",
    ),
    pytest.param(
        "good-practice", "/how_it_works/0", "Talk", "wrong-form", "/how_it_works/0",
        ["How it works, entry 1", "named parts: Step, Description"],
        id="a text in place of an entry with parts names the parts",
    ),
    pytest.param(
        "good-practice", "/funding/0/amount/amount", -5, "out-of-range",
        "/funding/0/amount/amount",
        ["Funding, entry 1 › Amount › Amount", "-5", "from 0 to"],
        id="money below zero is out of range",
    ),
    pytest.param(
        "good-practice", "/funding/0/amount/amount", 12.5, "wrong-form",
        "/funding/0/amount/amount",
        ["12.5", "a whole number"],
        id="money with a point is explained",
    ),
    pytest.param(
        "good-practice", "/funding/0/amount/currency", "Euro", "unknown-currency",
        "/funding/0/amount/currency",
        ["“Euro”", "ISO 4217", "EUR"],
        id="a currency by its name is refused",
    ),
    pytest.param(
        "good-practice", "/place/longitude", ..., "missing", "/place/longitude",
        ["Place › Longitude"],
        id="a latitude alone is half a place",
    ),
    pytest.param(
        "good-practice", "/place/latitude", 9000001, "out-of-range", "/place/latitude",
        ["Place › Latitude", "from -9000000 to 9000000"],
        id="a latitude beyond the pole is out of range",
    ),
    pytest.param(
        "good-practice", "/quality/0/score", 4, "out-of-range", "/quality/0/score",
        ["Self-assessment, entry 1 › Score", "from 0 to 3"],
        id="a score of four of three is out of range",
    ),
    pytest.param(
        "good-practice", "/media/0", {"alt": {"en": "x"}}, "missing-one-of", "/media/0",
        ["Pictures and films, entry 1", "File, Address"],
        id="a picture without file and address names both",
    ),
    pytest.param(
        "good-practice", "/website", "javascript:alert(1)", "wrong-form", "/website",
        ["Website", "begins with https://"],
        id="an address that is a script is refused",
    ),
    pytest.param(
        "good-practice", "/website", "www.example.org", "wrong-form", "/website",
        ["https://example.org/"],
        id="an address without https is explained",
    ),
    pytest.param(
        "good-practice", "/licence", "CC BY 4.0", "wrong-form", "/licence",
        ["Licence", "SPDX", "CC-BY-4.0"],
        id="a licence with spaces is refused",
    ),
    pytest.param(
        "good-practice", "/based_on/0/origin", "gefyra", "wrong-form", "/based_on/0/origin",
        ["Based on, entry 1 › Origin", "52"],
        id="a reference to a name in place of an origin is refused",
    ),
    pytest.param(
        "good-practice", "/regions/0", "Attica", "wrong-form", "/regions/0",
        ["Regions, entry 1", "NUTS", "EL30"],
        id="a region by its name is refused",
    ),
    pytest.param(
        "good-practice", "/dos", [{"en": "x"}] * 41, "too-many", "/dos",
        ["Do:", "41", "from 1 to 40"],
        id="a list that is too long names the limit",
    ),
    pytest.param(
        "training-material", "/workload", "18 hours", "wrong-form", "/workload",
        ["Workload", "ISO 8601", "PT18H"],
        id="a duration in words is explained",
    ),
    pytest.param(
        "training-material", "/audience/0", "migrants", "unknown-code", "/audience/0",
        ["Who it is for, entry 1", "Target groups / "],
        id="a field with two lists names both",
    ),
    pytest.param(
        "training-material", "/credit_points/value", 1.5, "wrong-form", "/credit_points/value",
        ["in quotation marks"],
        id="a decimal number without quotation marks is explained",
    ),
    pytest.param(
        "training-material", "/accessibility/0", "captoins", "unknown-choice", "/accessibility/0",
        ["Accessibility, entry 1", "captions, transcript"],
        id="a choice inside a list is checked",
    ),
    pytest.param(
        "adaptation", "/practice/revision", ..., "missing", "/practice/revision",
        ["Adapted practice › Revision"],
        id="an adaptation must name the revision",
    ),
    pytest.param(
        "review", "/subject/revision", 0, "out-of-range", "/subject/revision",
        ["About which record › Revision"],
        id="there is no revision 0",
    ),
    pytest.param(
        "translation", "/fields", {"/summary": "x"}, "missing-one-of", "/fields",
        ["Translated texts", "/title"],
        id="a translation has at least the title",
    ),
    pytest.param(
        "translation", "/fields/summary", "x", "wrong-form", "/fields/summary",
        ["“summary”", "JSON Pointer"],
        id="a translated field must be named by a pointer",
    ),
    pytest.param(
        "organisation", "/contacts/0/role", ..., "missing", "/contacts/0/role",
        ["Contacts, entry 1 › Role", "Coordinator of volunteers"],
        id="a contact without a role is refused",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "pointer", "value", "code", "where", "words"), ROWS)
def test_the_fault(
    kind: str, pointer: str, value: Any, code: str, where: str, words: list[str]
) -> None:
    faults = contract().validate(f"{kind}/1", change(body(kind), pointer, value))
    assert [(fault.code, fault.pointer) for fault in faults] == [(code, where)]
    for word in words:
        assert word in faults[0].sentence("en")


@pytest.mark.parametrize("row", [pytest.param(r.values[:3], id=r.id) for r in ROWS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fault_is_told_in_every_language_of_the_interface(row: Any, language: str) -> None:
    kind, pointer, value = row
    (fault,) = contract().validate(f"{kind}/1", change(body(kind), pointer, value))
    sentence = fault.sentence(language)
    assert fault.label[language] in sentence
    assert fault.expectations[language] in sentence
    assert "{label}" not in sentence
    assert language == "en" or sentence != fault.sentence("en")


@pytest.mark.parametrize("name", KINDS)
def test_a_body_with_every_field_is_right(name: str) -> None:
    kind = contract().kinds[name]
    assert [f.sentence() for f in contract().validate(kind.schema, full_body(kind))] == []


@pytest.mark.parametrize("name", KINDS)
def test_a_body_with_the_required_fields_alone_is_right(name: str) -> None:
    kind = contract().kinds[name]
    assert [f.sentence() for f in contract().validate(kind.schema, small_body(kind))] == []


@pytest.mark.parametrize("name", KINDS)
def test_every_required_field_is_missed_by_its_label_and_all_at_once(name: str) -> None:
    kind = contract().kinds[name]
    faults = {f.pointer: f for f in contract().validate(kind.schema, {"sample": True})}
    for field in kind.required:
        fault = faults[f"/{field.name}"]
        assert fault.code == "missing"
        assert field.label("en") in fault.message
        assert fault.expected
        assert fault.example


def test_faults_come_in_the_order_of_the_form() -> None:
    wrong = change(change(body("good-practice"), "/website", "x"), "/start", "x")
    wrong = change(wrong, "/title", ...)
    faults = contract().validate("good-practice/1", wrong)
    assert [fault.pointer for fault in faults] == ["/title", "/start", "/website"]


def test_a_required_text_must_be_there_in_the_original_language() -> None:
    wrong = change(body("good-practice"), "/language", "es")
    faults = contract().validate("good-practice/1", wrong)
    assert [f.pointer for f in faults] == [
        "/title/es", "/summary/es", "/challenge/es", "/results/es",
    ]  # fmt: skip
    assert {f.code for f in faults} == {"missing-original"}
    assert "(Spanish)" in faults[0].message


def test_unknown_members_are_no_fault_at_any_depth() -> None:
    more = change(body("good-practice"), "/partners/0/mood", ["good"]) | {"x-own": {"a": 1}}
    assert contract().validate("good-practice/1", more) == []


@pytest.mark.parametrize("value", [[], "x", 3, None, True], ids=repr)
def test_a_body_that_is_no_object_is_one_fault(value: Any) -> None:
    (fault,) = contract().validate("review/1", value)
    assert (fault.pointer, fault.code) == ("", "wrong-form")
    assert "The record" in fault.sentence("en")


@pytest.mark.parametrize("schema", ["podcast/1", "good-practice/2", "good-practice", ""])
def test_an_unknown_kind_cannot_be_published_and_the_known_ones_are_named(schema: str) -> None:
    (fault,) = contract().validate(schema, {})
    assert fault.code == "unknown-kind"
    assert "good-practice/1" in fault.sentence("en")


def test_a_long_or_strange_value_is_shown_shortened_and_on_one_line() -> None:
    (fault,) = contract().validate(
        "review/1", change(body("review"), "/recommendation", "a\u202eb\n" + "c" * 500)
    )
    assert "\n" not in fault.message
    assert "\u202e" not in fault.message
    assert len(fault.message) < 160


def test_a_fault_can_be_handed_on_as_plain_data() -> None:
    (fault,) = contract().validate("review/1", change(body("review"), "/date", "soon"))
    assert fault.as_dict() == {
        "pointer": "/date",
        "code": "not-a-date",
        "severity": "error",
        "label": "Date of the review",
        "message": "Date of the review: “soon” is not a date of the calendar.",
        "expected": "a year, a year and month, or a whole date, in this order with hyphens",
        "example": "2026-05",
    }


UNKNOWN_ELSEWHERE = [
    pytest.param("/axis", "space-travel", id="a concept"),
    pytest.param("/country/0", "QQ", id="a country"),
    pytest.param("/language", "qq", id="a language"),
    pytest.param("/funding/0/amount/currency", "QQQ", id="a currency"),
    pytest.param("/title/qq", "x", id="a language of a text"),
]


@pytest.mark.parametrize(("pointer", "value"), UNKNOWN_ELSEWHERE)
def test_a_code_that_only_a_newer_node_knows_is_received_but_not_published(
    pointer: str, value: str
) -> None:
    newer = change(body("good-practice"), pointer, value)
    assert contract().validate_received("good-practice/1", newer) == []
    assert [f.pointer for f in contract().validate("good-practice/1", newer)] == [pointer]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("/axis", "Space travel"), ("/title", "x"), ("/start", "2023-02-30"), ("/results", ...)],
)
def test_a_wrong_shape_is_not_received(pointer: str, value: Any) -> None:
    wrong = change(body("good-practice"), pointer, value)
    assert [f.pointer for f in contract().validate_received("good-practice/1", wrong)] == [pointer]


@pytest.mark.parametrize("schema", ["good-practice/2", "podcast/1"])
def test_a_kind_or_version_not_known_here_is_received(schema: str) -> None:
    assert contract().validate_received(schema, {"anything": 1}) == []


def test_no_time_is_spent_on_guessing_for_a_peer() -> None:
    wrong = change(body("good-practice"), "/barrier", [f"No {n}" for n in range(60)])
    received = contract().validate_received("good-practice/1", wrong)
    assert len(received) == 20
    assert {fault.suggestion for fault in received} == {""}
    assert len(contract().validate("good-practice/1", wrong)) == 60
