"""The audit trail: who did what on this node. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, select

from node.storage.store import Store
from node.storage.tables.keeping import audit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act. `detail` holds facts for programs; no secret and no personal data goes here."""

    id: int
    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any]


class Audit(Store):
    """The trail, newest last."""

    def add(self, who: str, what: str, detail: Mapping[str, Any], at: datetime) -> None:
        """Note an act."""
        self._connection.execute(
            insert(audit).values(at=at, who=who, what=what, detail=dict(detail))
        )

    def newest(self, limit: int) -> list[AuditRow]:
        """Return the last acts, the newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        return [AuditRow(*row) for row in self._connection.execute(query)]

    def find(
        self,
        *,
        who: str = "",
        what: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditRow]:
        """Return acts, the newest first: of somebody, of one sort, from `since` to before `until`.

        `before` is the number of an act; only older ones are returned, so that pages follow on.
        """
        wanted: list[ColumnElement[bool]] = []
        if who:
            wanted.append(audit.c.who == who)
        if what:
            wanted.append(audit.c.what == what)
        if since is not None:
            wanted.append(audit.c.at >= since)
        if until is not None:
            wanted.append(audit.c.at < until)
        if before is not None:
            wanted.append(audit.c.id < before)
        query = select(audit).where(*wanted).order_by(audit.c.id.desc()).limit(limit)
        return [AuditRow(*row) for row in self._connection.execute(query)]

    def names(self) -> Sequence[str]:
        """Return everybody who did something, in alphabetical order."""
        return self._connection.scalars(select(audit.c.who).distinct().order_by(audit.c.who)).all()

    def acts(self) -> Sequence[str]:
        """Return every sort of act there was, in alphabetical order."""
        query = select(audit.c.what).distinct().order_by(audit.c.what)
        return self._connection.scalars(query).all()
