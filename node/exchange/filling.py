"""Steps 5 to 7 of a round: entries, in verified batches, each stored with all that follows from it.

A batch is up to `BATCH_PAGES` pages. The last one must lead to the root that the origin signed;
one before it is verified by the inclusion proof of its last entry, whose path shows that all its
lines are the beginning of the signed tree (a prefix proof). So a long log is stored as it comes,
a round that is cut anywhere goes on at the last batch with any peer, and what is stored is never
more than what was verified. While a batch is stored, the next one is fetched.

One transaction stores a batch: entries, withdrawals and erasures taking effect, the new edge and
head, the note that proofs are still to be checked. Two workers that fill the same log from two
peers do not disturb each other: whoever comes second sees that the log has moved and starts over.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from node.core.acceptance import (
    Accepted,
    BadEntriesError,
    EquivocationError,
    HeldLog,
    accept_entries,
    proofs_later,
)
from node.core.checkpoints import Checkpoint, ProofFile, open_proof_file
from node.core.limits import MIB, PAGE_LINES
from node.errors import ConflictError, NotFoundError, PeerMisbehavesError
from node.exchange.ahead import ahead
from node.exchange.forks import examine, record_fork
from node.exchange.heads import Ahead, held_with_target
from node.exchange.projection import apply_entries
from node.exchange.proofchecks import ON_THE_SPOT
from node.exchange.rounding import Round
from node.storage import Log, UnitOfWork
from node.storage.origins import ACTIVE, FROZEN

#: Pages verified and stored at once: enough to keep the cost of a transaction and a proof small.
BATCH_PAGES = 16
#: A batch of unusually long statements ends here, in bytes, to keep memory flat.
BATCH_BYTES = 8 * MIB


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines from one index on, and the proof of the last one unless they complete the target."""

    start: int
    lines: list[bytes]
    proof: ProofFile | None


def fill(round_: Round, found: Ahead) -> None:
    """Bring one log up to the checkpoint `found.target`.

    Raises `PeerMisbehavesError` for a page that does not verify, with everything before it kept,
    and `PeerUnreachableError`. A fork ends the log, not the round.
    """
    held, target = found.held, found.target
    batches = ahead(_batches(round_, found))
    try:
        for batch in batches:
            try:
                accepted = _accept(round_, held, target, batch)
            except BadEntriesError:
                last = _last_line(round_, held)
                if last is not None:
                    examine(round_, held, last)
                raise
            log = _store(round_, held, target, accepted)
            held = held_with_target(log)
            round_.tally.entries += len(batch.lines)
            round_.tally.verified += len(batch.lines)
            round_.step("entries", held.size, target.size)
    except EquivocationError as error:
        record_fork(round_, target.oid, target.epoch, error)
    except ConflictError:
        # Another worker filled this log meanwhile. What it stored was verified as well; what is
        # still missing is seen by asking for the same heads again.
        round_.tally.hold_token = True
    finally:
        batches.close()


def _batches(round_: Round, found: Ahead) -> Generator[Batch, None, None]:
    target, at = found.target, found.held.size
    while at < target.size:
        end = min(target.size, (at // PAGE_LINES + BATCH_PAGES) * PAGE_LINES)
        lines = _fetch(round_, found, at, end)
        end = at + len(lines)
        proof = None
        if end < target.size:
            proof = open_proof_file(round_.client.proof(target.oid, target.epoch, end - 1))
        yield Batch(at, lines, proof)
        at = end


def _fetch(round_: Round, found: Ahead, start: int, end: int) -> list[bytes]:
    """Fetch lines from `start` to before `end`, fewer only when they are unusually long."""
    target = found.target
    lines: list[bytes] = []
    size = 0
    at = start
    while at < end and size < BATCH_BYTES:
        page, offset = divmod(at, PAGE_LINES)
        got: Sequence[bytes] = found.opening
        if at or not got:
            try:
                after = at - 1 if offset else None
                got = round_.client.entries(target.oid, target.epoch, page, after)
            except NotFoundError as error:
                raise _short(target, at) from error
        wanted = min(PAGE_LINES - offset, end - at)
        if len(got) < wanted:
            raise _short(target, at + len(got))
        lines += got[:wanted]  # the log may have grown since its head was told
        size += sum(map(len, got[:wanted]))
        at += wanted
    return lines


def _short(target: Checkpoint, found: int) -> PeerMisbehavesError:
    return PeerMisbehavesError(
        f"The peer says that the log has {target.size:,} entries but sends only {found:,}.",
        hint="Another peer, or the next round, may bring the rest.",
    )


def _accept(round_: Round, held: HeldLog, target: Checkpoint, batch: Batch) -> Accepted:
    few = len(batch.lines) <= ON_THE_SPOT
    return accept_entries(
        held,
        target,
        batch.lines,
        batch.proof,
        verify=map if few else proofs_later,
        now=round_.now,
    )


def _store(round_: Round, held: HeldLog, target: Checkpoint, accepted: Accepted) -> Log:
    x = round_.x
    unchecked = len(accepted.entries) > ON_THE_SPOT
    with x.database.writing() as uow:
        log = _log_at(round_, uow, held)
        uow.entries.append(log.id, accepted.entries)
        complete = accepted.edge.size == target.size
        uow.logs.save_head(
            log.id,
            size=accepted.edge.size,
            edge=accepted.edge,
            checkpoint=target if complete else log.checkpoint,
            target=_still_wanted(log.target, target, accepted.edge.size),
            # What is relayed changes only with a complete tree.
            change=uow.next_change() if complete else log.change,
        )
        stored = uow.logs.by_id(log.id)
        assert stored is not None  # noqa: S101  written above
        apply_entries(x, uow, stored, accepted.entries)
        if unchecked:
            round_.checks.note(uow, stored, held.size)
    if unchecked:
        round_.checks.begin(stored, held.size, stored.size)
    for entry in accepted.entries:
        if entry.fault is not None:
            round_.refuse_entry(log.oid, entry.seq, entry.fault)
    if complete:
        round_.tally.advanced.append((log.oid, log.epoch.number, stored.size))
    if stored.own:
        x.highwater.raise_to(log.oid, log.epoch.number, stored.size)
        round_.tally.remark(
            "Partners held more of this node's own log than this node: it was pulled back."
        )
    return stored


def _log_at(round_: Round, uow: UnitOfWork, held: HeldLog) -> Log:
    """Return the log as it is now, made when it is new. `ConflictError` when it has moved."""
    epoch = held.epoch
    log = uow.logs.get(epoch.oid, epoch.number)
    if log is None:
        own = epoch.oid == round_.peer.oid
        origin = uow.origins.add(
            epoch.oid,
            first_seen=round_.now,
            name=round_.peer.name if own else "",
            introduced_by=None if own else round_.peer.id,
        )
        if origin.status == FROZEN:
            # Only a new epoch lifts a freeze, and this is one: `accept_epoch` has checked it.
            uow.origins.set_status(epoch.oid, ACTIVE, "")
        current = uow.logs.current(epoch.oid)
        log = uow.logs.create(epoch, own=current is not None and current.own)
    if log.size != held.size or log.frozen:
        raise ConflictError("The log has moved on meanwhile.")
    return log


def _still_wanted(earlier: Checkpoint | None, target: Checkpoint, size: int) -> Checkpoint | None:
    """Return the largest verified checkpoint that is still ahead of `size`."""
    known = [each for each in (earlier, target) if each is not None and each.size > size]
    return max(known, key=lambda each: each.size, default=None)


def _last_line(round_: Round, held: HeldLog) -> bytes | None:
    if held.size == 0:
        return None
    with round_.x.database.reading() as uow:
        log = uow.logs.get(held.epoch.oid, held.epoch.number)
        return None if log is None else uow.entries.raw(log.id, held.size - 1)
