"""What forms, pages and exports are told about kinds and fields."""

from __future__ import annotations

import pytest

from node.contract import ContractError, Fault, schemas_path
from tests.contract.bodies import KINDS, contract

PRACTICE = contract().kinds["good-practice"]


def test_a_field_is_found_by_its_path_and_knows_its_place() -> None:
    office = PRACTICE.field("procedure.steps.office")
    assert office is not None
    assert (office.name, office.pointer) == ("office", "/procedure/steps/office")
    assert (office.type, office.many, office.required) == ("langmap", False, True)
    assert office.label("es") == "Oficina"


@pytest.mark.parametrize("path", ["", "nothing", "title.nothing", "nothing.title", "procedure."])
def test_a_path_that_leads_nowhere_finds_nothing(path: str) -> None:
    assert PRACTICE.field(path) is None


def test_a_list_says_so_and_its_type_is_that_of_one_element() -> None:
    countries = PRACTICE.field("country")
    steps = PRACTICE.field("how_it_works")
    assert countries is not None
    assert steps is not None
    assert (countries.type, countries.many, countries.limits["minItems"]) == ("country", True, 1)
    assert (steps.type, steps.many) == ("object", True)
    assert [item.name for item in steps.items] == ["title", "text"]


def test_a_text_tells_its_longest_length() -> None:
    summary = PRACTICE.field("summary")
    assert summary is not None
    assert summary.limits["maxLength"] == 600


def test_a_concept_tells_its_vocabulary_and_facet() -> None:
    axis = PRACTICE.field("axis")
    topics = contract().kinds["training-material"].field("topics")
    title = PRACTICE.field("title")
    assert axis is not None
    assert topics is not None
    assert title is not None
    assert (axis.vocabulary, axis.facet) == ("axes", "axis")
    assert topics.vocabularies == ("success-factors", "iag-practices")
    assert topics.facets == ("success_factor", "iag_practice")
    assert (title.vocabulary, title.facet) == (None, None)


def test_a_choice_lists_its_values_with_their_labels() -> None:
    status = PRACTICE.field("status")
    assert status is not None
    assert list(status.choices) == ["planned", "running", "ended"]
    assert status.choice("running", "el") == "Σε εξέλιξη"
    assert status.choice("paused", "el") == "paused"


def test_a_licence_has_its_default() -> None:
    licence = PRACTICE.field("licence")
    assert licence is not None
    assert licence.default == "CC-BY-4.0"


def test_a_kind_speaks_the_reader_s_language() -> None:
    assert PRACTICE.label("es") == "Buena práctica"
    assert PRACTICE.plural("ar") == "الممارسات الجيدة"
    assert PRACTICE.help("el").endswith(".")
    transfer = next(s for s in PRACTICE.sections if s.id == "transfer")
    assert transfer.label("es") == "Transferencia"
    assert transfer.why("en").startswith("A practice that moves usually fails")


@pytest.mark.parametrize("name", KINDS)
def test_walking_a_kind_meets_every_field_once(name: str) -> None:
    paths = [field.path for field in contract().kinds[name].walk()]
    assert len(paths) == len(set(paths))
    for path in paths:
        found = contract().kinds[name].field(path)
        assert found is not None
        assert found.path == path


def test_the_relations_are_those_of_the_design() -> None:
    relations = {
        field.relation
        for name in KINDS
        for field in contract().kinds[name].walk()
        if field.relation
    }
    assert relations == {
        "adapts", "reviews", "translates", "based_on", "related", "supports", "part_of",
        "saw", "contains", "same_as", "confirms", "discusses", "replies_to",
    }  # fmt: skip


def test_the_facets_are_those_that_search_offers() -> None:
    facets = {f for name in KINDS for field in contract().kinds[name].walk() for f in field.facets}
    assert {
        "success_factor", "iag_practice", "axis", "practice_type", "barrier", "target_group",
        "country", "region", "language", "setting", "stage", "status", "evidence_type", "outcome",
        "material_type", "mode", "cefr_level", "eqf_level", "cost_band", "practitioner_audience",
        "visit_type", "opportunity_type", "pay_type", "collection_type", "campaign_audience",
        "channel", "sameness", "confirmed", "purpose",
    } <= facets  # fmt: skip


def test_a_fault_about_no_field_is_made_of_plain_sentences() -> None:
    fault = Fault.plain("The record has 300,000 bytes.", expected="at most 262,144 bytes")
    assert fault.sentence("el") == "The record has 300,000 bytes. Expected: at most 262,144 bytes."
    assert (fault.pointer, fault.example, fault.severity) == ("", "", "error")
    assert Fault.plain("It is empty.").sentence() == "It is empty."


def test_a_package_without_its_contract_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.contract.sources.__file__", "/nowhere/node/contract/sources.py")
    with pytest.raises(ContractError, match="not found") as caught:
        schemas_path()
    assert "Install Footbridge again" in caught.value.hint
