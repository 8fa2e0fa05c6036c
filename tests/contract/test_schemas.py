"""The files under schemas/: valid, complete, and saying the same as one another."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from node.contract.describing import make_fallback
from node.contract.kinds import MAX_REQUIRED
from node.contract.strictness import compile_schema
from tests.contract.bodies import KINDS, LANGUAGES, SCHEMAS, contract

if TYPE_CHECKING:
    from node.contract import Field

PUBLISHED = sorted(SCHEMAS.glob("records/*/[0-9]*.json")) + sorted(SCHEMAS.glob("common/1.json"))
EXAMPLES = [p for p in sorted(SCHEMAS.glob("examples/*.json")) if p.name != "network.json"]
FIELDS = [(name, field) for name in KINDS for field in contract().kinds[name].walk()]


def name_of(path: Path) -> str:
    return str(path.relative_to(SCHEMAS))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PUBLISHED, ids=name_of)
def test_the_schema_is_valid_by_the_metaschema(path: Path) -> None:
    jsonschema_rs.meta.validate(read(path))


# The protocol's vectors hold what must be refused, numbers with a point among it.
@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SCHEMAS.rglob("*.json")) if path.parent.name != "vectors"],
    ids=name_of,
)
def test_the_file_holds_no_number_with_a_point(path: Path) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(f"{text} cannot stand in a record")

    json.loads(path.read_text(encoding="utf-8"), parse_float=refuse, parse_constant=refuse)


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_in_one_piece_refers_only_to_itself(name: str) -> None:
    text = json.dumps(dict(contract().kinds[name].json_schema))
    references = re.findall(r'"\$ref": "([^"]*)"', text)
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)


def test_the_kinds_of_the_first_version_are_there() -> None:
    assert tuple(sorted(contract().kinds)) == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_no_kind_requires_more_than_ten_fields(name: str) -> None:
    assert 1 <= len(contract().kinds[name].required) <= MAX_REQUIRED


@pytest.mark.parametrize("name", KINDS)
def test_required_fields_stand_in_the_first_section(name: str) -> None:
    kind = contract().kinds[name]
    assert kind.sections[0].id == "main"
    assert {f.name for f in kind.required} <= {f.name for f in kind.sections[0].fields}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_unknown_members(name: str) -> None:
    assert "additionalProperties" not in contract().kinds[name].json_schema
    assert "unevaluatedProperties" not in contract().kinds[name].json_schema


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_kind_are_complete_in_every_language_of_the_interface(
    name: str, language: str
) -> None:
    kind = contract().kinds[name]
    missing = [
        part
        for part, words in (("label", kind.labels), ("plural", kind.plurals), ("help", kind.helps))
        if not words.get(language)
    ]
    missing += [
        f"section {section.id}: {part}"
        for section in kind.sections
        for part, words in (("label", section.labels), ("why", section.whys))
        if not words.get(language)
    ]
    missing += [
        f"field {field.path}: {part}"
        for field in kind.walk()
        for part, words in (("label", field.labels), ("help", field.helps), *field.choices.items())
        if not words.get(language)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "field", [pytest.param(field, id=f"{name} {field.path}") for name, field in FIELDS]
)
def test_the_help_is_a_short_text_and_the_label_no_sentence(field: Field) -> None:
    for language in LANGUAGES:
        assert not field.label(language).endswith("."), language
        assert len(field.label(language)) <= 50, language
        assert field.help(language).endswith("."), language
        assert len(field.help(language)) <= 140, language


@pytest.mark.parametrize(
    ("name", "field"), [pytest.param(n, f, id=f"{n} {f.path}") for n, f in FIELDS]
)
def test_every_field_has_an_example_that_its_schema_accepts(name: str, field: Field) -> None:
    assert field.example is not None
    schema = contract().kinds[name].json_schema
    top, *rest = field.path.split(".")
    if rest:  # a part is checked inside its whole, by the test of bodies with every field
        return
    whole = {"$schema": schema["$schema"], "$defs": schema["$defs"], **schema["properties"][top]}
    assert compile_schema(whole).is_valid(field.example if not field.many else [field.example])


def test_no_word_belongs_to_a_field_that_does_not_exist() -> None:
    common = read(SCHEMAS / "common" / "labels.json")
    everywhere = {field.path for _, field in FIELDS}
    assert set(common["fields"]) <= everywhere
    shared = read(SCHEMAS / "common" / "1.json")["$defs"]
    for path in common["definitions"]:
        definition, _, member = path.partition(".")
        assert member in shared[definition]["properties"], path
    for name in KINDS:
        labels = read(SCHEMAS / "records" / name / "labels.json")
        kind = contract().kinds[name]
        assert set(labels["fields"]) <= {field.path for field in kind.walk()}
        assert set(labels["sections"]) == {section.id for section in kind.sections}


def test_every_phrase_of_faults_is_used_somewhere() -> None:
    package = Path(__file__).resolve().parents[2] / "node" / "contract"
    source = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    types = {f"expected-{field.type}" for _, field in FIELDS}
    unused = [
        phrase
        for phrase in read(SCHEMAS / "common" / "phrases.json")
        if f'"{phrase}"' not in source and phrase not in types
    ]
    assert unused == []


def test_every_type_of_field_says_what_it_expects() -> None:
    for _, field in FIELDS:
        assert f"expected-{field.type}" in read(SCHEMAS / "common" / "phrases.json")


def test_phrases_are_there_in_every_language_of_the_interface() -> None:
    assert set(LANGUAGES) <= set(contract().phrases.languages)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_the_sample_record_can_be_published(path: Path) -> None:
    sample = read(path)
    kind = contract().kinds[sample["kind"]]
    assert [f.sentence() for f in contract().validate(kind.schema, sample["body"])] == []
    assert sample["body"]["sample"] is True
    fallback = make_fallback(kind, sample["body"])
    assert fallback["title"]
    assert fallback["summary"]
