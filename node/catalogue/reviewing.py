"""What reviewers say of a record, counted: no store, no averages.

Three scores say nothing as a mean that they do not say better side by side, so each is kept. Who
reviews twice counts once, with the newest review; who reviews an own record does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: From the best to the worst, as the schema has them.
RECOMMENDATIONS = ("recommended", "recommended-with-changes", "not-recommended")
LOWEST, HIGHEST = 0, 3


@dataclass(frozen=True, slots=True)
class Review:
    """One review, as far as it is counted."""

    origin: str
    #: Anything that grows from one review of an origin to its next.
    order: tuple[Any, ...]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reviews of a record in sum."""

    #: Reviewers that count.
    count: int
    #: Recommendation and how many give it, the best first; those that nobody gives are left out.
    recommendations: tuple[tuple[str, int], ...]
    #: Criterion and every score it got (0 to 3), the highest first.
    criteria: tuple[tuple[str, tuple[int, ...]], ...]


def sum_up(reviews: Iterable[Review], subject_origin: str) -> Verdict:
    """Count reviews of a record of `subject_origin`."""
    newest: dict[str, Review] = {}
    for review in reviews:
        held = newest.get(review.origin)
        if review.origin != subject_origin and (held is None or review.order > held.order):
            newest[review.origin] = review
    bodies = [review.body for review in newest.values()]
    given = [body.get("recommendation") for body in bodies]
    counts = ((code, given.count(code)) for code in RECOMMENDATIONS)
    scores: dict[str, list[int]] = {}
    for body in bodies:
        for criterion, score in _scores(body).items():
            scores.setdefault(criterion, []).append(score)
    return Verdict(
        len(bodies),
        tuple((code, number) for code, number in counts if number),
        tuple((criterion, tuple(sorted(each, reverse=True))) for criterion, each in scores.items()),
    )


def _scores(body: Mapping[str, Any]) -> dict[str, int]:
    """Return one score for each criterion; what has another form is no score."""
    listed = body.get("criteria")
    found: dict[str, int] = {}
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict):
            continue
        criterion, score = each.get("criterion"), each.get("score")
        if isinstance(criterion, str) and type(score) is int and LOWEST <= score <= HIGHEST:
            found.setdefault(criterion, score)
    return found
