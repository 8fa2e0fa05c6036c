"""What is said of two records describing the same thing, and what this node's keeper decided of it.

Claims and translations are links, written with the records that make them. They come from anybody,
in any number: each question here asks only for what may count, and has a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, tuple_, update

from node.core.sameness import Claim, Decision, pair_of
from node.core.statements import is_record_id
from node.storage.origins import OWN
from node.storage.store import Store
from node.storage.tables.catalogue import links, records
from node.storage.tables.keeping import sameness_decisions as table
from node.storage.tables.logs import origins

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from node.core.sameness import Key
    from node.storage.origins import Origins

#: The relations by which records may stand as one.
SAME_AS, TRANSLATES = "same_as", "translates"
JOINING = (SAME_AS, TRANSLATES)

_TARGET = (links.c.target_oid, links.c.target_record)
#: The other record that a claim names.
_second = links.alias("second")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow(Decision):
    """A decision with the keeper's reason, which nobody else sees."""

    reason: str
    decided: datetime


class Sameness(Store):
    """Decisions by pair; claims and translations by the records they are about."""

    def __init__(self, connection: Connection, origins_: Origins) -> None:
        super().__init__(connection)
        self._origins = origins_

    def decide(self, one: Key, other: Key, *, joined: bool, reason: str, at: datetime) -> None:
        """Keep a decision, in place of an earlier one of the same two records."""
        new = self._upsert(table).values(
            **_named(one, other), joined=joined, reason=reason, decided=at
        )
        changing = ("joined", "reason", "decided")
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: new.excluded[name] for name in changing},
            )
        )

    def forget(self, one: Key, other: Key) -> bool:
        """Take a decision back; False when there was none."""
        meant = [table.c[name] == value for name, value in _named(one, other).items()]
        return self._connection.execute(delete(table).where(*meant)).rowcount > 0

    def decisions(self) -> list[DecisionRow]:
        """Return all decisions, the newest first. A keeper makes tens of them, not thousands."""
        query = select(table).order_by(table.c.decided.desc(), table.c.one_record)
        return [
            DecisionRow(
                one=(row.one_oid, row.one_record),
                other=(row.other_oid, row.other_record),
                joined=row.joined,
                reason=row.reason,
                decided=row.decided,
            )
            for row in self._connection.execute(query)
        ]

    def claimed(self, keys: Iterable[Key], *, anybody: bool) -> set[Key]:
        """Return those of the records about which there is a claim that may count.

        That is one by this node or by the record's own origin; with `anybody`, any.
        """
        wanted = _known(keys)
        if not wanted:
            return set()
        query = (
            select(*_TARGET)
            .join(origins, origins.c.id == links.c.origin_id)
            .where(links.c.relation == SAME_AS, _is_any(wanted))
            .distinct()
        )
        if not anybody:
            query = query.where(or_(origins.c.status == OWN, origins.c.oid == links.c.target_oid))
        return {(oid, record) for oid, record in self._connection.execute(query)}

    def claims(self, key: Key, limit: int, *, anybody: bool) -> list[Claim]:
        """Return up to about `limit` claims about a record, said once by each who says so.

        Without `anybody` only those of this node and of the authors: what the record's own author
        says, and of that, what the other's author says as well.
        """
        if not is_record_id(key[1]):
            return []
        by = or_(origins.c.status == OWN, origins.c.oid == key[0])
        said = self._said(key, limit, *(() if anybody else (by,)))
        if not anybody:
            mutual = {claim.other for claim in said if claim.by == key[0] != claim.other[0]}
            if mutual:
                others = tuple_(_second.c.target_oid, _second.c.target_record)
                by = origins.c.oid == _second.c.target_oid
                said += self._said(key, limit, by, others.in_(sorted(mutual)))
        return said

    def _said(self, key: Key, limit: int, *more: ColumnElement[bool]) -> list[Claim]:
        found = (origins.c.oid, _second.c.target_oid, _second.c.target_record)
        claim = (links.c.record == _second.c.record, links.c.origin_id == _second.c.origin_id)
        query = (
            select(*found)
            .select_from(links)
            .join(_second, and_(*claim, links.c.position != _second.c.position))
            .join(origins, origins.c.id == links.c.origin_id)
            .where(
                links.c.relation == SAME_AS,
                _second.c.relation == SAME_AS,
                links.c.target_oid == key[0],
                links.c.target_record == key[1],
                *more,
            )
            .distinct()
            .order_by(*found)
            .limit(limit)
        )
        return [
            Claim(by, key, (oid, record)) for by, oid, record in self._connection.execute(query)
        ]

    def said_of(self, key: Key, limit: int) -> list[tuple[Key, Key]]:
        """Return claims about a record, believed or not, as (claim, other record).

        Where there are more than `limit`, each origin comes in its turn, the one met first first:
        one that floods a record with claims crowds out nobody else's.
        """
        if not is_record_id(key[1]):
            return []
        turn = func.row_number().over(partition_by=links.c.origin_id, order_by=links.c.record)
        claim = (links.c.record == _second.c.record, links.c.origin_id == _second.c.origin_id)
        query = (
            select(origins.c.oid, links.c.record, _second.c.target_oid, _second.c.target_record)
            .select_from(links)
            .join(_second, and_(*claim, links.c.position != _second.c.position))
            .join(origins, origins.c.id == links.c.origin_id)
            .where(
                links.c.relation == SAME_AS,
                _second.c.relation == SAME_AS,
                links.c.target_oid == key[0],
                links.c.target_record == key[1],
            )
            .order_by(turn, links.c.origin_id)
            .limit(limit)
        )
        return [((row[0], row[1]), (row[2], row[3])) for row in self._connection.execute(query)]

    def translated(self, keys: Iterable[Key]) -> dict[Key, Key]:
        """Return which record each of these translates; the first it names, where it names more."""
        wanted = _known(keys)
        if not wanted:
            return {}
        query = (
            select(origins.c.oid, links.c.record, *_TARGET)
            .join(origins, origins.c.id == links.c.origin_id)
            .where(
                links.c.relation == TRANSLATES,
                links.c.record.in_({record for _oid, record in wanted}),
                tuple_(origins.c.oid, links.c.record).in_(wanted),
            )
            .order_by(links.c.position.desc())
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in self._connection.execute(query)}

    def translations(self, keys: Iterable[Key], limit: int) -> list[tuple[Key, Key]]:
        """Return what names these records as translated, as (translation, record).

        Up to `limit` of each: first by its author, then by this node, then by the origins in the
        order in which they were met.
        """
        wanted = _known(keys)
        if not wanted:
            return []
        by_author = origins.c.oid == links.c.target_oid
        line = (by_author.desc(), (origins.c.status == OWN).desc(), links.c.origin_id)
        place = func.row_number().over(
            partition_by=_TARGET, order_by=(*line, links.c.record, links.c.position)
        )
        inner = (
            select(origins.c.oid, links.c.record, *_TARGET, place.label("place"))
            .join(origins, origins.c.id == links.c.origin_id)
            .where(links.c.relation == TRANSLATES, _is_any(wanted))
            .subquery()
        )
        named = (inner.c.place, inner.c.target_oid, inner.c.target_record)
        query = select(inner).where(inner.c.place <= limit).order_by(*named)
        return [((row[0], row[1]), (row[2], row[3])) for row in self._connection.execute(query)]

    def targets(self, oid: str, ids: Collection[str]) -> set[Key]:
        """Return the records that these of one origin claim something of, or translate."""
        origin = self._origins.find_id(oid)
        if origin is None or not ids:
            return set()
        query = (
            select(*_TARGET)
            .where(
                links.c.record.in_(ids),
                links.c.origin_id == origin,
                links.c.relation.in_(JOINING),
            )
            .distinct()
        )
        return {(oid, record) for oid, record in self._connection.execute(query)}

    def touch(self, keys: Iterable[Key], next_change: Callable[[], int]) -> None:
        """Give records new numbers of change, so that who follows changes looks at them again.

        Each gets its own: the number also orders what has one date.
        """
        rows = []
        for oid, record in _known(keys):
            origin = self._origins.find_id(oid)
            if origin is not None:
                rows.append({"its_record": record, "its_origin": origin, "number": next_change()})
        if rows:
            one = (
                records.c.record == bindparam("its_record", type_=records.c.record.type),
                records.c.origin_id == bindparam("its_origin"),
            )
            changed = update(records).where(*one).values(change=bindparam("number"))
            self._connection.execute(changed, rows)


def _known(keys: Iterable[Key]) -> list[Key]:
    return sorted((oid, record) for oid, record in set(keys) if is_record_id(record))


def _is_any(wanted: Sequence[Key]) -> ColumnElement[bool]:
    # The first line is for the index, the second says what is meant.
    ids = links.c.target_record.in_({record for _oid, record in wanted})
    return and_(ids, tuple_(*_TARGET).in_(wanted))


def _named(one: Key, other: Key) -> dict[str, str]:
    (one_oid, one_record), (other_oid, other_record) = pair_of(one, other)
    return {
        "one_oid": one_oid,
        "one_record": one_record,
        "other_oid": other_oid,
        "other_record": other_record,
    }
