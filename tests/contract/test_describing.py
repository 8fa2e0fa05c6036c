"""What a catalogue and an index are told about a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from node.contract import Link, make_fallback
from tests.contract.bodies import KINDS, body, change, contract, full_body

ORIGIN = "mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q"
RECORD = "6f1c0d3e-5a77-4c62-9d1b-0c6a51c7a001"


@dataclass
class Received:
    """The parts of a content that a description is made from."""

    kind: str
    body: dict[str, Any]
    fallback: dict[str, Any] = field(default_factory=dict)


def facets_of(changed: dict[str, Any], schema: str = "good-practice/1") -> dict[str, set[str]]:
    facets = contract().describe_body(schema, changed).facets
    return {name: set(values) for name, values in facets.items()}


def test_a_practice_counts_under_its_codes() -> None:
    found = facets_of(body("good-practice"))
    assert found["axis"] == {"programmes"}
    assert found["success_factor"] == {"social-capital"}
    assert found["status"] == {"running"}
    assert found["licence"] == {"CC-BY-4.0"}
    assert found["language"] == {"en"}
    assert found["partner_type"] == {"municipality"}
    assert found["procedure"] == {"diploma-recognition"}


def test_the_guidance_practice_follows_from_the_success_factor() -> None:
    plain = change(body("good-practice"), "/iag_practice", ...)
    assert facets_of(plain)["iag_practice"] == {"community-integration"}


def test_a_concept_counts_with_its_broader_ones() -> None:
    vocabulary = contract().vocabularies["practice-types"]
    narrow = next(c for c in vocabulary.concepts.values() if c.broader)
    found = facets_of(change(body("good-practice"), "/practice_type", [narrow.code]))
    assert found["practice_type"] == {narrow.code, *vocabulary.ancestors(narrow.code)}
    assert narrow.broader in found["practice_type"]


def test_a_code_of_two_lists_counts_under_the_right_facet() -> None:
    material = change(body("training-material"), "/audience", ["refugees", "guidance"])
    found = facets_of(material, "training-material/1")
    assert "refugees" in found["target_group"]
    assert found["practitioner_audience"] == {"guidance"}


def test_a_material_counts_under_the_languages_of_title_and_material() -> None:
    assert facets_of(body("training-material"), "training-material/1")["language"] == {"en", "es"}


def test_a_region_brings_its_country_by_its_iso_code() -> None:
    there = change(change(body("good-practice"), "/country", ["CY"]), "/regions", ["EL30", "UKI"])
    description = contract().describe_body("good-practice/1", there)
    assert set(description.countries) == {"CY", "GR", "GB"}
    assert facets_of(there)["region"] == {"EL30", "UKI"}


def test_a_code_not_known_here_still_counts() -> None:
    newer = change(body("good-practice"), "/barrier", ["boredom"])
    assert facets_of(newer)["barrier"] == {"boredom"}


def test_texts_of_every_depth_stand_under_their_language() -> None:
    texts = contract().describe_body("good-practice/1", body("good-practice")).texts
    assert "Conversation groups in the library" in texts["en"]
    assert "First talk with the employer" in texts["en"]
    assert "Recognition office of the ministry" in texts["en"]
    assert "Municipal library of Nea Smyrni" in texts["und"]
    assert not any("sha256:" in text for found in texts.values() for text in found)


def test_links_name_relation_record_and_revision() -> None:
    description = contract().describe_body("adaptation/1", body("adaptation"))
    assert Link("adapts", ORIGIN, RECORD, 3) in description.links
    assert Link("related", ORIGIN, RECORD, 3) in description.links
    assert description.translation_of is None


def test_a_record_that_is_named_twice_is_one_link() -> None:
    described = contract().describe_body("visit/1", body("visit"))
    saw = [link for link in described.links if link.relation == "saw"]
    assert saw == [Link("saw", ORIGIN, RECORD, 3)]


def test_a_translation_is_titled_in_its_own_language() -> None:
    description = contract().describe_body("translation/1", body("translation"))
    assert description.title == {"es": "Grupos de conversación en la biblioteca"}
    assert description.language == "es"
    assert description.translation_of == Link("translates", ORIGIN, RECORD, 3)
    assert description.texts["es"][:1] == ("Grupos de conversación en la biblioteca",)


def test_the_summary_of_an_adaptation_is_what_changed_when_there_is_none() -> None:
    without = change(body("adaptation"), "/summary", ...)
    description = contract().describe_body("adaptation/1", without)
    assert description.summary == without["what_changed"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_title_summary_and_original_language(name: str) -> None:
    kind = contract().kinds[name]
    description = contract().describe_body(kind.schema, full_body(kind))
    assert description.known
    assert description.title
    assert description.language in description.title
    assert description.summary or name == "translation"


def test_a_long_summary_is_cut_at_a_word() -> None:
    material = change(body("training-material"), "/description/en", "word " * 400)
    summary = contract().describe_body("training-material/1", material).summary["en"]
    assert len(summary) <= 600
    assert summary.endswith("word…")


def test_a_reply_without_a_title_is_called_by_its_first_words() -> None:
    reply = change(body("discussion"), "/title", ...)
    reply = change(reply, "/text/en", "We split it.\n\n- One half " + "talks " * 40)
    title = contract().describe_body("discussion/1", reply).title["en"]
    assert title.startswith("We split it. - One half talks")
    assert title.endswith("talks…")
    assert len(title) <= 100
    assert contract().make_fallback("discussion", reply)["title"] == {"en": title}
    titled = change(reply, "/title", {"en": "Two halves"})
    assert contract().describe_body("discussion/1", titled).title == {"en": "Two halves"}


def test_a_word_longer_than_the_limit_is_cut_all_the_same() -> None:
    fallback = make_fallback(
        contract().kinds["training-material"],
        change(body("training-material"), "/description/en", "x" * 2000),
    )
    assert len(fallback["summary"]["en"]) == 600


def test_the_fallback_is_what_another_node_shows() -> None:
    fallback = contract().make_fallback("good-practice", body("good-practice"))
    assert fallback["title"] == {"en": "Conversation groups in the library"}
    received = Received("good-practice", body("good-practice"), fallback)
    elsewhere = contract().describe(received, "good-practice/9")  # type: ignore[arg-type]
    assert not elsewhere.known
    assert elsewhere.title == fallback["title"]
    assert elsewhere.language == "en"
    assert elsewhere.facets == {"language": ("en",)}
    assert elsewhere.texts["en"] == (fallback["title"]["en"], fallback["summary"]["en"])
    here = contract().describe(received, "good-practice/1")  # type: ignore[arg-type]
    assert here.known


def test_a_statement_that_names_another_kind_than_its_content_is_shown_by_the_fallback() -> None:
    received = Received("review", body("review"), {"title": {"en": "A review"}})
    description = contract().describe(received, "good-practice/1")  # type: ignore[arg-type]
    assert (description.known, description.title) == (False, {"en": "A review"})


@pytest.mark.parametrize(
    "fallback",
    [{}, {"title": "x"}, {"title": {"en": 3}}, {"summary": None}, {"title": []}],
    ids=repr,
)
def test_a_strange_fallback_describes_nothing_and_breaks_nothing(fallback: dict[str, Any]) -> None:
    description = contract().describe(Received("podcast", {}, fallback), "podcast/1")  # type: ignore[arg-type]
    assert (description.title, description.language, description.known) == ({}, "", False)
