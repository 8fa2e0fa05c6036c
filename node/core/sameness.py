"""Which records a node shows as one, given who says that they describe the same thing.

A claim of sameness is somebody's word about two records, of which often neither is theirs. Whoever
could join records by a claim alone could hang a copy on a famous record, or bury one among copies.

* The keeper's decisions come first: what is kept apart is never in one group, not even by way of
  a third record; what is joined needs no claim.
* Of the claims, the node's *policy* says which are believed: ``none``; ``authors``, those of the
  node itself, and those in which the authors of both records agree (one origin may have written
  both); ``all``.
* Who stands for a group is the first by the order that the node gives, never the claimant's choice.
* More than `MAX_GROUP` records that hang together are not joined at all: so many records do not
  describe one thing, and a view of them would serve only whoever claimed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

#: A record: the oid of its origin, and its id.
Key: TypeAlias = tuple[str, str]
#: Two different records, the smaller key first.
Pair: TypeAlias = tuple[Key, Key]

POLICIES = ("none", "authors", "all")

#: Records that may stand as one.
MAX_GROUP = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody's word that two records describe the same thing."""

    #: The oid of whoever says so.
    by: str
    one: Key
    other: Key


@dataclass(frozen=True, slots=True)
class Decision:
    """What the keeper of this node has decided of two records."""

    one: Key
    other: Key
    #: True: shown as one. False: kept apart.
    joined: bool


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which records stand as one."""

    #: Each with at least two records; the first stands for all.
    groups: tuple[tuple[Key, ...], ...]
    #: Records that are shown alone, because too many hang together with them.
    crowded: frozenset[Key]


def pair_of(one: Key, other: Key) -> Pair:
    """Return two records as a pair, whichever is named first."""
    return (one, other) if one <= other else (other, one)


def joined_pairs(
    claims: Iterable[Claim], decisions: Iterable[Decision], policy: str, own: Container[str]
) -> set[Pair]:
    """Return the pairs that are shown as one, as far as each is seen by itself.

    `own` are the oids of this node. A record that is claimed to be the same as itself is no pair.
    """
    said: dict[Pair, set[str]] = {}
    for claim in claims:
        said.setdefault(pair_of(claim.one, claim.other), set()).add(claim.by)
    found = {pair for pair, by in said.items() if _believed(pair, by, policy, own)}
    for decision in decisions:
        if decision.joined:
            found.add(pair_of(decision.one, decision.other))
    kept_apart = _apart(decisions)
    return {pair for pair in found if pair[0] != pair[1] and pair not in kept_apart}


def _believed(pair: Pair, by: set[str], policy: str, own: Container[str]) -> bool:
    if policy == "none":
        return False
    if policy == "all" or any(oid in own for oid in by):
        return True
    return {pair[0][0], pair[1][0]} <= by


def _apart(decisions: Iterable[Decision]) -> set[Pair]:
    return {pair_of(each.one, each.other) for each in decisions if not each.joined}


def grouped(
    pairs: Iterable[Pair], decisions: Iterable[Decision], order: Mapping[Key, Any]
) -> Grouping:
    """Return the groups that joined pairs make; records without an `order` are left out.

    `order` gives each record a value to sort by, no two alike. The answer depends on nothing else:
    pairs are followed from those of the keeper to the others, each in order, and a pair that would
    bring together what is kept apart is left out.
    """
    decided = {pair_of(each.one, each.other) for each in decisions if each.joined}
    kept_apart = _apart(decisions)

    def place(pair: Pair) -> tuple[bool, Any, Any]:
        first, second = sorted((order[pair[0]], order[pair[1]]))
        return (pair not in decided, first, second)

    known = sorted((p for p in set(pairs) if p[0] in order and p[1] in order), key=place)
    groups: list[tuple[Key, ...]] = []
    crowded: set[Key] = set()
    for together in _components(known):
        if len(together) > MAX_GROUP:
            crowded |= together
            continue
        inside = [pair for pair in known if pair[0] in together]
        groups += [
            tuple(sorted(group, key=order.__getitem__))
            for group in _components(_allowed(inside, kept_apart))
        ]
    groups.sort(key=lambda group: order[group[0]])
    return Grouping(tuple(groups), frozenset(crowded))


def _components(pairs: Iterable[Pair]) -> list[set[Key]]:
    """Return what hangs together by these pairs."""
    of: dict[Key, set[Key]] = {}
    for one, other in pairs:
        here, there = of.setdefault(one, {one}), of.setdefault(other, {other})
        if here is there:
            continue
        small, large = sorted((here, there), key=len)
        large |= small
        for key in small:
            of[key] = large
    return list({id(each): each for each in of.values()}.values())


def _allowed(pairs: Iterable[Pair], kept_apart: set[Pair]) -> Iterator[Pair]:
    """Give the pairs that bring nothing together that is kept apart, each in its turn."""
    of: dict[Key, frozenset[Key]] = {}
    for one, other in pairs:
        here = of.get(one, frozenset({one}))
        there = of.get(other, frozenset({other}))
        if any(pair_of(a, b) in kept_apart for a in here for b in there):
            continue
        yield one, other
        both = here | there
        of.update(dict.fromkeys(both, both))
