"""What all stores share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: A row of whatever columns were asked for.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class Store:
    """A subject's statements on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _upsert(self, table: Table) -> Any:
        """Return an INSERT that knows ON CONFLICT, which both databases spell alike."""
        if self._connection.dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)
