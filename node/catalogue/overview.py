"""The home page: what is here, what is new, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.dressing import dressed
from node.catalogue.facets import labelled
from node.catalogue.labels import Labels
from node.catalogue.listing import ORGANISATION, Names, card_of
from node.catalogue.organisations import list_organisations
from node.search import Query

#: The network's main way of browsing: the vocabulary, and the facet it is filed under.
SUCCESS_FACTORS, SUCCESS_FACTOR = "success-factors", "success_factor"
#: Kinds that say something about another record and mean little in a list of what is new.
NOT_ALONE = frozenset(
    {ORGANISATION, "review", "translation", "confirmation", "same-as", "discussion"}
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.cards import RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.facets import FacetValue
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
    found = c.index.search(Query(limit=0)).facets
    kinds = [name for name in c.contract.kinds if name not in NOT_ALONE]
    with c.database.reading() as unit:
        names = Names(unit)
        cards = tuple(card_of(row, names) for row in unit.records.newest(newest, kinds))
        cards = dressed(c, unit, cards)
        counts = unit.records.count_by_kind()
    factors = dict.fromkeys(_codes(c, SUCCESS_FACTORS), 0)
    # The order of the vocabulary is the order of the page, whatever the counts.
    factors |= {v: n for v, n in found.get(SUCCESS_FACTOR, {}).items() if v in factors}
    labels = Labels(c.contract, languages)
    return Overview(
        newest=cards,
        success_factors=labelled(labels, SUCCESS_FACTOR, factors),
        countries=labelled(labels, "country", found.get("country", {})),
        languages=labelled(labels, "language", found.get("language", {})),
        partners=list_organisations(c),
        counts=counts,
    )


def _codes(c: Catalogue, scheme: str) -> tuple[str, ...]:
    vocabulary = c.contract.vocabularies.get(scheme)
    return tuple(vocabulary.concepts) if vocabulary else ()
