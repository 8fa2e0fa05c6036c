"""What the templates are given: values that are ready to be shown, each by its type.

A template picks a macro by `Shown.type` and never looks into a record's body itself. The types
and what their `value` is:

==========  ==================================================================
text        `Text` on one line
prose       `Text` in paragraphs
texts       tuple of `Text`: one text in each language it is in
words       str: a date, number, amount, name; already in the reader's language
term        `Term`: a concept
link        `Link`
licence     `node.web.licences.Licence`
figure      `Figure`: a picture, film or file
reference   `Reference`: another record
fields      tuple of `ShownField`: an object with members
==========  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from node.web.texts import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A concept of a vocabulary, or one value of a short list."""

    code: str
    label: Text
    definition: Text | None = None
    #: Facet and value that find other records with the same concept.
    facet: str = ""
    #: The vocabulary it is a concept of, "" for a value of a short list.
    scheme: str = ""
    #: False for a code that this node's vocabularies do not have: it may be newer than they are.
    known: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """An address elsewhere."""

    href: str
    #: What to show; the address without scheme where the record has no title for it.
    text: str
    #: It leads to another site.
    host: str = ""


@dataclass(frozen=True, slots=True)
class Captions:
    """The words of a film in one language (WebVTT), for those who cannot hear it."""

    hex: str
    name: str
    #: BCP 47, "" where the name does not say; and the language's own name.
    language: str
    label: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels with the record, by its digest."""

    hex: str
    name: str
    media_type: str
    size: int
    alt: Text | None = None
    captions: tuple[Captions, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Say whether browsers show it as a picture."""
        return self.media_type in PICTURES

    @property
    def is_film(self) -> bool:
        """Say whether browsers play it as a film."""
        return self.media_type in FILMS

    @property
    def is_sound(self) -> bool:
        """Say whether browsers play it as sound."""
        return self.media_type in SOUNDS


@dataclass(frozen=True, slots=True)
class Figure:
    """A file or an address elsewhere, with the words that belong to it."""

    file: File | None = None
    link: Link | None = None
    title: Text | None = None
    caption: Text | None = None
    credit: str = ""
    language: str = ""
    #: square, portrait, landscape, story, print; "" where the record does not say. And in words.
    format: str = ""
    format_name: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record. `title` is None where it is not held here."""

    origin: str
    record: str
    revision: int | None
    title: Text | None = None
    kind: str = ""
    publisher: str = ""
    #: Why it cannot be shown: withdrawn, erased, hidden, pending; absent: not known here.
    state: str = "absent"
    summary: Text | None = None
    #: In the reader's words.
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One value with the name of the macro that shows it."""

    type: str
    value: Any


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that has something to show."""

    name: str
    label: Text
    many: bool
    values: tuple[Shown, ...]
    #: How it is set apart, see `node.contract.fields.SHOWS`.
    show: str = ""
    #: The member of its objects that holds their first concept, which they can be grouped by.
    group_by: str = ""

    @property
    def type(self) -> str:
        """Return the type of its values."""
        return self.values[0].type

    @property
    def value(self) -> Any:
        """Return the first value, which is the only one where `many` is false."""
        return self.values[0].value

    @property
    def columns(self) -> dict[str, Text]:
        """Return name and label of every member that occurs in a list of objects."""
        every = (member for value in self.values for member in value.value)
        return {member.name: member.label for member in every}

    @property
    def is_table(self) -> bool:
        """Say whether a list of objects reads best as a table: short members, not too many."""
        if not self.many or self.type != "fields" or len(self.values) < MIN_ROWS or self.show:
            return False
        if len(self.columns) > MAX_COLUMNS:
            return False
        cells = [cell for value in self.values for cell in value.value]
        return all(cell.type in SHORT or _is_short(cell) for cell in cells)

    @property
    def groups(self) -> tuple[tuple[Term | None, tuple[tuple[ShownField, ...], ...]], ...]:
        """Return a list of objects by the concept in each; those without one come last."""
        found: dict[str, tuple[Term | None, list[tuple[ShownField, ...]]]] = {}
        for value in self.values:
            first = member(value.value, self.group_by)
            term = first.value if first else None
            rest = tuple(each for each in value.value if each.name != self.group_by)
            found.setdefault(term.code if term else "", (term, []))[1].append(rest)
        ordered = sorted(found.values(), key=lambda each: each[0] is None)
        return tuple((term, tuple(items)) for term, items in ordered)

    def member(self, name: str) -> ShownField | None:
        """Return a member of the (first) object it holds."""
        return member(self.value, name)


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A part of a record's page."""

    id: str
    label: Text
    fields: tuple[ShownField, ...]


#: Types whose values fit into a cell of a table.
SHORT = frozenset({"text", "words", "term", "link", "licence", "reference"})
#: Characters of a paragraph that still fits into a cell.
SHORT_TEXT = 240
MIN_ROWS, MAX_COLUMNS = 2, 5


def _is_short(field: ShownField) -> bool:
    if field.type != "prose":
        return False
    return len(field.value.text) <= SHORT_TEXT and len(field.value.blocks) == 1


#: Pictures that every browser shows and none runs. SVG is not among them: it can hold scripts.
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
FILMS = frozenset({"video/mp4", "video/webm", "video/ogg"})
SOUNDS = frozenset({"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav"})
CAPTIONS = "text/vtt"


def member(fields: tuple[ShownField, ...], name: str) -> ShownField | None:
    """Return the field of this name, or None."""
    return next((field for field in fields if field.name == name), None)
