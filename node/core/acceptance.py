"""What to believe: given what we hold and what a peer sent, accept or raise.

Every trust decision of the exchange is one function here, without clock, network or database.
The order of a round (`schemas/protocol.md`, "One round"):

1. **Epoch** (`accept_epoch`): the chain from the genesis that the oid names, each link signed by
   a recovery key of the one before.
2. **Head** (`judge_head`): a checkpoint by the epoch's key against what we hold. Same size and
   another root is a fork: evidence, never overwritten. A smaller one is a stale mirror, or, from
   the origin itself, a rollback.
3. **Entries** (`accept_entries`): only lines that lead from our edge to a signed root, either the
   target's or, for a part of the way, that of a checkpoint with a prefix proof. Else nothing of
   them is taken.
4. **Each entry** of those: one bad entry never blocks a log. Once the root holds, the origin did
   say it; so what is wrong with it is its `fault`, and it is stored, relayed and not shown.
5. **Content** (`accept_content`): digest and size first. Other bytes are the peer's fault and
   raise; the right bytes with wrong words are the origin's, and a `fault`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol

from node.core.checkpoints import Checkpoint, ProofFile, open_checkpoint
from node.core.contents import BadContentError, Content, check_content_bytes, parse_content
from node.core.epochs import Epoch, open_genesis, open_succession
from node.core.keys import PublicKey
from node.core.limits import MAX_FUTURE
from node.core.merkle import BadTreeError, Edge, leaf_hash, prefix_edge, verify_prefix
from node.core.proofs import BadProofError
from node.core.statements import (
    EPOCH,
    BadStatementError,
    Statement,
    parse_statement,
    verify_statement,
)
from node.errors import PeerMisbehavesError

#: Names in `crit` that this version understands.
UNDERSTOOD: Final[frozenset[str]] = frozenset()


class EquivocationError(PeerMisbehavesError):
    """An origin signed two things that cannot both be true. `notes` are both, for evidence."""

    code = "equivocation"

    def __init__(
        self, message: str, *, notes: tuple[bytes, bytes], hint: str = "", **facts: object
    ) -> None:
        super().__init__(message, hint=hint, **facts)
        self.notes = notes


class RollbackError(PeerMisbehavesError):
    """The origin itself shows less of its log than it showed before. `note` is what it showed."""

    code = "rollback"

    def __init__(self, message: str, *, note: bytes, hint: str = "", **facts: object) -> None:
        super().__init__(message, hint=hint, **facts)
        self.note = note


class BadEntriesError(PeerMisbehavesError):
    """The lines do not lead to a signed root. Nothing of them was taken."""

    code = "bad-entries"


class FrozenLogError(PeerMisbehavesError):
    """The log is frozen since its origin was seen to fork it; only a new epoch lifts that."""

    code = "frozen"


class Verdict(Enum):
    """How a peer's head stands to ours."""

    SAME = "same"
    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class HeldLog:
    """What we hold of one log.

    `size` and `edge` are of the entries stored, all verified. `checkpoint` is the newest one
    whose whole tree we hold; `target` a newer verified one that we are still filling up to.
    """

    epoch: Epoch
    size: int
    edge: Edge
    checkpoint: Checkpoint | None
    frozen: bool
    target: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A verified head: the verdict, the checkpoint, and its age in seconds at `now`.

    The age is negative when the note is dated ahead of our clock. `renewed` says that it is of
    the size we hold and dated later than our note, so that the note is worth keeping.
    """

    verdict: Verdict
    checkpoint: Checkpoint
    age: int
    renewed: bool

    @property
    def dated(self) -> int:
        """Return when the origin last signed this head, in POSIX seconds."""
        return self.checkpoint.dated


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


@dataclass(frozen=True, slots=True)
class Accepted:
    """Verified entries and the edge after them. `checkpoint` is the one they were proved by."""

    edge: Edge
    entries: tuple[Entry, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class AcceptedContent:
    """The right bytes: the content, unless they are not one, and what is wrong, if anything."""

    content: Content | None
    fault: str | None


class BodyFault(Protocol):
    """What a schema finds wrong with a body: where (a JSON Pointer) and what."""

    @property
    def pointer(self) -> str:
        """Return the place in the body."""
        ...

    @property
    def message(self) -> str:
        """Return what is wrong there."""
        ...


ProofJob = tuple[Statement, PublicKey]
#: Like the built-in `map`: applies a check to every job, in order, maybe in parallel.
Verify = Callable[[Callable[[ProofJob], str | None], Iterable[ProofJob]], Iterable[str | None]]
#: Takes a schema such as ``good-practice/1`` and a body, returns what is wrong.
Validate = Callable[[str, dict[str, Any]], Sequence[BodyFault]]


def accept_epoch(previous: Epoch | None, raw: bytes, oid: str) -> Epoch:
    """Return the epoch that `raw` opens: the genesis of `oid`, or the one after `previous`.

    Raises `BadEpochError`. (`schemas/protocol.md`, "Origin, epochs, keys")
    """
    return open_genesis(raw, oid) if previous is None else open_succession(previous, raw)


def judge_head(held: HeldLog, note: bytes, *, now: datetime, from_origin: bool) -> Head:
    """Return how a peer's checkpoint stands to the log we hold.

    `from_origin` says that the peer is the log's own origin, which must never go back. Raises
    `BadCheckpointError` for a note that is not a verified checkpoint of this log,
    `EquivocationError` with both notes for another root at a size we know, and `RollbackError`.
    An old date is a fact of the answer, not an error. (`schemas/protocol.md`, "One round", 2-3)
    """
    head = open_checkpoint(note, held.epoch)
    known = [held.checkpoint, held.target]
    for other in known:
        if other is not None and other.size == head.size and other.root != head.root:
            raise _fork(other.note, head)
    if head.size == held.size and head.root != held.edge.root():
        best = held.target or held.checkpoint
        raise _fork(best.note if best is not None else b"", head)
    age = int(now.timestamp()) - head.dated
    if head.size < held.size:
        if from_origin:
            raise RollbackError(
                f"The origin shows {head.size} entries of its log and showed {held.size} before.",
                note=note,
                size=head.size,
                held=held.size,
            )
        return Head(Verdict.BEHIND, head, age, renewed=False)
    if head.size > held.size:
        return Head(Verdict.AHEAD, head, age, renewed=False)
    mine = held.checkpoint
    renewed = mine is None or mine.size < head.size or mine.dated < head.dated
    return Head(Verdict.SAME, head, age, renewed=renewed)


def judge_extension(held: HeldLog, line: bytes, proof: ProofFile) -> Checkpoint:
    """Return the checkpoint of `proof`, whose tree contains the log we hold.

    To be asked when a longer log does not verify from our edge: is the page bad, or is it a fork?
    `line` is the peer's entry at our last index, with its inclusion proof. Raises
    `EquivocationError` when the proof holds but our log is not the beginning of that tree, which
    anybody can check from both notes, the entry and the proof; `BadEntriesError` when the proof
    does not hold, which proves nothing; `BadCheckpointError` for its note.
    """
    head = open_checkpoint(proof.note, held.epoch)
    if proof.index != held.size - 1:
        raise BadEntriesError("The peer proved another entry than the one asked for.")
    try:
        edge = prefix_edge(leaf_hash(line), proof.index, head.size, proof.path, head.root)
    except BadTreeError as error:
        raise BadEntriesError(error.message) from error
    if edge != held.edge:
        best = held.checkpoint or held.target
        raise _fork(best.note if best is not None else b"", head)
    return head


def accept_entries(
    held: HeldLog,
    target: Checkpoint,
    lines: Sequence[bytes],
    proof: ProofFile | None,
    *,
    verify: Verify = map,
    now: datetime | None = None,
) -> Accepted:
    """Return the entries that follow what we hold, once a signed root proves them.

    Without `proof` the lines must complete the tree of `target` exactly. With it they may be a
    part of the way: the proof is of the last line, and its inclusion path shows that all lines
    are the beginning of that checkpoint's tree. `verify` runs the signature checks, possibly in
    parallel; `proofs_later` leaves them to the caller. With `now` entries dated too far ahead are
    flagged.

    Raises `BadEntriesError` when the lines prove nothing, `EquivocationError` when the proof's
    checkpoint contradicts the target, `FrozenLogError`, and `BadCheckpointError` for the proof's
    note. (`schemas/protocol.md`, "One round", 5-6)
    """
    if held.frozen:
        raise FrozenLogError("This log is frozen because its origin forked it.")
    if (target.oid, target.epoch) != (held.epoch.oid, held.epoch.number):
        raise BadEntriesError("The target is of another log.")
    if not lines:
        raise BadEntriesError("The peer sent no entries.")
    leaves = [leaf_hash(line) for line in lines]
    edge = held.edge.extend(leaves)
    if proof is None:
        proved = _proved_by_target(edge, target)
    else:
        proved = _proved_by_proof(held, edge, leaves[-1], target, proof)
    if held.size == 0 and lines[0] != held.epoch.raw:
        raise BadEntriesError("The log opens with another epoch statement than the one we hold.")
    return Accepted(edge, tuple(_entries(held, lines, verify, now)), proved)


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


def accept_content(statement: Statement, raw: bytes, validate: Validate) -> AcceptedContent:
    """Return the content of a publish statement.

    Raises `BadContentError` when the bytes are not those that the statement names, or when it
    names none. (`schemas/protocol.md`, "One round", 8)
    """
    digest, size, schema = statement.content_digest, statement.content_size, statement.schema
    if digest is None or size is None or schema is None:
        raise BadContentError("This entry has no content.")
    check_content_bytes(raw, digest=digest, size=size)
    try:
        content = parse_content(raw)
    except BadContentError as error:
        return AcceptedContent(None, error.message)
    if content.kind != schema.partition("/")[0]:
        return AcceptedContent(None, f"The log says {schema}, the content {content.kind}.")
    faults = validate(schema, content.body)
    if not faults:
        return AcceptedContent(content, None)
    listed = "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults)
    return AcceptedContent(content, listed)


def _fork(known: bytes, head: Checkpoint) -> EquivocationError:
    return EquivocationError(
        "The origin signed two different histories of its log.",
        notes=(known, head.note),
        oid=head.oid,
        epoch=head.epoch,
        size=head.size,
    )


def _proved_by_target(edge: Edge, target: Checkpoint) -> Checkpoint:
    if (edge.size, edge.root()) != (target.size, target.root):
        raise BadEntriesError(
            "The entries do not lead to the root that the origin signed.",
            size=edge.size,
            wanted=target.size,
        )
    return target


def _proved_by_proof(
    held: HeldLog, edge: Edge, last: bytes, target: Checkpoint, proof: ProofFile
) -> Checkpoint:
    head = open_checkpoint(proof.note, held.epoch)
    if head.size == target.size and head.root != target.root:
        raise _fork(target.note, head)
    if proof.index != edge.size - 1:
        raise BadEntriesError("The proof is of another entry than the last one sent.")
    try:
        verify_prefix(edge, last, head.size, proof.path, head.root)
    except BadTreeError as error:
        raise BadEntriesError(error.message) from error
    return head


def _entries(
    held: HeldLog, lines: Sequence[bytes], verify: Verify, now: datetime | None
) -> list[Entry]:
    latest = None if now is None else now + timedelta(seconds=MAX_FUTURE)
    entries: list[Entry] = []
    jobs: list[ProofJob] = []
    waiting: list[int] = []
    for seq, line in enumerate(lines, held.size):
        statement, fault = _read(held.epoch, seq, line)
        ahead = statement is not None and latest is not None and statement.created > latest
        if statement is not None and fault is None and seq > 0:
            waiting.append(len(entries))
            jobs.append((statement, held.epoch.key))
        entries.append(Entry(seq, line, statement, fault, ahead))
    for at, fault in zip(waiting, verify(proof_fault, jobs), strict=True):
        if fault is not None:
            entry = entries[at]
            entries[at] = Entry(entry.seq, entry.raw, entry.statement, fault, entry.ahead)
    return entries


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
