"""The reviews of a record in sum, in words for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.presenting import facet_label
from node.catalogue.reviewing import HIGHEST, Review, sum_up
from node.web.context import runtime
from node.web.presenting import Presenter
from node.web.texts import Text

if TYPE_CHECKING:
    from node.catalogue.records import RecordView


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """What stands above a list of reviews."""

    count: int
    #: Code, what it is called, and how many say so.
    recommendations: tuple[tuple[str, Text, int], ...]
    #: What a criterion is called, and its scores.
    criteria: tuple[tuple[Text, tuple[int, ...]], ...]
    highest: int = HIGHEST


def verdict(view: RecordView) -> ShownVerdict | None:
    """Return the reviews of a record in sum, None when none counts."""
    found = sum_up(
        (
            Review(link.origin, (link.revision or 0, link.card.published), link.body)
            for link in view.reviews
            if link.card is not None and link.body
        ),
        view.origin.oid,
    )
    if not found.count:
        return None
    contract = runtime().contract
    spec = contract.kinds["review"].field("criteria.criterion")
    presenter = Presenter(contract)
    return ShownVerdict(
        found.count,
        tuple(
            (code, facet_label("review", "recommendation", code), number)
            for code, number in found.recommendations
        ),
        tuple(
            (presenter.term(spec, code).label if spec else Text(code, ""), scores)
            for code, scores in found.criteria
        ),
    )
