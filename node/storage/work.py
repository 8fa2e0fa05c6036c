"""Work that is due, as rows: any number of workers, and none is lost when one dies.

A worker claims a row with a lease, does the step (which can be done twice), and ends it. When the
lease runs out the row is free again. Asking again for work that is just being done makes it due
once more, because what was asked for may be newer than what the worker saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, delete, literal, or_, select, update

from node.storage.store import Store
from node.storage.tables.network import work

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One piece of work. `attempts` counts claims, this one included; `why` is the last failure."""

    id: int
    kind: str
    key: str
    due: datetime
    payload: Any
    attempts: int
    why: str
    leased_until: datetime | None
    worker: str


class Work(Store):
    """Due work by kind and key."""

    def add(self, kind: str, key: str, due: datetime, payload: Any = None) -> None:
        """Ask for work. If it waits already, the earlier time and the new payload hold."""
        new = self._upsert(work).values(
            kind=kind,
            key=key,
            due=due,
            payload={} if payload is None else payload,
            attempts=0,
            why="",
            worker="",
            again=False,
        )
        new = new.on_conflict_do_update(
            index_elements=[work.c.kind, work.c.key],
            set_={
                "due": case((work.c.due < new.excluded.due, work.c.due), else_=new.excluded.due),
                "payload": new.excluded.payload,
                "again": work.c.leased_until.is_not(None),
            },
        )
        self._connection.execute(new)

    def claim(
        self, kinds: Sequence[str], worker: str, now: datetime, lease: timedelta | int
    ) -> WorkRow | None:
        """Take the work due longest, for `lease` (seconds when an int); None when none is due."""
        until = now + (lease if isinstance(lease, timedelta) else timedelta(seconds=lease))
        due = (
            select(work.c.id)
            .where(work.c.kind.in_(list(kinds)), work.c.due <= now, _is_free(now))
            .order_by(work.c.due, work.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (
            self._connection.execute(
                update(work)
                .where(work.c.id.in_(due.scalar_subquery()))
                .values(
                    worker=worker, leased_until=until, attempts=work.c.attempts + 1, again=False
                )
                .returning(*_COLUMNS)
            )
            .mappings()
            .one_or_none()
        )
        return None if row is None else WorkRow(**row)

    def done(self, work_id: int) -> None:
        """End a piece of work; one that was asked for again meanwhile waits for its next turn."""
        self._connection.execute(delete(work).where(work.c.id == work_id, work.c.again.is_(False)))
        self.release(work_id)

    def retry(self, work_id: int, due: datetime, why: str) -> None:
        """Put work off until `due` because of `why`; what was asked for again stays due earlier."""
        self._connection.execute(
            update(work)
            .where(work.c.id == work_id)
            .values(
                due=case((work.c.again.is_(True), work.c.due), else_=literal(due, work.c.due.type)),
                why=why,
                worker="",
                leased_until=None,
                again=False,
            )
        )

    def release(self, work_id: int) -> None:
        """Give work back undone; it is due as before."""
        self._connection.execute(
            update(work)
            .where(work.c.id == work_id)
            .values(worker="", leased_until=None, again=False)
        )

    def workers(self) -> set[str]:
        """Return the names of the workers that hold work."""
        return set(self._connection.scalars(select(work.c.worker).where(work.c.worker != "")))

    def free(self, worker: str) -> None:
        """Give back all that a dead worker holds, undone; it is due as before."""
        self._connection.execute(
            update(work)
            .where(work.c.worker == worker)
            .values(worker="", leased_until=None, again=False)
        )

    def any_due(self, kinds: Sequence[str], now: datetime) -> bool:
        """Say whether a claim would find something; for pollers, in a reading unit of work."""
        query = (
            select(work.c.id)
            .where(work.c.kind.in_(list(kinds)), work.c.due <= now, _is_free(now))
            .limit(1)
        )
        return self._connection.execute(query).first() is not None

    def get(self, kind: str, key: str) -> WorkRow | None:
        """Return one piece of work, or None when it is done or was never asked for."""
        found = self._many(work.c.kind == kind, work.c.key == key)
        return found[0] if found else None

    def waiting(self, kind: str) -> list[WorkRow]:
        """Return all work of a kind, the first due first."""
        return self._many(work.c.kind == kind)

    def cancel(self, kind: str, key: str) -> bool:
        """Remove work that nobody is to do any more; say whether there was any."""
        gone = self._connection.execute(delete(work).where(work.c.kind == kind, work.c.key == key))
        return gone.rowcount > 0

    def _many(self, *where: ColumnElement[bool]) -> list[WorkRow]:
        query = select(*_COLUMNS).where(*where).order_by(work.c.due, work.c.id)
        return [WorkRow(**row) for row in self._connection.execute(query).mappings()]


_COLUMNS = tuple(column for column in work.c if column.name != "again")


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(work.c.leased_until.is_(None), work.c.leased_until <= now)
