"""Whose word counts on whether a practice still runs, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.confirming import Standing, Word, standing

OWN, OTHER, THIRD = "own" * 17, "oth" * 17, "thi" * 17
TODAY = date(2026, 11, 23)


def of(body: dict[str, Any], *words: Word) -> Standing:
    return standing(OWN, body, words, TODAY)


def word(state: str, when: str, origin: str = OWN, record: str = "r") -> Word:
    return Word(origin, state, when, record)


def test_without_any_word_a_record_has_the_status_it_gives_itself() -> None:
    assert of({"status": "running"}) == Standing("running")
    assert of({}) == Standing()


def test_the_origin_s_newest_word_settles_the_state() -> None:
    body = {"status": "running", "last_confirmed": "2025-01-10"}
    found = of(body, word("running", "2025-06-01"), word("ended", "2026-02-20"))
    assert found.state == "ended"
    assert found.own == word("ended", "2026-02-20")


def test_a_body_confirmed_later_outweighs_an_older_confirmation() -> None:
    body = {"status": "running", "last_confirmed": "2026-10-01"}
    found = of(body, word("ended", "2026-02-20"))
    assert (found.state, found.own and found.own.date) == ("running", "2026-10-01")


def test_on_the_same_day_the_confirmation_wins() -> None:
    body = {"status": "running", "last_confirmed": "2026-02-20"}
    assert of(body, word("ended", "2026-02-20")).state == "ended"


def test_what_others_say_stands_beside_and_overrides_nothing() -> None:
    body = {"status": "running", "last_confirmed": "2025-01-10"}
    found = of(body, word("ended", "2026-02-20", OTHER), word("running", "2026-05-18", THIRD))
    assert found.state == "running"
    assert found.own is not None
    assert found.own.date == "2025-01-10"
    assert [each.origin for each in found.others] == [THIRD, OTHER]


def test_each_origin_counts_with_its_newest_word_only() -> None:
    found = of({}, word("running", "2024", OTHER), word("ended", "2025", OTHER))
    assert found.others == (word("ended", "2025", OTHER),)


@pytest.mark.parametrize(
    ("when", "trusted"),
    [
        pytest.param("2026-11-23", True, id="today"),
        pytest.param("2026-11-24", True, id="tomorrow, where it is tomorrow already"),
        pytest.param("2026-11-25", False, id="the day after"),
        pytest.param("2026-12", False, id="next month"),
        pytest.param("2026-11", True, id="this month"),
        pytest.param("2026", True, id="this year"),
        pytest.param("2027", False, id="next year"),
        pytest.param("9999-12-31", False, id="the end of time"),
        pytest.param("2026-02-31", False, id="a day that does not exist"),
        pytest.param("2026-13", False, id="a month that does not exist"),
        pytest.param("0000", False, id="a year that does not exist"),
        pytest.param("soon", False, id="no date"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_day_that_has_not_come_is_nobody_s_knowledge(when: str, trusted: bool) -> None:
    found = of({"status": "running"}, word("ended", when))
    assert found.state == ("ended" if trusted else "running")
    assert found.odd == (() if trusted else (word("ended", when),))


def test_a_body_cannot_be_confirmed_in_the_future_either() -> None:
    found = of({"status": "running", "last_confirmed": "2031-01-01"})
    assert found.own is None
    assert found.state == "running"
    assert len(found.odd) == 1


@pytest.mark.parametrize(
    ("when", "state", "old"),
    [
        pytest.param("2024-11-23", "running", False, id="two years"),
        pytest.param("2024-11-22", "running", True, id="two years and a day"),
        pytest.param("2024", "running", False, id="a year that may mean its last day"),
        pytest.param("2023", "running", True, id="a year long past"),
        pytest.param("2019-05", "ended", False, id="what has ended does not get old"),
        pytest.param("2019-05", "", True, id="as described, long ago"),
    ],
)
def test_a_word_that_something_runs_gets_old(when: str, state: str, old: bool) -> None:
    assert of({"status": state, "last_confirmed": when}).old is old


def test_when_it_ended_is_told_by_who_told_that_it_ended() -> None:
    told = Word(OWN, "ended", "2026-02-20", "r", ended="2025-03")
    assert of({"status": "running"}, told).ended == "2025-03"
    assert of({"status": "ended", "end": "2024-06"}).ended == "2024-06"
    assert of({"status": "ended", "end": "2024-06", "last_confirmed": "2025"}).ended == "2024-06"


@pytest.mark.parametrize("odd", [3, None, ["running"], {"en": "x"}, "sleeping"])
def test_a_status_or_date_of_another_form_is_no_word(odd: Any) -> None:
    assert of({"status": odd, "last_confirmed": odd if odd != "sleeping" else 7}).state == ""


DATES = st.sampled_from(["2020", "2021-03", "2021-03-04", "2024-11", "2026-11-23", "2027", "x"])
STATES = st.sampled_from(["running", "ended"])
WORDS = st.lists(
    st.builds(Word, st.sampled_from([OWN, OTHER, THIRD]), STATES, DATES, st.sampled_from("abc")),
    max_size=8,
)


@given(WORDS)
def test_others_never_change_what_the_origin_says(words: list[Word]) -> None:
    body = {"status": "running", "last_confirmed": "2021-03-04"}
    own_only = [each for each in words if each.origin == OWN]
    mixed, alone = of(body, *words), of(body, *own_only)
    assert (mixed.state, mixed.own, mixed.old) == (alone.state, alone.own, alone.old)


@given(WORDS)
def test_every_word_is_the_newest_of_its_origin_set_aside_or_outdone(words: list[Word]) -> None:
    found = of({}, *words)
    kept = [*found.others, *([found.own] if found.own else [])]
    assert len({each.origin for each in kept}) == len(kept)
    assert {each.date for each in found.odd} <= {"2027", "x"}
    # The slow way: among an origin's trusted words none begins later than the one that was kept.
    order = ["2020", "2021-03", "2021-03-04", "2024-11", "2026-11-23"]
    for each in words:
        if each.date in order:
            (same,) = [one for one in kept if one.origin == each.origin]
            assert order.index(same.date) >= order.index(each.date)
