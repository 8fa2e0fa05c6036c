from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from node.catalogue.browsing import MAX_PAGE_SIZE, SearchRequest, search_records
from node.contract.sources import schemas_path
from node.exchange.drafts import Draft
from node.exchange.publishing import withdraw
from tests.catalogue.making import Shelf, make_shelf, organisation
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.catalogue.browsing import SearchPage


def search(shelf: Shelf, q: str = "", **more: object) -> SearchPage:
    return search_records(shelf.catalogue, SearchRequest(q=q, **more))


def ids(page: SearchPage) -> list[str]:
    return [card.id for card in page.items]


def test_a_card_says_what_a_list_needs(shelf: Shelf) -> None:
    _profile, one = shelf.publish(
        organisation(), practice("Evenings of talk", country=["DK", "ES"])
    )
    (card,) = search(shelf, "evenings").items
    assert (card.id, card.kind, card.revision, card.language) == (one, "good-practice", 1, "en")
    assert card.title == {"en": "Evenings of talk"}
    assert card.countries == ("DK", "ES")
    assert (card.origin.oid, card.origin.name) == (shelf.oid, "Puente de Prueba")
    assert card.origin.own
    assert card.origin.country == "ES"


def test_an_origin_without_a_profile_has_the_name_it_told(shelf: Shelf) -> None:
    shelf.publish(practice())
    assert search(shelf).items[0].origin.name == "Puente"


def test_found_words_are_marked_in_the_title(shelf: Shelf) -> None:
    shelf.publish(practice("Mentoring in pairs"))
    (card,) = search(shelf, "mentors").items
    assert [(s.text, s.hit) for s in card.title_hits["en"]] == [
        ("Mentoring", True),
        (" in pairs", False),
    ]


def test_the_excerpt_is_from_the_summary_in_the_readers_language(shelf: Shelf) -> None:
    summary = {"en": "A bicycle for everybody.", "es": "Una bicicleta para todos, bicycle."}
    shelf.publish(practice("Getting there", summary=summary))
    (card,) = search(shelf, "bicycle", languages=("es", "en")).items
    assert card.snippet is not None
    assert card.snippet.language == "es"
    (card,) = search(shelf, "bicycle", languages=("de", "en")).items
    assert card.snippet is not None
    assert card.snippet.text == "A bicycle for everybody."
    assert [s.text for s in card.snippet.segments if s.hit] == ["bicycle"]


def test_the_excerpt_is_from_the_body_when_nothing_else_has_the_word(shelf: Shelf) -> None:
    shelf.publish(practice("Talk", results={"en": "Nine of ten learned to juggle."}))
    (card,) = search(shelf, "juggling").items
    assert card.snippet is not None
    assert card.snippet.text == "Nine of ten learned to juggle."


def test_without_words_there_is_nothing_to_mark(shelf: Shelf) -> None:
    shelf.publish(practice())
    (card,) = search(shelf).items
    assert card.snippet is None
    assert card.title_hits == {}


def test_a_record_withdrawn_a_moment_ago_is_not_shown(shelf: Shelf) -> None:
    one, two = shelf.publish(practice("One"), practice("Two"))
    withdraw(shelf.x, one)
    assert ids(search(shelf)) == [two]


def test_facets_have_names_and_labels_in_the_readers_language(shelf: Shelf) -> None:
    shelf.publish(practice(country=["DK"]))
    page = search(shelf, languages=("el", "en"))
    country = page.facet("country")
    assert country is not None
    assert [(v.value, v.label, v.language, v.count) for v in country.values] == [
        ("DK", "Δανία", "el", 1)
    ]
    factor = page.facet("success_factor")
    assert factor is not None
    vocabulary = shelf.x.contract.vocabularies["success-factors"]
    assert factor.values[0].label == vocabulary.concepts["social-capital"].labels["el"]
    assert all(group.label for group in page.facets if group.name not in {"kind", "origin"})
    assert next(group.name for group in page.facets) == "kind"
    assert [group.name for group in page.facets][-1] == "origin"


def test_every_value_of_the_samples_has_a_label(samples: Shelf) -> None:
    # What is the same in every language: identifiers, and dates as programs write them.
    codes = {"licence", "esco_skill", "expires"}
    for group in search(samples, languages=("en",)).facets:
        for value in group.values:
            assert value.label
            named = value.label != value.value or group.name in codes
            assert named, f"{group.name}={value.value} has no label"


def test_chosen_values_stand_first_even_when_nothing_has_them(shelf: Shelf) -> None:
    shelf.publish(practice(country=["DK"]), practice(country=["DK"]), practice(country=["GR"]))
    page = search(shelf, facets={"country": ["GR", "XK"]})
    country = page.facet("country")
    assert country is not None
    assert [(v.value, v.count, v.selected) for v in country.values] == [
        ("GR", 1, True),
        ("XK", 0, True),
        ("DK", 2, False),
    ]
    assert [v.value for v in country.selected] == ["GR", "XK"]
    assert page.total == 1


def test_a_recognised_concept_is_told_with_its_label(shelf: Shelf) -> None:
    shelf.publish(practice("Frivilligcafé", practice_type=["volunteering"]))
    page = search(shelf, "εθελοντισμός", languages=("es",))
    told = next(c for c in page.concepts if c.facet == "practice_type")
    assert (told.typed, told.value) == ("εθελοντισμός", "volunteering")
    label = shelf.x.contract.vocabularies["practice-types"].concepts["volunteering"].labels["es"]
    assert (told.label, told.language) == (label, "es")


@pytest.mark.parametrize(
    ("page", "size", "expected"),
    [(1, 2, 2), (3, 2, 1), (4, 2, 0), (0, 2, 2), (-5, 2, 2), (1, 0, 1), (1, 10_000, 5)],
)
def test_any_page_and_size_gets_an_answer(
    shelf: Shelf, page: int, size: int, expected: int
) -> None:
    shelf.publish(*(practice(f"Number {n}") for n in range(5)))
    answer = search(shelf, page=page, size=size)
    assert len(answer.items) == expected
    assert answer.total == 5
    assert answer.request.size <= MAX_PAGE_SIZE


def test_an_empty_catalogue_has_one_empty_page(shelf: Shelf) -> None:
    page = search(shelf, "anything")
    assert (page.total, page.pages, page.items, page.facets) == (0, 1, (), ())


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Give a catalogue with all sample records, published by one node."""
    made = make_shelf(tmp_path_factory.mktemp("samples"))
    files = sorted((schemas_path() / "examples").glob("*.json"))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    drafts = [Draft(kind=f["kind"], body=f["body"]) for f in found if "kind" in f]
    assert len(drafts) > 16
    made.publish(*drafts)
    yield made
    made.x.database.dispose()


def test_every_sample_is_found_by_the_words_of_its_title(samples: Shelf) -> None:
    everything = search(samples, size=100)
    assert everything.total == len(everything.items)
    missed = [
        text
        for card in everything.items
        for text in card.title.values()
        if card.id not in ids(search(samples, text, size=100))
    ]
    assert missed == []


def test_a_greek_word_finds_danish_practices(samples: Shelf) -> None:
    found = search(samples, "εθελοντισμός", size=100)
    languages = Counter(card.language for card in found.items)
    assert languages["da"] >= 1
    greek_only = all("el" in {*card.title, *card.summary} for card in found.items)
    assert not greek_only


def test_facet_counts_are_what_choosing_them_gives(samples: Shelf) -> None:
    for name in ("country", "kind", "success_factor", "language"):
        group = search(samples).facet(name)
        assert group is not None
        for value in group.values:
            assert search(samples, facets={name: [value.value]}).total == value.count
