"""Puts made-up logs into a database, as publishing and rounds do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from node.core.acceptance import Entry
from node.core.limits import PAGE_LINES
from node.core.statements import BadStatementError, parse_statement
from tests.support.making import NOON, SampleLog, sample_content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from node.storage import Database, Log, UnitOfWork


def entry(seq: int, raw: bytes) -> Entry:
    try:
        return Entry(seq, raw, parse_statement(raw), None)
    except BadStatementError as error:
        return Entry(seq, raw, None, error.message)


def entries_of(sample: SampleLog, start: int = 0, end: int | None = None) -> list[Entry]:
    return [entry(seq, line) for seq, line in enumerate(sample.lines)][start:end]


def hold(database: Database, sample: SampleLog, *, contents: bool = True) -> Log:
    """Store a whole log with its head, and the contents that `SampleLog.publish` names."""
    with database.writing() as unit:
        log = start(unit, sample)
        unit.entries.append(log.id, entries_of(sample))
        unit.logs.save_head(
            log.id,
            size=sample.size,
            edge=sample.edge(),
            checkpoint=sample.checkpoint(),
            target=None,
            change=unit.next_change(),
        )
        if contents:
            put(unit, log, range(1, sample.size))
        held = unit.logs.by_id(log.id)
    assert held is not None
    return held


def start(unit: UnitOfWork, sample: SampleLog) -> Log:
    unit.origins.add(sample.epoch.oid, first_seen=NOON, name=sample.name)
    return unit.logs.create(sample.epoch, own=False)


def put(unit: UnitOfWork, log: Log, seqs: Iterable[int]) -> int:
    """Store the contents of these entries, page by page as a round does."""
    pages: dict[int, list[tuple[int, bytes]]] = {}
    for seq in seqs:
        pages.setdefault(seq // PAGE_LINES, []).append((seq, sample_content(seq)))
    return sum(unit.contents.put(log.id, page, items) for page, items in pages.items())


def unreadable(count: int, start: int = 0) -> list[Entry]:
    """Return entries that are no statements: cheap to make, and the tree does not mind."""
    blank = Entry(0, b"", None, "This is not a statement.")
    return [replace(blank, seq=seq, raw=b"line %d" % seq) for seq in range(start, start + count)]
