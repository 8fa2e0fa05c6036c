"""What the scripts of a draft's form ask for: saving, who is here, what was kept, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import drafting, listing
from node.editorial.access_views import CSRF_HEADER
from node.editorial.finding import find_terms, spec_at
from node.editorial.formvalues import Manner, read
from node.editorial.versions import versions
from node.exchange.publishing import publish
from tests.support.nodes import practice, the_contract

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.support.staff import Staff, Staffed

STEPS = [
    {"title": {"en": "Invite"}, "x_newer": 1},
    {"title": {"en": "Meet"}, "x_newer": 2},
    {"title": {"en": "Decide"}, "x_newer": 3},
]


def begun(desk: Staffed, **body: Any) -> str:
    """Begin a draft that colleagues may open; return its address."""
    by = desk.contributor.by
    row = drafting.begin(desk.d, by, "good-practice", body={"language": "en", **body})
    drafting.set_shared(desk.d, by, row.id, shared=True)
    return f"/desk/drafts/{row.id}"


def send(who: Staff, address: str, data: dict[str, Any] | None = None) -> TestResponse:
    headers = {"Accept": "application/json", CSRF_HEADER: who.csrf}
    return who.client.post(address, data=data or {}, headers=headers)


def answer(who: Staff, address: str, **data: Any) -> Any:
    found = send(who, address, {"version": "1", **data})
    assert found.status_code == 200, found.text
    return found.json


def body_of(desk: Staffed, address: str) -> Any:
    return drafting.open_draft(desk.d, desk.editor.by, address.split("/")[3]).row.body


def test_a_save_answers_what_the_page_goes_on_with(desk: Staffed) -> None:
    address = begun(desk)
    told = answer(
        desk.contributor,
        f"{address}/autosave",
        **{"/title/en": "Round table", "/start": "one fine day"},
    )
    assert (told["version"], told["changed"], told["joined"], told["open"]) == (2, True, [], True)
    assert told["title"] == "Round table"
    assert list(told["faults"]) == ["/start"]
    assert "is not a date" in told["faults"]["/start"][0]
    assert told["done"] == 2
    assert "Title" not in told["missing"]
    assert body_of(desk, address)["start"] == "one fine day"
    kept = versions(desk.d, desk.contributor.by, address.split("/")[3])
    assert [each.what for each in kept] == ["autosaved", "saved"]


def test_a_save_without_a_change_makes_no_version(desk: Staffed) -> None:
    address = begun(desk, title={"en": "A"})
    told = answer(desk.contributor, f"{address}/autosave", **{"/title/en": "A"})
    assert (told["version"], told["changed"]) == (1, False)


def test_parts_are_told_with_their_old_numbers_in_their_new_order(desk: Staffed) -> None:
    address = begun(desk, how_it_works=STEPS)
    sent = {
        "/how_it_works~items": ["", "2", "7", "0", "3"],
        "/how_it_works/2/title/en": "Decide",
        "/how_it_works/7/title/en": "Eat",
        "/how_it_works/0/title/en": "Invite all",
        "/how_it_works/3/title/en": "  ",
    }
    told = answer(desk.contributor, f"{address}/autosave", **sent)
    assert told["places"]["/how_it_works"] == [2, 7, 0]
    steps = body_of(desk, address)["how_it_works"]
    assert steps == [
        STEPS[2],
        {"title": {"en": "Eat"}},
        {**STEPS[0], "title": {"en": "Invite all"}},
    ]


def test_a_colleagues_change_elsewhere_is_joined_and_told_by_name(desk: Staffed) -> None:
    address = begun(desk, title={"en": "A"})
    answer(desk.editor, f"{address}/autosave", **{"/results/en": "Forty found work."})
    told = answer(desk.contributor, f"{address}/autosave", **{"/title/en": "B"})
    assert (told["joined"], told["labels"], told["by"]) == (["/results"], ["Results"], "Editor")
    assert told["version"] == 3
    assert "Editor" in told["others"]
    assert body_of(desk, address)["results"] == {"en": "Forty found work."}


def test_a_clash_is_told_and_nothing_is_saved(desk: Staffed) -> None:
    address = begun(desk, title={"en": "A"})
    answer(desk.editor, f"{address}/autosave", **{"/title/en": "Ed's"})
    found = send(desk.contributor, f"{address}/autosave", {"version": "1", "/title/en": "Ana's"})
    assert found.status_code == 409
    assert found.json == {"code": "draft-clash", "fields": ["Title (English)"], "by": "Editor"}
    assert body_of(desk, address)["title"] == {"en": "Ed's"}


def test_what_was_kept_is_shown_beside_what_is_saved_and_changes_nothing(desk: Staffed) -> None:
    address = begun(desk, title={"en": "A"}, results={"en": "Old"})
    answer(desk.editor, f"{address}/autosave", **{"/title/en": "Ed's"})
    kept = {"/title/en": "Ana's", "/results/en": "New <b>"}
    told = answer(desk.contributor, f"{address}/offer", **kept)
    assert (told["count"], told["version"]) == (2, 2)
    for words in ("Ana&#39;s", "Ed&#39;s", "Old", "New &lt;b&gt;"):
        assert words in told["html"]
    assert body_of(desk, address)["title"] == {"en": "Ed's"}
    same = answer(desk.contributor, f"{address}/offer", **{"/title/en": "A"})
    assert (same["count"], same["html"]) == (0, "")


def test_who_saw_both_sides_takes_their_own_unless_somebody_has_saved_since(desk: Staffed) -> None:
    address = begun(desk, title={"en": "A"})
    answer(desk.editor, f"{address}/autosave", **{"/title/en": "Ed's"})
    stale = {"version": "1", "over": "1", "/title/en": "Ana's"}
    assert send(desk.contributor, f"{address}/autosave", stale).status_code == 409
    answer(desk.contributor, f"{address}/autosave", **{"over": "2", "/title/en": "Ana's"})
    assert body_of(desk, address)["title"] == {"en": "Ana's"}


def test_the_beat_tells_who_else_is_here_and_how_far_the_draft_is(desk: Staffed) -> None:
    address = begun(desk)
    assert answer(desk.contributor, f"{address}/here")["others"] == ""
    told = answer(desk.editor, f"{address}/here")
    assert "Contributor" in told["others"]
    assert told["version"] == 1


@pytest.mark.parametrize("what", ["autosave", "here", "offer"])
def test_strangers_and_people_without_the_draft_get_nothing(desk: Staffed, what: str) -> None:
    row = drafting.begin(desk.d, desk.contributor.by, "good-practice", body={})
    address = f"/desk/drafts/{row.id}/{what}"
    data = {"version": "1", "/title/en": "Mine now"}
    assert send(desk.other, address, data).status_code == 404
    nobody = desk.app.test_client().post(address, data=data, headers={"Accept": "application/json"})
    assert (nobody.status_code, nobody.json["code"]) == (403, "session-lost")  # type: ignore[index]
    forged = desk.contributor.client.post(
        address, data=data, headers={"Accept": "application/json", CSRF_HEADER: desk.other.csrf}
    )
    assert (forged.status_code, forged.json["code"]) == (403, "foreign-request")  # type: ignore[index]
    assert listing.mine(desk.d, desk.contributor.by)[0].row.version == 1


def test_a_form_without_or_with_an_impossible_version_is_refused(desk: Staffed) -> None:
    address = begun(desk)
    for version in ({}, {"version": "x"}, {"version": "99"}, {"version": "-1"}):
        found = send(desk.contributor, f"{address}/autosave", {**version, "/title/en": "A"})
        assert found.status_code == 400
    assert body_of(desk, address) == {"language": "en"}


def test_what_is_kept_of_a_clash_is_settled_by_the_choice(desk: Staffed) -> None:
    address = begun(desk)
    data = {"version": "1", "do": "save", "/title/en": "A", "keep": "abc"}
    assert "kept=abc" in desk.contributor.post(address, data).location
    long = {"version": "2", "do": "save", "keep": "x" * 500}
    assert len(desk.contributor.post(address, long).location) < 150


# --- terms -------------------------------------------------------------------------------------


def terms(desk: Staffed, field: str, words: str, schema: str = "good-practice/1") -> Any:
    found = desk.contributor.client.get(
        "/desk/terms", query_string={"schema": schema, "field": field, "q": words}
    )
    return found.json["items"] if found.status_code == 200 else found.status_code  # type: ignore[index]


def test_a_term_is_found_by_any_label_in_any_language(desk: Staffed) -> None:
    for words in ("language", "IDIOMA", "γλωσσα", "اللغة"):
        found = terms(desk, "/barrier", words)
        assert "language" in [each["value"] for each in found], words
    greek = next(each for each in terms(desk, "/barrier", "γλωσσ") if each["value"] == "language")
    assert (greek["label"], greek["hint"]) == ("Language", "Γλώσσα")
    assert terms(desk, "/barrier", "xyzzy") == []
    assert len(terms(desk, "/barrier", "")) > 5


def test_countries_and_languages_are_found_by_names_of_any_language(desk: Staffed) -> None:
    assert terms(desk, "/country", "Alemania")[0]["value"] == "DE"
    assert terms(desk, "/country", "ελλαδα")[0] == {
        "value": "GR",
        "text": "Greece",
        "label": "Greece",
        "hint": "Ελλάδα",
    }
    assert terms(desk, "/language", "العربية")[0]["value"] == "ar"
    assert terms(desk, "/procedure/country", "suec")[0]["value"] == "SE"


def test_a_record_is_found_by_its_words(desk: Staffed) -> None:
    made = publish(desk.d.exchange, [practice("Conversation groups in the library")])[0]
    desk.app.extensions["footbridge"].follow_index()
    found = terms(desk, "/based_on/0", "conversation")
    assert made.record in found[0]["value"]
    assert found[0]["label"] == "Conversation groups in the library"
    assert terms(desk, "/based_on", "") == []


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("/title", "good-practice/1"),
        ("/nothing", "good-practice/1"),
        ("", "good-practice/1"),
        ("/0/1/2", "good-practice/1"),
        ("/barrier/x/y", "good-practice/1"),
        ("/barrier", "nothing/9"),
        ("/barrier", ""),
    ],
)
def test_fields_without_terms_are_not_found(desk: Staffed, field: str, schema: str) -> None:
    assert terms(desk, field, "a", schema) == 404


def test_what_begins_with_the_words_comes_first() -> None:
    contract = the_contract()
    kind = contract.kinds["good-practice"]
    spec = spec_at(kind, "/country")
    assert spec is not None
    found = [term.label for term in find_terms(spec, "ma", Manner(contract))]
    starts = [label.casefold().startswith("ma") for label in found]
    assert starts == sorted(starts, reverse=True)
    assert found.index("Malta") < found.index("Isle of Man")


def test_each_offered_term_is_read_as_itself() -> None:
    contract = the_contract()
    for pointer in ("/country", "/language", "/barrier", "/status"):
        spec = spec_at(contract.kinds["good-practice"], pointer)
        assert spec is not None
        for lang in ("en", "es", "el", "ar"):
            m = Manner(contract, lang)
            for term in find_terms(spec, "", m):
                assert read(spec, term.text, m) == term.value
                assert spec.type == "language" or read(spec, term.value, m) == term.value
