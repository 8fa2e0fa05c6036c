"""Entries: the lines of a log as they were received, and one row for each that points to more.

A page of 256 lines is one row of `entry_pages`. The open page is written again on each append; a
full one never changes and its tree root is kept, so proofs need no other page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, select, update

from node.core.limits import PAGE_LINES
from node.core.statements import is_record_id
from node.errors import ConflictError, NotFoundError
from node.storage.packing import lines_of, pack, unpack
from node.storage.store import Store
from node.storage.tables.logs import entries, entry_pages, logs, refused_digests
from node.storage.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from node.core.acceptance import Entry
    from node.storage.origins import Origins

#: What is known of an entry's content. NONE: it has no content (epoch, withdraw, erase).
NONE, MISSING, HELD, FAULTY = "none", "missing", "held", "faulty"
#: ERASED is for ever; WITHHELD is kept but neither shown nor served.
ERASED, WITHHELD = "erased", "withheld"

#: The type of a line that could not be read as a statement.
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry. Members from `type` to `created` are None where the line is unreadable."""

    log_id: int
    seq: int
    type: str
    record: str | None
    revision: int | None
    schema: str | None
    digest: str | None
    size: int | None
    created: datetime | None
    fault: str | None
    state: str
    block_id: int | None
    offset: int | None
    length: int | None


class Entries(Store):
    """Entries by log and seq."""

    def __init__(self, connection: Connection, origins: Origins) -> None:
        super().__init__(connection)
        self._origins = origins
        self._trees = Trees(connection, self.page)

    def append(self, log_id: int, new: Sequence[Entry]) -> None:
        """Append entries in order, in pages and rows; the caller saves the head with them.

        Raises `ConflictError`, with nothing written, when they do not follow what is held: some
        other process appended first.
        """
        if not new:
            return
        size = self.size(log_id)
        if new[0].seq != size:
            raise ConflictError(
                f"The log grew to {size} entries while {new[0].seq} were thought to be held.",
                hint="Read the log again and go on from there.",
            )
        done = 0
        while done < len(new):
            page, start = divmod(size + done, PAGE_LINES)
            part = new[done : done + PAGE_LINES - start]
            self._fill(log_id, page, start, [entry.raw for entry in part])
            done += len(part)
        self._connection.execute(insert(entries), self._rows(log_id, new))

    def size(self, log_id: int) -> int:
        """Return how many entries the pages hold."""
        row = self._connection.execute(
            select(entry_pages.c.page, entry_pages.c.lines)
            .where(entry_pages.c.log_id == log_id)
            .order_by(entry_pages.c.page.desc())
            .limit(1)
        ).one_or_none()
        return 0 if row is None else int(row.page * PAGE_LINES + row.lines)

    def page(self, log_id: int, page: int) -> bytes:
        """Return the lines of a page, each with its newline. `NotFoundError` when none is held."""
        return unpack(self.page_stored(log_id, page)[0])

    def page_stored(self, log_id: int, page: int) -> tuple[bytes, bool]:
        """Return a page as one zstd frame, and whether it is full and so never changes.

        Raises `NotFoundError` when nothing of the page is held.
        """
        row = self._connection.execute(
            select(entry_pages.c.data, entry_pages.c.lines).where(
                entry_pages.c.log_id == log_id, entry_pages.c.page == page
            )
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"Page {page} of this log is not held here.", page=page)
        return row.data, row.lines == PAGE_LINES

    def raw(self, log_id: int, seq: int) -> bytes:
        """Return one line without its newline. `NotFoundError` when it is not held."""
        page, index = divmod(seq, PAGE_LINES)
        lines = lines_of(self.page(log_id, page))
        if index >= len(lines):
            raise NotFoundError(f"Entry {seq} of this log is not held here.", seq=seq)
        return lines[index]

    def row(self, log_id: int, seq: int) -> EntryRow | None:
        """Return what is known of one entry."""
        found = self._many(entries.c.log_id == log_id, entries.c.seq == seq)
        return found[0] if found else None

    def rows(self, log_id: int, start: int, end: int) -> list[EntryRow]:
        """Return the rows from `start` to before `end`, in order."""
        return self._many(entries.c.log_id == log_id, entries.c.seq >= start, entries.c.seq < end)

    def subtree(self, log_id: int) -> Callable[[int, int], bytes]:
        """Return a function for `core.merkle` that gives the hash of any range of leaves.

        It reads page roots where it can; keep it no longer than the unit of work.
        """
        return self._trees.of(log_id)

    def revisions(self, oid: str, record: str) -> list[EntryRow]:
        """Return all entries of a record in the order (epoch, seq), the newest last."""
        return self.revisions_many(oid, [record])

    def revisions_many(self, oid: str, records: Iterable[str]) -> list[EntryRow]:
        """Return all entries of several records of an origin in the order (epoch, seq)."""
        origin = self._origins.find_id(oid)
        wanted = [record for record in records if is_record_id(record)]
        query = (
            select(entries)
            .join(logs, logs.c.id == entries.c.log_id)
            .where(logs.c.origin_id == origin, entries.c.record.in_(wanted))
            .order_by(logs.c.epoch, entries.c.seq)
        )
        return [EntryRow(*row) for row in self._connection.execute(query)]

    def by_digest(self, digest: str) -> list[EntryRow]:
        """Return the entries that name this content."""
        return self._many(entries.c.digest == digest)

    def missing(self, log_id: int, limit: int, *, after: int = -1) -> list[EntryRow]:
        """Return up to `limit` entries beyond `after` whose content is wanted and not held."""
        return self._many(
            entries.c.log_id == log_id,
            entries.c.state == MISSING,
            entries.c.seq > after,
            limit=limit,
        )

    def set_fault(self, log_id: int, seq: int, fault: str) -> None:
        """Mark an entry as wrong; it stays stored and relayed, and is not shown."""
        self._connection.execute(
            update(entries)
            .where(entries.c.log_id == log_id, entries.c.seq == seq)
            .values(fault=fault)
        )

    def set_state(self, log_id: int, seqs: Iterable[int], state: str) -> None:
        """Set what is known of these entries' contents; an erased one stays erased."""
        self._connection.execute(
            update(entries)
            .where(
                entries.c.log_id == log_id,
                entries.c.seq.in_(list(seqs)),
                entries.c.state != ERASED,
            )
            .values(state=state)
        )

    def _many(self, *where: ColumnElement[bool], limit: int | None = None) -> list[EntryRow]:
        query = select(entries).where(*where).order_by(entries.c.log_id, entries.c.seq)
        return [EntryRow(*row) for row in self._connection.execute(query.limit(limit))]

    def _fill(self, log_id: int, page: int, start: int, lines: list[bytes]) -> None:
        """Write lines into a page that holds `start` lines already."""
        data = b"\n".join(lines) + b"\n"
        count = start + len(lines)
        if start:
            data = self.page(log_id, page) + data
            self._connection.execute(
                update(entry_pages)
                .where(entry_pages.c.log_id == log_id, entry_pages.c.page == page)
                .values(lines=count, data=pack(data))
            )
        else:
            self._connection.execute(
                insert(entry_pages).values(log_id=log_id, page=page, lines=count, data=pack(data))
            )
        if count == PAGE_LINES:
            self._trees.add_page(log_id, page, lines_of(data))

    def _rows(self, log_id: int, new: Sequence[Entry]) -> list[dict[str, Any]]:
        rows = [_row(log_id, entry) for entry in new]
        wanted = {row["digest"] for row in rows if row["state"] == MISSING}
        refused = self._refused(log_id, wanted)
        for row in rows:
            if row["digest"] in refused:
                row["state"] = ERASED
        return rows

    def _refused(self, log_id: int, digests: set[str]) -> set[str]:
        """Return those of the digests that this log's origin erased; they may not come back."""
        if not digests:
            return set()
        found = self._connection.execute(
            select(refused_digests.c.digest)
            .join(logs, logs.c.origin_id == refused_digests.c.origin_id)
            .where(logs.c.id == log_id, refused_digests.c.digest.in_(digests))
        )
        return set(found.scalars())


def _row(log_id: int, entry: Entry) -> dict[str, Any]:
    statement = entry.statement
    if statement is None:
        return _EMPTY | {
            "log_id": log_id,
            "seq": entry.seq,
            "type": UNREADABLE,
            "fault": entry.fault,
            "state": NONE,
        }
    return {
        "log_id": log_id,
        "seq": entry.seq,
        "type": statement.type,
        "record": statement.record,
        "revision": statement.revision,
        "schema": statement.schema,
        "digest": statement.content_digest,
        "size": statement.content_size,
        "created": statement.created,
        "fault": entry.fault,
        "state": MISSING if statement.content_digest is not None else NONE,
    }


_EMPTY: dict[str, Any] = dict.fromkeys(
    ("record", "revision", "schema", "digest", "size", "created")
)
