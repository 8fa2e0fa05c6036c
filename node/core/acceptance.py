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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from node.core.checkpoints import Checkpoint, ProofFile, open_checkpoint
from node.core.contents import BadContentError, Content, check_content_bytes, parse_content
from node.core.entries import Entry, Verify, proof_fault, proofs_later, read_entries
from node.core.epochs import Epoch, open_genesis, open_succession
from node.core.merkle import BadTreeError, Edge, leaf_hash, prefix_edge, verify_prefix
from node.errors import PeerMisbehavesError

if TYPE_CHECKING:
    from datetime import datetime

    from node.core.statements import Statement

__all__ = [
    "Accepted",
    "AcceptedContent",
    "BadEntriesError",
    "BodyFault",
    "Entry",
    "EquivocationError",
    "FrozenLogError",
    "Head",
    "HeldLog",
    "RollbackError",
    "Validate",
    "Verdict",
    "Verify",
    "accept_content",
    "accept_entries",
    "accept_epoch",
    "judge_extension",
    "judge_head",
    "proof_fault",
    "proofs_later",
]


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
    whose whole tree we hold; `target` a newer verified one that we are still filling up to. One
    of the two is there as soon as anything is held, so that a fork can be shown by two notes.
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
    known = [other for other in (held.target, held.checkpoint) if other is not None]
    for other in known:
        if other.size == head.size and other.root != head.root:
            raise _fork(held, head, other)
    if head.size == held.size and head.root != held.edge.root():
        raise _fork(held, head)
    most = max([held.size, *(other.size for other in known)])
    if from_origin and head.size < most:
        raise RollbackError(
            f"The origin shows {head.size} entries of its log and showed {most} before.",
            note=note,
            size=head.size,
            held=most,
        )
    age = int(now.timestamp()) - head.dated
    if head.size != held.size:
        verdict = Verdict.BEHIND if head.size < held.size else Verdict.AHEAD
        return Head(verdict, head, age, renewed=False)
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
        raise _fork(held, head, held.checkpoint)
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
    return Accepted(
        edge, read_entries(held.epoch, held.size, lines, verify=verify, now=now), proved
    )


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


def _fork(held: HeldLog, head: Checkpoint, other: Checkpoint | None = None) -> EquivocationError:
    """Return the error with both notes: the one known that speaks against `head`, and `head`."""
    known = other or held.target or held.checkpoint
    return EquivocationError(
        "The origin signed two different histories of its log.",
        notes=(b"" if known is None else known.note, head.note),
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
        raise _fork(held, head, target)
    if proof.index != edge.size - 1:
        raise BadEntriesError("The proof is of another entry than the last one sent.")
    try:
        verify_prefix(edge, last, head.size, proof.path, head.root)
    except BadTreeError as error:
        raise BadEntriesError(error.message) from error
    return head
