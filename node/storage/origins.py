"""Origins: whose logs are held, who introduced them, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from node.errors import NotFoundError
from node.storage.store import Store
from node.storage.tables.logs import logs, origins

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

OWN, ACTIVE, FROZEN, DISPUTED, BLOCKED = "own", "active", "frozen", "disputed", "blocked"


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One origin. `introduced_by` is the peer that relayed it first, None for own and added."""

    oid: str
    status: str
    reason: str
    name: str
    introduced_by: int | None
    first_seen: datetime


class Origins(Store):
    """Origins by oid."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._ids: dict[str, int] = {}

    def get(self, oid: str) -> OriginRow | None:
        """Return the origin, or None when it was never seen."""
        row = self._connection.execute(_SELECT.where(origins.c.oid == oid)).one_or_none()
        return None if row is None else OriginRow(*row)

    def all(self) -> list[OriginRow]:
        """Return every origin, the first seen first."""
        return [OriginRow(*row) for row in self._connection.execute(_SELECT.order_by(origins.c.id))]

    def add(
        self,
        oid: str,
        *,
        first_seen: datetime,
        status: str = ACTIVE,
        name: str = "",
        introduced_by: int | None = None,
        reason: str = "",
    ) -> OriginRow:
        """Add an origin; one that is there already is returned as it is."""
        known = self.get(oid)
        if known is not None:
            return known
        row = OriginRow(oid, status, reason, name, introduced_by, first_seen)
        self._connection.execute(
            insert(origins).values(
                oid=oid,
                status=status,
                reason=reason,
                name=name,
                introduced_by=introduced_by,
                first_seen=first_seen,
            )
        )
        return row

    def set_status(self, oid: str, status: str, reason: str = "") -> None:
        """Change the standing. FROZEN also freezes each log it has now.

        A later epoch starts a log that is not frozen; the old one stays so until `logs.thaw`.
        """
        origin = self.id(oid)
        self._connection.execute(
            update(origins).where(origins.c.id == origin).values(status=status, reason=reason)
        )
        if status == FROZEN:
            self._connection.execute(
                update(logs).where(logs.c.origin_id == origin).values(frozen=True)
            )

    def set_name(self, oid: str, name: str) -> None:
        """Keep the name that people see for this origin."""
        self._connection.execute(update(origins).where(origins.c.oid == oid).values(name=name))

    def introduced_since(self, peer_id: int, since: datetime) -> int:
        """Count the origins that this peer introduced at or after `since`."""
        return self._connection.execute(
            select(func.count())
            .select_from(origins)
            .where(origins.c.introduced_by == peer_id, origins.c.first_seen >= since)
        ).scalar_one()

    def id(self, oid: str) -> int:
        """Return the number that stands for the oid in other tables; `NotFoundError` if unknown."""
        number = self.find_id(oid)
        if number is None:
            raise NotFoundError(f"No origin {oid} is known here.", oid=oid)
        return number

    def find_id(self, oid: str) -> int | None:
        """Return the number that stands for the oid, or None."""
        if oid not in self._ids:
            number = self._connection.execute(
                select(origins.c.id).where(origins.c.oid == oid)
            ).scalar_one_or_none()
            if number is None:
                return None
            self._ids[oid] = number
        return self._ids[oid]


_SELECT = select(
    origins.c.oid,
    origins.c.status,
    origins.c.reason,
    origins.c.name,
    origins.c.introduced_by,
    origins.c.first_seen,
)
