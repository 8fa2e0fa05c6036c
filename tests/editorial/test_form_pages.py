"""The form of a draft in a browser without JavaScript: every kind, every button, two people."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from node.contract import load_contract
from node.editorial import drafting, releasing
from node.exchange.publishing import publish
from tests.support.nodes import practice

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from node.contract import Field
    from tests.support.staff import Staff, Staffed

CONTRACT = load_contract()
#: What somebody types into the input of a required field, by its type.
TYPED = {
    "country": "Spain",
    "language": "English",
    "date": "12 March 2026",
    "url": "example.org/something",
    "text": "A name",
    "licence": "CC BY 4.0",
    "integer": "3",
    "decimal": "3,5",
    "money": "12 EUR",
    "duration": "2 hours",
    "region": "ES52",
}


def begun(staff: Staff, kind: str = "good-practice") -> str:
    """Begin a draft as a person does and return its address."""
    answer = staff.post("/desk/new", {"kind": kind})
    assert answer.status_code == 303
    return str(answer.location)


def saved(staff: Staff, address: str, data: dict[str, Any]) -> TestResponse:
    """Send the form of the version that is saved now."""
    page = staff.get(address).text
    found = re.search(r'data-version="(\d+)"', page)
    assert found is not None
    return staff.post(address, {"version": found[1], "do": "save", **data})


def body_of(desk: Staffed, address: str) -> dict[str, Any]:
    """Return what the draft holds."""
    draft = address.rpartition("/")[2]
    return dict(drafting.open_draft(desk.d, desk.editor.by, draft).row.body)


def fill_in(spec: Field, pointer: str, subject: str) -> dict[str, Any]:
    """Return what a person sends for a field, filled in by the inputs of the page."""
    if spec.many and spec.type in {"concept", "choice"}:
        return {pointer: [first_code(spec)]}
    if spec.many and spec.type in {"country", "language", "region"}:
        return {f"{pointer}~add": TYPED[spec.type]}
    if spec.many:
        inner = fill_one(spec, f"{pointer}/0", subject)
        return {f"{pointer}~items": ["", "0"], **inner}
    return fill_one(spec, pointer, subject)


def fill_one(spec: Field, pointer: str, subject: str) -> dict[str, Any]:
    if spec.type in {"langmap", "longtext"}:
        return {f"{pointer}/en": "Some words that say what it is."}
    if spec.type == "object":
        found: dict[str, Any] = {}
        for item in spec.items:
            if item.required:
                found |= fill_in(item, f"{pointer}/{item.name}", subject)
        return found or fill_in(spec.items[0], f"{pointer}/{spec.items[0].name}", subject)
    if spec.type == "place":
        return {f"{pointer}/name": "Valencia", f"{pointer}/~at": "39.4697, -0.3774"}
    if spec.type in {"concept", "choice"}:
        return {pointer: first_code(spec)}
    return {pointer: (TYPED | {"reference": subject})[spec.type]}


def first_code(spec: Field) -> str:
    if spec.choices:
        return next(iter(spec.choices))
    assert spec.vocabulary is not None
    return next(iter(CONTRACT.vocabularies[spec.vocabulary].concepts))


#: Beyond the required fields: what a kind asks one of several for.
ONE_OF = {
    "training-material": ("url",),
    "opportunity": ("place", "url"),
    "discussion": ("subject",),
}


@pytest.mark.parametrize("name", [k for k in CONTRACT.kinds if k != "translation"])
def test_every_kind_can_be_filled_in_from_nothing_and_published(desk: Staffed, name: str) -> None:
    kind = CONTRACT.kinds[name]
    (made,) = publish(desk.d.exchange, [practice("What it is about")])
    subject = f"http://localhost/records/{made.record}/revisions/{made.revision}"
    address = begun(desk.editor, name)
    fields = [*kind.required, *(f for f in kind.fields if f.name in ONE_OF.get(name, ()))]
    data: dict[str, Any] = {}
    for spec in fields:
        data |= fill_in(spec, spec.pointer, subject)
    if name == "collection":
        data["/items/0/record"] = subject
    if name == "same-as":
        (other,) = publish(desk.d.exchange, [practice("Another")])
        data["/same_as"] = f"http://localhost/records/{other.record}/revisions/1"
    answer = saved(desk.editor, address, data)
    assert answer.status_code == 303, answer.text[-2000:]
    checked = releasing.look(desk.d, desk.editor.by, address.rpartition("/")[2])
    assert [fault.sentence() for fault in checked.faults] == []
    page = desk.editor.get(f"{address}?check=1").text
    assert "Nothing is missing" in page


def test_what_was_typed_stands_there_again_with_what_is_wrong_beside_it(desk: Staffed) -> None:
    address = begun(desk.contributor)
    answer = saved(
        desk.contributor,
        address,
        {"/title/en": "A <b>title</b>", "/start": "some time", "/country~add": "Spain, Atlantis"},
    )
    page = desk.contributor.get(answer.location).text
    assert 'value="some time"' in page
    assert "JSON" not in page
    assert "“some time” is not a date." in html.unescape(page)
    assert "No country is called “Atlantis”." in html.unescape(page)
    assert 'href="#field-start"' in page
    assert 'id="field-start"' in page
    assert "A &lt;b&gt;title&lt;/b&gt;" in page


def test_every_line_of_the_summary_leads_to_something_on_the_page(desk: Staffed) -> None:
    body = {
        "language": "en",
        "title": {"es": "x" * 301},
        "axis": "nothing",
        "barrier": ["language", "nowhere", 5],
        "country": ["ES", "Atlantis"],
        "place": {"name": "A", "latitude": "here"},
        "how_it_works": [{"text": {"en": "x"}}, 7],
        "funding": [{"funder": "x", "amount": {"amount": -1, "currency": "euro"}}],
        "procedure": {"concept": "asylum", "steps": [{"cost": "free", "days": -4}]},
        "media": [{"alt": {"en": "x"}}],
        "related": [{"origin": "x", "record": "y"}],
        "start": "2020",
        "end": "2019",
        "review_by": [],
    }
    row = drafting.begin(desk.d, desk.contributor.by, "good-practice", body=body)
    page = desk.contributor.get(f"/desk/drafts/{row.id}?check=1").text
    summary = page[page.index('id="faults"') : page.index("</ul>", page.index('id="faults"'))]
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) > 15
    assert [link for link in links if f'id="{link}"' not in page] == []
    assert page.count('class="fault"') >= len(set(links)) - 1


def test_faults_are_told_in_the_language_of_the_person(desk: Staffed) -> None:
    address = begun(desk.contributor)
    answer = desk.contributor.get(f"{address}?check=1&lang=el")
    assert "Τίτλος" in answer.text
    assert "autofocus" in answer.text


def test_adding_a_part_leads_to_an_empty_one_with_the_focus_in_it(desk: Staffed) -> None:
    address = begun(desk.contributor)
    answer = saved(
        desk.contributor,
        address,
        {
            "do": "add:/how_it_works",
            "/how_it_works~items": ["", "0"],
            "/how_it_works/0/title/en": "First",
        },
    )
    assert "#" not in answer.location
    page = desk.contributor.get(answer.location).text
    found = re.search(r"<input[^>]*autofocus", page)
    assert found is not None
    assert 'name="/how_it_works/1/title/en"' in found[0]
    assert body_of(desk, address)["how_it_works"] == [{"title": {"en": "First"}}]


def test_a_part_is_moved_by_its_button_and_keeps_the_focus(desk: Staffed) -> None:
    address = begun(desk.contributor)
    steps = {"/how_it_works~items": ["", "0", "1", "2"]}
    steps |= {f"/how_it_works/{n}/title/en": name for n, name in enumerate("abc")}
    answer = saved(desk.contributor, address, steps | {"do": "up:/how_it_works/2"})
    assert [s["title"]["en"] for s in body_of(desk, address)["how_it_works"]] == ["a", "c", "b"]
    assert "#" not in answer.location
    page = desk.contributor.get(answer.location).text
    found = re.search(r'<button[^>]*value="up:/how_it_works/1"[^>]*>', page)
    assert found is not None
    assert "autofocus" in found[0]


@pytest.mark.parametrize(
    ("do", "anchor"),
    [
        ("up:/how_it_works/1", "field-how_it_works-0-part"),
        ("down:/how_it_works/1", "field-how_it_works-2-part"),
        ("remove:/how_it_works/2", "field-how_it_works-1-part"),
        ("remove:/how_it_works/0", "field-how_it_works-0-part"),
    ],
)
def test_where_the_button_is_gone_its_part_has_the_focus(
    desk: Staffed, do: str, anchor: str
) -> None:
    address = begun(desk.contributor)
    steps = {"/how_it_works~items": ["", "0", "1", "2"], "do": do}
    steps |= {f"/how_it_works/{n}/title/en": name for n, name in enumerate("abc")}
    answer = saved(desk.contributor, address, steps)
    assert answer.location.endswith(f"#{anchor}")
    assert f'id="{anchor}"' in desk.contributor.get(answer.location.partition("#")[0]).text


def test_one_more_language_is_written_beside_the_others(desk: Staffed) -> None:
    address = begun(desk.contributor)
    answer = saved(desk.contributor, address, {"do": "language", "new_language": "Tyrkisk"})
    page = desk.contributor.get(answer.location.partition("#")[0]).text
    assert 'name="/title/tr"' in page
    assert 'name="also" value="tr"' in page
    wrong = saved(desk.contributor, address, {"do": "language", "new_language": "Klingonish!"})
    page = desk.contributor.get(wrong.location.partition("#")[0]).text
    assert "No language is called “Klingonish!”." in html.unescape(page)


def test_a_record_is_found_by_words_and_chosen(desk: Staffed) -> None:
    publish(desk.d.exchange, [practice("Conversation groups in the park")])
    node = desk.app.extensions["footbridge"]
    node.follow_index()
    address = begun(desk.contributor, "adaptation")
    saved(desk.contributor, address, {"/practice": "conversation park"})
    page = desk.contributor.get(address).text
    found = re.search(r'name="/practice~pick" value="([^"]+)"', page)
    assert found is not None
    assert found[1].endswith("@1")
    saved(desk.contributor, address, {"/practice": "conversation park", "/practice~pick": found[1]})
    assert body_of(desk, address)["practice"]["revision"] == 1
    assert "Conversation groups in the park" in desk.contributor.get(address).text


def test_two_people_choose_field_by_field_and_nothing_is_overwritten(desk: Staffed) -> None:
    address = begun(desk.contributor)
    saved(desk.contributor, address, {"/title/en": "First", "/results/en": "One"})
    mine = {"version": "2", "do": "save", "/title/en": "Mine", "/results/en": "Also mine"}
    saved(desk.contributor, address, {"/title/en": "Theirs", "/results/en": "Also theirs"})
    before = body_of(desk, address)
    answer = desk.editor.post(address, mine | {"/lessons/en": "New"})
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "Mine" in page
    assert "Theirs" in page
    assert 'name="take:/title/en"' in page
    assert 'name="/lessons/en" value="New"' in page
    assert body_of(desk, address) == before
    half = desk.editor.post(address, mine | {"take:/title/en": "mine"})
    assert half.status_code == 409
    answer = desk.editor.post(
        address,
        mine | {"/lessons/en": "New", "take:/title/en": "mine", "take:/results/en": "theirs"},
    )
    assert answer.status_code == 303
    after = body_of(desk, address)
    assert after["title"] == {"en": "Mine"}
    assert after["results"] == {"en": "Also theirs"}
    assert after["lessons"] == {"en": "New"}


def test_the_second_person_sees_who_has_the_draft_open(desk: Staffed) -> None:
    address = begun(desk.contributor)
    desk.contributor.get(address)
    assert "This draft is also open with: Contributor" in desk.editor.get(address).text


def test_a_colleagues_changes_elsewhere_are_joined(desk: Staffed) -> None:
    address = begun(desk.contributor)
    saved(desk.contributor, address, {"/title/en": "A"})
    saved(desk.contributor, address, {"/results/en": "B"})
    answer = desk.editor.post(address, {"version": "2", "do": "save", "/title/en": "C"})
    assert answer.status_code == 303
    assert body_of(desk, address)["results"] == {"en": "B"}
    assert "A colleague&#39;s changes" in desk.editor.get(address).text


def test_an_earlier_version_is_compared_and_brought_back(desk: Staffed) -> None:
    address = begun(desk.contributor)
    saved(desk.contributor, address, {"/title/en": "The old title"})
    saved(desk.contributor, address, {"/title/en": "The new title"})
    page = desk.contributor.get(f"{address}/versions/2").text
    assert "<del>" in page
    assert "<ins>" in page
    assert desk.contributor.get(f"{address}/versions").text.count("/versions/") == 3
    assert desk.contributor.post(f"{address}/versions/2/restore").status_code == 303
    assert body_of(desk, address)["title"] == {"en": "The old title"}
    assert desk.contributor.get(f"{address}/versions/77").status_code == 404


def test_a_step_that_changed_is_shown_beside_one_that_came(desk: Staffed) -> None:
    first = {"how_it_works": [{"title": {"en": "Ask the employer"}}], "language": "en"}
    row = drafting.begin(desk.d, desk.contributor.by, "good-practice", body=first)
    steps = [{"title": {"en": "Ask the new employer"}}, {"title": {"en": "Ask the library"}}]
    body = first | {"how_it_works": steps}
    drafting.save(desk.d, desk.contributor.by, row.id, seen=1, body=body)
    page = desk.contributor.get(f"/desk/drafts/{row.id}/versions/1").text
    for title in ("Ask the employer", "Ask the new employer", "Ask the library"):
        assert title in page


def test_a_draft_is_shared_put_into_the_bin_and_taken_out_again(desk: Staffed) -> None:
    address = begun(desk.contributor)
    assert desk.other.get(address).status_code == 404
    desk.contributor.post(f"{address}/share", {"shared": "1"})
    assert desk.other.get(address).status_code == 200
    assert address in desk.other.get("/desk/drafts?show=shared").text
    desk.contributor.post(f"{address}/discard")
    assert address not in desk.contributor.get("/desk/drafts").text
    page = desk.contributor.get(address).text
    assert "in the bin" in page
    assert 'name="do"' not in page
    desk.contributor.post(f"{address}/recover")
    assert 'name="do"' in desk.contributor.get(address).text


@pytest.mark.parametrize(
    "part", ["", "/preview", "/versions", "/versions/1", "/share", "/discard", "/recover"]
)
def test_somebody_elses_draft_is_not_there(desk: Staffed, part: str) -> None:
    address = begun(desk.contributor) + part
    ask = (
        desk.other.get if part in {"", "/preview", "/versions", "/versions/1"} else desk.other.post
    )
    assert ask(address).status_code == 404


def test_a_form_without_its_version_changes_nothing(desk: Staffed) -> None:
    address = begun(desk.contributor)
    answer = desk.contributor.post(address, {"/title/en": "A", "version": "x"})
    assert answer.status_code == 400
    assert "title" not in body_of(desk, address)


def test_a_submitted_draft_is_read_and_not_changed(desk: Staffed) -> None:
    address = begun(desk.contributor)
    draft = address.rpartition("/")[2]
    with desk.d.database.writing() as uow:
        uow.drafts.change(draft, state="submitted")
    page = desk.contributor.get(address).text
    assert "draftform" not in page
    answer = desk.contributor.post(address, {"version": "1", "/title/en": "A"})
    assert answer.status_code == 403
    assert "title" not in body_of(desk, address)


def test_a_preview_shows_the_public_page_without_what_is_broken(desk: Staffed) -> None:
    body = {
        "title": {"en": "Half a practice"},
        "language": "en",
        "procedure": {"concept": "asylum", "steps": [{"days": "soon"}]},
        "country": ["ES", "Atlantis"],
    }
    row = drafting.begin(desk.d, desk.contributor.by, "good-practice", body=body)
    answer = desk.contributor.get(f"/desk/drafts/{row.id}/preview")
    assert answer.status_code == 200
    assert "Half a practice" in answer.text
    assert "What is not complete yet is left out here" in answer.text
    assert "/genuine" not in answer.text


def test_only_what_somebody_may_write_is_offered(desk: Staffed) -> None:
    writer = desk.contributor.get("/desk/new").text
    assert 'value="good-practice"' in writer
    translator = desk.translator.get("/desk/new").text
    assert 'value="translation"' in translator
    assert 'value="good-practice"' not in translator
    assert desk.translator.post("/desk/new", {"kind": "good-practice"}).status_code == 403
    assert desk.contributor.post("/desk/new", {"kind": "nothing"}).status_code == 400


def test_a_large_text_in_four_languages_is_taken(desk: Staffed) -> None:
    address = begun(desk.contributor)
    text = "Ελληνικά " * 2200
    data = {
        f"/{name}/{lang}": text
        for name in ("challenge", "results", "lessons", "constraints")
        for lang in ("el", "en", "es", "ar")
    }
    assert saved(desk.contributor, address, data).status_code == 303
    assert len(body_of(desk, address)["results"]) == 4


def test_a_place_is_found_by_name_and_its_point_filled_in_without_scripts(desk: Staffed) -> None:
    address = begun(desk.contributor)
    typed = {"/country~add": "Spain", "/place/name": "Valencia", "/place/~at": ""}
    answer = saved(desk.contributor, address, {**typed, "do": "place:/place"})
    page = desk.contributor.get(str(answer.location).partition("#")[0]).text
    offered = re.findall(r'name="/place~pick" value="([^"]*)"', page)
    assert offered[0] == "39.47391, -0.37966;Valencia"
    assert len(offered) > 1
    assert "Several places were found." in page
    assert "Places: GeoNames, CC BY 4.0" in page
    chosen = {"/place/name": "Valencia", "/place/~at": "", "/place~pick": offered[0]}
    saved(desk.contributor, address, chosen)
    held = {"name": "Valencia", "latitude": 3947391, "longitude": -37966}
    assert body_of(desk, address)["place"] == held


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nowhereatallville", "No place of this name was found."),
        ("", "Write the name of the place first"),
        ("Salonica", "One place was found."),
    ],
)
def test_what_a_search_for_a_place_came_to_is_told_and_nothing_is_lost(
    desk: Staffed, name: str, said: str
) -> None:
    address = begun(desk.contributor)
    typed = {"/place/name": name, "/place/~at": "40.1, 20.2", "do": "place:/place"}
    answer = saved(desk.contributor, address, typed)
    assert said in desk.contributor.get(str(answer.location).partition("#")[0]).text
    held = body_of(desk, address)["place"]
    assert (held.get("name", ""), held["latitude"], held["longitude"]) == (name, 4010000, 2020000)


def test_a_chosen_place_names_one_that_has_no_name_and_hostile_words_are_kept_out(
    desk: Staffed,
) -> None:
    address = begun(desk.contributor)
    pick = {"/place/name": "", "/place/~at": "", "/place~pick": "40.64072, 22.93086;Salonica"}
    saved(desk.contributor, address, pick)
    assert body_of(desk, address)["place"]["name"] == "Salonica"
    for hostile in ("<script>;x", ";", "999, 999;\x00", "nan, inf"):
        assert saved(desk.contributor, address, pick | {"/place~pick": hostile}).status_code == 303
    assert "<script>;" not in desk.contributor.get(address).text


def test_places_are_found_for_a_picker_within_the_countries_of_the_record(desk: Staffed) -> None:
    asked = "/desk/terms?schema={}&field=/place&q=Valencia{}"
    schema = begun_schema(desk)
    first = [
        desk.contributor.get(asked.format(schema, more)).json["items"][0]["hint"]
        for more in ("&country=ES", "", "&country=%00&country=<b>")
    ]
    assert [hint.partition(" ")[0] for hint in first] == ["Spain", "Venezuela", "Venezuela"]
    assert desk.contributor.get(asked.format(schema, "")[: -len("Valencia")]).json["items"] == []


def begun_schema(desk: Staffed) -> str:
    """Return the schema that the form of a good practice asks with."""
    page = desk.contributor.get(begun(desk.contributor)).text
    found = re.search(r'data-schema="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])
