"""Gathers facets, texts and links out of a body, along the fields of its kind.

This runs once for every record that arrives, so what depends on the kind alone is worked out
beforehand: each field gets a small function, and each concept its list of facet values. A concept
counts with all its broader ones, so that the wider term finds the narrower record, and with those
derived from it (the IAG practices that answer a success factor). What has an unexpected form is
passed over: nothing in here raises on a strange body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract.languages import region_country

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract.fields import Field
    from node.contract.vocabularies import Vocabulary

#: The language under which names stand that are the same in every language (ISO 639-2).
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Link:
    """A reference from one record to another."""

    relation: str
    origin: str
    record: str
    revision: int | None = None


@dataclass(slots=True)
class Gathered:
    """What one walk through a body collects. Facets are ordered sets."""

    #: The body's own language: texts without a language of their own are in it.
    language: str
    facets: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    texts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    links: list[Link] = field(default_factory=list)


Reader = Callable[[Gathered, Any], None]


def readers_for(
    fields: tuple[Field, ...], vocabularies: Mapping[str, Vocabulary]
) -> dict[str, tuple[bool, Reader]]:
    """Return, by name, whether a field is a list and what reads one element of it."""
    found = {}
    for each in fields:
        reader = _reader(each, vocabularies)
        if reader is not None:
            found[each.name] = (each.many, reader)
    return found


def gather(
    readers: Mapping[str, tuple[bool, Reader]], body: Mapping[str, Any], into: Gathered
) -> None:
    """Read every member of an object that has a reader."""
    for name, member in body.items():
        entry = readers.get(name)
        if entry is None:
            continue
        many, reader = entry
        if many and type(member) is list:
            for element in member:
                reader(into, element)
        else:
            reader(into, member)


def _reader(each: Field, vocabularies: Mapping[str, Vocabulary]) -> Reader | None:
    """Choose what to do with one element of a field; None when there is nothing to gather."""
    if each.type == "pointermap":
        return _read_pointermap
    if each.type == "reference":
        return _reference_reader(each.relation) if each.relation else None
    if each.type in {"langmap", "longtext"}:
        return _read_langmap if each.text else None
    if each.facets:
        return _facet_reader(each, vocabularies)
    if each.items:
        inner = readers_for(each.items, vocabularies)
        return _object_reader(inner) if inner else None
    return _read_name if each.text else None


def _read_langmap(into: Gathered, element: Any) -> None:
    if type(element) is dict:
        for language, text in element.items():
            if type(text) is str:
                into.texts[language].append(text)


def _read_pointermap(into: Gathered, element: Any) -> None:
    if type(element) is dict:
        into.texts[into.language].extend(t for t in element.values() if type(t) is str)


def _read_name(into: Gathered, element: Any) -> None:
    if type(element) is str:
        into.texts[UNDETERMINED].append(element)


def _object_reader(inner: dict[str, tuple[bool, Reader]]) -> Reader:
    def read(into: Gathered, element: Any) -> None:
        if type(element) is dict:
            gather(inner, element, into)

    return read


def _reference_reader(relation: str) -> Reader:
    def read(into: Gathered, element: Any) -> None:
        if type(element) is not dict:
            return
        origin, record = element.get("origin"), element.get("record")
        revision = element.get("revision")
        if type(origin) is str and type(record) is str:
            exact = revision if type(revision) is int else None
            into.links.append(Link(relation, origin, record, exact))

    return read


def _facet_reader(each: Field, vocabularies: Mapping[str, Vocabulary]) -> Reader:
    known = _facet_values(each, vocabularies)
    first = each.facets[0]
    is_region = each.type == "region"

    def read(into: Gathered, element: Any) -> None:
        if type(element) is not str:
            return
        into_facets = into.facets
        if (values := known.get(element)) is not None:
            for facet, value in values:
                into_facets[facet][value] = None
            return
        into_facets[first][element] = None
        if is_region:
            into_facets["country"][region_country(element)] = None

    return read


def _facet_values(
    each: Field, vocabularies: Mapping[str, Vocabulary]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, for every code a field can have, the facet values that it counts under."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for place, scheme in enumerate(each.vocabularies):
        facet = each.facets[min(place, len(each.facets) - 1)]
        for code, concept in vocabularies[scheme].concepts.items():
            values = [(facet, value) for value in (code, *vocabularies[scheme].ancestors(code))]
            for derived, other in each.derives.items():
                prefix = f"{other}:"
                values += [
                    (derived, name.removeprefix(prefix))
                    for name in concept.related
                    if name.startswith(prefix)
                ]
            found[code] = tuple(values)
    return found
