"""What lies on the desk beside drafts: notices, marks on records, words that found nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from node.storage.store import Store
from node.storage.tables.desk import local_marks, notices, search_misses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

HIDDEN, NOTE = "hidden", "note"
#: Words that found nothing and were asked for least are forgotten beyond this many.
MAX_MISSES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One thing that a person should hear of."""

    id: int
    person: int
    what: str
    detail: Mapping[str, Any]
    at: datetime
    seen: datetime | None
    mailed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRow:
    """A mark on a record that is seen on this node alone: hidden with a reason, or a note."""

    id: int
    oid: str
    record: str
    what: str
    text: str
    person: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRow:
    """Words that readers searched for and did not find; nothing says who."""

    words: str
    language: str
    times: int
    last: datetime


_NOTICE = [notices.c[field.name] for field in fields(NoticeRow)]
_MISS = [search_misses.c[field.name] for field in fields(MissRow)]
_MARK = [local_marks.c[field.name] for field in fields(MarkRow)]


class Desk(Store):
    """Notices, marks and misses."""

    def tell(
        self, people: Sequence[int], what: str, detail: Mapping[str, Any], at: datetime
    ) -> None:
        """Give each of these people a notice."""
        for person in dict.fromkeys(people):
            self._connection.execute(
                insert(notices).values(person=person, what=what, detail=detail, at=at)
            )

    def notices(self, person: int, *, unseen: bool = False, limit: int = 50) -> list[NoticeRow]:
        """Return a person's notices, the newest first."""
        query = select(*_NOTICE).where(notices.c.person == person)
        if unseen:
            query = query.where(notices.c.seen.is_(None))
        query = query.order_by(notices.c.id.desc()).limit(limit)
        return [NoticeRow(**row) for row in self._connection.execute(query).mappings()]

    def saw(self, person: int, upto: int, at: datetime) -> None:
        """Note that a person has seen their notices up to one."""
        self._connection.execute(
            update(notices)
            .where(notices.c.person == person, notices.c.id <= upto, notices.c.seen.is_(None))
            .values(seen=at)
        )

    def unmailed(self, limit: int = 100) -> list[NoticeRow]:
        """Return notices that did not go out by e-mail yet, the oldest first."""
        query = (
            select(*_NOTICE).where(notices.c.mailed.is_(None)).order_by(notices.c.id).limit(limit)
        )
        return [NoticeRow(**row) for row in self._connection.execute(query).mappings()]

    def mailed(self, number: int, at: datetime) -> None:
        """Note that a notice went out."""
        self._connection.execute(update(notices).where(notices.c.id == number).values(mailed=at))

    def mark(
        self, oid: str, record: str, what: str, text: str, person: int | None, at: datetime
    ) -> int:
        """Put a mark on a record and return its number."""
        return int(
            self._connection.execute(
                insert(local_marks)
                .values(oid=oid, record=record, what=what, text=text, person=person, at=at)
                .returning(local_marks.c.id)
            ).scalar_one()
        )

    def unmark(self, number: int) -> bool:
        """Take a mark away; False when it is not there."""
        done = self._connection.execute(delete(local_marks).where(local_marks.c.id == number))
        return done.rowcount == 1

    def marks(
        self, what: str | None = None, *, oid: str | None = None, record: str | None = None
    ) -> list[MarkRow]:
        """Return marks, the newest first, of one sort and on one record where that is given."""
        query = select(*_MARK).order_by(local_marks.c.id.desc())
        if what is not None:
            query = query.where(local_marks.c.what == what)
        if oid is not None:
            query = query.where(local_marks.c.oid == oid)
        if record is not None:
            query = query.where(local_marks.c.record == record)
        return [MarkRow(**row) for row in self._connection.execute(query).mappings()]

    def hidden_of(self, oid: str) -> set[str]:
        """Return an origin's records that are hidden here; asked once for each batch of rows."""
        query = select(local_marks.c.record).where(
            local_marks.c.oid == oid, local_marks.c.what == HIDDEN
        )
        return set(self._connection.scalars(query))

    def missed(self, words: str, language: str, at: datetime) -> None:
        """Count words that a search found nothing for."""
        new = self._upsert(search_misses).values(words=words, language=language, times=1, last=at)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[search_misses.c.words],
                set_={
                    "times": search_misses.c.times + 1,
                    "last": new.excluded.last,
                    "language": new.excluded.language,
                },
            )
        )
        total = self._connection.execute(
            select(func.count()).select_from(search_misses)
        ).scalar_one()
        if total > MAX_MISSES:
            rarest = (
                select(search_misses.c.words)
                .order_by(search_misses.c.times, search_misses.c.last)
                .limit(total - MAX_MISSES)
            )
            self._connection.execute(delete(search_misses).where(search_misses.c.words.in_(rarest)))

    def misses(self, limit: int = 20) -> list[MissRow]:
        """Return what was searched for most often and not found, without what was dismissed."""
        query = (
            select(*_MISS)
            .where(search_misses.c.dismissed.is_(None))
            .order_by(search_misses.c.times.desc(), search_misses.c.last.desc())
            .limit(limit)
        )
        return [MissRow(**row) for row in self._connection.execute(query).mappings()]

    def dismiss_miss(self, words: str, why: str) -> bool:
        """Speak of these words no more, for a reason's code; False when they are not there."""
        done = self._connection.execute(
            update(search_misses).where(search_misses.c.words == words).values(dismissed=why)
        )
        return done.rowcount == 1
