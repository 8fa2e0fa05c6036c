"""What an erase hides at once, and how it is given back when the erase turns out to be void.

The lower half of `erasures`: what the projection needs while entries take effect. Work that is
filed here is carried out by `erasures`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from node.core.acceptance import accept_content
from node.core.canonical import format_time, parse_time
from node.core.statements import ERASE, parse_statement
from node.exchange.standing import Voids, has_faulty_statement
from node.storage.entries import FAULTY, HELD, MISSING, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.core.statements import Statement
    from node.exchange.context import Exchange
    from node.storage import EntryRow, Log, UnitOfWork

#: Kinds of work rows: due by time, and held back until the keeper confirms.
ERASURE = "erasure"
WAITING = "erasure-held"
DAY = timedelta(days=1)


def work_key(oid: str, record: str) -> str:
    """Return the key of the work row for a record's erasure."""
    return f"{oid}/{record}"


def file_erasures(x: Exchange, uow: UnitOfWork, log: Log, statements: Sequence[Statement]) -> None:
    """Hide what these erase statements name, and make its deletion due."""
    now = x.clock.now()
    for statement in statements:
        if statement.record is None:
            continue
        holds = hide(uow, log.oid, [statement.record])
        key = work_key(log.oid, statement.record)
        if uow.work.get(ERASURE, key) or uow.work.get(WAITING, key):
            continue  # said twice; the first counts
        waits = holds and not log.own and _is_flood(x, uow, log.oid, now)
        uow.work.add(
            WAITING if waits else ERASURE,
            key,
            now if log.own else now + timedelta(seconds=x.settings.erase_delay),
            {
                "oid": log.oid,
                "record": statement.record,
                "epoch": statement.epoch,
                "seq": statement.seq,
                "holds": holds,
                "filed": format_time(now),
            },
        )


def hide(uow: UnitOfWork, oid: str, records: Iterable[str]) -> bool:
    """Neither serve nor fetch any revision of these; say whether something of them is held."""
    holds = False
    by_log: dict[int, list[int]] = {}
    for row in uow.entries.revisions_many(oid, records):
        holds = holds or row.block_id is not None
        if row.state in {MISSING, HELD, FAULTY}:
            by_log.setdefault(row.log_id, []).append(row.seq)
    for log_id, seqs in by_log.items():
        uow.entries.set_state(log_id, seqs, WITHHELD)
    return holds


def drop_void(x: Exchange, uow: UnitOfWork, oid: str, records: Iterable[str]) -> None:
    """Drop erasures that a new epoch made void, and give back what they hid."""
    for record in records:
        if not is_erased(uow, oid, record):
            for kind in (ERASURE, WAITING):
                uow.work.cancel(kind, work_key(oid, record))
            restore(x, uow, oid, record)


def restore(x: Exchange, uow: UnitOfWork, oid: str, record: str) -> None:
    """Take back `hide`: what is stored is held again, the rest is wanted again."""
    for row in uow.entries.revisions(oid, record):
        if row.state == WITHHELD:
            uow.entries.set_state(row.log_id, [row.seq], _state_before(x, uow, row))


def is_erased(uow: UnitOfWork, oid: str, record: str) -> bool:
    """Say whether an erase of the record stands: well signed, and not void."""
    voids = Voids(uow.logs.of(oid), uow.entries.subtree)
    return any(
        row.type == ERASE and not has_faulty_statement(row) and not voids.has(row.log_id, row.seq)
        for row in uow.entries.revisions(oid, record)
    )


def note_applied(uow: UnitOfWork, oid: str) -> None:
    """Record up to which size each log of an origin has been obeyed."""
    due: dict[int, int] = {}
    for kind in (ERASURE, WAITING):
        for row in uow.work.waiting(kind):
            item = row.payload
            if item["oid"] == oid and item["holds"]:
                due[item["epoch"]] = min(due.get(item["epoch"], item["seq"]), item["seq"])
    for log in uow.logs.of(oid):
        size = uow.entries.size(log.id)
        applied = min(due.get(log.epoch.number, size), size)
        if applied > log.applied:
            uow.logs.set_applied(log.id, applied, change=uow.next_change())


def _is_flood(x: Exchange, uow: UnitOfWork, oid: str, now: datetime) -> bool:
    """Count one more deletion of an origin; say whether it is more than a day may have."""
    key, most = f"erasures.{oid}", x.settings.erasures_a_day
    recent = [text for text in uow.settings.get(key, []) if parse_time(text) > now - DAY]
    uow.settings.put(key, [*recent, format_time(now)][-most:] if most else [])
    return len(recent) >= most


def _state_before(x: Exchange, uow: UnitOfWork, row: EntryRow) -> str:
    """Find out again in which state the content of a hidden entry was."""
    if row.block_id is None:
        return MISSING
    if row.fault is None:
        return HELD
    # The fault may be the statement's or the content's; only the latter is a state of the content.
    statement = parse_statement(uow.entries.raw(row.log_id, row.seq))
    content = uow.contents.of_entry(row.log_id, row.seq)
    found = accept_content(statement, content, x.contract.validate_received)
    return HELD if found.fault is None else FAULTY
