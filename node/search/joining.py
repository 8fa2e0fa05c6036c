"""Which records are one result: duplicates that are believed, and translations with their original.

Made from the store alone, anew for each question, so that it cannot lag behind: the follower asks
when it writes the index, the catalogue when it shows results and records. What is believed, the
rule in `node.core.sameness` says; here stands what can be joined at all:

* only what is shown, and records of one kind: an adaptation tells of a practice, and is not it;
* a translation stands with what it translates, and with the group that belongs to; where that is
  not shown here, and where it is itself a translation, it stands alone;
* a group is read as far as it hangs together, up to the rule's limit.

Of a group, the node's own record stands for all, then the one published first. Dates can be made up
by who publishes; so where everybody's claims count and not only those that the authors agree on,
the record of the origin that this node met first comes before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from node.core.sameness import MAX_GROUP, grouped, joined_pairs
from node.storage.origins import OWN
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from node.core.sameness import Decision, Key, Pair
    from node.storage import RecordRow, UnitOfWork

Relation = Literal["same_as", "translation"]

#: Translations that stand with one result; the others stand alone.
MAX_TRANSLATIONS = 50
#: Records named in one query.
AT_ONCE = 512
#: Claims about one record that are read. Who believes everybody reads many of one pair.
MAX_CLAIMS = 4 * MAX_GROUP


@dataclass(frozen=True, slots=True)
class Joined:
    """A record that stands with another one's result."""

    row: RecordRow
    relation: Relation

    @property
    def key(self) -> Key:
        """Return the record's key."""
        return (self.row.oid, self.row.record)


@dataclass(slots=True)
class Plan:
    """How the records asked for stand, and all that stand with them."""

    #: The rows of all of them, in any state.
    rows: dict[Key, RecordRow] = field(default_factory=dict)
    #: By the record that stands for all: the others, duplicates first.
    members: dict[Key, tuple[Joined, ...]] = field(default_factory=dict)
    #: From each of the others to the record that stands for it.
    into: dict[Key, Key] = field(default_factory=dict)
    #: Records shown alone because too many are said to be the same.
    crowded: frozenset[Key] = frozenset()

    def group(self, key: Key) -> tuple[Joined, ...]:
        """Return all that stand as one with a record, itself included; empty when it is alone."""
        first = self.into.get(key, key)
        others = self.members.get(first, ())
        return (Joined(self.rows[first], "same_as"), *others) if others else ()


def plan(
    unit: UnitOfWork, keys: Iterable[Key], policy: str, known: Iterable[RecordRow] = ()
) -> Plan:
    """Return how these records stand; `policy` is the node's choice of whose claims count.

    `known` are rows at hand, which saves reading them again.
    """
    return _Planner(unit, policy, known).plan(set(keys))


class _Planner:
    """Plans within one unit of work."""

    def __init__(self, unit: UnitOfWork, policy: str, known: Iterable[RecordRow]) -> None:
        self._unit = unit
        self._policy = policy
        self._anybody = policy == "all"
        self._decisions: Sequence[Decision] = unit.sameness.decisions()
        self._decided: defaultdict[Key, set[Key]] = defaultdict(set)
        for each in self._decisions:
            if each.joined:
                self._decided[each.one].add(each.other)
                self._decided[each.other].add(each.one)
        self._origins = {origin.oid: origin for origin in unit.origins.all()}
        self._own = {oid for oid, origin in self._origins.items() if origin.status == OWN}
        #: Rows that were met, and of them those that are shown.
        self._rows: dict[Key, RecordRow] = {}
        self._shown: dict[Key, RecordRow] = {}
        self._keep(known)
        self._asked: set[Key] = set()
        #: From each translation met to its original.
        self._originals: dict[Key, Key] = {}

    def plan(self, keys: set[Key]) -> Plan:
        found = Plan()
        self._read(keys)
        heads = {self._originals.get(key, key) for key in keys}
        self._read(heads)
        heads = {key for key in heads if self._can_lead(key)}
        groups = self._groups(heads, found)
        members = {key for group in groups for key in group}
        groups += [(key,) for key in heads - members]
        self._add_translations(groups, found)
        for group in groups:
            self._add(group, found)
        found.rows = self._rows
        return found

    def _read(self, keys: Iterable[Key]) -> None:
        """Read rows that were not met yet, and which of them are translations."""
        new = set(keys) - self._asked
        self._asked |= new
        by_origin: defaultdict[str, list[str]] = defaultdict(list)
        for oid, record in new - self._rows.keys():
            by_origin[oid].append(record)
        for oid, ids in by_origin.items():
            for records in _slices(ids):
                self._keep(self._unit.records.get_many(oid, records).values())
        for some in _slices(new):
            self._originals |= self._unit.sameness.translated(some)

    def _keep(self, rows: Iterable[RecordRow]) -> None:
        for row in rows:
            self._rows[row.oid, row.record] = row
            if row.state == SHOWN:
                self._shown[row.oid, row.record] = row

    def _can_lead(self, key: Key) -> bool:
        """Say whether others may stand with a record: it is shown, and is no translation."""
        return key in self._shown and key not in self._originals

    def _groups(self, heads: set[Key], found: Plan) -> list[tuple[Key, ...]]:
        """Return the groups of duplicates in which these records are."""
        maybe = {key for key in heads if key in self._decided}
        if self._policy != "none":
            for some in _slices(heads):
                maybe |= self._unit.sameness.claimed(some, anybody=self._anybody)
        groups: list[tuple[Key, ...]] = []
        seen: set[Key] = set()
        for start in sorted(maybe):
            if start not in seen:
                pairs = self._pairs_around(start)
                reached = {key for pair in pairs for key in pair} | {start}
                seen |= reached
                order = {key: self._order(key) for key in reached}
                made = grouped(pairs, self._decisions, order)
                groups += made.groups
                found.crowded |= made.crowded
        return groups

    def _pairs_around(self, start: Key) -> set[Pair]:
        """Return the pairs of all that hangs together with a record, or of just too much."""
        pairs: set[Pair] = set()
        reached, waiting = {start}, [start]
        while waiting and len(reached) <= MAX_GROUP:
            key = waiting.pop(0)
            near = self._pairs_of(key)
            others = {other for pair in near for other in pair}
            self._read(others)
            kind = self._shown[key].kind
            usable = {k for k in others if self._can_lead(k) and self._shown[k].kind == kind}
            pairs |= {pair for pair in near if usable.issuperset(pair)}
            fresh = sorted(usable - reached)
            reached.update(fresh)
            waiting += fresh
        return pairs

    def _pairs_of(self, key: Key) -> set[Pair]:
        claims = []
        if self._policy != "none":
            claims = self._unit.sameness.claims(key, MAX_CLAIMS, anybody=self._anybody)
        near = [each for each in self._decisions if key in (each.one, each.other)]
        return joined_pairs(claims, near, self._policy, self._own)

    def _order(self, key: Key) -> tuple[bool, datetime, datetime, int, int, Key]:
        row, other = self._shown[key], key[0] not in self._own
        dates = (row.first_published, self._origins[key[0]].first_seen)
        if self._anybody:
            dates = (dates[1], dates[0])
        # What was published together has one date; the log still has an order.
        return (other, *dates, row.epoch, row.seq, key)

    def _add_translations(self, groups: Sequence[tuple[Key, ...]], found: Plan) -> None:
        """Let translations stand with the groups of their originals."""
        first = {key: group[0] for group in groups for key in group}
        named = [
            each
            for some in _slices(first)
            for each in self._unit.sameness.translations(some, MAX_TRANSLATIONS)
        ]
        self._read(translation for translation, _original in named)
        standing: defaultdict[Key, dict[Key, Joined]] = defaultdict(dict)
        for translation, original in named:
            row = self._shown.get(translation)
            # What names several is a translation of the first alone.
            if row is None or self._originals.get(translation) != original:
                continue
            mine = standing[first[original]]
            if len(mine) < MAX_TRANSLATIONS:
                mine[translation] = Joined(row, "translation")
        for key, some in standing.items():
            found.members[key] = tuple(some.values())

    def _add(self, group: tuple[Key, ...], found: Plan) -> None:
        first, *others = group
        same = tuple(Joined(self._shown[key], "same_as") for key in others)
        members = same + found.members.get(first, ())
        if members:
            found.members[first] = members
            found.into |= {each.key: first for each in members}


_T = TypeVar("_T")


def _slices(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Give the items in lists short enough for one query."""
    every = list(items)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
