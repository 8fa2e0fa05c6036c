"""Records as readers see them: a projection of logs and contents, one row for each record.

Nothing here is the truth. `exchange.projection` writes it and can write it all again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, tuple_

from node.core.statements import is_record_id
from node.storage.links import LinkRow
from node.storage.store import Store
from node.storage.tables.catalogue import links, records
from node.storage.tables.logs import origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from node.storage.origins import Origins

#: SHOWN to readers; WITHDRAWN and ERASED by the origin; HIDDEN for a fault; PENDING until the
#: content arrives.
SHOWN, WITHDRAWN, ERASED, HIDDEN, PENDING = "shown", "withdrawn", "erased", "hidden", "pending"
#: The fault of a record that this node's staff have hidden; why, only they can read.
HIDDEN_HERE = "This record is not shown on this site, by its keeper's choice."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One record at the revision that is shown, or the newest one where none is.

    `epoch` and `seq` are the place of that revision's entry in the log of `oid`.
    """

    oid: str
    record: str
    kind: str
    schema: str
    revision: int
    epoch: int
    seq: int
    language: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    countries: tuple[str, ...]
    facets: Mapping[str, Sequence[str]]
    published: datetime
    first_published: datetime
    state: str
    fault: str | None = None
    known: bool = True
    arrived: datetime
    change: int


class Records(Store):
    """Records by origin and id, and the links between them."""

    def __init__(self, connection: Connection, origins_: Origins) -> None:
        super().__init__(connection)
        self._origins = origins_

    def upsert(self, *rows: RecordRow) -> None:
        """Write rows, replacing those of the same origin and record; many at once are cheaper."""
        if not rows:
            return
        statement = self._upsert(records)
        statement = statement.on_conflict_do_update(
            index_elements=[records.c.record, records.c.origin_id],
            set_={name: statement.excluded[name] for name in _CHANGING},
        )
        self._connection.execute(statement, [self._values(row) for row in rows])

    def get(self, oid: str, record: str) -> RecordRow | None:
        """Return one record, or None."""
        return next(iter(self.get_many(oid, [record]).values()), None)

    def get_many(self, oid: str, wanted: Iterable[str]) -> dict[str, RecordRow]:
        """Return those of an origin's records that are known, by id."""
        ids = [record for record in wanted if is_record_id(record)]
        origin = self._origins.find_id(oid)
        if origin is None or not ids:
            return {}
        found = self._many(_SELECT.where(records.c.record.in_(ids), records.c.origin_id == origin))
        return {row.record: row for row in found}

    def find(self, record: str) -> list[RecordRow]:
        """Return the records of this id, one for each origin that uses it, the oldest first."""
        if not is_record_id(record):
            return []
        return self._many(
            _SELECT.where(records.c.record == record).order_by(records.c.first_published)
        )

    def changed_since(self, change: int, limit: int) -> list[RecordRow]:
        """Return up to `limit` records changed after `change`, in any state, earliest first."""
        return self._many(
            _SELECT.where(records.c.change > change).order_by(records.c.change).limit(limit)
        )

    def newest(self, limit: int, kinds: Sequence[str] | None = None) -> list[RecordRow]:
        """Return the shown records published last, of these kinds or of all."""
        # One short walk through the index for each kind, where one for all would have to sort.
        found = [
            row
            for kind in (self._kinds() if kinds is None else dict.fromkeys(kinds))
            for row in self._many(
                _SELECT.where(records.c.state == SHOWN, records.c.kind == kind)
                .order_by(records.c.published.desc())
                .limit(limit)
            )
        ]
        return sorted(found, key=lambda row: row.published, reverse=True)[:limit]

    def by_origin(
        self, oid: str, *, limit: int | None = None, state: str | None = SHOWN
    ) -> list[RecordRow]:
        """Return an origin's records in this state (None: in any), the newest first."""
        origin = self._origins.find_id(oid)
        query = _SELECT.where(records.c.origin_id == origin).order_by(records.c.published.desc())
        if state is not None:
            query = query.where(records.c.state == state)
        return self._many(query.limit(limit))

    def count(self, *, oid: str | None = None, state: str | None = SHOWN) -> int:
        """Count records, of one origin or of all, in this state or in any (None)."""
        return sum(self._count(records.c.state, oid, state).values())

    def count_by_kind(self, *, oid: str | None = None, state: str | None = SHOWN) -> dict[str, int]:
        """Count records by kind."""
        return self._count(records.c.kind, oid, state)

    def count_by_state(self, *, oid: str | None = None) -> dict[str, int]:
        """Count records by state."""
        return self._count(records.c.state, oid, None)

    def count_by_origin(self, *, state: str | None = SHOWN) -> dict[str, int]:
        """Count records by the oid of their origin."""
        # Asked origin by origin, so that each count is one stretch of the index and no row is read.
        own = select(func.count()).where(records.c.origin_id == origins.c.id)
        if state is not None:
            own = own.where(records.c.state == state)
        query = select(origins.c.oid, own.scalar_subquery())
        return {oid: number for oid, number in self._connection.execute(query) if number}

    def set_links(self, oid: str, record: str, new: Sequence[LinkRow]) -> None:
        """Replace the links of one record."""
        self.set_links_many([(oid, record, new)])

    def set_links_many(self, items: Sequence[tuple[str, str, Sequence[LinkRow]]]) -> None:
        """Replace the links of several records, each given as (oid, record, links)."""
        rows: list[dict[str, Any]] = []
        old: dict[int, list[str]] = {}
        for oid, record, new in items:
            origin = self._origins.id(oid)
            old.setdefault(origin, []).append(record)
            rows += [
                {
                    "record": record,
                    "origin_id": origin,
                    "position": position,
                    "relation": link.relation,
                    "target_oid": link.target_oid,
                    "target_record": link.target_record,
                    "target_revision": link.target_revision,
                }
                for position, link in enumerate(new)
            ]
        for origin, ids in old.items():
            self._connection.execute(
                delete(links).where(links.c.origin_id == origin, links.c.record.in_(ids))
            )
        if rows:
            self._connection.execute(insert(links), rows)

    def links_from(self, oid: str, record: str, relation: str | None = None) -> list[LinkRow]:
        """Return what a record points to, in its order."""
        if not is_record_id(record):
            return []
        return self._links(_LINKS.where(origins.c.oid == oid, links.c.record == record), relation)

    def links_from_any(self, oid: str, wanted: Iterable[str], relation: str) -> list[LinkRow]:
        """Return what any of an origin's records point to by one relation, in one query."""
        ids = [record for record in wanted if is_record_id(record)]
        if not ids:
            return []
        return self._links(_LINKS.where(origins.c.oid == oid, links.c.record.in_(ids)), relation)

    def links_to(self, oid: str, record: str, relation: str | None = None) -> list[LinkRow]:
        """Return what points to a record."""
        if not is_record_id(record):
            return []
        return self._links(
            _LINKS.where(links.c.target_record == record, links.c.target_oid == oid), relation
        )

    def links_to_any(
        self, targets: Iterable[tuple[str, str]], relations: Sequence[str], limit: int
    ) -> list[LinkRow]:
        """Return what points to any of these records, given as (oid, record), in one query.

        Where there is more than `limit`, each origin comes in its turn: one that floods a record
        with links crowds out nobody else's.
        """
        wanted = sorted((oid, record) for oid, record in set(targets) if is_record_id(record))
        if not wanted:
            return []
        turn = func.row_number().over(
            partition_by=(links.c.target_record, links.c.target_oid, links.c.origin_id),
            order_by=(links.c.record, links.c.position),
        )
        query = (
            _LINKS.where(
                # The first line is for the index, the second says what is meant.
                links.c.target_record.in_({record for _oid, record in wanted}),
                tuple_(links.c.target_oid, links.c.target_record).in_(wanted),
                links.c.relation.in_(relations),
            )
            .order_by(turn, links.c.origin_id, links.c.record, links.c.position)
            .limit(limit)
        )
        return [LinkRow(*row) for row in self._connection.execute(query)]

    def clear(self) -> None:
        """Remove all records and links, for `rebuild`."""
        self._connection.execute(delete(links))
        self._connection.execute(delete(records))

    def _count(
        self, column: ColumnElement[Any], oid: str | None, state: str | None
    ) -> dict[Any, int]:
        query = select(column, func.count()).group_by(column)
        if oid is not None:
            query = query.where(records.c.origin_id == self._origins.find_id(oid))
        if state is not None:
            query = query.where(records.c.state == state)
        return {key: int(count) for key, count in self._connection.execute(query)}

    def _kinds(self) -> list[str]:
        """Return the kinds that are shown, each found by a jump in the index."""
        kinds: list[str] = []
        while True:
            kind = self._connection.execute(
                select(func.min(records.c.kind)).where(
                    records.c.state == SHOWN, records.c.kind > (kinds[-1] if kinds else "")
                )
            ).scalar_one()
            if kind is None:
                return kinds
            kinds.append(kind)

    def _links(self, query: Select[Any], relation: str | None) -> list[LinkRow]:
        if relation is not None:
            query = query.where(links.c.relation == relation)
        query = query.order_by(links.c.origin_id, links.c.record, links.c.position)
        return [LinkRow(*row) for row in self._connection.execute(query)]

    def _many(self, query: Select[Any]) -> list[RecordRow]:
        found = []
        for row in self._connection.execute(query):
            values = dict(zip(_NAMES, row, strict=True))
            found.append(RecordRow(**values | {"countries": tuple(values["countries"])}))
        return found

    def _values(self, row: RecordRow) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in _CHANGING}
        return values | {"record": row.record, "origin_id": self._origins.id(row.oid)}


_CHANGING = tuple(
    column.name for column in records.columns if column.name not in ("record", "origin_id")
)
_NAMES = ("oid", "record", *_CHANGING)
_SELECT = select(origins.c.oid, records.c.record, *(records.c[name] for name in _CHANGING)).join(
    origins, origins.c.id == records.c.origin_id
)
_LINKS = select(
    origins.c.oid,
    links.c.record,
    links.c.relation,
    links.c.target_oid,
    links.c.target_record,
    links.c.target_revision,
).join(origins, origins.c.id == links.c.origin_id)
