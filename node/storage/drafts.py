"""Drafts with all their versions, comments, and who has one open.

A save names the version it began from. When somebody else has saved since, it is refused and
nothing is written; the use case then shows both and merges. Versions are only ever added.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from node.errors import NotFoundError
from node.storage.store import Store
from node.storage.tables.desk import draft_comments, draft_versions, drafts, presence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

DRAFT, SUBMITTED, RETURNED, APPROVED = "draft", "submitted", "returned", "approved"
SCHEDULED, PUBLISHED, DISCARDED = "scheduled", "published", "discarded"
#: States in which a draft is still being worked at.
OPEN = (DRAFT, SUBMITTED, RETURNED, APPROVED, SCHEDULED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One draft as it stands. `version` grows with every save."""

    id: str
    schema: str
    body: Mapping[str, Any]
    version: int
    state: str
    record: str | None
    base_revision: int | None
    about_oid: str | None
    about_record: str | None
    about_revision: int | None
    title: str
    acknowledged: Sequence[Mapping[str, str]]
    note: str
    import_key: str | None
    shared: bool
    author: int
    updated_by: int | None
    reviewer: int | None
    created: datetime
    updated: datetime
    publish_at: datetime | None
    published_revision: int | None
    #: What belongs to the work and not to the record; never signed.
    aside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The name of its kind: ``good-practice``."""
        return self.schema.partition("/")[0]

    @property
    def open(self) -> bool:
        """Say whether it is still being worked at."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One saved version of a draft."""

    draft: str
    version: int
    body: Mapping[str, Any]
    person: int | None
    at: datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A remark at a field of a draft."""

    id: int
    draft: str
    pointer: str
    text: str
    person: int
    at: datetime
    resolved: datetime | None


_DRAFT = [drafts.c[field.name] for field in fields(DraftRow)]
_VERSION = [draft_versions.c[field.name] for field in fields(VersionRow)]
_COMMENT = [draft_comments.c[field.name] for field in fields(CommentRow)]


class Drafts(Store):
    """Drafts by id; what may be done with them, the use cases decide."""

    def add(self, row: DraftRow, *, what: str = "saved") -> None:
        """Add a draft and its first version."""
        self._connection.execute(
            insert(drafts).values(**{c.name: getattr(row, c.name) for c in _DRAFT})
        )
        self._version(row.id, row.version, row.body, row.author, row.created, what)

    def get(self, draft: str) -> DraftRow | None:
        """Return a draft, or None."""
        row = (
            self._connection.execute(select(*_DRAFT).where(drafts.c.id == draft))
            .mappings()
            .one_or_none()
        )
        return DraftRow(**row) if row else None

    def require(self, draft: str) -> DraftRow:
        """Return a draft; raises `NotFoundError`."""
        found = self.get(draft)
        if found is None:
            raise NotFoundError("There is no draft with this id here.", draft=draft)
        return found

    def many(
        self,
        *,
        states: Sequence[str] = OPEN,
        author: int | None = None,
        other_than: int | None = None,
        record: str | None = None,
        revising: bool = False,
        limit: int = 500,
    ) -> list[DraftRow]:
        """Return drafts in these states, the one changed last first.

        `other_than`: only those of other authors; `revising`: only those that revise a published
        record.
        """
        wanted: list[ColumnElement[bool]] = [drafts.c.state.in_(states)]
        if author is not None:
            wanted.append(drafts.c.author == author)
        if other_than is not None:
            wanted.append(drafts.c.author != other_than)
        if record is not None:
            wanted.append(drafts.c.record == record)
        if revising:
            wanted.append(drafts.c.record.is_not(None))
        query = select(*_DRAFT).where(*wanted).order_by(drafts.c.updated.desc()).limit(limit)
        return [DraftRow(**row) for row in self._connection.execute(query).mappings()]

    def by_import_key(self, key: str) -> DraftRow | None:
        """Return the draft that was imported under this key, or None."""
        row = (
            self._connection.execute(select(*_DRAFT).where(drafts.c.import_key == key))
            .mappings()
            .one_or_none()
        )
        return DraftRow(**row) if row else None

    def due(self, now: datetime) -> list[DraftRow]:
        """Return the scheduled drafts whose time has come."""
        query = select(*_DRAFT).where(drafts.c.state == SCHEDULED, drafts.c.publish_at <= now)
        return [DraftRow(**row) for row in self._connection.execute(query).mappings()]

    def save(
        self,
        draft: str,
        *,
        seen: int,
        body: Mapping[str, Any],
        title: str,
        person: int,
        at: datetime,
        what: str = "saved",
    ) -> bool:
        """Save a new version over version `seen`; False, and nothing written, when it moved on."""
        changed = self._connection.execute(
            update(drafts)
            .where(drafts.c.id == draft, drafts.c.version == seen)
            .values(body=body, title=title, version=seen + 1, updated=at, updated_by=person)
        )
        if changed.rowcount != 1:
            return False
        self._version(draft, seen + 1, body, person, at, what)
        return True

    def change(self, draft: str, **values: Any) -> None:
        """Change columns other than the body: state, note, reviewer, times."""
        self._connection.execute(update(drafts).where(drafts.c.id == draft).values(**values))

    def version(self, draft: str, version: int) -> VersionRow | None:
        """Return one saved version, or None."""
        row = (
            self._connection.execute(
                select(*_VERSION).where(
                    draft_versions.c.draft == draft, draft_versions.c.version == version
                )
            )
            .mappings()
            .one_or_none()
        )
        return VersionRow(**row) if row else None

    def versions(self, draft: str, limit: int = 200) -> list[VersionRow]:
        """Return the saved versions, the newest first."""
        query = (
            select(*_VERSION)
            .where(draft_versions.c.draft == draft)
            .order_by(draft_versions.c.version.desc())
            .limit(limit)
        )
        return [VersionRow(**row) for row in self._connection.execute(query).mappings()]

    def forget_versions(self, draft: str, versions: Sequence[int]) -> None:
        """Forget versions that later ones hold whole, such as yesterday's automatic saves."""
        self._connection.execute(
            delete(draft_versions).where(
                draft_versions.c.draft == draft, draft_versions.c.version.in_(versions)
            )
        )

    def comment(self, draft: str, pointer: str, text: str, person: int, at: datetime) -> int:
        """Add a remark and return its number."""
        return int(
            self._connection.execute(
                insert(draft_comments)
                .values(draft=draft, pointer=pointer, text=text, person=person, at=at)
                .returning(draft_comments.c.id)
            ).scalar_one()
        )

    def comments(self, draft: str) -> list[CommentRow]:
        """Return the remarks at a draft, the oldest first."""
        query = (
            select(*_COMMENT).where(draft_comments.c.draft == draft).order_by(draft_comments.c.id)
        )
        return [CommentRow(**row) for row in self._connection.execute(query).mappings()]

    def resolve(self, draft: str, comment: int, at: datetime | None) -> bool:
        """Mark a remark as done, or with None as open again; False when it is not there."""
        changed = self._connection.execute(
            update(draft_comments)
            .where(draft_comments.c.id == comment, draft_comments.c.draft == draft)
            .values(resolved=at)
        )
        return changed.rowcount == 1

    def here(self, draft: str, person: int, at: datetime) -> None:
        """Note that a person has the draft open."""
        new = self._upsert(presence).values(draft=draft, person=person, seen=at)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[presence.c.draft, presence.c.person],
                set_={"seen": new.excluded.seen},
            )
        )

    def gone(self, draft: str, person: int) -> None:
        """Note that a person has closed the draft."""
        self._connection.execute(
            delete(presence).where(presence.c.draft == draft, presence.c.person == person)
        )

    def present(self, draft: str, since: datetime) -> list[int]:
        """Return who has had the draft open since a moment."""
        query = select(presence.c.person).where(presence.c.draft == draft, presence.c.seen >= since)
        return [row.person for row in self._connection.execute(query)]

    def _version(
        self,
        draft: str,
        version: int,
        body: Mapping[str, Any],
        person: int | None,
        at: datetime,
        what: str,
    ) -> None:
        self._connection.execute(
            insert(draft_versions).values(
                draft=draft, version=version, body=body, person=person, at=at, what=what
            )
        )
