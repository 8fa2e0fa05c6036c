"""A kind's form: every field as boxes to draw, from a body; `read_form` is the way back. Pure.

``read_form(kind, sent_by(fill(kind, body)), m, body)`` is `body` again, whatever it holds; and also
without the body as ground, but for what no input can show.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from node.contract import text_in
from node.editorial.formboxes import Box, FormSection, Input, Option, Part
from node.editorial.formnames import ADD, AT, ITEMS, clean, element_id, join
from node.editorial.formreading import Misread, Typed, misreads, point_text, read_form, tick_of
from node.editorial.formvalues import BY_LANGUAGE, PARTS, TICKED, Manner, write
from node.editorial.merging import ABSENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from node.contract import Field, Kind, Section

__all__ = ["Manner", "Misread", "Typed", "fill", "misreads", "read_form", "sent_by"]

#: The number of the empty part that a browser copies and numbers anew; no list gets so long.
PATTERN = 999_999
#: One of so few concepts is chosen from a list that tells what each means.
FEW = 8


def fill(
    kind: Kind,
    body: Mapping[str, Any],
    m: Manner,
    langs: Sequence[str] = ("en",),
    blanks: Collection[str] = (),
) -> tuple[FormSection, ...]:
    """Return a form's sections with everything that `body` holds in them.

    `langs` are the languages that texts are asked for in, the original first; those that a text is
    in already come after. `blanks` are the lists that get an empty part at their end.
    """
    drawer = _Drawer(m, tuple(langs), frozenset(blanks))
    return tuple(drawer.section(section, body) for section in kind.sections)


def progress(kind: Kind, body: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many of the required fields have something in them, and how many there are."""
    there = sum(1 for spec in kind.required if body.get(spec.name) not in (None, "", [], {}))
    return there, len(kind.required)


def languages_of(body: Any) -> tuple[str, ...]:
    """Return the languages that a body's title and other texts are in, at its top."""
    if not isinstance(body, dict):
        return ()
    title = body.get("title")
    return tuple(title) if isinstance(title, dict) else ()


class _Drawer:
    def __init__(self, m: Manner, langs: tuple[str, ...], blanks: frozenset[str]) -> None:
        self._m, self._langs, self._blanks = m, langs, blanks
        #: Examples stand at the first part of a list alone: at the fifth they are in the way.
        self._examples = True

    def section(self, section: Section, body: Mapping[str, Any]) -> FormSection:
        lang = self._m.lang
        return FormSection(
            id=section.id,
            label=section.label(lang),
            why=section.why(lang),
            boxes=self._boxes(section.fields, "", body),
            filled=sum(1 for spec in section.fields if spec.name in body),
            required=any(spec.required for spec in section.fields),
        )

    def _boxes(
        self, fields: Sequence[Field], pointer: str, body: Mapping[str, Any]
    ) -> tuple[Box, ...]:
        return tuple(
            self.box(spec, join(pointer, spec.name), body.get(spec.name, ABSENT)) for spec in fields
        )

    def box(self, spec: Field, pointer: str, value: Any) -> Box:
        made = self._box(spec, pointer, value, "line")
        if spec.many:
            if value is not ABSENT and not isinstance(value, list):
                return replace(made, control="unshown")
            held = [] if value is ABSENT else value
            if spec.type in TICKED:
                return self._ticks(made, held)
            return self._parts(made, held) if spec.type in PARTS else self._lines(made, held)
        return self._single(made, value)

    def _box(self, spec: Field, pointer: str, value: Any, control: str) -> Box:
        lang = self._m.lang
        return Box(
            spec=spec,
            pointer=pointer,
            id=element_id(pointer),
            control=control,
            label=spec.label(lang),
            help=spec.help(lang),
            example=_example(spec, self._m) if self._examples else "",
            limit=spec.limits.get("maxLength", 0) if spec.type in {*BY_LANGUAGE, "text"} else 0,
            value=None if value is ABSENT else value,
        )

    def _single(self, made: Box, value: Any) -> Box:
        spec, pointer = made.spec, made.pointer
        if spec.type in {*BY_LANGUAGE, "pointermap", "object", "place"}:
            if value is not ABSENT and not isinstance(value, dict):
                return replace(made, control="unshown")
            return self._composed(made, {} if value is ABSENT else value)
        text = "" if value is ABSENT else write(spec, value, self._m)
        if text is None:
            return replace(made, control="unshown")
        control = {"reference": "record", "file": "file"}.get(spec.type, "line")
        made = replace(made, control=control, inputs=(Input(pointer, made.id, text),))
        if spec.type in {"concept", "choice", "boolean"}:
            few = spec.type == "concept" and len(self._codes(spec)) <= FEW
            top = pointer.count("/") == 1
            options = self._options(spec, {text} if text else set())
            known = {option.value for option in options}
            if text and text not in known:
                options = (*options, Option(text, text, chosen=True))
            return replace(made, control="radios" if few and top else "select", options=options)
        return made

    def _composed(self, made: Box, value: dict[str, Any]) -> Box:
        spec, pointer = made.spec, made.pointer
        if spec.type in BY_LANGUAGE:
            shown = (*self._langs, *(lang for lang in value if lang not in self._langs))
            inputs = [_text(join(pointer, lang), value.get(lang, ""), lang) for lang in shown]
            area = spec.type == "longtext"
            return replace(made, control="langs", inputs=tuple(filter(None, inputs)), area=area)
        if spec.type == "pointermap":
            inputs = [_text(join(pointer, key), text, "") for key, text in value.items()]
            return replace(made, control="lines", inputs=tuple(filter(None, inputs)), area=True)
        if spec.type == "place":
            names = [item for item in spec.items if item.name == "name"]
            point = Input(pointer + AT, f"{made.id}-point", point_text(value))
            return replace(
                made, control="place", boxes=self._boxes(names, pointer, value), inputs=(point,)
            )
        return replace(made, control="members", boxes=self._boxes(spec.items, pointer, value))

    def _ticks(self, made: Box, held: list[Any]) -> Box:
        spec, chosen = made.spec, {tick_of(each) for each in held}
        if spec.type in {"concept", "choice"}:
            options = self._options(spec, chosen)
            known = {option.value for option in options}
            extra = [tick for tick in map(tick_of, held) if tick not in known]
            options += tuple(Option(tick, tick, chosen=True) for tick in extra)
            return replace(made, control="ticks", options=options)
        options = tuple(
            Option(tick_of(each), write(spec, each, self._m) or tick_of(each), chosen=True)
            for each in held
        )
        return replace(made, control="entries", options=options)

    def _lines(self, made: Box, held: list[Any]) -> Box:
        written = [write(made.spec, each, self._m) for each in held]
        if None in written or any("\n" in (line or "") for line in written):
            return replace(made, control="unshown")
        text = "\n".join(line or "" for line in written)
        return replace(made, area=True, inputs=(Input(made.pointer, made.id, text),))

    def _parts(self, made: Box, held: list[Any]) -> Box:
        spec = made.spec
        places = [*enumerate(held)]
        top_and_empty = spec.required and not held
        if made.pointer in self._blanks or top_and_empty:
            places.append((len(held), ABSENT))
        parts = tuple(self._part(spec, made.pointer, place, value) for place, value in places)
        pattern = self._part(spec, made.pointer, PATTERN, ABSENT)
        return replace(made, control="parts", parts=parts, pattern=pattern)

    def _part(self, spec: Field, above: str, place: int, value: Any) -> Part:
        pointer = join(above, place)
        before, self._examples = self._examples, self._examples and not place
        inner = self._single(self._box(spec, pointer, value, "line"), value)
        self._examples = before
        name = f"{element_id(pointer)}-part"
        return Part(pointer=pointer, id=name, place=place, box=inner, blank=value is ABSENT)

    def _codes(self, spec: Field) -> list[str]:
        return [code for each in self._m.vocabularies(spec) for code in each.concepts]

    def _options(self, spec: Field, chosen: set[str]) -> tuple[Option, ...]:
        lang = self._m.lang
        if spec.type == "boolean":
            return tuple(Option(each, each, each in chosen) for each in ("yes", "no"))
        if spec.type == "choice":
            return tuple(Option(c, spec.choice(c, lang), c in chosen) for c in spec.choices)
        found = []
        for vocabulary in self._m.vocabularies(spec):
            for concept in _in_tree(vocabulary, None):
                below = len(vocabulary.ancestors(concept.code))
                words = (concept.label(lang), concept.code in chosen, concept.definition(lang))
                found += [Option(concept.code, *words, below)]
        return tuple(found)


def _in_tree(vocabulary: Any, code: str | None) -> Iterator[Any]:
    for concept in vocabulary.children(code):
        yield concept
        yield from _in_tree(vocabulary, concept.code)


def _text(pointer: str, value: Any, language: str) -> Input | None:
    if not isinstance(value, str):
        return None
    return Input(pointer, element_id(pointer), clean(value), language)


def _example(spec: Field, m: Manner) -> str:
    """Return an example as somebody would type it, "" where it would be no help."""
    value = spec.example
    if isinstance(value, dict) and spec.type in BY_LANGUAGE:
        return text_in(value, m.lang)
    if value is None or spec.type in {*PARTS, "concept", "choice", "boolean", "licence"}:
        return ""
    return write(spec, value, m) or ""


def sent_by(sections: Sequence[FormSection]) -> dict[str, list[str]]:
    """Return what a browser sends for a form in which nobody changed anything."""
    sent: dict[str, list[str]] = {}
    for section in sections:
        for box in section.boxes:
            _send(box, sent)
    return sent


def _send(box: Box, sent: dict[str, list[str]]) -> None:
    for each in box.inputs:
        if box.control not in {"radios", "select"}:
            sent.setdefault(each.name, []).append(each.value)
    if box.control in {"ticks", "entries"}:
        sent.setdefault(box.pointer + ADD, []).append("")
    if box.control in {"radios", "select"} and not box.chosen and box.control == "select":
        sent.setdefault(box.pointer, []).append("")
    for option in box.chosen:
        sent.setdefault(box.pointer, []).append(option.value)
    if box.control == "parts":
        sent[box.pointer + ITEMS] = ["", *(str(part.place) for part in box.parts)]
        for part in box.parts:
            _send(part.box, sent)
    for inner in box.boxes:
        _send(inner, sent)
