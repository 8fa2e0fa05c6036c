"""Two bodies compared for people: by field, by item, and in text by word.

Text in a language map is compared word by word. Lists of plain values (codes, addresses) show what
came and what went. Lists of objects (steps, partners) are aligned first, so that one changed
word in step three is shown as that and not as a step gone and a step come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as member
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from node.core.canonical import jcs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from node.contract import Field

    Find = Callable[[str], Field | None]

#: Words and the spaces between them; each is a unit that stays or goes.
_UNITS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
#: Longer texts are compared sentence by sentence: words would take seconds.
MAX_UNITS = 4000
#: The form of a language map's keys, for members that no schema describes.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class TextSegment:
    """A piece of text that is the same in both revisions, or only in one."""

    text: str
    change: Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """What changed in one field.

    `texts` tells it for language maps, `added`, `removed`, `reordered` for lists, `parts` for
    objects and for items that changed inside; for anything else `before` and `after` do.
    """

    #: Name of the field in its object; "blobs" for the attached files.
    name: str
    #: The schema's field, or None for a member the schema does not know.
    field: Field | None
    change: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    #: By language, the pieces of the text in order.
    texts: Mapping[str, tuple[TextSegment, ...]] = member(default_factory=dict)
    #: The items that came and went, as they stand in the bodies.
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    #: The same items in another order.
    reordered: bool = False
    #: For an item of a list: its place in the newer revision, from 1.
    position: int | None = None
    #: What changed inside: in an object's members, or in a list's items.
    parts: tuple[FieldDifference, ...] = ()


def compare_objects(
    before: Mapping[str, Any], after: Mapping[str, Any], find: Find
) -> list[FieldDifference]:
    """Return what differs between the members of two objects; `find` gives a member's field."""
    found = []
    for name in dict.fromkeys((*before, *after)):
        difference = compare_values(name, find(name), before.get(name), after.get(name))
        if difference is not None:
            found.append(difference)
    return found


def compare_values(
    name: str, field: Field | None, before: Any, after: Any
) -> FieldDifference | None:
    """Return what differs between two values of one field, None when nothing does."""
    if before == after:
        return None
    change: Literal["added", "removed", "changed"] = "changed"
    if before is None:
        change = "added"
    elif after is None:
        change = "removed"
    if _is_text(field, before, after):
        texts = _compare_texts(before or {}, after or {})
        return FieldDifference(name, field, change, before, after, texts=texts)
    if isinstance(before, list) or isinstance(after, list):
        return _compare_lists(name, field, _listed(before), _listed(after), change)
    if isinstance(before, dict) and isinstance(after, dict):
        parts = compare_objects(before, after, field.item if field else lambda _name: None)
        return FieldDifference(name, field, change, before, after, parts=tuple(parts))
    return FieldDifference(name, field, change, before, after)


def _compare_lists(
    name: str,
    field: Field | None,
    before: list[Any],
    after: list[Any],
    change: Literal["added", "removed", "changed"],
) -> FieldDifference:
    old, new = [_key(item) for item in before], [_key(item) for item in after]
    added: list[Any] = []
    removed: list[Any] = []
    parts: list[FieldDifference] = []
    for step, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            continue
        pairs = min(i2 - i1, j2 - j1) if _are_objects(before[i1:i2] + after[j1:j2]) else 0
        for place in range(pairs):
            inside = compare_values(name, field, before[i1 + place], after[j1 + place])
            if inside is not None:
                parts.append(_at(inside, j1 + place + 1))
        removed += before[i1 + pairs : i2]
        added += after[j1 + pairs : j2]
    moved = {_key(item) for item in added} & {_key(item) for item in removed}
    return FieldDifference(
        name,
        field,
        change,
        before or None,
        after or None,
        added=tuple(item for item in added if _key(item) not in moved),
        removed=tuple(item for item in removed if _key(item) not in moved),
        reordered=bool(moved),
        parts=tuple(parts),
    )


def _at(difference: FieldDifference, position: int) -> FieldDifference:
    return FieldDifference(
        difference.name,
        difference.field,
        difference.change,
        difference.before,
        difference.after,
        texts=difference.texts,
        position=position,
        parts=difference.parts,
    )


def _compare_texts(
    before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, tuple[TextSegment, ...]]:
    return {
        language: compare_text(before.get(language, ""), after.get(language, ""))
        for language in dict.fromkeys((*after, *before))
        if before.get(language) != after.get(language)
    }


def compare_text(before: str, after: str) -> tuple[TextSegment, ...]:
    """Return the pieces of two texts in order: what stayed, what went, what came."""
    old, new = _units(before), _units(after)
    segments: list[TextSegment] = []
    for step, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            segments.append(TextSegment("".join(old[i1:i2]), "same"))
            continue
        if i2 > i1:
            segments.append(TextSegment("".join(old[i1:i2]), "removed"))
        if j2 > j1:
            segments.append(TextSegment("".join(new[j1:j2]), "added"))
    return tuple(_joined(segments))


def _joined(segments: Sequence[TextSegment]) -> list[TextSegment]:
    """Draw changes together that only a space parts: "a b" for "c d" is one change, not two."""
    found: list[TextSegment] = []
    for place, segment in enumerate(segments):
        between = 0 < place < len(segments) - 1
        if segment.change == "same" and between and segment.text.isspace():
            found += [TextSegment(segment.text, "removed"), TextSegment(segment.text, "added")]
        else:
            found.append(segment)
    merged: list[TextSegment] = []
    waiting = {"removed": "", "added": ""}

    def flush() -> None:
        for change in ("removed", "added"):
            if waiting[change]:
                merged.append(TextSegment(waiting[change], change))
                waiting[change] = ""

    for segment in found:
        if segment.change == "same":
            flush()
            merged.append(segment)
        else:
            waiting[segment.change] += segment.text
    flush()
    return merged


def _units(text: str) -> list[str]:
    units = _UNITS.findall(text)
    return units if len(units) <= MAX_UNITS else re.split(r"(?<=[.!?\n])", text)


def _is_text(field: Field | None, *values: Any) -> bool:
    """Say whether the values are language maps, by their field or, where unknown, by their form."""
    maps = [value for value in values if value is not None]
    if field is not None and field.type not in {"langmap", "longtext"}:
        return False
    return all(
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(text, str) and _LANGUAGE.fullmatch(key) is not None
            for key, text in value.items()
        )
        for value in maps
    )


def _are_objects(items: Sequence[Any]) -> bool:
    return all(isinstance(item, dict) for item in items)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _key(item: Any) -> bytes:
    return jcs(item)
