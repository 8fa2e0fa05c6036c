"""Kinds, sections and fields: what forms, pages, exports and the index read.

A `Kind` is one version of one kind of record, read from its schema and its words. A `Field`
describes one property; `type` is always the type of one element, and `many` says that the
property is a list of them. Fields of objects (``partners``, ``procedure.steps``) nest in `items`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract.languages import LangMap, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Every type a field can have. `langmap` is one line, `longtext` paragraphs, both by language.
TYPES = (
    frozenset({"langmap", "longtext", "pointermap", "text", "concept", "choice", "licence"})
    | frozenset({"country", "region", "language", "currency", "date", "duration", "money"})
    | frozenset({"url", "reference", "origin", "record", "place", "file", "object"})
    | frozenset({"integer", "decimal", "boolean"})
)

#: How a page may set a field apart: numbered in order; with a heading of its own; each record as a
#: card; a list by its first concept; a text in every language it is in; the day it ends.
SHOWS = frozenset({"", "steps", "highlight", "cards", "groups", "every-language", "expiry"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One property of a kind, or of an object inside it."""

    name: str
    #: Names joined by dots, without places in lists: ``procedure.steps.office``.
    path: str
    type: str
    many: bool
    required: bool
    #: The schemes its codes come from; most concept fields have one, a few have two.
    vocabularies: tuple[str, ...]
    #: The facet its values count under; one for each scheme where there are several.
    facets: tuple[str, ...]
    #: Facets filled through related concepts: facet name to scheme.
    derives: Mapping[str, str]
    relation: str
    #: Whether its words are searched.
    text: bool
    #: One of `SHOWS`; "" is as its type is shown.
    show: str
    #: The values of a `choice` with their labels.
    choices: Mapping[str, LangMap]
    items: tuple[Field, ...]
    labels: LangMap
    helps: LangMap
    example: Any
    default: Any
    #: The keywords of JSON Schema that bound a value (``maxLength``, ``minimum`` and so on).
    limits: Mapping[str, Any]
    _by_name: Mapping[str, Field] = field(repr=False)

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer, without places in lists: ``/procedure/steps/office``."""
        return "/" + self.path.replace(".", "/")

    @property
    def vocabulary(self) -> str | None:
        """The first scheme its codes come from."""
        return self.vocabularies[0] if self.vocabularies else None

    @property
    def facet(self) -> str | None:
        """The first facet its values count under."""
        return self.facets[0] if self.facets else None

    def label(self, lang: str = "en") -> str:
        """Return its name in this language; without any, the property's own name."""
        return text_in(self.labels, lang) or self.name.replace("_", " ").capitalize()

    def help(self, lang: str = "en") -> str:
        """Return one sentence on what belongs here; may be empty."""
        return text_in(self.helps, lang)

    def choice(self, code: str, lang: str = "en") -> str:
        """Return the label of one value of a `choice`, or the value itself."""
        return text_in(self.choices.get(code, {}), lang) or code

    def item(self, name: str) -> Field | None:
        """Return a field of the object it holds."""
        return self._by_name.get(name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Section:
    """A part of a form or page."""

    id: str
    labels: LangMap
    whys: LangMap
    fields: tuple[Field, ...]

    def label(self, lang: str = "en") -> str:
        """Return its heading."""
        return text_in(self.labels, lang) or self.id.replace("-", " ").capitalize()

    def why(self, lang: str = "en") -> str:
        """Return why a colleague abroad would want it, in a sentence; may be empty."""
        return text_in(self.whys, lang)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """One version of one kind of record."""

    name: str
    version: int
    labels: LangMap
    plurals: LangMap
    helps: LangMap
    sections: tuple[Section, ...]
    icon: str
    #: Where the title and the summary stand: property names or JSON Pointers, first found wins.
    title_from: tuple[str, ...]
    summary_from: tuple[str, ...]
    #: The whole JSON Schema in one piece, as others may use it.
    json_schema: Mapping[str, Any] = field(repr=False)
    _by_name: Mapping[str, Field] = field(repr=False)

    @property
    def schema(self) -> str:
        """The name under which statements refer to it: ``good-practice/1``."""
        return f"{self.name}/{self.version}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, section by section."""
        return tuple(f for section in self.sections for f in section.fields)

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields a record cannot be without."""
        return tuple(f for f in self.fields if f.required)

    def label(self, lang: str = "en") -> str:
        """Return the kind's name in this language."""
        return text_in(self.labels, lang) or self.name.replace("-", " ").capitalize()

    def plural(self, lang: str = "en") -> str:
        """Return the kind's name for several of them."""
        return text_in(self.plurals, lang) or self.label(lang)

    def help(self, lang: str = "en") -> str:
        """Return what the kind is for, in a sentence."""
        return text_in(self.helps, lang)

    def field(self, path: str) -> Field | None:
        """Return a field by name or dotted path, or None."""
        first, *rest = path.split(".")
        found = self._by_name.get(first)
        for name in rest:
            found = found.item(name) if found else None
        return found

    def walk(self) -> Iterator[Field]:
        """Give every field with all that nest in it."""
        stack = list(reversed(self.fields))
        while stack:
            each = stack.pop()
            yield each
            stack.extend(reversed(each.items))
