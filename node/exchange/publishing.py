"""Publish, revise, withdraw, erase: this organisation's own records.

Each is one transaction: statements, contents, records, checkpoint and announcement land together
or not at all. Everything that may be refused is refused before the first signature.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from node.core.statements import ERASE, PUBLISH, WITHDRAW
from node.errors import ConflictError, GoneError, NotFoundError
from node.exchange.drafts import Draft, Prepared, prepare, store_files
from node.exchange.erasures import carry_out
from node.exchange.ownlog import OwnLog, open_own_log
from node.storage.records import ERASED, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.contract import Fault
    from node.contract.guard import DeadLinks
    from node.exchange.context import Exchange
    from node.storage import RecordRow, UnitOfWork


@dataclass(frozen=True, slots=True)
class Published:
    """What was signed: where it stands in the log, and what a person should look at again.

    After a withdraw or erase, `revision` and `digest` are those of the last published revision.
    """

    record: str
    revision: int
    seq: int
    digest: str
    warnings: tuple[Fault, ...] = ()


def publish(
    x: Exchange, drafts: Sequence[Draft], *, dead_links: DeadLinks | None = None
) -> list[Published]:
    """Publish new records, and revisions where a draft names a record, all or none.

    `dead_links` (such as `node.net.links.LinkChecker`) is asked before anything is signed; what it
    finds comes back as warnings. Raises `DraftsRefusedError` with all faults of all drafts,
    `NotFoundError` or `GoneError` for a record that is not one's own or was erased, and
    `DamageError` when this node must not sign.
    """
    if not drafts:
        return []
    prepared = prepare(x, drafts, dead_links)
    store_files(x, prepared)
    with x.database.writing() as uow:
        log = open_own_log(x, uow)
        store_files(x, prepared)  # again, in case an erasure took a shared file away meanwhile
        revisions = _Revisions(uow, log.log.oid)
        published = [_publish_one(log, item, revisions) for item in prepared]
        log.close()
        for item, done in zip(prepared, published, strict=True):
            _note_reasons(x, uow, item, done)
        for item in prepared:
            for blob in item.content.blobs:
                uow.blobs.mark_held(blob.digest)
    return published


def revise(
    x: Exchange, record: str, draft: Draft, *, dead_links: DeadLinks | None = None
) -> Published:
    """Publish `draft` as the next revision of an own record. Raises as `publish` does."""
    revision = replace(draft, record=record, new_record=None)
    (published,) = publish(x, [revision], dead_links=dead_links)
    return published


def withdraw(x: Exchange, record: str, reason: str | None = None) -> Published:
    """Offer an own record no longer; the next revision lifts it. `reason` is a code.

    Raises `ConflictError` when it is withdrawn already, `NotFoundError`, `GoneError`.
    """
    with x.database.writing() as uow:
        log = open_own_log(x, uow)
        row = _own_record(uow, log.log.oid, record)
        if row.state == WITHDRAWN:
            raise ConflictError("This record is withdrawn already.", record=record)
        return _remove(log, row, WITHDRAW, reason)


def erase(x: Exchange, record: str, reason: str | None = None) -> Published:
    """Erase an own record for good, here at once and at every partner after their delay.

    Raises `NotFoundError`, and `GoneError` when it was erased before.
    """
    with x.database.writing() as uow:
        log = open_own_log(x, uow)
        row = _own_record(uow, log.log.oid, record)
        done = _remove(log, row, ERASE, reason)
    # Only now that the erase stands may words and files go; until then the worker has it as work.
    carry_out(x, log.log.oid, record)
    return done


class _Revisions:
    """Hands out revision numbers within one transaction."""

    def __init__(self, uow: UnitOfWork, oid: str) -> None:
        self._uow, self._oid = uow, oid
        self._last: dict[str, int] = {}

    def next(self, draft: Draft) -> tuple[str, int]:
        """Return the record and its next revision."""
        if draft.record is None:
            record = draft.new_record or str(uuid.uuid4())
            if draft.new_record and (record in self._last or self._known(record)):
                raise ConflictError(f"The record {record} exists already.", record=record)
        else:
            record = draft.record
            if record not in self._last:
                _own_record(self._uow, self._oid, record)
                self._known(record)
        self._last[record] = self._last.get(record, 0) + 1
        return record, self._last[record]

    def _known(self, record: str) -> bool:
        entries = self._uow.entries.revisions(self._oid, record)
        self._last[record] = max((entry.revision or 0 for entry in entries), default=0)
        return bool(entries)


def _publish_one(log: OwnLog, item: Prepared, revisions: _Revisions) -> Published:
    record, revision = revisions.next(item.draft)
    entry = log.add(
        type=PUBLISH, content=item.content, record=record, revision=revision, schema=item.schema
    )
    return Published(record, revision, entry.seq, item.content.digest, item.warnings)


def _note_reasons(x: Exchange, uow: UnitOfWork, item: Prepared, done: Published) -> None:
    """Keep in the audit trail why a warning was let stand; the reason is not published."""
    for each in item.acknowledged:
        detail = {"record": done.record, "revision": done.revision, "code": each.code}
        detail |= {"pointer": each.pointer, "reason": each.reason}
        uow.audit.add("keeper", "warning acknowledged", detail, x.clock.now())


def _remove(log: OwnLog, row: RecordRow, kind: str, reason: str | None) -> Published:
    last = log.uow.entries.row(_log_id(log, row), row.seq)
    entry = log.add(type=kind, record=row.record, reason=reason)
    log.close()
    digest = (last.digest or "") if last else ""
    return Published(row.record, row.revision, entry.seq, digest)


def _log_id(log: OwnLog, row: RecordRow) -> int:
    found = log.uow.logs.get(row.oid, row.epoch)
    return log.log.id if found is None else found.id


def _own_record(uow: UnitOfWork, oid: str, record: str) -> RecordRow:
    row = uow.records.get(oid, record)
    if row is None:
        raise NotFoundError(
            f"There is no record {record} of this organisation.",
            hint="Only one's own records can be revised, withdrawn or erased.",
            record=record,
        )
    if row.state == ERASED:
        raise GoneError("This record was erased for good.", record=record)
    return row
