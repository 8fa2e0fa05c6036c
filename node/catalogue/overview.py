"""The home page: what is here, what is new, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.browsing import FacetValue
    from node.catalogue.cards import RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.organisations import OrganisationSummary


@dataclass(frozen=True, slots=True)
class Overview:
    """What the home page shows."""

    #: Newest first, without organisation profiles.
    newest: tuple[RecordCard, ...]
    #: All six success factors in the vocabulary's order, also those with count 0.
    success_factors: tuple[FacetValue, ...]
    #: Countries that occur, most records first.
    countries: tuple[FacetValue, ...]
    #: Original languages that occur, most records first.
    languages: tuple[FacetValue, ...]
    partners: tuple[OrganisationSummary, ...]
    #: Records shown, by kind.
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many records can be found here."""
        return sum(self.counts.values())


def get_overview(c: Catalogue, languages: Sequence[str], newest: int = 6) -> Overview:
    """Return the home page's data with labels in the reader's languages."""
    raise NotImplementedError
