"""What the logs say was published of a record, revision by revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.core.statements import PUBLISH

if TYPE_CHECKING:
    from datetime import datetime

    from node.storage import RecordRow, UnitOfWork


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """One published revision in the list of all, as the log states it."""

    revision: int
    schema: str
    #: As the origin dated it.
    created: datetime
    epoch: int
    seq: int
    #: held: can be read; missing: not fetched yet; faulty, withheld: kept or left out, not shown.
    state: str
    fault: str | None
    current: bool


def revisions_of(unit: UnitOfWork, row: RecordRow) -> tuple[RevisionSummary, ...]:
    """Return what the logs say was published of a record, newest first."""
    logs = {log.id: log for log in unit.logs.of(row.oid)}
    held = {log.epoch.number: log for log in logs.values()}
    ends = {
        number - 1: log.epoch.continues.counted(
            held[number - 1].size, unit.entries.subtree(held[number - 1].id)
        )
        for number, log in held.items()
        if log.epoch.continues is not None and number - 1 in held
    }
    found = []
    for entry in unit.entries.revisions(row.oid, row.record):
        epoch = logs[entry.log_id].epoch.number
        # What an old epoch's log holds beyond the point where the next one took over is void, and
        # all of it when it is not the log that the next one closed.
        if entry.type != PUBLISH or entry.seq >= ends.get(epoch, entry.seq + 1):
            continue
        if entry.revision is None or entry.schema is None or entry.created is None:
            continue
        found.append(
            RevisionSummary(
                revision=entry.revision,
                schema=entry.schema,
                created=entry.created,
                epoch=epoch,
                seq=entry.seq,
                state=entry.state,
                fault=entry.fault,
                current=(epoch, entry.seq) == (row.epoch, row.seq) and row.state == "shown",
            )
        )
    return tuple(reversed(found))
