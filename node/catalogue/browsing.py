"""Search and browse: one question, one page of records, the facets beside it with counts.

Within one facet several values mean "any of these"; different facets mean "and". The counts of a
facet that has a selection leave that selection out, so that they say what choosing another value
as well would add.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.cards import RecordCard
    from node.catalogue.context import Catalogue

#: Records on a page: the default and the most that may be asked for.
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

Sort = Literal["relevance", "newest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What a reader asks. Unknown facet names and values are harmless: they match nothing."""

    q: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: From 1.
    page: int = 1
    size: int = PAGE_SIZE
    #: Without words to search for, the order is always newest first.
    sort: Sort = "relevance"
    #: The reader's languages, the preferred one first; labels come in the first that has one.
    languages: Sequence[str] = ("en",)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet that occurs among the found records."""

    #: The code, country, oid …; what a link or form sends back.
    value: str
    label: str
    #: The language `label` is in, which may not be the wanted one.
    language: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet with its values: selected ones first, then the most frequent."""

    #: The parameter's name, such as ``success_factor``.
    name: str
    #: From the schema's labels; "" for the facets every record has (kind, origin, language,
    #: country when the schema gives none), which the interface names itself.
    label: str
    values: tuple[FacetValue, ...]

    @property
    def selected(self) -> tuple[FacetValue, ...]:
        """Return the values that were chosen."""
        return tuple(value for value in self.values if value.selected)


@dataclass(frozen=True, slots=True)
class RecognisedConcept:
    """A word or phrase of the query that names a concept, so that its records are found too."""

    #: The words as they were typed.
    typed: str
    #: The facet and value that stand for it, such as ``practice_type`` and ``volunteering``.
    facet: str
    value: str
    #: The concept's name in the reader's language, and the language it is in.
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a `SearchRequest`."""

    request: SearchRequest
    total: int
    items: tuple[RecordCard, ...]
    facets: tuple[FacetGroup, ...]
    #: "Also showing records about: …".
    concepts: tuple[RecognisedConcept, ...] = ()
    #: No record holds all the words; these hold some of them, or words spelled nearly so.
    loosened: bool = False

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // max(1, self.request.size)))

    def facet(self, name: str) -> FacetGroup | None:
        """Return the facet of this name, or None when no found record has it."""
        return next((group for group in self.facets if group.name == name), None)


def search_records(c: Catalogue, request: SearchRequest) -> SearchPage:
    """Find records. Never fails on what somebody types; an out-of-range page is empty."""
    raise NotImplementedError
