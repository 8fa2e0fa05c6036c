"""Headings and cells: what they are taken to mean; and every kind's workbook, there and back."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from node.contract import load_contract, schemas_path
from node.editorial.formvalues import Manner, write
from node.editorial.mapping import Target, guess, guess_one, label_of, leaves, parse_target
from node.editorial.rowreading import plan, read_row
from node.editorial.tables import read_table
from node.editorial.templating import columns, is_example, template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Kind
    from node.editorial.rowreading import ReadRow

CONTRACT = load_contract()
PRACTICE = CONTRACT.kinds["good-practice"]
LANGS = ("en", "es", "el", "ar")


def manner(lang: str = "en") -> Manner:
    return Manner(CONTRACT, lang, "GR")


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Title", "title"),
        ("TITLE *", "title"),
        ("title_en", "title.en"),
        ("title.en", "title.en"),
        ("Title (en)", "title.en"),
        ("Titel [da]", "title.da"),
        ("Título (inglés)", "title.en"),
        ("Title in Danish", None),
        ("Title Danish", "title.da"),
        ("Τίτλος (Ελληνικά)", "title.el"),
        ("العنوان", "title"),
        ("Summary - es", "summary.es"),
        ("País", "country"),
        ("Countries", "country"),
        ("Target groups", "target_group"),
        ("Partner 2: Name", "partners.2.name"),
        ("partners.2.role.el", "partners.2.role.el"),
        ("Partners: Country", "partners.country"),
        ("how_it_works.3.title", "how_it_works.3.title"),
        ("How it works 1: Step (English)", "how_it_works.1.title.en"),
        ("place.point", "place.point"),
        ("GPS", "place.point"),
        ("Colour of the door", None),
        ("title.en.extra", None),
        ("partners.0.name", None),
        ("partners.9999.name", None),
        ("media.1.digest", None),
        ("", None),
    ],
)
def test_a_heading_is_understood_in_any_language_or_not_at_all(
    heading: str, target: str | None
) -> None:
    found = guess_one(PRACTICE, heading)
    assert (found.text if found else None) == target


def test_no_place_is_guessed_twice() -> None:
    assert guess(PRACTICE, ["Title", "title", "Title (en)"]) == ["title", "", "title.en"]


@pytest.mark.parametrize("kind", CONTRACT.kinds.values(), ids=lambda kind: kind.name)
def test_every_place_is_named_exactly_by_its_own_text(kind: Kind) -> None:
    for leaf in leaves(kind):
        assert parse_target(kind, leaf.text) == leaf


# --- rows --------------------------------------------------------------------------------------


def row(cells: Mapping[str, str], *, lang: str = "en", kind: Kind = PRACTICE) -> ReadRow:
    p = plan(kind, manner(lang), list(cells), {}, lang)
    return read_row(p, list(cells.values()))


def body(cells: Mapping[str, str], **how: Any) -> dict[str, Any]:
    return row(cells, **how).body


def test_texts_are_in_the_language_of_the_heading_of_the_row_or_of_the_table() -> None:
    cells = {"title": "A", "title.el": "Α", "language": "dansk"}
    assert body(cells)["title"] == {"da": "A", "el": "Α"}
    assert body({"title": "A"}, lang="es") == {"title": {"es": "A"}, "language": "es"}


def test_several_values_of_a_cell_are_parted() -> None:
    found = body(
        {
            "country": "Denmark; Grecia | DE\nEspaña, Italy",
            "success_factor": "social-capital;Axis?",
            "dos": "Let them choose.\nBe there; early",
            "practice_type": "",
        }
    )
    assert found["country"] == ["DK", "GR", "DE", "ES", "IT"]
    assert found["success_factor"] == ["social-capital", "Axis?"]
    assert found["dos"] == [{"en": "Let them choose."}, {"en": "Be there; early"}]
    assert "practice_type" not in found


def test_parts_of_lists_come_from_numbers_or_from_one_cell() -> None:
    numbered = {"partners.2.name": "B", "partners.1.name": "A", "partners.2.country": "Greece"}
    assert body(numbered)["partners"] == [{"name": "A"}, {"name": "B", "country": "GR"}]
    spread = {"partners.name": "A | B", "partners.country": "Denmark | Greece"}
    assert body(spread)["partners"] == [
        {"name": "A", "country": "DK"},
        {"name": "B", "country": "GR"},
    ]


def test_paragraphs_of_a_part_stay_together() -> None:
    found = body({"how_it_works.title": "One", "how_it_works.text": "First.\n\nSecond; third."})
    assert found["how_it_works"] == [
        {"title": {"en": "One"}, "text": {"en": "First.\n\nSecond; third."}}
    ]


def test_values_are_read_as_in_the_form() -> None:
    cells = {
        "start": "12 marts 2024",
        "funding.1.amount": "1.250,50 kr.",
        "funding.1.funder": "A fund",
        "place.point": "37.97945, 23.71622",
        "website": "example.org",
        "sample": "ναι",
        "status": "",
    }
    found = body(cells, lang="da")
    assert found["start"] == "2024-03-12"
    assert found["place"] == {"latitude": 3797945, "longitude": 2371622}
    assert found["website"] == "https://example.org"
    assert found["sample"] is True


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"title": "A", "axis": "sideways"}, 1, "unknown-term"),
        ({"title": "A", "start": "soon"}, 1, "not-a-date"),
        ({"title": "", "axis": "programmes"}, 0, "missing"),
        ({"partners.3.country": "Narnia", "partners.3.name": "X"}, 0, "unknown-country"),
        ({"how_it_works.5.text": "x", "how_it_works.7.title": "y" * 400}, 1, "too-long"),
        ({"title": "A", "country": "Denmark; Narnia"}, 1, "unknown-country"),
    ],
)
def test_a_fault_is_led_back_to_its_cell(cells: dict[str, str], column: int, code: str) -> None:
    assert (column, code) in {(each.column, each.code) for each in row(cells).wrong}


def test_a_row_that_only_lacks_something_is_told_from_a_wrong_one() -> None:
    assert row({"title": "A"}).incomplete
    assert not row({"title": "A", "axis": "sideways"}).incomplete


# --- workbooks to fill in ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", CONTRACT.kinds.values(), ids=lambda kind: kind.name)
def test_a_workbook_is_understood_again_column_by_column(kind: Kind, lang: str) -> None:
    raw = template(kind, manner(lang), [lang, "da"], ("Lists", "Footbridge"))
    made = columns(kind, manner(lang), [lang, "da"])
    sheet = read_table(io.BytesIO(raw), lang)
    assert guess(kind, sheet.headings, lang) == [each.target.text for each in made]
    required = {spec.name for spec in kind.required}
    assert required <= {each.target.fields[0].name for each in made}
    ((_number, example),) = sheet.rows
    assert is_example(kind, manner(lang), sheet.headings, example)
    assert not is_example(kind, manner(lang), sheet.headings, ["x", *example[1:]])
    read = read_row(plan(kind, manner(lang), guess(kind, sheet.headings, lang), {}, lang), example)
    assert [each.misread for each in read.wrong if each.misread] == []


def test_lists_to_choose_from_hold_every_word_and_every_word_is_understood() -> None:
    raw = template(PRACTICE, manner("el"), ["el"], ("Λίστες", "Footbridge"))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet, lists = book.worksheets
    assert lists.sheet_state == "hidden"
    rules = sheet.data_validations.dataValidation
    assert len(rules) > 10
    by_target = {each.target.text: each for each in columns(PRACTICE, manner("el"), ["el"])}
    axis = by_target["axis"]
    axes = CONTRACT.vocabularies["axes"].concepts.values()
    assert set(axis.options) == {each.label("el") for each in axes}
    p = plan(PRACTICE, manner("el"), ["axis"], {}, "el")
    found = {read_row(p, [option]).body["axis"] for option in axis.options}
    assert found == {each.code for each in axes}
    letter = next(c.column_letter for c in sheet[1] if c.value == axis.heading)
    rule = next(r for r in rules if f"{letter}2" in str(r.sqref))
    first, last = rule.formula1.replace("$", "").split("!")[1].split(":")
    assert tuple(c.value for line in lists[first:last] for c in line) == axis.options


def test_headings_have_help_and_say_what_is_required() -> None:
    raw = template(PRACTICE, manner(), ["en"], ("Lists", "Footbridge"))
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    title = sheet["A1"]
    assert title.value.startswith("Title")
    assert title.comment is not None
    assert title.comment.text.startswith("*")
    assert sheet.freeze_panes == "A2"


# --- every sample, written into cells and read again -------------------------------------------


def samples() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted((schemas_path() / "examples").glob("*.json")):
        sample = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(sample, dict) and "kind" in sample:
            found.append((path.stem, sample))
    return found


@pytest.mark.parametrize(
    ("name", "sample"), samples(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_sample_written_into_cells_is_the_same_when_it_is_read(
    name: str, sample: dict[str, Any]
) -> None:
    kind = CONTRACT.kinds[sample["kind"]]
    cells: dict[str, str] = {}
    kept = {}
    for spec in kind.fields:
        if spec.name in sample["body"]:
            found = dict(_cells((spec,), (0,), sample["body"][spec.name]))
            if found and None not in found.values():
                kept[spec.name] = sample["body"][spec.name]
                cells |= {target: text or "" for target, text in found.items()}
    assert len(kept) > len(sample["body"]) / 2, name
    read = read_row(plan(kind, manner(), list(cells), {}, "en"), list(cells.values())).body
    assert {member: read.get(member) for member in kept} == kept


def _cells(  # noqa: PLR0911 - one for each type
    fields: tuple[Any, ...], parts: tuple[int, ...], value: Any
) -> Sequence[tuple[str, str | None]]:
    """Return a cell for everything in a value; None for what no cell can hold."""
    spec = fields[-1]
    if spec.many and parts[-1] == 0:
        if spec.type in {"concept", "choice", "country", "language", "region"}:
            return [(Target(fields, parts).text, "; ".join(value))]
        if spec.type in {"text", "url"}:
            return [(Target(fields, parts).text, "\n".join(value))]
        numbered = [(*parts[:-1], number) for number in range(1, len(value) + 1)]
        return [c for p, v in zip(numbered, value, strict=True) for c in _cells(fields, p, v)]
    if spec.type in {"langmap", "longtext", "pointermap"}:
        return [(Target(fields, parts, key).text, text) for key, text in value.items()]
    if spec.type == "object":
        return [
            c
            for inner in spec.items
            if inner.name in value
            for c in _cells((*fields, inner), (*parts, 0), value[inner.name])
        ]
    if spec.type == "place":
        point = f"{value['latitude'] / 100000:.5f}, {value['longitude'] / 100000:.5f}"
        name = _cells((*fields, spec.items[0]), (*parts, 0), value["name"])
        return [*name, (Target(fields, parts, "point").text, point)]
    if spec.type == "file":
        return [("", None)]
    return [(Target(fields, parts).text, write(spec, value, manner()))]


def test_the_names_of_places_are_those_of_the_form() -> None:
    target = parse_target(PRACTICE, "partners.2.role.el")
    assert target is not None
    assert label_of(target, "en") == "Partners 2: Role (Greek)"
