# ruff: noqa: RUF001 - words of many scripts are what this module reads
"""From a row of cells to the body of a record, by the readers that the form uses. Pure.

A row is turned into what a browser would send for the same words (`formreading.read_form`), so that
a date, an amount or a term means the same in a table as in the form. Each fault is led back to the
cell it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.editorial.formcodes import read_language
from node.editorial.formdates import MisreadError, folded
from node.editorial.formnames import ADD, AT, ITEMS, join
from node.editorial.formreading import read_form
from node.editorial.formvalues import BY_LANGUAGE, PARTS, TICKED
from node.editorial.mapping import POINT, Target, parse_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Fault, Field, Kind
    from node.editorial.formreading import Misread
    from node.editorial.formvalues import Manner

_ALL = re.compile(r"[;؛|\n]")
_BETWEEN_ADDRESSES = re.compile(r"[|\n]|;\s|;(?=https?:)")
#: What people put into a column of yes and no.
_YES = frozenset(
    map(folded, ("yes", "y", "true", "1", "x", "✓", "✔", "ja", "sí", "oui", "ναι", "نعم"))
)
_NO = frozenset(map(folded, ("no", "n", "false", "0", "-", "nej", "nein", "non", "όχι", "لا")))
#: The words for yes and no that lists offer, by language.
YES_NO = {"en": ("yes", "no"), "es": ("sí", "no"), "el": ("ναι", "όχι"), "ar": ("نعم", "لا")}
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the columns of a table mean, made ready for many rows."""

    kind: Kind
    manner: Manner
    #: For each column its target, None for one that is left out.
    targets: tuple[Target | None, ...]
    #: Targets that have the same words in every row.
    fixed: tuple[tuple[Target, str], ...]
    #: The language of texts where the row does not say.
    language: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, at a column or, with -1, at the row as a whole."""

    column: int
    pointer: str
    misread: Misread | None = None
    fault: Fault | None = None

    @property
    def code(self) -> str:
        """Return a short name of what is wrong."""
        said = self.misread or self.fault
        return said.code if said else ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it was understood."""

    body: dict[str, Any]
    wrong: tuple[Wrong, ...]

    @property
    def incomplete(self) -> bool:
        """Say whether nothing is wrong but that something is missing."""
        return bool(self.wrong) and all(each.code == MISSING for each in self.wrong)


def plan(
    kind: Kind,
    manner: Manner,
    columns: Sequence[str],
    fixed: Mapping[str, str],
    language: str,
) -> Plan:
    """Make columns ready; what names no place of the kind is left out."""
    targets = tuple(parse_target(kind, each) if each else None for each in columns)
    same = ((parse_target(kind, target), words) for target, words in fixed.items())
    return Plan(
        kind, manner, targets, tuple((t, words) for t, words in same if t and words), language
    )


def read_row(p: Plan, cells: Sequence[str], base: Mapping[str, Any] | None = None) -> ReadRow:
    """Read a row; `base` is the body it is laid over, the columns' fields replaced."""
    sender = _Sender(p, _language(p, cells))
    for column, target in enumerate(p.targets):
        if target is not None:
            sender.add(column, target, cells[column] if column < len(cells) else "")
    for target, words in p.fixed:
        sender.add(-1, target, words)
    typed = read_form(p.kind, sender.finished(), p.manner, _ground(p, base))
    body = typed.body
    if not body.get("language") and p.kind.field("language") is not None:
        body["language"] = sender.language
    wrong = [Wrong(sender.column(m.pointer), m.pointer, misread=m) for m in typed.faults]
    told = {each.pointer for each in wrong}
    wrong += [
        Wrong(sender.column(fault.pointer), fault.pointer, fault=fault)
        for fault in p.manner.contract.validate(p.kind.schema, body)
        if not _covered(fault.pointer, told)
    ]
    return ReadRow(body, tuple(wrong))


def _language(p: Plan, cells: Sequence[str]) -> str:
    for column, target in enumerate(p.targets):
        if target is not None and target.text == "language" and cells[column : column + 1]:
            try:
                return read_language(cells[column], p.manner.lang)
            except MisreadError:
                return p.language
    return p.language


def _ground(p: Plan, base: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the ground without the lists that the columns write anew, part by part."""
    held = dict(base or {})
    for target in (*p.targets, *(each for each, _words in p.fixed)):
        if target is not None and target.fields[0].many and target.fields[0].type in PARTS:
            held.pop(target.fields[0].name, None)
    return held


def _covered(pointer: str, told: set[str]) -> bool:
    return any(
        pointer == each or pointer.startswith(f"{each}/") or each.startswith(f"{pointer}/")
        for each in told
        if pointer
    )


@dataclass
class _Sender:
    """Puts together what a browser would send, and remembers which column each input is from."""

    plan: Plan
    language: str
    sent: dict[str, list[str]] = field(default_factory=dict)
    _columns: dict[str, int] = field(default_factory=dict)
    _items: dict[str, set[int]] = field(default_factory=dict)

    def add(self, column: int, target: Target, words: str) -> None:
        """Put a cell where it belongs; an empty one says that there is nothing."""
        self._down(column, target, 0, "", words.strip())

    def _down(self, column: int, target: Target, depth: int, above: str, words: str) -> None:
        spec, last = target.fields[depth], depth == len(target.fields) - 1
        here = join(above, spec.name)
        self._columns.setdefault(here, column)
        if not (spec.many and spec.type in PARTS):
            if last:
                self._leaf(column, target, here, words)
            else:
                self._down(column, target, depth + 1, here, words)
            return
        number = target.parts[depth]
        pieces = [words] if number else self._spread(target, words)
        for place, piece in enumerate(pieces, (number or 1) - 1):
            if not piece:
                continue
            self._items.setdefault(here, set()).add(place)
            part = join(here, place)
            if last:
                self._single(column, target, part, piece)
            else:
                self._down(column, target, depth + 1, part, piece)
        self._items.setdefault(here, set())

    def _spread(self, target: Target, words: str) -> list[str]:
        """Part the words of a cell over the parts of a list; paragraphs stay together."""
        if target.field.type == "longtext" or (target.field.many and len(target.fields) > 1):
            return [words]
        if target.field.type == "url":
            return [piece.strip() for piece in _BETWEEN_ADDRESSES.split(words)]
        mark = next((each for each in "\n|;" if each in words), None)
        return [piece.strip() for piece in words.split(mark)] if mark else [words]

    def _leaf(self, column: int, target: Target, here: str, words: str) -> None:
        spec = target.field
        if not spec.many:
            self._single(column, target, here, words)
        elif spec.type in TICKED:
            pieces = [piece.strip() for piece in _ALL.split(words) if piece.strip()]
            self._put(column, here + ADD, here, *(pieces or [""]))
        else:
            between = _BETWEEN_ADDRESSES if spec.type == "url" else _ALL
            lines = [piece.strip() for piece in between.split(words) if piece.strip()]
            held = self.sent.get(here, [""])[0]
            self.sent[here] = ["\n".join([*([held] if held else []), *lines])]
            self._columns.setdefault(here, column)

    def _single(self, column: int, target: Target, here: str, words: str) -> None:
        spec = target.field
        if spec.type in BY_LANGUAGE:
            place = join(here, target.tail or self.language)
            if words or place not in self.sent:
                self.sent[place] = [words]
                self._columns[place] = column
        elif spec.type == "pointermap":
            self._put(column, join(here, target.tail), join(here, target.tail), words)
        elif spec.type == "place" and target.tail == POINT:
            self._put(column, here + AT, join(here, "latitude"), words)
        elif spec.type == "boolean":
            self._put(column, here, here, yes_or_no(words))
        else:
            self._put(column, here, here, words)

    def _put(self, column: int, name: str, pointer: str, *values: str) -> None:
        if len(values) == 1 and not values[0] and name in self.sent:
            return
        self.sent[name] = [*(v for v in self.sent.get(name, []) if v), *values]
        self._columns[pointer] = column

    def finished(self) -> dict[str, list[str]]:
        """Return everything that is sent, with the order of the parts."""
        for name, places in self._items.items():
            self.sent[name + ITEMS] = ["", *map(str, sorted(places))]
        return self.sent

    def column(self, pointer: str) -> int:
        """Return the column that a place in the body was filled from, -1 when there is none.

        What has no column of its own is looked for one step further out.
        """
        place = self._sent_from(pointer)
        while place:
            if place in self._columns:
                return self._columns[place]
            place = place.rpartition("/")[0]
        return -1

    def _sent_from(self, pointer: str) -> str:
        """Return a place in the body as the form had it: parts that were empty counted there."""
        here = ""
        for name in pointer.split("/")[1:]:
            places = sorted(self._items.get(here, ()))
            number = int(name) if name.isdecimal() else -1
            here += f"/{places[number] if 0 <= number < len(places) else name}"
        return here


def parts_of(spec: Field, words: str) -> list[str]:
    """Return the single words of a cell that holds several, each as its reader takes it."""
    found = [piece.strip() for piece in _ALL.split(words) if piece.strip()]
    return found if spec.many else [words]


def yes_or_no(words: str) -> str:
    """Return "yes" or "no" for a word that means it, any other as it is."""
    word = folded(words)
    return "yes" if word in _YES else "no" if word in _NO else words
