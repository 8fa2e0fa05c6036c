"""How do I know this is genuine? Every check, made again now, from the stored bytes.

Nothing is taken from the catalogue's own tables on trust: the statement, the chain of epochs, the
Merkle path, the checkpoint and the content are read as they were received and verified as an
outsider would. A check says only what it proved; what it does not prove (that a practice works,
that a date is true) no check here claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.checking import CHECKS, Check, Materials, Result, examine_materials
from node.catalogue.listing import Names
from node.catalogue.reading import content_at
from node.catalogue.records import choose_readable, revisions_of
from node.core.merkle import inclusion_path
from node.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName
    from node.catalogue.context import Catalogue
    from node.catalogue.records import RevisionSummary
    from node.storage import RecordRow, UnitOfWork

__all__ = ["CHECKS", "Check", "GenuineReport", "Result", "examine"]

#: What must have been checked before anything is called genuine.
NEEDED = frozenset({"origin", "epochs", "statement", "inclusion", "checkpoint", "content"})


@dataclass(frozen=True, slots=True)
class GenuineReport:
    """All checks of one revision of one record."""

    record: str
    origin: OriginName
    revision: int
    title: Mapping[str, str]
    language: str
    checked: datetime
    checks: tuple[Check, ...]

    @property
    def genuine(self) -> bool:
        """Say whether no check failed and those that carry the proof were made."""
        made = {check.name for check in self.checks if check.result in {"passed", "warning"}}
        return made >= NEEDED and all(check.result != "failed" for check in self.checks)

    def check(self, name: str) -> Check:
        """Return the check of this name. Raises KeyError for a name not in `CHECKS`."""
        return {check.name: check for check in self.checks}[name]


def examine(
    c: Catalogue,
    record_id: str,
    *,
    now: datetime,
    origin: str | None = None,
    revision: int | None = None,
) -> GenuineReport:
    """Make every check of a record's revision (None: the newest that is held) from stored bytes.

    Raises `NotFoundError` when the record or revision is not held, `GoneError` when erased.
    A record that fails is a report, never an exception.
    """
    with c.database.reading() as unit:
        row, _others = choose_readable(unit, record_id, origin)
        found = _revision(unit, row, revision)
        name = Names(unit).of(row.oid)
        materials = gather(unit, row.oid, row.record, found)
        content = content_at(unit, row.oid, found.epoch, found.seq)
    described = c.contract.describe(content, found.schema) if content is not None else None
    return GenuineReport(
        record=row.record,
        origin=name,
        revision=found.revision,
        title=described.title if described else row.title,
        language=described.language if described else row.language,
        checked=now,
        checks=examine_materials(materials, c.contract, now),
    )


def _revision(unit: UnitOfWork, row: RecordRow, revision: int | None) -> RevisionSummary:
    all_revisions = revisions_of(unit, row)
    if revision is None:
        shown = (r for r in all_revisions if (r.epoch, r.seq) == (row.epoch, row.seq))
        newest = next(shown, all_revisions[0] if all_revisions else None)
    else:
        newest = next((r for r in all_revisions if r.revision == revision), None)
    if newest is None:
        raise NotFoundError("This record has no such revision.", record=row.record)
    return newest


def gather(unit: UnitOfWork, oid: str, record: str, found: RevisionSummary) -> Materials:
    """Return the stored bytes about one revision."""
    logs = unit.logs.of(oid)
    log = next(log for log in logs if log.epoch.number == found.epoch)
    covers = log.checkpoint is not None and found.seq < log.checkpoint.size
    checkpoint = log.checkpoint if covers else None
    ends = next((e.epoch.continues for e in logs if e.epoch.number == found.epoch + 1), None)
    # Once a later epoch has closed this one, only the tree that it signed counts.
    tree = ends or checkpoint
    try:
        content = unit.contents.of_entry(log.id, found.seq)
    except NotFoundError:
        content = None
    statement = unit.entries.raw(log.id, found.seq)
    path: list[bytes] | None = None
    if tree is not None and found.seq < tree.size <= log.size:
        path = inclusion_path(found.seq, tree.size, unit.entries.subtree(log.id))
    return Materials(
        oid=oid,
        epoch=found.epoch,
        seq=found.seq,
        record=record,
        epochs=[each.epoch.raw for each in logs],
        statement=statement,
        path=path,
        note=checkpoint.note if checkpoint is not None else None,
        content=content,
    )
