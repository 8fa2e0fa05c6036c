"""Places by name, in any language and without any outside service."""

from __future__ import annotations

import pytest

from node.editorial.places import OFFERED, find_places


def test_a_place_in_the_records_countries_comes_before_a_larger_one() -> None:
    assert find_places("Valencia", ["ES"])[0].country == "ES"
    assert find_places("Valencia")[0].country == "VE"
    assert find_places("Valencia", ["VE"])[0].country == "VE"


@pytest.mark.parametrize("name", ["Θεσσαλονίκη", "Thessaloniki", "Salonica", " θεσσαλονικη "])
def test_a_place_is_found_by_its_name_in_any_language(name: str) -> None:
    found = find_places(name)[0]
    assert (found.country, found.latitude, found.longitude) == ("GR", 4064072, 2293493)


def test_a_place_is_found_without_its_accents() -> None:
    assert {find_places(word)[0].name for word in ("lodz", "Łódź", "LODZ")} == {"Łódź"}


@pytest.mark.parametrize(
    "words", ["", "a", "Nowhereatallville", "\x1f\n\t\x00", "\ud800\udfff", "(.*)", "%' --"]
)
def test_words_that_name_no_place_find_none(words: str) -> None:
    assert find_places(words) == []


def test_no_more_is_offered_than_can_be_looked_through() -> None:
    assert len(find_places("san")) == OFFERED
    assert find_places("san" * 10_000) == []
