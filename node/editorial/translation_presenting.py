"""The translator's page: every text of the original with its translation, in the page's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial.formnames import element_id
from node.editorial.originals import original, passages
from node.editorial.translating import fields_of, machine_made, of_draft
from node.errors import FootbridgeError
from node.web.i18n import interface_language
from node.web.texts import blocks
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.editorial.context import Editorial
    from node.editorial.originals import Original, Passage
    from node.editorial.ports import Segment
    from node.storage.drafts import DraftRow
    from node.web.texts import Block

#: Fields of which a translation has to have one; its own title is made of it.
NEEDED = ("/title", "/name")
#: Letters that a line of the text's box holds, and the most lines it begins with.
LETTERS, MAX_ROWS = 48, 30

EMPTY, DONE, MACHINE, AUTHORS = "empty", "done", "machine", "authors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One text with its translation."""

    passage: Passage
    id: str
    label: str
    value: str
    state: str
    rows: int
    #: "changed" or "added" since the translation that this one began from, else "".
    since: str = ""
    #: The original's words then and now, word by word.
    difference: Sequence[Segment] = ()
    #: What the earlier translation said.
    earlier: str = ""
    #: What a colleague has written meanwhile in the same place.
    theirs: str | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return paragraphs and lists of the original."""
        return blocks(self.passage.text)

    @property
    def limit(self) -> int:
        """Return the most characters that the original's field may have."""
        return int(self.passage.field.limits.get("maxLength", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole page."""

    original: Original
    language: str
    #: Section heading and its lines.
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    done: int
    total: int
    machine: int
    #: The revision that is shown now, where it is a later one; else None.
    newer: int | None
    #: Whose translation this one began from ("" for one's own), of which revision; None for none.
    base: Mapping[str, object] | None
    #: That revision is held here, so that what has changed can be told.
    compared: bool


def sheet(
    d: Editorial,
    row: DraftRow,
    typed: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> Sheet:
    """Return the page of a draft; `typed` stands in place of what is saved.

    `theirs` are a colleague's texts that clash. Raises as `original`.
    """
    of = of_draft(d, row)
    language = str(row.body.get("language", ""))
    fields = dict(fields_of(row)) if typed is None else dict(typed)
    machine = {p for p in machine_made(row) if typed is None or typed.get(p) == fields_of(row)[p]}
    told, compared = _since(d, row, of, language)
    found: dict[str, list[Line]] = {}
    for each in passages(of):
        line = _line(each, fields.get(each.pointer, ""), language, machine, told)
        clash = (theirs or {}).get(each.pointer)
        if clash is not None:
            line = _with_theirs(line, clash)
        found.setdefault(each.section.id, []).append(line)
    lines = [line for some in found.values() for line in some]
    headings = {section.id: section.label(interface_language()) for section in of.kind.sections}
    asked = [line for line in lines if line.state != AUTHORS]
    base = row.aside.get("base")
    return Sheet(
        original=of,
        language=language,
        sections=tuple((headings[name], tuple(some)) for name, some in found.items()),
        done=sum(line.state in {DONE, MACHINE} for line in asked),
        total=len(asked),
        machine=sum(line.state == MACHINE for line in lines),
        newer=of.row.revision if of.row.revision > of.revision else None,
        base=base if isinstance(base, dict) else None,
        compared=compared,
    )


_Told = dict[str, tuple[str, "Sequence[Segment]", str]]


def _line(each: Passage, value: str, language: str, machine: set[str], told: _Told) -> Line:
    since, difference, earlier = told.get(each.pointer, ("", (), ""))
    authors = each.texts.get(language, "")
    needed = each.pointer in NEEDED
    state = AUTHORS if authors and not needed else DONE if value.strip() else EMPTY
    if each.pointer in machine:
        state = MACHINE
    longest = max(len(each.text), len(value))
    lines = each.text.count("\n") + longest // LETTERS + 1
    return Line(
        passage=each,
        id=element_id(each.pointer),
        label=label_of(each),
        value=value or (authors if needed else ""),
        state=state,
        rows=min(max(lines, 2), MAX_ROWS) if each.long else 1,
        since="" if state == AUTHORS else since,
        difference=difference,
        earlier=earlier,
    )


def _with_theirs(line: Line, text: str) -> Line:
    return Line(
        passage=line.passage,
        id=line.id,
        label=line.label,
        value=line.value,
        state=line.state,
        rows=line.rows,
        since=line.since,
        difference=line.difference,
        earlier=line.earlier,
        theirs=text,
    )


def label_of(each: Passage) -> str:
    """Return what a text is called: "How it works 2: Step"."""
    lang = interface_language()
    names = []
    for spec, place in each.path:
        name = spec.label(lang)
        names.append(name if place is None else _("%(field)s %(number)s", field=name, number=place))
    return ": ".join(names)


def _since(d: Editorial, row: DraftRow, of: Original, language: str) -> tuple[_Told, bool]:
    """Return what has changed since the base of a draft, by pointer; and whether that is known."""
    base = row.aside.get("base")
    if not isinstance(base, dict) or d.follow is None or base.get("revision") == of.revision:
        return {}, True
    try:
        before = original(d, of.row.oid, of.row.record, base.get("revision"))
    except FootbridgeError:
        return {}, False
    texts = base.get("texts", {})
    carried = d.follow.carry((before.kind, before.body), (of.kind, of.body), texts, language)
    was = {there: here for here, there in carried.moved_to.items()}
    old = {each.pointer: each.text for each in passages(before)}
    new = {each.pointer: each.text for each in passages(of)}
    told: _Told = dict.fromkeys(carried.added, ("added", (), ""))
    for pointer in carried.changed:
        place = was.get(pointer, "")
        difference = d.follow.compare(old.get(place, ""), new[pointer])
        told[pointer] = ("changed", difference, texts.get(place, ""))
    return told, True
