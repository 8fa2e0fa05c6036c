"""What the guard says about misspelled fields and licences that nobody knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.contract.faults import Fault
from node.contract.guard import WARNINGS, warnings_of
from tests.contract.bodies import LANGUAGES, body, contract

SLIPS = {"unknown-member", "unknown-licence"}
EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


@dataclass
class Draft:
    body: dict[str, Any]
    blobs: tuple[Any, ...] = ()


def slips(changed: dict[str, Any], kind: str = "good-practice") -> list[Fault]:
    found = warnings_of(contract(), Draft(changed), contract().kinds[kind].schema)
    return [fault for fault in found if fault.code in SLIPS]


def examples() -> list[Any]:
    read = [(path, json.loads(path.read_bytes())) for path in sorted(EXAMPLES.rglob("*.json"))]
    return [pytest.param(data, id=path.stem) for path, data in read if "kind" in data]


@pytest.mark.parametrize("example", examples())
def test_no_example_has_a_member_or_licence_that_is_not_known(example: dict[str, Any]) -> None:
    assert [fault.sentence() for fault in slips(example["body"], example["kind"])] == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("evidence_typ", "evidence_type", id="a letter is missing"),
        pytest.param("target-group", "target_group", id="a hyphen for an underscore"),
        pytest.param("Summary", "summary", id="a capital letter"),
        pytest.param("zzzzzz", "", id="nothing like it"),
        pytest.param("x" * 100_000, "", id="far too long to guess"),
    ],
)
def test_a_member_that_no_field_has_is_a_warning_with_the_nearest_name(
    name: str, meant: str
) -> None:
    (fault,) = slips(body("good-practice") | {name: "something"})
    assert (fault.code, fault.severity, fault.pointer) == ("unknown-member", "warning", f"/{name}")
    assert fault.suggestion == meant
    assert all(fault.sentence(lang) for lang in LANGUAGES)


def test_a_member_inside_an_object_is_looked_at_and_what_is_in_an_unknown_one_is_not() -> None:
    practice = body("good-practice")
    practice["how_it_works"] = [{"title": {"en": "Meet"}, "txet": {"en": "Every Tuesday."}}]
    practice["of_our_own"] = {"a": {"b": 1}}
    found = {fault.pointer: fault.suggestion for fault in slips(practice)}
    assert found == {"/how_it_works/0/txet": "text", "/of_our_own": ""}


@pytest.mark.parametrize(
    ("licence", "meant"),
    [
        pytest.param("nonsense", "", id="a word"),
        pytest.param("CC-BY", "CC-BY-4.0", id="no version"),
        pytest.param("cc-by-sa-4.0", "CC-BY-SA-4.0", id="small letters"),
        pytest.param("CC-BY-5.0", "CC-BY-4.0", id="a version there is not"),
        pytest.param("CC0", "CC0-1.0", id="CC0 without its version"),
    ],
)
def test_a_licence_nobody_knows_by_that_name_is_a_warning(licence: str, meant: str) -> None:
    (fault,) = slips(body("good-practice") | {"licence": licence})
    assert (fault.code, fault.severity, fault.pointer) == (
        "unknown-licence",
        "warning",
        "/licence",
    )
    assert fault.suggestion == meant
    assert all(licence in fault.sentence(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    "licence",
    ["CC-BY-4.0", "CC-BY-NC-SA-3.0-DE", "CC0-1.0", "EUPL-1.2", "ODbL-1.0", "LicenseRef-ours"],
)
def test_a_licence_that_is_known_is_left_in_peace(licence: str) -> None:
    assert slips(body("good-practice") | {"licence": licence}) == []


def test_both_can_be_acknowledged() -> None:
    assert SLIPS <= WARNINGS
