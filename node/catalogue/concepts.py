"""Vocabularies and terms as readers meet them: what a term means, its neighbours, its records.

A term can be filed under several facets, since several fields of several kinds may take it. A
record that carries it twice is one record: counts over several facets are put together by
inclusion and exclusion, which asks the index for numbers only.

A broader term is carried by every record that carries one of its narrower ones (the contract
files it so), so no count here is added up along the tree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from node.catalogue.facets import labelled
from node.catalogue.labels import ORIGIN, Labels, fields_by_facet
from node.catalogue.listing import Names, card_of
from node.errors import NotFoundError
from node.search import Query
from node.search.dictionary import facets_by_scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from node.catalogue.cards import RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.facets import FacetValue
    from node.contract import Concept, Contract, Field, Kind, Vocabulary
    from node.search import Hit, Results

COUNTRY = "country"
#: Countries and partners listed beside a term; the search has the others.
MAX_LISTED = 8


@dataclass(frozen=True, slots=True)
class Usage:
    """A field that takes the terms of a vocabulary."""

    kind: Kind
    field: Field


@dataclass(frozen=True, slots=True)
class SchemeView:
    """One vocabulary with what is filed under it."""

    vocabulary: Vocabulary
    #: The facets its terms are counted under; empty when no record can be found by them.
    facets: tuple[str, ...]
    #: Records that carry any of its terms, and each of them by code.
    total: int
    counts: Mapping[str, int]
    usages: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """One term with its neighbours and the records that carry it."""

    vocabulary: Vocabulary
    concept: Concept
    facets: tuple[str, ...]
    #: From the top down to the one just above.
    broader: tuple[Concept, ...]
    #: Under the same term, or at the top as well; itself among them.
    siblings: tuple[Concept, ...]
    narrower: tuple[Concept, ...]
    #: Possibly of other vocabularies.
    related: tuple[Concept, ...]
    total: int
    #: How many under each facet; they may share records.
    by_facet: Mapping[str, int]
    newest: tuple[RecordCard, ...]
    #: Most records first.
    countries: tuple[FacetValue, ...]
    partners: tuple[FacetValue, ...]
    usages: tuple[Usage, ...]


def list_schemes(c: Catalogue) -> list[SchemeView]:
    """Return every vocabulary, in the alphabet of their names in the code."""
    return [get_scheme(c, scheme) for scheme in sorted(c.contract.vocabularies)]


def get_scheme(c: Catalogue, scheme: str) -> SchemeView:
    """Return one vocabulary with its counts. Raises `NotFoundError`."""
    vocabulary = find_vocabulary(c.contract, scheme)
    facets = facets_by_scheme(c.contract).get(scheme, ())
    codes = tuple(vocabulary.concepts)
    if len(facets) == 1:
        found = c.index.search(Query(limit=0)).facets.get(facets[0], {})
        counts = {code: found[code] for code in codes if code in found}
    else:
        counts = {code: _carried(c, facets, (code,), counted=False).total for code in codes}
    total = _carried(c, facets, codes, counted=False).total if any(counts.values()) else 0
    return SchemeView(vocabulary, facets, total, counts, usages_of(c.contract, scheme))


def get_concept(
    c: Catalogue, scheme: str, code: str, languages: Sequence[str], newest: int = 4
) -> ConceptView:
    """Return one term with labels in the reader's languages and the newest of its records.

    Raises `NotFoundError`.
    """
    vocabulary, concept = find_concept(c.contract, scheme, code)
    facets = facets_by_scheme(c.contract).get(scheme, ())
    carried = _carried(c, facets, (code,), newest)
    with c.database.reading() as unit:
        names = Names(unit)
        labels = Labels(c.contract, languages, names)
        wanted: dict[str, list[str]] = {}
        for hit in carried.newest:
            wanted.setdefault(hit.oid, []).append(hit.record)
        rows = [
            row
            for oid, records in wanted.items()
            for row in unit.records.get_many(oid, dict.fromkeys(records)).values()
            if row.state == "shown"  # the index may be a moment behind
        ]
        rows.sort(key=lambda row: (row.published, row.record), reverse=True)
        return ConceptView(
            vocabulary=vocabulary,
            concept=concept,
            facets=facets,
            broader=tuple(vocabulary.concepts[each] for each in vocabulary.ancestors(code))[::-1],
            siblings=vocabulary.children(concept.broader),
            narrower=vocabulary.children(code),
            related=tuple(_named(c.contract, each) for each in concept.related),
            total=carried.total,
            by_facet=carried.by_facet,
            newest=tuple(card_of(row, names) for row in rows[:newest]),
            countries=_most(labels, COUNTRY, carried.seen[COUNTRY]),
            partners=_most(labels, ORIGIN, carried.seen[ORIGIN]),
            usages=usages_of(c.contract, scheme),
        )


def find_vocabulary(contract: Contract, scheme: str) -> Vocabulary:
    """Return a vocabulary by its name. Raises `NotFoundError`, which never repeats the name."""
    found = contract.vocabularies.get(scheme)
    if found is None:
        raise NotFoundError(
            "There is no vocabulary of this name.",
            hint="All vocabularies are listed at /vocabularies.",
        )
    return found


def find_concept(contract: Contract, scheme: str, code: str) -> tuple[Vocabulary, Concept]:
    """Return a term and its vocabulary. Raises `NotFoundError`, which never repeats the names."""
    vocabulary = find_vocabulary(contract, scheme)
    concept = vocabulary.concepts.get(code)
    if concept is None:
        raise NotFoundError(
            "This vocabulary has no term with this code.",
            hint=f"Its terms are listed at /vocabularies/{vocabulary.scheme}. Partners with a "
            "newer version may have more.",
        )
    return vocabulary, concept


def count_carriers(c: Catalogue, scheme: str, code: str) -> int:
    """Return how many records that are shown carry a term, each counted once."""
    return _carried(c, facets_by_scheme(c.contract).get(scheme, ()), (code,), counted=False).total


def concept_of_facet(contract: Contract, facet: str, value: str) -> Concept | None:
    """Return the term that a facet's value stands for, None for countries, kinds and the like."""
    _field, scheme = fields_by_facet(contract).get(facet, (None, ""))
    vocabulary = contract.vocabularies.get(scheme)
    return vocabulary.concepts.get(value) if vocabulary else None


def usages_of(contract: Contract, scheme: str) -> tuple[Usage, ...]:
    """Return the fields into which a vocabulary's terms are entered, in the order of the kinds."""
    return tuple(
        Usage(kind, field)
        for kind in contract.kinds.values()
        for field in kind.walk()
        if scheme in field.vocabularies
    )


@dataclass(slots=True)
class _Carried:
    """The records that carry a term, counted."""

    total: int = 0
    by_facet: dict[str, int] = field(default_factory=dict)
    #: By country and by origin.
    seen: dict[str, Counter[str]] = field(
        default_factory=lambda: {COUNTRY: Counter(), ORIGIN: Counter()}
    )
    #: The newest of each facet.
    newest: list[Hit] = field(default_factory=list)

    def add(self, found: Results, sign: int) -> None:
        self.total += sign * found.total
        for name, counted in self.seen.items():
            for value, number in found.facets.get(name, {}).items():
                counted[value] += sign * number


def _carried(
    c: Catalogue,
    facets: Sequence[str],
    codes: Sequence[str],
    newest: int = 0,
    *,
    counted: bool = True,
) -> _Carried:
    """Count the records that carry any of `codes` under any of `facets`.

    Where they come from and whose they are is only asked when it is to be `counted`.
    """
    carried = _Carried()
    for facet in facets:
        found = c.index.search(Query(facets={facet: codes}, limit=newest, counted=counted))
        carried.add(found, 1)
        carried.by_facet[facet] = found.total
        carried.newest += found.hits
    filled = [facet for facet, number in carried.by_facet.items() if number]
    for size in range(2, len(filled) + 1):
        for together in combinations(filled, size):
            both = c.index.search(
                Query(facets=dict.fromkeys(together, codes), limit=0, counted=counted)
            )
            carried.add(both, 1 if size % 2 else -1)
    return carried


def _most(labels: Labels, facet: str, counts: Counter[str]) -> tuple[FacetValue, ...]:
    """Return the values that occur most often; equal ones in the order of their names."""
    held = {value: number for value, number in counts.items() if number > 0}
    found = labelled(labels, facet, held)
    return tuple(sorted(found, key=lambda each: (-each.count, each.label.casefold())))[:MAX_LISTED]


def _named(contract: Contract, name: str) -> Concept:
    scheme, _, code = name.partition(":")
    return contract.vocabularies[scheme].concepts[code]


#: The languages that the vocabularies are to have: those of the Union, Arabic, Turkish, Ukrainian.
PROMISED = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it"),
    *("lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk"),
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """In which languages terms can be read. Told to readers, so that nobody searches in vain."""

    #: Every label is there.
    whole: tuple[str, ...]
    #: Some labels are there: by language how many are missing.
    partly: Mapping[str, int]
    #: Promised, and nothing is there yet.
    absent: tuple[str, ...]
    #: Every definition is there.
    explained: tuple[str, ...]


def coverage(vocabularies: Iterable[Vocabulary]) -> Coverage:
    """Return in which languages these vocabularies have labels and definitions."""
    concepts = [concept for each in vocabularies for concept in each.concepts.values()]
    labels = Counter(language for concept in concepts for language in concept.labels)
    definitions = Counter(language for concept in concepts for language in concept.definitions)
    return Coverage(
        whole=tuple(sorted(name for name, number in labels.items() if number == len(concepts))),
        partly={
            name: len(concepts) - number
            for name, number in sorted(labels.items())
            if number < len(concepts)
        },
        absent=tuple(name for name in PROMISED if name not in labels),
        explained=tuple(
            sorted(name for name, number in definitions.items() if number == len(concepts))
        ),
    )
