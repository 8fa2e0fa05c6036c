"""Erasure: hidden at once, deleted after a delay, and never in a flood without the keeper's word.

Rules (protocol.md 5):

1. As soon as an erase is known, nothing of the record is shown, served or fetched any more.
2. Words, salt and files held for it alone are deleted `erase_delay` later, at once on the node that
   asked. From then on the digests answer 410 and are never taken in again.
3. More than `erasures_a_day` deletions from one origin within a day wait for the keeper: a stolen
   key must not be able to empty the network. Only what would really delete something counts.
4. An erase that a later epoch declares void (a stolen key, again) is dropped, and what it hid is
   shown again.
5. `heads` says up to which size a log has been obeyed (`applied`): not beyond an erase whose
   deletion is still due, so that an origin can show who has complied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.core.canonical import parse_time
from node.errors import NotFoundError
from node.exchange.hiding import ERASURE, WAITING, is_erased, note_applied, restore, work_key
from node.exchange.projection import refresh

if TYPE_CHECKING:
    from datetime import datetime

    from node.exchange.context import Exchange
    from node.storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class WaitingErasures:
    """Erasures of one origin that wait for the keeper's word."""

    oid: str
    records: tuple[str, ...]
    since: datetime


def carry_out(x: Exchange, oid: str, record: str) -> None:
    """Delete an erased record for good: the work of a row of kind `ERASURE`. May be done twice."""
    with x.database.writing() as uow:
        delete_now(x, uow, oid, record)


def erase_now(x: Exchange, oid: str, record: str) -> None:
    """Delete at the own keeper's word what its origin has erased, without waiting.

    Raises `NotFoundError` when the origin has not erased it, or it is deleted already.
    """
    with x.database.writing() as uow:
        key = work_key(oid, record)
        if uow.work.get(ERASURE, key) is None and uow.work.get(WAITING, key) is None:
            raise NotFoundError("No erasure of this record is waiting.", record=record)
        delete_now(x, uow, oid, record)
        uow.audit.add("keeper", "erased now", {"oid": oid, "record": record}, x.clock.now())


def delete_now(x: Exchange, uow: UnitOfWork, oid: str, record: str) -> None:
    """Delete contents and files of an erased record inside the caller's transaction.

    The erase must have been committed before: what is deleted here cannot be undone.
    """
    if is_erased(uow, oid, record):
        uow.contents.erase_record(oid, record)
        for digest in uow.blobs.forget_record(oid, record):
            # Before the commit: the erase itself stands already, so a crash here only means that
            # the work row is still there and all this is done once more.
            x.blobs.delete(digest)
    else:
        restore(x, uow, oid, record)
    for kind in (ERASURE, WAITING):
        uow.work.cancel(kind, work_key(oid, record))
    refresh(x, uow, oid, [record])
    note_applied(uow, oid)


def waiting_erasures(x: Exchange) -> list[WaitingErasures]:
    """Return what waits for the keeper, by origin."""
    with x.database.reading() as uow:
        rows = uow.work.waiting(WAITING)
    by_origin: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_origin.setdefault(row.payload["oid"], []).append(row.payload)
    return [
        WaitingErasures(
            oid,
            tuple(item["record"] for item in items),
            min(parse_time(item["filed"]) for item in items),
        )
        for oid, items in sorted(by_origin.items())
    ]


def confirm_erasures(x: Exchange, oid: str, *, by: str = "keeper") -> int:
    """Let the waiting erasures of an origin be carried out now; returns how many there are."""
    now = x.clock.now()
    with x.database.writing() as uow:
        rows = [row for row in uow.work.waiting(WAITING) if row.payload["oid"] == oid]
        for row in rows:
            uow.work.cancel(WAITING, row.key)
            uow.work.add(ERASURE, row.key, now, row.payload)
        uow.audit.add(by, "erasures confirmed", {"oid": oid, "number": len(rows)}, now)
    return len(rows)
