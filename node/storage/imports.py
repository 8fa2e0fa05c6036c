"""Tables that are being imported, and which columns meant what the last time.

A step of an import says where it began; when another worker was there first it is refused and its
transaction comes to nothing, so no row is made into two drafts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from node.errors import NotFoundError
from node.storage.drafts import VersionRow
from node.storage.store import Store
from node.storage.tables.desk import draft_versions, import_mappings, imports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

UPLOADED, MAPPED, TRYING, TRIED = "uploaded", "mapped", "trying", "tried"
RUNNING, DONE, FAILED = "running", "done", "failed"
#: States in which a worker is at it.
BUSY = (TRYING, RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One import as it stands. `done` counts the rows that the present pass has been through."""

    id: str
    person: int | None
    name: str
    schema: str
    state: str
    mapping: Mapping[str, Any]
    rows: int
    done: int
    report: Mapping[str, Any]
    at: datetime

    @property
    def busy(self) -> bool:
        """Say whether a worker is at it."""
        return self.state in BUSY


_IMPORT = [imports.c[field.name] for field in fields(ImportRow)]


class Imports(Store):
    """Imports by id, and mappings by the digest of their headings."""

    def add(self, row: ImportRow) -> None:
        """Add an import."""
        self._connection.execute(
            insert(imports).values(**{c.name: getattr(row, c.name) for c in _IMPORT})
        )

    def get(self, number: str) -> ImportRow | None:
        """Return an import, or None."""
        query = select(*_IMPORT).where(imports.c.id == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return ImportRow(**row) if row else None

    def require(self, number: str) -> ImportRow:
        """Return an import; raises `NotFoundError`."""
        found = self.get(number)
        if found is None:
            raise NotFoundError("There is no import with this id here.", id=number)
        return found

    def of(self, person: int, limit: int = 50) -> list[ImportRow]:
        """Return a person's imports, the newest first."""
        query = (
            select(*_IMPORT)
            .where(imports.c.person == person)
            .order_by(imports.c.at.desc(), imports.c.id)
            .limit(limit)
        )
        return [ImportRow(**row) for row in self._connection.execute(query).mappings()]

    def older(self, than: datetime) -> list[str]:
        """Return the ids of imports that were begun before a moment."""
        return list(self._connection.scalars(select(imports.c.id).where(imports.c.at < than)))

    def change(self, number: str, **values: Any) -> None:
        """Change columns."""
        self._connection.execute(update(imports).where(imports.c.id == number).values(**values))

    def advance(self, number: str, *, seen_state: str, seen: int, **values: Any) -> bool:
        """Change columns after a step that began at row `seen`; False when it moved on."""
        done = self._connection.execute(
            update(imports)
            .where(imports.c.id == number, imports.c.state == seen_state, imports.c.done == seen)
            .values(**values)
        )
        return done.rowcount == 1

    def remove(self, number: str) -> None:
        """Forget an import; the drafts that it made stay."""
        self._connection.execute(delete(imports).where(imports.c.id == number))

    def last_version(self, draft: str, what: str) -> VersionRow | None:
        """Return the last version of a draft that was saved as `what`, or None."""
        query = (
            select(*(draft_versions.c[each.name] for each in fields(VersionRow)))
            .where(draft_versions.c.draft == draft, draft_versions.c.what == what)
            .order_by(draft_versions.c.version.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return VersionRow(**row) if row else None

    def mapping(self, key: str) -> Mapping[str, Any] | None:
        """Return what columns with these headings meant the last time, or None."""
        query = select(import_mappings.c.mapping).where(import_mappings.c.key == key)
        found: Mapping[str, Any] | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def remember(self, key: str, mapping: Mapping[str, Any], at: datetime) -> None:
        """Keep what columns with these headings mean."""
        new = self._upsert(import_mappings).values(key=key, mapping=mapping, at=at)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[import_mappings.c.key],
                set_={"mapping": new.excluded.mapping, "at": new.excluded.at},
            )
        )
