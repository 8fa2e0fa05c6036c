"""Facets and their values in words: which field a facet comes from, what its codes are called."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from node.contract import country_name, in_words, language_name, pick, region_name
from node.contract.names import name_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from node.catalogue.listing import Names
    from node.contract import Contract, Field

#: Facets that every record has, which no schema names.
KIND, ORIGIN = "kind", "origin"

#: Values whose names come from CLDR, by the type of their field.
_NAMED: dict[str, Callable[[str, str], str]] = {
    "country": country_name,
    "language": language_name,
    "region": region_name,
}


@lru_cache(maxsize=4)
def fields_by_facet(contract: Contract) -> dict[str, tuple[Field, str]]:
    """Return, for each facet in the schemas' order, its field and the scheme of its codes, or "".

    Facets a field is filed under come before those that are derived from related concepts. A
    facet is called after the field of its own name where one has it: “success factors”, not
    “topics”.
    """
    found: dict[str, tuple[Field, str]] = {}
    derived: dict[str, tuple[Field, str]] = {}
    for kind in contract.every_kind:
        for field in kind.walk():
            for place, facet in enumerate(field.facets):
                scheme = field.vocabularies[place] if place < len(field.vocabularies) else ""
                held = found.setdefault(facet, (field, scheme))
                if field.name == facet != held[0].name:
                    found[facet] = (field, scheme)
            for facet, scheme in field.derives.items():
                derived.setdefault(facet, (field, scheme))
    return found | {facet: pair for facet, pair in derived.items() if facet not in found}


@lru_cache(maxsize=4)
def facet_order(contract: Contract) -> dict[str, int]:
    """Return the place of each facet beside the results: kind, the schemas' own, origin."""
    names = (KIND, *fields_by_facet(contract), ORIGIN)
    return {name: place for place, name in enumerate(names)}


class Labels:
    """The words of one contract for one reader."""

    def __init__(
        self, contract: Contract, languages: Sequence[str], names: Names | None = None
    ) -> None:
        """Without `names`, origins are called by their oid."""
        self.contract = contract
        self.languages = languages
        self._names = names

    def facet(self, name: str) -> str:
        """Return a facet's name, or "" where no schema gives one."""
        field, scheme = fields_by_facet(self.contract).get(name, (None, ""))
        if field is None:
            return ""
        vocabulary = self.contract.vocabularies.get(scheme)
        if vocabulary is not None and name not in field.facets:
            return pick(vocabulary.titles, self.languages)[1]
        return pick(field.labels, self.languages)[1] or field.label()

    def value(self, facet: str, value: str) -> tuple[str, str]:
        """Return the language and the words for a value; "" and the value where none exist."""
        if facet == ORIGIN:
            return "", self._origin(value)
        if facet == KIND:
            kind = self.contract.kinds.get(value)
            found = pick(kind.plurals or kind.labels, self.languages) if kind else _spelled(value)
        else:
            found = self._of_field(facet, value)
        return found if found[1] else ("", value)

    def _origin(self, oid: str) -> str:
        if self._names is None:
            return oid
        found = self._names.of(oid)
        return str(name_for(found.names, self.languages, found.language, found.name))

    def _of_field(self, facet: str, value: str) -> tuple[str, str]:
        field, scheme = fields_by_facet(self.contract).get(facet, (None, ""))
        vocabulary = self.contract.vocabularies.get(scheme)
        if vocabulary is not None:
            concept = vocabulary.concepts.get(value)
            return pick(concept.labels, self.languages) if concept else _spelled(value)
        name = _NAMED.get(field.type if field else facet)
        if name is not None:
            wanted = self.languages[0] if self.languages else "en"
            return wanted, name(value, wanted)
        return pick(field.choices.get(value, {}), self.languages) if field else ("", "")


def _spelled(code: str) -> tuple[str, str]:
    """Return the words of a code that is newer than this node: codes are made of English words."""
    return "en", in_words(code).capitalize()
