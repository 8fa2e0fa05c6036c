"""Trees out of links that anybody may publish: bounded, whatever the links are.

A record may say that it comes from any other, held here or not: from itself, from a record that
says the same of it, from one that a thousand others name. So a walk never visits a record twice,
climbs and descends a bounded number of steps, and takes a bounded number of records. Where it
stops, it says so.

Nothing here knows what a link means or how one is stored: the callers hand in both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: A record of the network: oid and record id.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tie:
    """One record says that it comes from another."""

    child: Key
    parent: Key
    relation: str
    #: The exact revision of the parent that it speaks of, where it names one.
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """What a walk found. Each record stands in it once."""

    root: Key
    #: By record, the ties to those below it, in the order in which they were found.
    below: Mapping[Key, tuple[Tie, ...]]
    #: The way from the root down to the record that was asked for has further ancestors above it.
    above: bool
    #: There are more records below the deepest ones.
    deeper: bool
    #: There are more records beside these.
    wider: bool

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return all records, the root first."""
        return (self.root, *(tie.child for ties in self.below.values() for tie in ties))


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a walk goes."""

    #: Steps up from the record that was asked for.
    climb: int = 6
    #: Steps down from the root. What leads to the record that was asked for comes in addition.
    depth: int = 9
    #: Records in all, beside those that lead to the record that was asked for.
    members: int = 100


def grow(
    start: Key,
    parents: Callable[[Key], Sequence[Tie]],
    children: Callable[[Sequence[Key], int], Sequence[Tie]],
    bounds: Bounds,
) -> Tree:
    """Return the tree that `start` stands in.

    `parents` gives what a record says it comes from, the most telling first: the tree follows the
    first. `children` gives what says it comes from any of several records, at most so many. The
    start and its line of ancestors are always in the tree, however crowded it is.
    """
    line, above = _climb(start, parents, bounds.climb)
    root = line[-1].parent if line else start
    placed = {root} | {tie.child for tie in line}
    below: defaultdict[Key, list[Tie]] = defaultdict(list)
    for tie in reversed(line):
        below[tie.parent].append(tie)
    room = bounds.members
    level = [root]
    wider = deeper = False
    for step in range(bounds.depth + 1):
        # One more than there is room for tells whether there are more.
        most = room + len(placed) + 1
        found = children(level, most)
        new = _unplaced(found, set(level), placed)
        if step == bounds.depth or not room:
            deeper = bool(new) and step == bounds.depth
            wider = wider or (bool(new) and not deeper)
            break
        # An answer cut short may be full of what stands here already: then nobody knows.
        wider = wider or len(new) > room or len(found) >= most
        for tie in new[:room]:
            below[tie.parent].append(tie)
            placed.add(tie.child)
        room -= len(new[:room])
        level = [tie.child for parent in level for tie in below.get(parent, ())]
        if not level:
            break
    return Tree(root, {key: tuple(ties) for key, ties in below.items()}, above, deeper, wider)


def _climb(
    start: Key, parents: Callable[[Key], Sequence[Tie]], most: int
) -> tuple[list[Tie], bool]:
    """Return the ties from the start upwards, and whether there are more above."""
    line: list[Tie] = []
    seen = {start}
    here = start
    while True:
        tie = next((each for each in parents(here) if each.parent not in seen), None)
        if tie is None:
            return line, False
        if len(line) == most:
            return line, True
        line.append(tie)
        here = tie.parent
        seen.add(here)


def _unplaced(found: Sequence[Tie], level: set[Key], placed: set[Key]) -> list[Tie]:
    """Return one tie for each record that stands nowhere yet."""
    first: dict[Key, Tie] = {}
    for tie in found:
        if tie.parent in level and tie.child not in placed:
            first.setdefault(tie.child, tie)
    return list(first.values())
