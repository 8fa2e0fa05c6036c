"""An origin with two truths: keep both notes, freeze it, tell the keeper (protocol.md 7).

A fork is never overwritten or retried away. The last accepted history stays shown; nothing more
is taken into the log, whoever offers it, and only a new epoch signed by a recovery key lifts that.
A rollback (the origin itself showing less than before) is recorded, too, but harms nobody here.
"""

from __future__ import annotations

from node.core.acceptance import (
    BadEntriesError,
    EquivocationError,
    HeldLog,
    RollbackError,
    accept_epoch,
    judge_extension,
)
from node.core.checkpoints import open_proof_file
from node.core.epochs import BadEpochError, Epoch
from node.exchange.rounding import Round, called
from node.storage.origins import DISPUTED, FROZEN, OWN

FORK, ROLLBACK, TWO_SUCCESSORS = "fork", "rollback", "two-successors"


def record_fork(round_: Round, oid: str, epoch: int, error: EquivocationError) -> None:
    """Keep both notes, freeze the origin, and say so."""
    x, now = round_.x, round_.now
    with x.database.writing() as uow:
        origin = uow.origins.get(oid)
        name = called(oid, origin.name if origin else "")
        own = origin is not None and origin.status == OWN
        why = (
            f"{name[:1].upper()}{name[1:]} signed two different histories of its log "
            f"(epoch {epoch}); both signed notes are kept."
        )
        uow.evidence.add(oid, epoch, FORK, *error.notes, why, round_.peer.id, now)
        log = uow.logs.get(oid, epoch)
        if log is not None:
            uow.logs.freeze(log.id)
        if origin is not None and not own:
            uow.origins.set_status(oid, FROZEN, why)
        uow.audit.add("round", "fork found", {"oid": oid, "epoch": epoch}, now)
    if own:
        consequence = (
            "This is your own log: somebody has your key, or an old backup was restored. "
            "Start a new epoch with your recovery key."
        )
    else:
        consequence = (
            "What was accepted before stays shown; nothing new is taken from it until it starts "
            "a new epoch with its recovery key. Ask the organisation what happened."
        )
    round_.tally.refuse(name, f"{why} {consequence}", "two-truths")


def record_rollback(round_: Round, oid: str, epoch: int, error: RollbackError) -> None:
    """Keep the smaller note beside ours, and say so; nothing held here is given up."""
    x = round_.x
    with x.database.writing() as uow:
        log = uow.logs.get(oid, epoch)
        origin = uow.origins.get(oid)
        name = called(oid, origin.name if origin else "")
        ours = b"" if log is None or log.checkpoint is None else log.checkpoint.note
        known = [row for row in uow.evidence.of(oid) if row.kind == ROLLBACK]
        text = error.note.partition(b"\n\n")[0]
        if not any(row.note_b.partition(b"\n\n")[0] == text for row in known):
            uow.evidence.add(
                oid, epoch, ROLLBACK, ours, error.note, error.message, round_.peer.id, round_.now
            )
    round_.tally.refuse(
        name,
        f"{error.message} Everything held here is kept. It was probably restored from an old "
        "backup and should pull its own entries back from its partners before it publishes.",
        "rollback",
    )


def examine(round_: Round, held: HeldLog, last: bytes) -> None:
    """Find out why a longer log does not go on from ours, a bad page or a fork.

    `last` is our last entry. Asks the peer to prove its entry at that place. Raises
    `EquivocationError` when the proof shows that ours is not the beginning of what the origin
    signed; returns when that cannot be shown, so that the page is to blame. (protocol.md 7, 5)
    """
    if held.size == 0:
        return
    oid, epoch, seq = held.epoch.oid, held.epoch.number, held.size - 1
    proof = open_proof_file(round_.client.proof(oid, epoch, seq))
    try:
        judge_extension(held, last, proof)
    except BadEntriesError:
        theirs = round_.client.entries(oid, epoch, seq // 256, seq - 1 if seq % 256 else None)
        if not theirs or theirs[0] == last:
            return
        try:
            judge_extension(held, theirs[0], proof)
        except BadEntriesError:
            return


def examine_epoch(round_: Round, held: Epoch, previous: Epoch | None) -> bool:
    """Find out whether a peer's note fails because the origin has two successors of one epoch.

    When it has, both statements are kept, the origin is disputed and people decide; returns True.
    """
    if previous is None:
        return False
    lines = round_.client.entries(held.oid, held.number, 0)
    if not lines or lines[0] == held.raw:
        return False
    try:
        accept_epoch(previous, lines[0], held.oid)
    except BadEpochError:
        return False
    x = round_.x
    with x.database.writing() as uow:
        origin = uow.origins.get(held.oid)
        name = called(held.oid, origin.name if origin else "")
        why = (
            f"{name[:1].upper()}{name[1:]} has two different successors of its epoch "
            f"{previous.number}, both signed with its recovery keys."
        )
        uow.evidence.add(
            held.oid,
            held.number,
            TWO_SUCCESSORS,
            held.raw,
            lines[0],
            why,
            round_.peer.id,
            round_.now,
        )
        if origin is not None and origin.status != OWN:
            uow.origins.set_status(held.oid, DISPUTED, why)
    consequence = "Nothing more is taken until its people say which one counts."
    round_.tally.refuse(name, f"{why} {consequence}", "two-truths")
    return True
