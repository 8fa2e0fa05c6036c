"""The audit trail: who did what on this node. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from node.storage.store import Store
from node.storage.tables.keeping import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
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
