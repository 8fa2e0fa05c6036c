# Letters of many alphabets stand here on purpose.

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.search.query import MAX_WORDS, Query, parse
from node.search.searching import MAX_DEPTH
from tests.search.making import entry, found, index_of, titles

if TYPE_CHECKING:
    from pathlib import Path

    from node.search import SearchIndex


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """Give one index for the whole module; nothing here writes to it."""
    return index_of(
        tmp_path_factory.mktemp("finding"),
        *titles(
            el=["Εργοδότες στην Αθήνα"],
            pl=["Łódź: kursy językowe"],
            de=["Straße zur Arbeit durch Förderung"],
            tr=["Iğdır'da iş"],
            ar=["دورة لِلمُهَاجِرِين في إدارة الأعمال"],
            sk=["Zamestnávatelia učia migrantov"],
            es=["Formación para voluntarios"],
        ),
        entry("labour", {"en": "The labour market explained"}),
        entry("market", {"en": "A market for labour of love"}),
        entry("summary", {"en": "Evenings"}, summary={"en": "Mentors meet newcomers over coffee."}),
        entry("body", {"en": "Mornings"}, texts={"en": ["Mentors and bread.", "Coffee later."]}),
        entry("title", {"en": "Mentors"}),
    )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("αθηνα", "el-0"),
        ("ΑΘΗΝΑΣ", "el-0"),
        ("lodz", "pl-0"),
        ("kurs jezykowy", "pl-0"),
        ("strasse", "de-0"),
        ("STRASSE", "de-0"),
        ("foerderung", "de-0"),
        ("igdir", "tr-0"),
        ("للمهاجرين", "ar-0"),
        ("ادارة", "ar-0"),
        ("zamestnavatel", "sk-0"),
        ("formacion", "es-0"),
        ("formaciones", "es-0"),
    ],
)
def test_a_record_is_found_as_people_type(index: SearchIndex, typed: str, first: str) -> None:
    assert found(index, typed) == [first]


def test_the_title_weighs_more_than_the_summary_and_that_more_than_the_body(
    index: SearchIndex,
) -> None:
    assert found(index, "mentors") == ["title", "summary", "body"]


def test_all_words_must_be_met(index: SearchIndex) -> None:
    assert set(found(index, "mentors coffee")) == {"summary", "body"}
    assert found(index, "mentors newcomers") == ["summary"]


def test_words_in_quotes_must_stand_in_this_order(index: SearchIndex) -> None:
    assert set(found(index, "labour market")) == {"labour", "market"}
    assert found(index, '"labour market"') == ["labour"]
    assert found(index, "«labour market» explained") == ["labour"]
    assert found(index, '"market labour"') == []


def test_a_phrase_does_not_reach_over_the_border_of_two_texts(index: SearchIndex) -> None:
    assert found(index, '"bread coffee"') == []
    assert found(index, '"mentors and bread"') == ["body"]


def test_a_word_with_a_minus_takes_records_away(index: SearchIndex) -> None:
    assert found(index, "mentors -coffee") == ["title"]
    assert set(found(index, 'mentors -"coffee later"')) == {"title", "summary"}
    assert "title" not in found(index, "-mentors")


def test_the_last_word_may_be_half_typed(index: SearchIndex) -> None:
    assert found(index, "formac") == ["es-0"]
    assert found(index, "mentors newc") == ["summary"]
    assert index.search(Query(text="newc mentors")).loosened


def test_a_misspelled_word_finds_its_neighbours_and_says_so(index: SearchIndex) -> None:
    results = index.search(Query(text="labuor explained"))
    assert [hit.record for hit in results.hits] == ["labour"]
    assert results.loosened


@pytest.mark.parametrize("languages", [(), ("en",), ("el",), ("xx",)])
def test_a_misspelled_word_in_a_body_is_found_whatever_the_reader_reads(
    tmp_path: Path, languages: tuple[str, ...]
) -> None:
    index = index_of(tmp_path, entry("a", {"el": "Τίτλος"}, texts={"el": ["Οι εργοδότες εδώ"]}))
    assert found(index, "εργοδοττες", languages=languages) == ["a"]


def test_a_word_that_is_right_does_not_find_its_neighbours(tmp_path: Path) -> None:
    index = index_of(tmp_path, *titles(en=["course"] * 3, da=["coarse"]))
    results = index.search(Query(text="course"))
    assert (results.total, results.loosened) == (3, False)


def test_when_no_record_has_all_words_those_with_some_are_shown(index: SearchIndex) -> None:
    results = index.search(Query(text="mentors explained zeppelin"))
    assert results.loosened
    assert results.total == 4


def test_words_that_mean_nothing_alone_are_not_insisted_on(index: SearchIndex) -> None:
    assert found(index, "how to find a job in der Straße zur Arbeit")[0] == "de-0"
    assert set(found(index, "where are the mentors")) == {"title", "summary", "body"}


def test_a_query_of_such_words_alone_insists_on_them(index: SearchIndex) -> None:
    assert found(index, "for of") == ["market"]


@pytest.mark.parametrize(
    "typed",
    ['"', '"""', "(", "AND OR NOT", "title:", "a*", "~", "+-+", "-", '-"', "^2", "[a TO b]", "\\"],
)
def test_bad_syntax_is_no_error(index: SearchIndex, typed: str) -> None:
    assert index.search(Query(text=typed)).total >= 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_is_an_error(index: SearchIndex, text: str) -> None:
    results = index.search(Query(text=text, facets={text: [text, ""]}, sort="newest"))
    assert results.total == 0


def test_a_query_is_cut_before_it_costs_much() -> None:
    assert sum(len(part.raw) for part in parse(" ".join(["word"] * 1000))) <= MAX_WORDS
    assert sum(len(part.raw) for part in parse('"' + "word " * 1000 + '"')) <= MAX_WORDS


def test_an_empty_query_gives_everything_newest_first(tmp_path: Path) -> None:
    days = random.Random(3).sample(range(100), 20)
    index = index_of(
        tmp_path, *(entry(f"day-{day}", {"en": "Day"}, published=day * 86400) for day in days)
    )
    wanted = [f"day-{day}" for day in sorted(days, reverse=True)]
    assert found(index, "  ") == wanted
    assert found(index, "day", sort="newest") == wanted


def test_of_one_second_what_arrived_last_comes_first(tmp_path: Path) -> None:
    made = [entry(str(n), {"en": "Day"}, published=77, change=n) for n in (3, 1, 2)]
    assert found(index_of(tmp_path, *made)) == ["3", "2", "1"]


def test_pages_follow_each_other_without_gap_or_repetition(tmp_path: Path) -> None:
    made = [entry(str(n), {"en": "Day"}, published=n) for n in range(25)]
    index = index_of(tmp_path, *made)
    pages = [found(index, "day", sort="newest", offset=at, limit=10) for at in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [record for page in pages for record in page] == [str(n) for n in reversed(range(25))]
    assert index.search(Query(text="day", limit=0)).total == 25


def test_nobody_pages_deeper_than_the_index_is_willing_to_go(index: SearchIndex) -> None:
    results = index.search(Query(offset=MAX_DEPTH, limit=10))
    assert results.hits == ()
    assert results.total == 12


def test_the_readers_own_language_stands_a_little_higher(tmp_path: Path) -> None:
    index = index_of(tmp_path, *titles(en=["Mentoring"], de=["Mentoring"], da=["Mentoring"]))
    assert found(index, "mentoring", languages=("da", "de"))[0] == "da-0"
    assert found(index, "mentoring", languages=("de-AT",))[0] == "de-0"
