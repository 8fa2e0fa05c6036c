"""Small values of the node's own, by name: any JSON."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from node.storage.store import Store
from node.storage.tables.keeping import settings_kv


class SettingsStore(Store):
    """Values by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value, or `default` when there is none."""
        row = self._connection.execute(
            select(settings_kv.c.value).where(settings_kv.c.key == key)
        ).one_or_none()
        return default if row is None else row.value

    def put(self, key: str, value: Any) -> None:
        """Keep a value, in place of an earlier one."""
        new = self._upsert(settings_kv).values(key=key, value=value)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[settings_kv.c.key], set_={"value": new.excluded.value}
            )
        )

    def remove(self, key: str) -> None:
        """Forget a value."""
        self._connection.execute(delete(settings_kv).where(settings_kv.c.key == key))
