"""Files that belong to drafts; their bytes are in the blob store once they have all arrived."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select, update

from node.storage.drafts import PUBLISHED
from node.storage.store import Store
from node.storage.tables.desk import draft_files, drafts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFileRow:
    """One file of a draft. `digest` is None while pieces are still arriving."""

    id: int
    draft: str
    digest: str | None
    size: int
    received: int
    media_type: str
    name: str
    alt: Mapping[str, str]
    consent: str
    #: Whether people can be recognised in it; None while nobody has answered.
    people: bool | None
    credit: str
    captions_for: int | None
    language: str
    replaces: int | None
    thumbnail: str | None
    notes: Sequence[str]
    person: int | None
    at: datetime

    @property
    def complete(self) -> bool:
        """Say whether all its bytes are here and were looked at."""
        return self.digest is not None


_FILE = [draft_files.c[field.name] for field in fields(DraftFileRow)]


class DraftFiles(Store):
    """Files by number and by draft."""

    def add(
        self,
        draft: str,
        *,
        name: str,
        size: int,
        media_type: str,
        person: int,
        at: datetime,
        replaces: int | None = None,
    ) -> DraftFileRow:
        """Add a file of which nothing has arrived yet."""
        values = {
            "draft": draft,
            "size": size,
            "received": 0,
            "media_type": media_type,
            "name": name,
            "alt": {},
            "consent": "",
            "people": None,
            "credit": "",
            "captions_for": None,
            "language": "",
            "replaces": replaces,
            "notes": [],
            "person": person,
            "at": at,
        }
        number = self._connection.execute(
            insert(draft_files).values(**values).returning(draft_files.c.id)
        ).scalar_one()
        return DraftFileRow(id=number, digest=None, thumbnail=None, **values)  # type: ignore[arg-type]

    def get(self, draft: str, number: int) -> DraftFileRow | None:
        """Return a draft's file, or None when it has none of this number."""
        row = (
            self._connection.execute(
                select(*_FILE).where(draft_files.c.id == number, draft_files.c.draft == draft)
            )
            .mappings()
            .one_or_none()
        )
        return DraftFileRow(**row) if row else None

    def of(self, draft: str) -> list[DraftFileRow]:
        """Return a draft's files in the order they were added."""
        query = select(*_FILE).where(draft_files.c.draft == draft).order_by(draft_files.c.id)
        return [DraftFileRow(**row) for row in self._connection.execute(query).mappings()]

    def change(self, number: int, **values: Any) -> None:
        """Change columns of a file."""
        self._connection.execute(
            update(draft_files).where(draft_files.c.id == number).values(**values)
        )

    def remove(self, number: int) -> None:
        """Remove a file from its draft; its bytes are the caller's to clean up."""
        self._connection.execute(delete(draft_files).where(draft_files.c.id == number))

    def unfinished(self, before: datetime) -> list[DraftFileRow]:
        """Return files that began to arrive before a moment and never got whole."""
        query = select(*_FILE).where(draft_files.c.digest.is_(None), draft_files.c.at < before)
        return [DraftFileRow(**row) for row in self._connection.execute(query).mappings()]

    def names(self, digest: str) -> bool:
        """Say whether any draft still names these bytes, as a file or as its thumbnail."""
        query = select(func.count()).where(
            or_(draft_files.c.digest == digest, draft_files.c.thumbnail == digest)
        )
        return bool(self._connection.execute(query).scalar_one())

    def total(self) -> int:
        """Return the bytes that the files of all drafts have together; those published are out.

        A file counts whole from its announcement on, so that two cannot fill the last place.
        """
        query = (
            select(func.coalesce(func.sum(draft_files.c.size), 0))
            .join(drafts, drafts.c.id == draft_files.c.draft)
            .where(drafts.c.state != PUBLISHED)
        )
        return int(self._connection.execute(query).scalar_one())
