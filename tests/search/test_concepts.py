# Letters of many alphabets stand here on purpose.

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.contract import load_contract
from node.search.dictionary import concepts_of, country_facets, facets_by_scheme
from node.search.expansion import Concepts, Label
from node.search.folding import raw_words
from node.search.query import Query, Recognised
from tests.search.making import entry, found, index_of

if TYPE_CHECKING:
    from pathlib import Path

    from node.search import SearchIndex

CONCEPTS = Concepts(
    [
        Label("εθελοντισμός", "el", "practice_type", "volunteering"),
        Label("voluntary work", "en", "practice_type", "volunteering"),
        Label("language course", "en", "practice_type", "language-course"),
        Label("language", "en", "barrier", "language"),
        Label("course", "en", "mode", "course"),
        Label("recognition of qualifications", "en", "practice_type", "recognition"),
        Label("Δανία", "el", "country", "DK"),
        Label("work", "en", "nothing", "carries-this"),
        Label("one two three four five six seven", "en", "mode", "long"),
    ]
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return index_of(
        tmp_path_factory.mktemp("concepts"),
        entry(
            "danish",
            {"da": "Frivilligt arbejde for flygtninge"},
            facets={"practice_type": ["volunteering"], "country": ["DK"]},
        ),
        entry("greek", {"el": "Ο εθελοντισμός στην πράξη"}),
        entry("course", {"de": "Abendschule"}, facets={"practice_type": ["language-course"]}),
        entry("barrier", {"de": "Hürden"}, facets={"barrier": ["language"], "mode": ["course"]}),
    )


def test_a_greek_word_finds_a_danish_practice_after_those_that_have_the_word(
    index: SearchIndex,
) -> None:
    assert found(index, "εθελοντισμού", CONCEPTS) == ["greek", "danish"]


def test_what_was_recognised_is_told(index: SearchIndex) -> None:
    results = index.search(Query(text="Εθελοντισμός Δανία"), CONCEPTS)
    assert [hit.record for hit in results.hits] == ["danish"]
    assert results.recognised == (
        Recognised("Εθελοντισμός", "practice_type", "volunteering"),
        Recognised("Δανία", "country", "DK"),
    )


def test_a_concept_that_no_record_carries_is_not_told(index: SearchIndex) -> None:
    assert index.search(Query(text="work"), CONCEPTS).recognised == ()


def test_the_longer_label_wins(index: SearchIndex) -> None:
    results = index.search(Query(text="language courses"), CONCEPTS)
    assert [hit.record for hit in results.hits] == ["course"]
    assert results.recognised == (
        Recognised("language courses", "practice_type", "language-course"),
    )


def test_words_in_quotes_are_no_concepts(index: SearchIndex) -> None:
    assert found(index, '"voluntary work"', CONCEPTS) == []


def test_words_taken_away_are_no_concepts(index: SearchIndex) -> None:
    results = index.search(Query(text="abendschule -language"), CONCEPTS)
    assert (results.total, results.recognised) == (1, ())


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("recognition of qualifications", "recognition"),
        ("recognition qualification", "recognition"),
        ("Recognition of the qualifications", "recognition"),
        ("εθελοντισμο", "volunteering"),
    ],
)
def test_a_label_is_recognised_in_other_forms(typed: str, value: str) -> None:
    (match,) = CONCEPTS.find(typed.split())
    assert [target[1] for target in match.targets] == [value]
    assert (match.start, match.end) == (0, len(typed.split()))


def test_a_word_that_means_nothing_is_no_form_of_a_label() -> None:
    concepts = Concepts(
        [
            Label("paro", "es", "target_group", "long-term-unemployed"),
            Label("IT", "en", "sector", "k"),
        ]
    )
    assert concepts.find(["ideas", "para", "la", "escuela"]) == []
    assert [m.targets for m in concepts.find(["paro"])] == [
        (("target_group", "long-term-unemployed"),)
    ]
    assert [m.targets for m in concepts.find(["IT"])] == [(("sector", "k"),)]


@pytest.mark.parametrize(
    "typed",
    ["of", "qualifications of recognition", "one two three four five six seven", "volunt", ""],
    ids=["a stop word", "another order", "a description", "half a word", "nothing"],
)
def test_what_is_no_label_is_not_recognised(typed: str) -> None:
    assert CONCEPTS.find(typed.split()) == []


def test_every_vocabulary_with_a_facet_is_in_the_dictionary() -> None:
    contract = load_contract()
    concepts = concepts_of(contract)
    for scheme, facets in facets_by_scheme(contract).items():
        for concept in contract.vocabularies[scheme].concepts.values():
            words = raw_words(concept.label("en"))
            targets = {target for match in concepts.find(words) for target in match.targets}
            if len(words) <= 4:
                assert {(facet, concept.code) for facet in facets} <= targets, concept.code


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("Ελλάδα", "GR"),
        ("Greece", "GR"),
        ("Griechenland", "GR"),
        ("Dinamarca", "DK"),
        ("اليونان", "GR"),
    ],
)
def test_countries_are_recognised_in_many_languages(typed: str, country: str) -> None:
    (match,) = concepts_of(load_contract()).find([typed])
    assert (country_facets(load_contract())[0], country) in match.targets


def test_an_index_without_the_vocabularies_still_finds_words(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry("a", {"el": "Εθελοντισμός"}))
    assert found(index, "εθελοντισμός") == ["a"]


@pytest.mark.parametrize(
    ("label", "language", "typed", "alone"),
    [
        ("No experience", "en", "no experience", "experience"),
        ("Sans emploi", "fr", "sans emploi", "emploi"),
        ("Sin papeles", "es", "sin papeles", "papeles"),
        ("Без документів", "uk", "без документів", "документів"),
    ],
)
def test_a_label_of_little_words_and_one_other_is_meant_only_as_a_whole(
    label: str, language: str, typed: str, alone: str
) -> None:
    concepts = Concepts([Label(label, language, "barrier", "some")])
    assert [match.targets for match in concepts.find(raw_words(typed))] == [(("barrier", "some"),)]
    assert concepts.find(raw_words(alone)) == []
    told = concepts.find(raw_words(f"work {typed} valencia"))
    assert [(match.start, match.end) for match in told] == [(1, 3)]
