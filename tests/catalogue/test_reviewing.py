"""Reviews are counted, one voice each, and scores are shown side by side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.reviewing import Review, sum_up

OWN = "own"


def review(origin: str, recommendation: str = "recommended", order: int = 1, **more: Any) -> Review:
    return Review(origin, (order,), {"recommendation": recommendation} | more)


def scored(origin: str, **scores: Any) -> Review:
    listed = [{"criterion": name, "score": score} for name, score in scores.items()]
    return review(origin, criteria=listed)


def test_each_reviewer_has_one_voice_the_newest() -> None:
    found = sum_up(
        [review("a", "not-recommended", 2), review("a", "recommended", 1), review("b")], OWN
    )
    assert found.count == 2
    assert found.recommendations == (("recommended", 1), ("not-recommended", 1))


def test_nobody_recommends_an_own_record() -> None:
    found = sum_up([review(OWN), review("a", "recommended-with-changes")], OWN)
    assert (found.count, found.recommendations) == (1, (("recommended-with-changes", 1),))


def test_every_score_stands_for_itself() -> None:
    found = sum_up([scored("a", planning=1), scored("b", planning=3, review=0)], OWN)
    assert found.criteria == (("planning", (3, 1)), ("review", (0,)))


@pytest.mark.parametrize(
    "criteria",
    [
        pytest.param(None, id="none"),
        pytest.param("planning", id="a text"),
        pytest.param(["planning"], id="no objects"),
        pytest.param([{"criterion": "planning"}], id="no score"),
        pytest.param([{"criterion": "planning", "score": 4}], id="beyond the scale"),
        pytest.param([{"criterion": "planning", "score": True}], id="a truth"),
        pytest.param([{"criterion": 7, "score": 2}], id="no name"),
    ],
)
def test_what_is_no_score_is_not_counted(criteria: Any) -> None:
    assert sum_up([review("a", criteria=criteria)], OWN).criteria == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 3))))
def test_the_order_in_which_reviews_arrive_changes_no_count(
    rows: list[tuple[str, int, int]],
) -> None:
    codes = ["recommended", "recommended-with-changes", "not-recommended", "of-the-future"]
    # Of one origin no two reviews are of the same order.
    unique = {(origin, order): code for origin, order, code in rows}
    reviews = [review(origin, codes[code], order) for (origin, order), code in unique.items()]
    forth, back = sum_up(reviews, OWN), sum_up(reversed(reviews), OWN)
    assert (forth.count, forth.recommendations) == (back.count, back.recommendations)
    assert forth.count == len({each.origin for each in reviews})
    assert sum(number for _code, number in forth.recommendations) <= forth.count
