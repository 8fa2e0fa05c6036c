"""Steps 2 to 4 of a round: what a peer says it holds, against what we hold.

A head line steers what is asked for; only the signed note in it counts. Each line ends in one of:
nothing to do, a remark (stale mirror), a refusal with its sentence, or `Ahead`: a verified
checkpoint of a longer log that is to be filled up to.

Which origins are looked at: the peer's own always; others when the peer's scope is "all", at most
`new_origins_a_day` unknown ones; never blocked ones. A log of epoch e is looked at only when all
epochs before it are held, each signed by a recovery key of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from node.core.acceptance import (
    EquivocationError,
    Head,
    HeldLog,
    RollbackError,
    Verdict,
    accept_epoch,
    judge_head,
)
from node.core.checkpoints import BadCheckpointError, Checkpoint, peek_checkpoint
from node.core.epochs import Epoch
from node.core.limits import MAX_FUTURE
from node.core.merkle import Edge
from node.errors import BadInputError, PeerMisbehavesError
from node.exchange.forks import examine_epoch, record_fork, record_rollback
from node.exchange.rounding import Round, called
from node.net.answers import HeadLine
from node.storage import Log, OriginRow
from node.storage.mirrors import MirrorRow
from node.storage.origins import BLOCKED, DISPUTED, OWN
from node.storage.peers import OWN as OWN_RECORDS_ONLY

#: A head whose origin has not signed anew for this long is called stale, in seconds: two renewals
#: missed and some hours for a relay.
STALE = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Ahead:
    """A log that a peer has more of: what we hold of it, and the checkpoint to fill up to."""

    held: HeldLog
    target: Checkpoint
    #: The first page of a log that is new here, which had to be fetched for its first entry.
    opening: tuple[bytes, ...] = ()


def is_wanted(round_: Round, line: HeadLine, origin: OriginRow | None) -> bool:
    """Say whether this line's origin is taken from this peer at all."""
    if origin is not None and origin.status == BLOCKED:
        return False
    return line.oid == round_.peer.oid or round_.peer.scope != OWN_RECORDS_ONLY


def judge(round_: Round, line: HeadLine) -> Ahead | None:
    """Return what to fill, or None when there is nothing to do or the line was refused.

    Raises `PeerUnreachableError` when the peer goes away, and what is wrong with the line.
    """
    if peek_checkpoint(line.checkpoint)[:3] != (line.oid, line.epoch, line.size):
        raise PeerMisbehavesError("The note beside this log is of another log or size.")
    with round_.x.database.reading() as uow:
        origin = uow.origins.get(line.oid)
        logs = uow.logs.of(line.oid)
    if origin is not None and origin.status == OWN:
        _note_mirror(round_, line)
    if not is_wanted(round_, line, origin):
        return None
    log = next((each for each in logs if each.epoch.number == line.epoch), None)
    if log is None:
        return _unknown_log(round_, line, origin, logs)
    if log.frozen or (origin is not None and origin.status == DISPUTED):
        if line.size > log.size:
            round_.tally.refuse(
                called(line.oid, origin.name if origin else ""),
                "It is frozen because it was seen with two truths; only a new epoch lifts that.",
                "frozen",
            )
        return None
    return _known_log(round_, line, log, logs)


def _note_mirror(round_: Round, line: HeadLine) -> None:
    """Keep how far a peer says it holds this node's own log: nothing but a page rests on it."""
    most = 2**53 - 1
    row = MirrorRow(
        peer_id=round_.peer.id,
        epoch=line.epoch,
        size=min(line.size, most),
        applied=min(line.applied, most),
        seen=round_.now,
    )
    with round_.x.database.writing() as uow:
        uow.mirrors.note(row)


def held_with_target(log: Log) -> HeldLog:
    """Return what `core.acceptance` judges by, the checkpoint being filled up to included."""
    return replace(log.held(), target=log.target)


def _known_log(round_: Round, line: HeadLine, log: Log, logs: list[Log]) -> Ahead | None:
    held = held_with_target(log)
    from_origin = line.oid == round_.peer.oid
    try:
        head = judge_head(held, line.checkpoint, now=round_.now, from_origin=from_origin)
    except EquivocationError as error:
        record_fork(round_, line.oid, line.epoch, error)
        return None
    except RollbackError as error:
        record_rollback(round_, line.oid, line.epoch, error)
        return None
    except BadCheckpointError:
        previous = next((each for each in logs if each.epoch.number == line.epoch - 1), None)
        if examine_epoch(round_, log.epoch, None if previous is None else previous.epoch):
            return None
        raise
    _remark_on_date(round_, line, head)
    if head.verdict is Verdict.AHEAD:
        return Ahead(held, head.checkpoint)
    if head.verdict is Verdict.SAME and head.renewed:
        _keep_renewed(round_, log, head.checkpoint)
    return None


def _unknown_log(
    round_: Round, line: HeadLine, origin: OriginRow | None, logs: list[Log]
) -> Ahead | None:
    if line.size == 0:
        return None
    if origin is None and not _may_introduce(round_, line.oid):
        return None
    previous = next((each.epoch for each in logs if each.epoch.number == line.epoch - 1), None)
    if line.epoch > 0 and previous is None:
        # All heads are asked for anew, so that the earlier epochs are offered again.
        round_.tally.forget_token = True
        round_.tally.refuse(
            called(line.oid, origin.name if origin else ""),
            f"Epoch {line.epoch} of its log came before the epochs it follows.",
            "order",
            again=True,
        )
        return None
    epoch, opening = _opened(round_, line, previous)
    held = HeldLog(epoch, 0, Edge(), None, frozen=False)
    head = judge_head(held, line.checkpoint, now=round_.now, from_origin=False)
    _remark_on_date(round_, line, head)
    return Ahead(held, head.checkpoint, opening)


def _opened(
    round_: Round, line: HeadLine, previous: Epoch | None
) -> tuple[Epoch, tuple[bytes, ...]]:
    """Return the verified epoch that opens a log, and the page that it came with."""
    lines = round_.client.entries(line.oid, line.epoch, 0)
    if not lines:
        raise PeerMisbehavesError("The peer does not send the entry that opens this log.")
    try:
        return accept_epoch(previous, lines[0], line.oid), tuple(lines)
    except BadInputError as error:
        raise PeerMisbehavesError(
            f"The entry that opens this log is not valid: {error.message}"
        ) from error


def _may_introduce(round_: Round, oid: str) -> bool:
    """Say whether this peer may bring one more unknown origin today; its own it always may."""
    if oid == round_.peer.oid:
        return True
    most = round_.x.settings.new_origins_a_day
    with round_.x.database.reading() as uow:
        since = round_.now - timedelta(days=1)
        today = uow.origins.introduced_since(round_.peer.id, since)
    # Looking costs a request, so origins that turn out false count as well.
    if max(today, round_.newcomers) >= most:
        round_.put_off += 1
        return False
    round_.newcomers += 1
    return True


def _keep_renewed(round_: Round, log: Log, checkpoint: Checkpoint) -> None:
    """Keep a note of the same tree with a later date, and relay it: the origin is alive."""
    with round_.x.database.writing() as uow:
        now = uow.logs.by_id(log.id)
        if now is None or now.size != checkpoint.size:
            return
        target = now.target
        if target is not None and target.size <= checkpoint.size:
            target = None
        uow.logs.save_head(
            log.id,
            size=now.size,
            edge=now.edge,
            checkpoint=checkpoint,
            target=target,
            change=uow.next_change(),
        )


def _remark_on_date(round_: Round, line: HeadLine, head: Head) -> None:
    if head.age < -MAX_FUTURE:
        round_.tally.remark(
            f"The log of {called(line.oid)} is dated in the future: its clock or ours is wrong."
        )
    elif head.age > STALE and line.oid == round_.peer.oid:
        days = head.age // 86400
        round_.tally.remark(
            f"The peer has not signed its log anew for {days} days; newer entries may be missing."
        )
