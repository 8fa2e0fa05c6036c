"""Checks of statements' proofs, beside the round and on other cores.

The Merkle root already proves that the origin said every entry, so a proof is checked off the
critical path; but a round is complete only when each proof was checked (protocol.md 7, step 6).
An entry whose proof fails stays stored and relayed, marked with the reason, and is not shown.

What is still unchecked stands in a work row, written in the transaction that stores the entries
and removed in the one that stores the outcome. A round that dies in between leaves the row, and a
worker checks then; checking twice is harmless. Statements are read from the store again rather
than kept, so memory stays flat however far the checks are behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import cache

from node.core.acceptance import proof_fault
from node.core.canonical import split_lines
from node.core.keys import PublicKey
from node.core.limits import PAGE_LINES
from node.core.statements import BadStatementError, parse_statement
from node.exchange.context import Exchange
from node.exchange.projection import refresh
from node.storage import Log, UnitOfWork

#: The kind of the work rows.
PROOFS = "proofs"
#: So few entries are checked as they are accepted: a work row would cost more.
ON_THE_SPOT = 64


@cache
def _pool() -> ThreadPoolExecutor:
    # The checks release the interpreter, so threads do use the other cores.
    return ThreadPoolExecutor(
        max(1, min(4, (os.cpu_count() or 1) - 1)), thread_name_prefix="proof-check"
    )


class ProofChecks:
    """The checks of one round."""

    def __init__(self, x: Exchange) -> None:
        self._x = x
        self._running: list[tuple[Log, Future[dict[int, str]]]] = []

    def note(self, uow: UnitOfWork, log: Log, start: int) -> None:
        """Write down, with the entries, that those from `start` on are unchecked."""
        if uow.work.get(PROOFS, _key(log)) is None:
            due = self._x.clock.now() + timedelta(seconds=self._x.settings.lease)
            uow.work.add(PROOFS, _key(log), due, {"from": start})

    def begin(self, log: Log, start: int, end: int) -> None:
        """Begin to check the stored entries from `start` to before `end`."""
        self._running.append((log, _pool().submit(_faults, self._x, log, start, end)))

    def settle(self) -> list[tuple[Log, int, str]]:
        """Wait for all checks and store what they found; return log, position and fault of each."""
        found: dict[int, tuple[Log, dict[int, str]]] = {}
        while self._running:
            log, check = self._running.pop()
            found.setdefault(log.id, (log, {}))[1].update(check.result())
        for log, faults in found.values():
            _store(self._x, log, faults)
        return [
            (log, seq, fault)
            for log, faults in found.values()
            for seq, fault in sorted(faults.items())
        ]


def check_proofs(x: Exchange, oid: str, epoch: int, start: int) -> int:
    """Check the proofs of a log's entries from `start` on, after a round that died.

    Returns how many failed. The work row is removed with the outcome.
    """
    with x.database.reading() as uow:
        log = uow.logs.get(oid, epoch)
    if log is None:
        return 0
    checks = ProofChecks(x)
    for at in range(start, log.size, PAGE_LINES):
        checks.begin(log, at, min(at + PAGE_LINES, log.size))
    return len(checks.settle())


def _key(log: Log) -> str:
    return f"{log.oid}/{log.epoch.number}"


def _faults(x: Exchange, log: Log, start: int, end: int) -> dict[int, str]:
    """Return why proofs fail, by position, of those that do."""
    faults: dict[int, str] = {}
    for page in range(start // PAGE_LINES, (end - 1) // PAGE_LINES + 1):
        with x.database.reading() as uow:
            lines = split_lines(uow.entries.page(log.id, page))
        first = page * PAGE_LINES
        wanted = range(max(start, first, 1), min(end, first + len(lines)))
        faults.update(_failing(wanted, [lines[seq - first] for seq in wanted], log.epoch.key))
    return faults


def _failing(seqs: Iterable[int], lines: Sequence[bytes], key: PublicKey) -> dict[int, str]:
    failing = {}
    for seq, line in zip(seqs, lines, strict=True):
        try:
            fault = proof_fault((parse_statement(line), key))
        except BadStatementError:
            continue  # marked already, when it was accepted
        if fault is not None:
            failing[seq] = fault
    return failing


def _store(x: Exchange, log: Log, faults: dict[int, str]) -> None:
    with x.database.writing() as uow:
        touched = set()
        for seq, fault in faults.items():
            row = uow.entries.row(log.id, seq)
            if row is None or row.fault is not None:
                continue
            uow.entries.set_fault(log.id, seq, fault)
            if row.record is not None:
                touched.add(row.record)
        refresh(x, uow, log.oid, touched)
        uow.work.cancel(PROOFS, _key(log))
