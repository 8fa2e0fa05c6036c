"""Runs a query: strictly first, more loosely when that finds next to nothing, then counts facets.

1. Every word that means something must be met, in any form, or by its concept.
2. When that finds fewer than `FEW` records: words spelled nearly so count too, words that begin
   with the last one typed anywhere (strictly: in titles), and parts of concepts' names.
3. When still nothing is found: half of the words are enough, then any one.

Filters do not loosen anything: whether a query finds little is asked without them, so choosing a
country never changes what the words mean.

Records that stand as one are one result, found by the words of all (`node.search.documents`). The
exception are kinds: who chooses the kind "translation" sees each translation, so that is what the
count beside the kind says.

Facets are counted by one aggregation over the ``name=value`` tokens of all found records. For a
facet with a selection it is done once more without that selection.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from node.search.clauses import ClauseMaker, all_of, some_of
from node.search.query import Hit, Part, Query, Recognised, Results, parse
from node.search.schema import ALONE, KIND, TOGETHER
from node.search.stemming import primary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.search.expansion import Concepts

#: Fewer found records than this make the search look for misspelled words as well.
FEW = 3
#: Facet values counted in one answer: more than all vocabularies, countries and origins together.
MAX_VALUES = 20_000
#: Hits that can be paged through; nobody reads further, and reaching further costs memory.
MAX_DEPTH = 10_000

#: The facet by which a reader can ask for translations by themselves.
KINDS = "kind"
#: Documents that are not met where records stand as one (True), and where each stands by itself.
_ELSEWHERE = {True: (ALONE, KIND), False: (TOGETHER,)}

_COUNTING = {"values": {"terms": {"field": "facet", "size": MAX_VALUES}}}


def run(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    languages: Sequence[str],
    query: Query,
    concepts: Concepts,
) -> Results:
    """Answer a query from one view of the index."""
    maker = ClauseMaker(searcher, schema, languages, query.languages)
    parts = parse(query.text)
    filters = maker.filters(query.facets)
    unwanted = maker.unwanted(parts)
    units, recognised = maker.units(parts, concepts, loosely=False)
    general = [*unwanted, *maker.only(_ELSEWHERE[query.folded])]
    veiled = general
    if query.folded and KINDS in filters:
        veiled = [*unwanted, *maker.only([ALONE])]
    wanted = all_of(units) if units else maker.every()
    base = _without(wanted, veiled)
    loosened = False

    def hits() -> tuple[int, tuple[Hit, ...]]:
        ranked = _filtered(base, list(filters.values()))
        if query.languages and units:
            own = maker.in_language(primary(query.languages[0]))
            ranked = Clause.boolean_query([(Occur.Must, ranked), (Occur.Should, own)])
        return _hits(searcher, ranked, query, newest=query.sort == "newest" or not units)

    total, found = hits()
    if units and total < FEW:
        strict = _count(searcher, _without(wanted, general)) if filters else total
        loose = _loosely(searcher, maker, parts, concepts, general, strict)
        if loose is not None:
            wanted, recognised = loose
            base = _without(wanted, veiled)
            loosened = strict == 0
            total, found = hits()
    counts = _count_facets(searcher, base, filters) if query.counted else {}
    if query.folded and query.counted and KINDS not in filters:
        for clause in maker.only([KIND]):
            folded = _filtered(_without(wanted, unwanted), [clause, *filters.values()])
            more = Counter(_aggregate(searcher, folded).get(KINDS, {}))
            if more:
                counts[KINDS] = dict((more + Counter(counts.get(KINDS, {}))).most_common())
    return Results(
        total,
        found,
        counts,
        recognised,
        loosened,
        tuple(part for part in parts if not part.unwanted),
    )


def _loosely(
    searcher: tantivy.Searcher,
    maker: ClauseMaker,
    parts: Sequence[Part],
    concepts: Concepts,
    unwanted: Sequence[Clause],
    found: int,
) -> tuple[Clause, tuple[Recognised, ...]] | None:
    """Return a clause that more records meet than the `found` strict ones; None when none do.

    `unwanted` is looked away from, and is not in the clause.

    With it come the concepts that were recognised, parts of names included.
    """
    if found >= FEW:
        return None
    units, recognised = maker.units(parts, concepts, loosely=True)
    near = all_of(units)
    if _count(searcher, _without(near, unwanted)) > found:
        return near, recognised
    required = sum(unit.required for unit in units)
    for least in ((required + 1) // 2, 1) if found == 0 and required > 1 else ():
        some = some_of(units, least)
        if _count(searcher, _without(some, unwanted)):
            return some, recognised
    return None


def _without(wanted: Clause, unwanted: Sequence[Clause]) -> Clause:
    if not unwanted:
        return wanted
    return Clause.boolean_query(
        [(Occur.Must, wanted), *((Occur.MustNot, clause) for clause in unwanted)]
    )


def _filtered(base: Clause, filters: Sequence[Clause]) -> Clause:
    """Return `base` within all filters, which do not change scores."""
    if not filters:
        return base
    silent = [(Occur.Must, Clause.const_score_query(clause, 0.0)) for clause in filters]
    return Clause.boolean_query([(Occur.Must, base), *silent])


def _count(searcher: tantivy.Searcher, clause: Clause) -> int:
    return int(searcher.search(clause, limit=1, count=True).count)  # type: ignore[attr-defined]


def _hits(
    searcher: tantivy.Searcher, clause: Clause, query: Query, *, newest: bool
) -> tuple[int, tuple[Hit, ...]]:
    offset = max(0, query.offset)
    limit = min(max(0, query.limit), max(0, MAX_DEPTH - offset))
    order: dict[str, Any] = {"order_by_field": "newest"} if newest else {}
    found = searcher.search(
        clause, limit=max(1, limit), offset=offset if limit else 0, count=True, **order
    )
    hits = []
    for score, address in found.hits[:limit]:
        oid, _slash, record = str(searcher.doc(address).get_first("id")).partition("/")
        hits.append(Hit(oid, record, 0.0 if newest else float(score)))
    return int(found.count), tuple(hits)  # type: ignore[attr-defined]


def _count_facets(
    searcher: tantivy.Searcher, base: Clause, filters: Mapping[str, Clause]
) -> dict[str, dict[str, int]]:
    counts = _aggregate(searcher, _filtered(base, list(filters.values())))
    for name in filters:
        others = [clause for other, clause in filters.items() if other != name]
        counts[name] = _aggregate(searcher, _filtered(base, others)).get(name, {})
    return counts


def _aggregate(searcher: tantivy.Searcher, clause: Clause) -> dict[str, dict[str, int]]:
    """Return the counts by facet name and value, most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    for bucket in searcher.aggregate(clause, _COUNTING)["values"]["buckets"]:
        name, _equals, value = bucket["key"].partition("=")
        counts.setdefault(name, {})[value] = bucket["doc_count"]
    return counts
