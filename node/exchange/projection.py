"""Statements and contents become records: what readers see, made from what origins said.

Everything here can be made again from the logs and contents (`rebuild`), and gives the same rows
whatever the order in which things arrived. Each function works inside the caller's transaction, so
that entries and what they mean land together.

A record gets a row when there is something to tell of it: a content is held, or it was withdrawn,
erased, or came faulty. What is only on its way has none, so a first pull writes each row once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.contents import Content, parse_content
from node.core.limits import PAGE_LINES
from node.core.statements import EPOCH, ERASE, PUBLISH, WITHDRAW
from node.errors import BadInputError
from node.exchange import hiding
from node.exchange.recordrows import RowMaker
from node.exchange.standing import Voids
from node.storage.records import ERASED, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from node.core.acceptance import AcceptedContent, Entry
    from node.core.statements import Statement
    from node.exchange.context import Exchange
    from node.storage import EntryRow, Log, UnitOfWork


def apply_entries(x: Exchange, uow: UnitOfWork, log: Log, entries: Sequence[Entry]) -> None:
    """Let appended entries take effect; call it after `uow.entries.append`, in one transaction.

    Publishing takes effect when the content is there (`apply_contents`); withdrawing, erasing and
    the void entries of an old epoch do so at once.
    """
    voids = Voids(uow.logs.of(log.oid), uow.entries.subtree)
    sound = [
        entry.statement
        for entry in entries
        if entry.statement is not None and entry.fault is None and not voids.has(log.id, entry.seq)
    ]
    touched = {s.record for s in sound if s.type in {WITHDRAW, ERASE} and s.record is not None}
    touched |= _published_again(uow, log.oid, sound)
    hiding.file_erasures(x, uow, log, [s for s in sound if s.type == ERASE])
    if any(s.type == EPOCH and s.epoch > 0 for s in sound):
        before = uow.logs.get(log.oid, log.epoch.number - 1)
        touched |= set() if before is None else _drop_void(x, uow, before, voids)
    closed_at = voids.closed_at(log.id)
    if closed_at is not None and entries[0].seq < closed_at <= entries[-1].seq + 1:
        # Only now can this log be compared with the one that its successor closed.
        touched |= _drop_void(x, uow, log, voids)
    refresh(x, uow, log.oid, touched)
    hiding.note_applied(uow, log.oid)


def apply_contents(
    x: Exchange,
    uow: UnitOfWork,
    oid: str,
    arrived: Sequence[tuple[EntryRow, AcceptedContent]],
) -> None:
    """Let arrived contents take effect; call it after `uow.contents.put`, in one transaction.

    Faulty ones belong here, too, after `uow.contents.mark_faulty`, so that the reason is kept.
    """
    fresh = {
        row.digest: accepted.content
        for row, accepted in arrived
        if accepted.content is not None and accepted.fault is None
    }
    for row, _ in arrived:
        content = fresh.get(row.digest)
        if content is not None and content.blobs and row.record and row.revision:
            uow.blobs.refer(oid, row.record, row.revision, content.blobs)
    refresh(x, uow, oid, {row.record for row, _ in arrived if row.record}, fresh)


def refresh(
    x: Exchange,
    uow: UnitOfWork,
    oid: str,
    records: Iterable[str],
    fresh: Mapping[str | None, Content] | None = None,
) -> None:
    """Make the rows of these records again. `fresh` saves reading contents that are at hand."""
    wanted = sorted(records)
    if not wanted:
        return
    maker = RowMaker(x, uow, oid, fresh or {})
    for start in range(0, len(wanted), PAGE_LINES):
        maker.make(wanted[start : start + PAGE_LINES])


def refresh_origin(x: Exchange, uow: UnitOfWork, oid: str) -> None:
    """Make all rows of one origin again, page by page of its logs."""
    done: set[str] = set()
    for log in uow.logs.of(oid):
        size = uow.entries.size(log.id)
        for start in range(0, size, PAGE_LINES):
            rows = uow.entries.rows(log.id, start, start + PAGE_LINES)
            records = {row.record for row in rows if row.record} - done
            refresh(x, uow, oid, records, _contents_of_page(uow, oid, log, rows))
            done |= records
    stale = {row.record for row in uow.records.by_origin(oid, state=None)} - done
    refresh(x, uow, oid, stale)


def rebuild(x: Exchange) -> int:
    """Make all projections anew, origin by origin; returns how many origins there were.

    Each origin is one transaction, so a rebuild that is cut can simply be run again.
    """
    with x.database.reading() as uow:
        oids = [origin.oid for origin in uow.origins.all()]
    for oid in oids:
        with x.database.writing() as uow:
            refresh_origin(x, uow, oid)
    return len(oids)


def _published_again(uow: UnitOfWork, oid: str, statements: Sequence[Statement]) -> set[str]:
    """Give the records for which a mere publish statement changes something at once.

    It lifts a withdrawal; and after an erase, which is final, its content must not be fetched.
    """
    published = {s.record for s in statements if s.type == PUBLISH and s.record is not None}
    known = uow.records.get_many(oid, published)
    erased = {record for record, row in known.items() if row.state == ERASED}
    if erased:
        hiding.hide(uow, oid, erased)
    return {record for record, row in known.items() if row.state == WITHDRAWN}


def _drop_void(x: Exchange, uow: UnitOfWork, log: Log, voids: Voids) -> set[str]:
    """Undo what void entries of a closed log did; give the records they named."""
    end = voids.end(log.id)
    if end is None:
        return set()
    records: set[str] = set()
    for start in range(end, uow.entries.size(log.id), PAGE_LINES):
        rows = uow.entries.rows(log.id, start, start + PAGE_LINES)
        records |= {row.record for row in rows if row.record is not None}
    hiding.drop_void(x, uow, log.oid, records)
    return records


def _contents_of_page(
    uow: UnitOfWork, oid: str, log: Log, rows: Sequence[EntryRow]
) -> dict[str | None, Content]:
    """Read a page's contents in one go, and say again which files they name."""
    by_seq = {row.seq: row for row in rows}
    found: dict[str | None, Content] = {}
    for seq, raw in uow.contents.page_items(log.id, rows[0].seq // PAGE_LINES):
        try:
            content = parse_content(raw)
        except BadInputError:
            continue  # known to be faulty; its entry says why
        row = by_seq[seq]
        found[row.digest] = content
        if content.blobs and row.record and row.revision:
            uow.blobs.refer(oid, row.record, row.revision, content.blobs)
    return found
