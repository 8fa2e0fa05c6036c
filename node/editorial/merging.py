"""Two people, one draft: what each changed since the version both began from, joined.

Pure. Bodies are compared member by member, and inside language maps language by language, because
one colleague writes the English while the other writes the Greek. A list is one thing: steps that
two people moved cannot be joined by a machine. What only one of them changed is taken; what both
changed alike is no conflict; what both changed in different ways is one, and the caller shows both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Stands for a member that is not there.
ABSENT: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """A member that both changed, each in their own way; `ABSENT` where one removed it."""

    #: JSON Pointer to the member.
    pointer: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one body; where they clash, it holds `theirs`, which is saved already."""

    body: dict[str, Any]
    clashes: tuple[Clash, ...]
    #: Pointers that were taken from mine, and that theirs had changed meanwhile.
    from_mine: tuple[str, ...]
    from_theirs: tuple[str, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Join two bodies that were both made from `base`."""
    found = _Found([], [], [])
    body = _merge(base, mine, theirs, "", found)
    return Merged(body, tuple(found.clashes), tuple(found.mine), tuple(found.theirs))


@dataclass(frozen=True, slots=True)
class _Found:
    clashes: list[Clash]
    mine: list[str]
    theirs: list[str]


def _merge(
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    pointer: str,
    found: _Found,
) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for name in dict.fromkeys([*theirs, *mine, *base]):
        here = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        value = _choose(
            base.get(name, ABSENT), mine.get(name, ABSENT), theirs.get(name, ABSENT), here, found
        )
        if value is not ABSENT:
            joined[name] = value
    return joined


def _choose(base: Any, mine: Any, theirs: Any, pointer: str, found: _Found) -> Any:
    if _same(mine, theirs):
        return theirs
    if _same(mine, base):
        found.theirs.append(pointer)
        return theirs
    if _same(theirs, base):
        found.mine.append(pointer)
        return mine
    if _joins(mine) and _joins(theirs) and (base is ABSENT or isinstance(base, Mapping)):
        return _merge({} if base is ABSENT else base, mine, theirs, pointer, found)
    found.clashes.append(Clash(pointer, base, mine, theirs))
    return theirs


def _joins(value: Any) -> bool:
    """Say whether a value can be joined part by part: an object, such as a language map."""
    return isinstance(value, Mapping)


def _same(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return type(one) is type(other) and bool(one == other)
