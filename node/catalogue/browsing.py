"""Search and browse: one question, one page of records, the facets beside it with counts.

Within one facet several values mean "any of these"; different facets mean "and". The counts of a
facet that has a selection leave that selection out, so that they say what choosing another value
as well would add.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from node.catalogue.dressing import dressed
from node.catalogue.facets import (
    FacetGroup,
    FacetValue,
    RecognisedConcept,
    groups,
    recognised,
)
from node.catalogue.labels import Labels
from node.catalogue.listing import Names, also_of, card_of, excerpt, title_hits
from node.catalogue.reading import texts_of
from node.search import Query
from node.search.dictionary import concepts_of
from node.search.joining import Plan, plan
from node.search.snippets import Highlighter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.cards import RecordCard, Snippet
    from node.catalogue.context import Catalogue
    from node.search import Results
    from node.storage import RecordRow, UnitOfWork

#: Records on a page: the default and the most that may be asked for.
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
#: Records on a page whose whole text is read for an excerpt, because the words found stand in
#: neither title nor summary. Reading one costs about as much as the whole search.
MAX_BODIES = 10
#: Of what stands with a result, so many are read for its excerpt.
MAX_OTHERS = 2

Sort = Literal["relevance", "newest"]

__all__ = [
    "FacetGroup",
    "FacetValue",
    "RecognisedConcept",
    "SearchPage",
    "SearchRequest",
    "search_records",
]


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
    #: Duplicates and translations stand with the record that stands for them; else each by itself.
    folded: bool = True
    #: The reader's languages, the preferred one first; labels come in the first that has one.
    languages: Sequence[str] = ("en",)


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
    """Find records. Never fails on what somebody types; an out-of-range page is empty.

    Raises `IndexDamagedError` while the index is being made again after damage.
    """
    size = min(max(1, request.size), MAX_PAGE_SIZE)
    request = replace(request, size=size, page=max(1, request.page))
    query = Query(
        text=request.q,
        facets=request.facets,
        offset=(request.page - 1) * size,
        limit=size,
        sort=request.sort,
        folded=request.folded,
        languages=request.languages,
    )
    results = c.index.search(query, concepts_of(c.contract))
    with c.database.reading() as unit:
        names = Names(unit)
        labels = Labels(c.contract, request.languages, names)
        return SearchPage(
            request=request,
            total=results.total,
            items=dressed(c, unit, _Cards(c, unit, names, results, request).make()),
            facets=groups(labels, results.facets, request.facets),
            concepts=recognised(labels, results.recognised),
            loosened=results.loosened,
        )


class _Cards:
    """Turns hits into cards with the words that were found."""

    def __init__(
        self,
        c: Catalogue,
        unit: UnitOfWork,
        names: Names,
        results: Results,
        request: SearchRequest,
    ) -> None:
        self._c = c
        self._unit = unit
        self._names = names
        self._hits = results.hits
        self._find = Highlighter(results.parts, typos=results.loosened)
        self._languages = request.languages
        self._folded = request.folded
        self._planned = Plan()
        self._bodies_left = MAX_BODIES

    def make(self) -> tuple[RecordCard, ...]:
        ids: dict[str, list[str]] = defaultdict(list)
        for hit in self._hits:
            ids[hit.oid].append(hit.record)
        rows = {
            (oid, record): row
            for oid, records in ids.items()
            for record, row in self._unit.records.get_many(oid, records).items()
        }
        if self._folded:
            policy = self._c.settings.join_duplicates
            self._planned = plan(self._unit, rows, policy, rows.values())
        found = [rows.get((hit.oid, hit.record)) for hit in self._hits]
        # The index may be a moment behind: what was withdrawn just now is not shown any more.
        return tuple(self._card(row) for row in found if row is not None and row.state == "shown")

    def _card(self, row: RecordRow) -> RecordCard:
        others = self._planned.members.get((row.oid, row.record), ())
        also = tuple(also_of(other, self._names) for other in others)
        if not self._find:
            return card_of(row, self._names, also=also)
        in_title = title_hits(row, self._find)
        snippet = self._excerpt(row, row.summary)
        if snippet is None and not in_title:
            # Words that stand only in a duplicate or a translation are shown from there.
            lines = (
                self._excerpt(o.row, text) for o in others for text in (o.row.title, o.row.summary)
            )
            snippet = next(filter(None, lines), None)
        for each in (row, *(other.row for other in others[:MAX_OTHERS])):
            if snippet is None and not in_title and self._bodies_left:
                self._bodies_left -= 1
                snippet = self._excerpt(each, texts_of(self._c, self._unit, each))
        return card_of(row, self._names, snippet=snippet, title_hits=in_title, also=also)

    def _excerpt(
        self, row: RecordRow, texts: Mapping[str, str] | Mapping[str, Sequence[str]]
    ) -> Snippet | None:
        lists = {code: (some,) if isinstance(some, str) else some for code, some in texts.items()}
        return excerpt(lists, self._find, (*self._languages, row.language))
