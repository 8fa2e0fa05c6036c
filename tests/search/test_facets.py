from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.search.query import Query
from tests.search.making import entry, found, index_of

if TYPE_CHECKING:
    from node.search import SearchIndex


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return index_of(
        tmp_path_factory.mktemp("facets"),
        entry("a", {"en": "Mentors"}, facets={"country": ["GR"], "stage": ["arrival"]}),
        entry("b", {"en": "Mentors"}, facets={"country": ["GR", "DK"], "stage": ["settlement"]}),
        entry("c", {"en": "Mentors"}, facets={"country": ["DK"], "stage": ["arrival"]}),
        entry("d", {"en": "Visits"}, facets={"country": ["ES", "ES"], "note": ["a=b"]}),
    )


def counts(index: SearchIndex, **query: object) -> dict[str, dict[str, int]]:
    return {name: dict(values) for name, values in index.search(Query(**query)).facets.items()}


def test_each_value_is_counted_once_for_each_record(index: SearchIndex) -> None:
    assert counts(index) == {
        "country": {"GR": 2, "DK": 2, "ES": 1},
        "stage": {"arrival": 2, "settlement": 1},
        "note": {"a=b": 1},
    }


def test_counts_are_those_of_the_words(index: SearchIndex) -> None:
    assert counts(index, text="visits") == {"country": {"ES": 1}, "note": {"a=b": 1}}


def test_several_values_of_one_facet_mean_any_of_them(index: SearchIndex) -> None:
    assert set(found(index, facets={"country": ["DK", "ES"]})) == {"b", "c", "d"}


def test_several_facets_mean_all_of_them(index: SearchIndex) -> None:
    assert found(index, "mentors", facets={"country": ["DK"], "stage": ["arrival"]}) == ["c"]


def test_counts_of_a_facet_leave_its_own_choice_out(index: SearchIndex) -> None:
    narrowed = counts(index, text="mentors", facets={"country": ["DK"]})
    assert narrowed["country"] == {"GR": 2, "DK": 2}
    assert narrowed["stage"] == {"arrival": 1, "settlement": 1}


def test_counts_of_two_chosen_facets_each_keep_the_other(index: SearchIndex) -> None:
    narrowed = counts(index, facets={"country": ["GR"], "stage": ["settlement"]})
    assert narrowed["country"] == {"GR": 1, "DK": 1}
    assert narrowed["stage"] == {"arrival": 1, "settlement": 1}


@pytest.mark.parametrize(
    "facets",
    [{"country": ["XX"]}, {"no-such-facet": ["x"]}, {"": [""]}],
    ids=["a value nothing has", "a facet nothing has", "nothing at all"],
)
def test_an_unknown_filter_finds_nothing(index: SearchIndex, facets: dict[str, list[str]]) -> None:
    assert found(index, facets=facets) == []


def test_a_facet_without_values_is_no_filter(index: SearchIndex) -> None:
    assert len(found(index, facets={"country": []})) == 4


def test_a_filter_does_not_change_what_words_mean(index: SearchIndex) -> None:
    """In Spain there is no "mentors"; that is no reason to look for words spelled like it."""
    results = index.search(Query(text="mentors", facets={"country": ["ES"]}))
    assert (results.total, results.loosened) == (0, False)


def test_a_filter_does_not_change_the_order(index: SearchIndex) -> None:
    free = index.search(Query(text="mentors"))
    narrowed = index.search(Query(text="mentors", facets={"stage": ["arrival", "settlement"]}))
    assert [hit.score for hit in free.hits] == [hit.score for hit in narrowed.hits]


def test_a_question_that_leaves_facets_uncounted_finds_the_same(index: SearchIndex) -> None:
    asked = {"facets": {"country": ["DK"]}}
    bare = index.search(Query(**asked, counted=False))
    whole = index.search(Query(**asked))
    assert (bare.total, bare.hits) == (whole.total, whole.hits)
    assert bare.facets == {}
    assert whole.facets != {}
