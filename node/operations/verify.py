"""The whole store again, from the stored bytes: nothing a column says is taken on trust.

For each log: the epoch chain, every line's place in the tree, the tree's root against the signed
checkpoint, every statement's proof, every content's digest and size, every file's digest; then the
projections: what readers see must be what the logs say, and the index must be up to the store.

What does not hold is a `Finding`: one plain sentence and what to do. Faults that are the *origin's*
(a bad proof under a good root) are kept by design, and are no finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from node.core.acceptance import accept_epoch, proof_fault
from node.core.canonical import digest, split_lines
from node.core.checkpoints import open_checkpoint
from node.core.epochs import Epoch
from node.core.limits import PAGE_LINES
from node.core.merkle import Edge, leaf_hash
from node.core.statements import parse_statement
from node.errors import BadInputError, DamageError, FootbridgeError
from node.exchange.context import Exchange
from node.exchange.standing import Voids, standing
from node.search import Query, SearchIndex
from node.storage import Log, UnitOfWork
from node.storage.entries import FAULTY, HELD, UNREADABLE, EntryRow
from node.storage.records import HIDDEN, PENDING, SHOWN, RecordRow

FETCH_AGAIN = "Restore a backup, or fetch it again from a partner with `footbridge sync`."
REBUILD = "Make the projections again with `footbridge rebuild`."

#: Records looked at in one go.
BATCH = 1000

Progress = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: where, what, and what to do."""

    where: str
    what: str
    hint: str


@dataclass(slots=True)
class Verification:
    """What was looked at, and what does not hold."""

    logs: int = 0
    entries: int = 0
    contents: int = 0
    files: int = 0
    records: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Say whether everything holds."""
        return not self.findings

    def add(self, where: str, what: str, hint: str = FETCH_AGAIN) -> None:
        """Note what does not hold."""
        self.findings.append(Finding(where, what, hint))


def verify_store(x: Exchange, *, on_progress: Progress = lambda _by, _note: None) -> Verification:
    """Verify everything this node holds; `on_progress(entries, log)` is told as it goes on."""
    report = Verification()
    with x.database.reading() as uow:
        for oid in sorted({log.oid for log in uow.logs.all()}):
            previous: Epoch | None = None
            for log in uow.logs.of(oid):
                report.logs += 1
                previous = _verify_log(uow, log, previous, report, on_progress)
        _verify_records(uow, report)
        _verify_highwater(x, uow, report)
        _verify_files(x, uow, report)
    return report


def _verify_log(
    uow: UnitOfWork,
    log: Log,
    previous: Epoch | None,
    report: Verification,
    on_progress: Progress,
) -> Epoch | None:
    where = f"log {log.oid[:8]}… epoch {log.epoch.number}"
    epoch: Epoch | None = None
    edge = Edge()
    for page in range(-(-log.size // PAGE_LINES)):
        try:
            lines = split_lines(uow.entries.page(log.id, page))
        except FootbridgeError as error:
            report.add(where, f"Page {page} cannot be read: {error.message}")
            return None
        if page == 0:
            try:
                epoch = accept_epoch(previous, lines[0], log.oid)
            except BadInputError as error:
                report.add(where, f"The epoch does not follow from its origin: {error.message}")
                return None
        edge = edge.extend([leaf_hash(line) for line in lines])
        rows = uow.entries.rows(log.id, page * PAGE_LINES, page * PAGE_LINES + len(lines))
        if epoch is not None:
            _verify_entries(where, epoch, lines, rows, report)
        _verify_contents(where, uow, log, rows, report)
        on_progress(len(lines), where)
    _verify_head(where, log, epoch, edge, report)
    return epoch


def _verify_head(
    where: str, log: Log, epoch: Epoch | None, edge: Edge, report: Verification
) -> None:
    if edge.size != log.size or edge != log.edge:
        report.add(where, "The stored lines do not lead to the tree that the head names.")
    if log.checkpoint is None or epoch is None:
        return
    try:
        checkpoint = open_checkpoint(log.checkpoint.note, epoch)
    except BadInputError as error:
        report.add(where, f"The checkpoint does not verify: {error.message}")
        return
    if checkpoint.size == edge.size and checkpoint.root != edge.root():
        report.add(where, "The root of the stored lines is not the one that the origin signed.")
    if checkpoint.size > edge.size:
        report.add(where, f"{checkpoint.size - edge.size} signed entries are not stored here.")


def _verify_entries(
    where: str, epoch: Epoch, lines: list[bytes], rows: list[EntryRow], report: Verification
) -> None:
    if len(rows) != len(lines):
        report.add(where, f"{len(lines)} lines have {len(rows)} rows.", REBUILD)
        return
    for line, row in zip(lines, rows, strict=True):
        report.entries += 1
        if row.type == UNREADABLE:
            continue
        try:
            statement = parse_statement(line)
        except BadInputError as error:
            report.add(f"{where} entry {row.seq}", f"It cannot be read: {error.message}")
            continue
        said = (
            statement.type,
            statement.record,
            statement.revision,
            statement.content_digest,
            statement.content_size,
        )
        if said != (row.type, row.record, row.revision, row.digest, row.size):
            report.add(f"{where} entry {row.seq}", "Its row says something else than its line.")
        # Entry 0 is signed by a recovery key or, at genesis, proved with the epoch itself.
        fault = proof_fault((statement, epoch.key)) if row.seq else None
        if fault is not None and row.fault is None:
            report.add(f"{where} entry {row.seq}", f"Its proof does not hold: {fault}")


def _verify_contents(
    where: str, uow: UnitOfWork, log: Log, rows: list[EntryRow], report: Verification
) -> None:
    for row in rows:
        if row.state not in {HELD, FAULTY}:
            continue
        report.contents += 1
        try:
            raw = uow.contents.of_entry(log.id, row.seq)
        except FootbridgeError as error:
            report.add(f"{where} entry {row.seq}", f"Its content is gone: {error.message}")
            continue
        if digest(raw) != row.digest or len(raw) != row.size:
            report.add(f"{where} entry {row.seq}", "Its content is not what was signed.")


def _verify_records(uow: UnitOfWork, report: Verification) -> None:
    voids = {
        oid: Voids(uow.logs.of(oid), uow.entries.subtree)
        for oid in {log.oid for log in uow.logs.all()}
    }
    for row in _records(uow):
        report.records += 1
        try:
            entries = [
                entry
                for entry in uow.entries.revisions(row.oid, row.record)
                if not voids[row.oid].has(entry.log_id, entry.seq)
            ]
        except DamageError as error:
            report.add(f"record {row.record}", f"Its log cannot be read: {error.message}")
            continue
        stands = standing(entries)
        if row.state == HIDDEN or stands is None or stands.state == PENDING:
            wrong = row.state == SHOWN
        else:
            wrong = (row.state, row.seq) != (stands.state, stands.entry.seq)
        if wrong:
            report.add(f"record {row.record}", f"It is {row.state}, against its log.", REBUILD)


def _records(uow: UnitOfWork) -> Iterator[RecordRow]:
    """Yield every record, a batch at a time, so that memory stays flat."""
    change = -1
    while rows := uow.records.changed_since(change, BATCH):
        yield from rows
        change = rows[-1].change


def verify_index(x: Exchange, index: SearchIndex, report: Verification) -> None:
    """Check that the search index holds just the records that are shown."""
    with x.database.reading() as uow:
        shown = uow.records.count(state=SHOWN)
    found = index.search(Query(limit=1)).total
    if found != shown:
        report.add("search index", f"It holds {found} records; {shown} are shown.", REBUILD)


def _verify_highwater(x: Exchange, uow: UnitOfWork, report: Verification) -> None:
    for log in uow.logs.all():
        mark = x.highwater.get(log.oid, log.epoch.number)
        if log.own and mark > log.size:
            report.add(
                "own log",
                f"It has {log.size} entries, but {mark} were signed: an old backup is in place.",
                "Do not publish. Fetch the missing entries from a partner first.",
            )


def _verify_files(x: Exchange, uow: UnitOfWork, report: Verification) -> None:
    for file in uow.blobs.held():
        report.files += 1
        name = file.digest
        running = hashlib.sha256()
        try:
            for piece in _pieces(x, name):
                running.update(piece)
        except (OSError, FootbridgeError) as error:
            report.add(f"file {name}", f"It cannot be read: {error}")
            continue
        if f"sha256:{running.hexdigest()}" != name:
            report.add(f"file {name}", "Its bytes are not what its name says.")


def _pieces(x: Exchange, name: str) -> Iterator[bytes]:
    yield from x.blobs.open(name)
