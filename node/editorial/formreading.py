"""From what a browser sent to a body. Pure; reads whatever was sent and never raises on it.

The body that the page was made from is the ground: what the page had no input for stays as it is,
above all members of a newer version and texts in languages that were not shown. An input that
nobody touched keeps its value exactly. An empty input is an absent member, and so is an object in
which nothing is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.editorial.formcodes import is_tag
from node.editorial.formdates import MisreadError, folded
from node.editorial.formnames import ADD, AT, DROP, PICK, Form, Sent, clean, join
from node.editorial.formnumbers import read_point, write_point
from node.editorial.formvalues import BY_LANGUAGE, PARTS, TICKED, Manner, is_raw, read, write
from node.editorial.merging import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Field, Kind

_BETWEEN = re.compile(r"[,;\n،؛]")


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that was typed, is kept as it was typed, and could not be read."""

    pointer: str
    code: str
    typed: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form came to."""

    body: dict[str, Any]
    #: What could not be read, as it was typed, by place; the body holds the same texts.
    kept: dict[str, str]
    faults: tuple[Misread, ...]
    #: The parts of each list that are in the body, by their numbers in the form, in its order. A
    #: page that goes on with the new body renumbers its parts by it.
    places: dict[str, list[int]] = field(default_factory=dict)


def read_form(kind: Kind, sent: Sent, m: Manner, base: Mapping[str, Any] | None = None) -> Typed:
    """Read a form of a kind that was drawn from the body `base`."""
    reader = _Reader(Form(sent), m)
    body = reader.members(kind.fields, "", "", dict(base or {}))
    faults = tuple(reader.faults)
    kept = {fault.pointer: fault.typed for fault in faults}
    return Typed(body, kept, faults, reader.places)


@dataclass
class _Reader:
    """Walks the schema; `src` is a place in the form, `dst` the same place in the new body."""

    form: Form
    m: Manner
    faults: list[Misread] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)

    def members(
        self, fields: Sequence[Field], src: str, dst: str, base: Mapping[str, Any]
    ) -> dict[str, Any]:
        body = dict(base)
        for spec in fields:
            here = join(src, spec.name)
            if not self.form.has(here):
                continue
            value = self._field(spec, here, join(dst, spec.name), base.get(spec.name, ABSENT))
            if value is ABSENT:
                body.pop(spec.name, None)
            else:
                body[spec.name] = value
        return body

    def _field(self, spec: Field, src: str, dst: str, base: Any) -> Any:
        if self.form.sent(src + DROP):
            return ABSENT
        if not spec.many:
            return self._one(spec, src, dst, base)
        if base is not ABSENT and not isinstance(base, list):
            return base
        held = [] if base is ABSENT else base
        if spec.type in TICKED:
            found = self._ticked(spec, src, dst, held)
        elif spec.type in PARTS:
            found = self._parts(spec, src, dst, held) if self.form.sent(f"{src}~items") else held
        else:
            found = self._lines(spec, src, dst, held)
        return found or ABSENT

    def _one(self, spec: Field, src: str, dst: str, base: Any) -> Any:
        if not self.form.has(src) or self.form.sent(src + DROP):
            return base if not self.form.sent(src + DROP) else ABSENT
        if spec.type in {*BY_LANGUAGE, "pointermap", "object", "place"}:
            if base is not ABSENT and not isinstance(base, dict):
                return base
            return self._object(spec, src, dst, {} if base is ABSENT else base) or ABSENT
        typed = self.form.one(src)
        for instead in (PICK, ADD):
            if self.form.one(src + instead).strip():
                typed = self.form.one(src + instead)
        return self._leaf(spec, typed, dst, base)

    def _object(self, spec: Field, src: str, dst: str, base: dict[str, Any]) -> dict[str, Any]:
        if spec.type in BY_LANGUAGE or spec.type == "pointermap":
            return self._texts(spec, src, base)
        body = self.members(spec.items, src, dst, base)
        if spec.type == "place" and self.form.sent(src + AT):
            self._point(src, dst, base, body)
        return body

    def _texts(self, spec: Field, src: str, base: dict[str, Any]) -> dict[str, Any]:
        texts = dict(base)
        for part in self.form.inside(src):
            key = part.replace("~1", "/").replace("~0", "~")
            if spec.type != "pointermap" and not is_tag(key):
                continue
            text = self.form.one(f"{src}/{part}")
            held = base.get(key)
            if isinstance(held, str) and clean(held).strip() == text.strip():
                continue
            if not text.strip():
                texts.pop(key, None)
            elif spec.type == "langmap":
                texts[key] = " ".join(text.split("\n")).strip()
            else:
                texts[key] = text.strip()
        return texts

    def _point(self, src: str, dst: str, base: dict[str, Any], body: dict[str, Any]) -> None:
        picked, _, name = self.form.one(src + PICK).partition(";")
        if picked and name.strip() and not body.get("name"):
            body["name"] = " ".join(name.split())
        typed = picked.strip() or self.form.one(src + AT).strip()
        if typed == point_text(base):
            return
        body.pop("latitude", None)
        body.pop("longitude", None)
        if not typed:
            return
        try:
            body["latitude"], body["longitude"] = read_point(typed, self.m.lang)
        except MisreadError as why:
            body["latitude"] = typed
            self._misread(join(dst, "latitude"), typed, why)

    def _leaf(self, spec: Field, typed: str, dst: str, base: Any) -> Any:
        raw = isinstance(base, str) and is_raw(spec, base)
        if base is not ABSENT and not raw:
            shown = write(spec, base, self.m)
            if shown is None or clean(shown).strip() == typed.strip():
                return base
        if not typed.strip():
            return ABSENT
        try:
            value = read(spec, typed, self.m)
        except MisreadError as why:
            self._misread(dst, typed.strip(), why)
            return typed.strip()
        if isinstance(value, dict) and isinstance(base, dict):
            # A member of a newer version stays with the amount or the record it belongs to.
            members = {item.name for item in spec.items}
            return {n: v for n, v in base.items() if n not in members} | value
        return value

    def _ticked(self, spec: Field, src: str, dst: str, held: list[Any]) -> list[Any]:
        ticked = self.form.every(src)
        found = [each for each in held if tick_of(each) in ticked]
        known = {tick_of(each) for each in found}
        adds = [tick for tick in ticked if tick.strip() and tick not in known]
        for text in self.form.every(src + ADD):
            adds += self._words(spec, text)
        for text in adds:
            try:
                value = read(spec, text, self.m)
            except MisreadError:
                value = text.strip()
            if value not in found:
                found.append(value)
        for place, value in enumerate(found):
            if isinstance(value, str):
                self.faults += misread(spec, value, join(dst, place), self.m)
        return found

    def _words(self, spec: Field, text: str) -> list[str]:
        """Part words that were typed one after the other; a name may have a comma of its own."""
        try:
            read(spec, text, self.m)
        except MisreadError:
            return [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        return [text] if text.strip() else []

    def _lines(self, spec: Field, src: str, dst: str, held: list[Any]) -> list[Any]:
        shown = {clean(write(spec, each, self.m) or "").strip(): each for each in held}
        found: list[Any] = []
        for line in self.form.one(src).split("\n"):
            if line.strip():
                base = shown.get(line.strip(), ABSENT)
                found.append(self._leaf(spec, line, join(dst, len(found)), base))
        return found

    def _parts(self, spec: Field, src: str, dst: str, held: list[Any]) -> list[Any]:
        found: list[Any] = []
        kept = self.places[src] = []
        for place in self.form.places(src):
            base = held[place] if place < len(held) else ABSENT
            before = len(self.faults)
            value = self._one(spec, join(src, place), join(dst, len(found)), base)
            if value is ABSENT:
                del self.faults[before:]
            else:
                found.append(value)
                kept.append(place)
        return found

    def _misread(self, pointer: str, typed: str, why: MisreadError) -> None:
        self.faults.append(Misread(pointer, why.code, typed, tuple(why.facts)))


def tick_of(value: Any) -> str:
    """Return what the tick of an entry sends: its code."""
    return value if isinstance(value, str) else repr(value)


def point_text(value: Mapping[str, Any]) -> str:
    """Return what stands in the input for a place's coordinates."""
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if isinstance(latitude, str):
        return clean(latitude).strip()
    if type(latitude) is not int or type(longitude) is not int:
        return ""
    return write_point(latitude, longitude)


def misread(spec: Field, value: str, pointer: str, m: Manner) -> list[Misread]:
    """Return why a text that stands in a body could not be read; nothing when it was."""
    leaf = spec.type not in {*BY_LANGUAGE, "object", "pointermap", "place"}
    # A word that looks like a code and is none was typed by somebody, or is newer than this node.
    if leaf and (spec.type == "concept" or is_raw(spec, value)):
        try:
            read(spec, value, m)
        except MisreadError as why:
            return [Misread(pointer, why.code, value, tuple(why.facts))]
    return []


def misreads(kind: Kind, body: Mapping[str, Any], m: Manner) -> list[Misread]:
    """Return everything in a body that was typed and could not be read."""
    found: list[Misread] = []
    _walk(kind.fields, body, "", m, found)
    return found


def _walk(
    fields: Sequence[Field], body: Mapping[str, Any], pointer: str, m: Manner, found: list[Misread]
) -> None:
    for spec in fields:
        held, here = body.get(spec.name, ABSENT), join(pointer, spec.name)
        entries = [(here, held)]
        if spec.many:
            listed = held if isinstance(held, list) else []
            entries = [(join(here, place), each) for place, each in enumerate(listed)]
        for place, value in entries:
            if isinstance(value, str):
                found += misread(spec, value, place, m)
            elif isinstance(value, dict) and spec.type == "place":
                _walk_point(value, place, m, found)
            elif isinstance(value, dict) and spec.type == "object":
                _walk(spec.items, value, place, m, found)


def _walk_point(value: Mapping[str, Any], pointer: str, m: Manner, found: list[Misread]) -> None:
    typed = value.get("latitude")
    if isinstance(typed, str):
        try:
            read_point(typed, m.lang)
        except MisreadError as why:
            found.append(Misread(join(pointer, "latitude"), why.code, typed, tuple(why.facts)))


__all__ = ["Manner", "Misread", "Typed", "folded", "misreads", "read_form"]
