"""The entries of a log whose root holds: what each says, and what is wrong with it.

One bad entry never blocks a log (`schemas/protocol.md`, "One round", 6). Once the root holds, the
origin did say it; so a wrong entry is stored and relayed like any other, carries its `fault` in
plain words, and is not shown. A fault is one of:

- the bytes are not a statement;
- it names another origin, epoch or index than the place where it stands;
- it opens an epoch, but is not entry 0, or the other way round;
- `crit` names something that this version does not understand;
- its proof does not hold under the epoch's key. (Entry 0 is signed by another key, and was
  verified when the epoch was accepted.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from node.core.keys import PublicKey
from node.core.limits import MAX_FUTURE
from node.core.proofs import BadProofError
from node.core.statements import (
    EPOCH,
    BadStatementError,
    Statement,
    parse_statement,
    verify_statement,
)

if TYPE_CHECKING:
    from node.core.epochs import Epoch

#: Names in `crit` that this version understands.
UNDERSTOOD: Final[frozenset[str]] = frozenset()

ProofJob = tuple[Statement, PublicKey]
#: Like the built-in `map`: applies a check to every job, in order, maybe in parallel.
Verify = Callable[[Callable[[ProofJob], str | None], Iterable[ProofJob]], Iterable[str | None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log whose root holds.

    `fault` says in plain words why it is not shown; `ahead` that it is dated more than
    `MAX_FUTURE` after the reader's clock, which is shown but flagged. `statement` is None when
    the bytes are not one.
    """

    seq: int
    raw: bytes = field(repr=False)
    statement: Statement | None
    fault: str | None
    ahead: bool = False


def read_entries(
    epoch: Epoch, first: int, lines: Sequence[bytes], *, verify: Verify, now: datetime | None
) -> tuple[Entry, ...]:
    """Return the entries of `lines`, the first of them at index `first`, each with its fault.

    Never raises for what stands in a line. Only `acceptance` calls this, once a signed root has
    proved the lines. (`schemas/protocol.md`, "One round", 6)
    """
    latest = None if now is None else now + timedelta(seconds=MAX_FUTURE)
    entries: list[Entry] = []
    jobs: list[ProofJob] = []
    waiting: list[int] = []
    for seq, line in enumerate(lines, first):
        statement, fault = _read(epoch, seq, line)
        ahead = statement is not None and latest is not None and statement.created > latest
        if statement is not None and fault is None and seq > 0:
            waiting.append(len(entries))
            jobs.append((statement, epoch.key))
        entries.append(Entry(seq, line, statement, fault, ahead))
    for at, fault in zip(waiting, verify(proof_fault, jobs), strict=True):
        if fault is not None:
            entries[at] = replace(entries[at], fault=fault)
    return tuple(entries)


def proofs_later(
    check: Callable[[ProofJob], str | None],  # noqa: ARG001 - the shape of a `Verify`
    jobs: Iterable[ProofJob],
) -> list[str | None]:
    """Leave the proofs unchecked: the caller runs `proof_fault` before the round is complete."""
    return [None for _ in jobs]


def proof_fault(job: ProofJob) -> str | None:
    """Return why a statement's proof does not hold under a key, or None when it does."""
    statement, key = job
    try:
        verify_statement(statement, key)
    except BadProofError as error:
        return error.message
    return None


def _read(epoch: Epoch, seq: int, line: bytes) -> tuple[Statement | None, str | None]:
    """Return the statement of a line and why it cannot be acted on, if so."""
    try:
        statement = parse_statement(line)
    except BadStatementError as error:
        return None, error.message
    if (statement.origin, statement.epoch, statement.seq) != (epoch.oid, epoch.number, seq):
        return statement, "It names another place than the one it stands at."
    if (statement.type == EPOCH) != (seq == 0):
        return statement, "A statement that opens an epoch stands at another place."
    unknown = [name for name in statement.crit if name not in UNDERSTOOD]
    if unknown:
        return statement, f"It asks for what this version does not know: {', '.join(unknown)}."
    return statement, None
