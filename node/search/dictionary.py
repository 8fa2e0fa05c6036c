"""Reads the contract's vocabularies into the dictionary of concepts that queries are held against.

A concept is found through the facets its scheme is filed under in the kinds' schemas; a scheme
that no field files under a facet cannot be searched by. Countries are concepts too: their names in
every language of the vocabularies come from CLDR.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from node.contract.codes import countries
from node.contract.languages import country_name
from node.search.expansion import Concepts, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.contract import Contract


@lru_cache(maxsize=4)
def concepts_of(contract: Contract) -> Concepts:
    """Return the dictionary of a contract, made once: it takes a noticeable part of a second."""
    facets = facets_by_scheme(contract)
    return Concepts([*_concept_labels(contract, facets), *_country_labels(contract)])


def facets_by_scheme(contract: Contract) -> dict[str, tuple[str, ...]]:
    """Return, for each vocabulary, the facets under which its codes are counted."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for kind in contract.every_kind:
        for field in kind.walk():
            for place, scheme in enumerate(field.vocabularies if field.facets else ()):
                found[scheme][field.facets[min(place, len(field.facets) - 1)]] = None
            for facet, scheme in field.derives.items():
                found[scheme][facet] = None
    return {
        scheme: tuple(names) for scheme, names in found.items() if scheme in contract.vocabularies
    }


def country_facets(contract: Contract) -> tuple[str, ...]:
    """Return the facets that countries are counted under."""
    found = {
        facet: None
        for kind in contract.every_kind
        for field in kind.walk()
        if field.type == "country"
        for facet in field.facets
    }
    return tuple(found)


def _concept_labels(contract: Contract, facets: dict[str, tuple[str, ...]]) -> Iterator[Label]:
    for scheme, names in facets.items():
        for concept in contract.vocabularies[scheme].concepts.values():
            words = [(language, label, True) for language, label in concept.labels.items()]
            words += [
                (language, alt, False) for language, alts in concept.alts.items() for alt in alts
            ]
            for language, text, preferred in words:
                for name in names:
                    yield Label(text, language, name, concept.code, preferred)


def _country_labels(contract: Contract) -> Iterator[Label]:
    languages = {
        language
        for vocabulary in contract.vocabularies.values()
        for concept in vocabulary.concepts.values()
        for language in concept.labels
    }
    for facet in country_facets(contract):
        for language in sorted(languages):
            for code in sorted(countries()):
                name = country_name(code, language)
                if name != code:
                    yield Label(name, language, facet, code)
