"""Every field of every kind, wrong in the way people get it wrong: one answer tells of all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from node.contract.guard import warnings_of
from tests.contract.bodies import KINDS, LANGUAGES, change, contract, full_body

if TYPE_CHECKING:
    from node.contract import Fault, Field, Kind

#: What somebody writes in place of one element of each type.
WRONG: dict[str, Any] = {
    "langmap": "Kitchen talk",
    "longtext": "We cook together.",
    "pointermap": "Kitchen talk",
    "text": 12,
    "concept": "no-such-code-anywhere",
    "choice": "it depends",
    "country": "Utopia",
    "region": "the north",
    "language": "all of them",
    "currency": "thalers",
    "date": "last spring",
    "duration": "two hours a week",
    "money": "12 euros",
    "url": "www.example.org",
    "reference": "the one from Athens",
    "origin": "Gefyra",
    "record": "the first one",
    "place": "Athens",
    "file": "photo.png",
    "object": "see above",
    "integer": "three",
    "decimal": "about a half",
    "boolean": "yes",
    "licence": "free for all",
}


def places(fields: tuple[Field, ...], pointer: str = "") -> list[tuple[str, Field]]:
    """Return every field at every depth with the place of its first element in a full body."""
    found = []
    for field in fields:
        where = f"{pointer}/{field.name}" + ("/0" if field.many else "")
        found.append((where, field))
        if field.type in {"object", "reference", "place", "money"}:
            found += places(field.items, where)
    return found


@cache
def every_place(name: str) -> list[tuple[str, Field]]:
    return places(contract().kinds[name].fields)


PLACES = [
    pytest.param(name, pointer, field, id=f"{name} {pointer}")
    for name in KINDS
    for pointer, field in every_place(name)
]


def is_told_well(fault: Fault, field: Field) -> None:
    """Check what a person reads: the label they know, what was expected, an example."""
    for language in LANGUAGES:
        assert field.label(language) in fault.label[language], language
        assert fault.label[language] in fault.messages[language], language
        assert fault.expectations[language].strip(), language
        assert fault.expectations[language] in fault.sentence(language), language
        if field.example is not None:
            assert fault.examples[language].strip(), language
            assert fault.examples[language] in fault.sentence(language), language
    assert len({fault.expectations[language] for language in LANGUAGES}) == len(LANGUAGES)
    assert len({fault.messages[language] for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(("name", "pointer", "field"), PLACES)
def test_a_field_that_is_wrong_is_told(name: str, pointer: str, field: Field) -> None:
    kind = contract().kinds[name]
    wrong = change(full_body(kind), pointer, WRONG[field.type])
    faults = {fault.pointer: fault for fault in contract().validate(kind.schema, wrong)}
    assert pointer in faults
    is_told_well(faults[pointer], field)


def all_wrong(kind: Kind) -> dict[str, Any]:
    return {
        field.name: [WRONG[field.type]] if field.many else WRONG[field.type]
        for field in kind.fields
    }


@pytest.mark.parametrize("name", KINDS)
def test_all_faults_of_a_body_come_in_one_answer(name: str) -> None:
    kind = contract().kinds[name]
    faults = contract().validate(kind.schema, all_wrong(kind))
    wanted = [f"/{field.name}" + ("/0" if field.many else "") for field in kind.fields]
    assert [fault.pointer for fault in faults] == wanted, "each once, in the order of the form"
    for fault, field in zip(faults, kind.fields, strict=True):
        is_told_well(fault, field)


@pytest.mark.parametrize("name", KINDS)
def test_one_value_in_place_of_a_list_is_told_for_every_list(name: str) -> None:
    kind = contract().kinds[name]
    lists = [field for field in kind.fields if field.many]
    body = full_body(kind) | {field.name: 7 for field in lists}
    faults = {fault.pointer: fault for fault in contract().validate(kind.schema, body)}
    for field in lists:
        is_told_well(faults[f"/{field.name}"], field)


@pytest.mark.parametrize("name", KINDS)
def test_every_field_has_an_example(name: str) -> None:
    without = [
        field.path
        for _, field in every_place(name)
        if field.example is None and not field.items and field.type != "boolean"
    ]
    assert without == []


@dataclass
class Draft:
    body: dict[str, Any]
    blobs: tuple[()] = ()


def emptied(value: Any, empty: Any) -> Any:
    if isinstance(value, dict):
        return {name: emptied(each, empty) for name, each in value.items()}
    if isinstance(value, list):
        return [emptied(each, empty) for each in value]
    return empty


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("empty", ["", " ", None, 0, {}, []], ids=repr)
def test_nothing_at_all_in_every_place_is_told_and_the_guard_stands_it(
    name: str, empty: Any
) -> None:
    kind = contract().kinds[name]
    body = emptied(full_body(kind), empty)
    assert contract().validate(kind.schema, body)
    found = warnings_of(contract(), Draft(body), kind.schema)
    assert all(fault.sentence(language) for fault in found for language in LANGUAGES)


@pytest.mark.parametrize("name", KINDS)
def test_the_guard_stands_what_is_wrong_everywhere(name: str) -> None:
    kind = contract().kinds[name]
    for fault in warnings_of(contract(), Draft(all_wrong(kind)), kind.schema):
        assert fault.sentence("el")
