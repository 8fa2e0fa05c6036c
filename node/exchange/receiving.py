"""An announcement from outside: one checkpoint, and nothing in it that could steer us anywhere.

It only says "there is more". What follows is a pull from partners that the keeper added, at the
addresses the keeper gave, so a stranger can neither direct requests nor put anything in. It counts
only when it is signed by a key we know and says more than we hold.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from node.core.checkpoints import open_checkpoint, peek_checkpoint
from node.core.limits import MAX_NOTE
from node.errors import BadInputError, NotFoundError
from node.storage.origins import BLOCKED
from node.storage.peers import ACTIVE, ALL

if TYPE_CHECKING:
    from datetime import datetime

    from node.exchange.context import Exchange
    from node.storage import PeerRow, UnitOfWork


#: A hint that cannot be verified yet makes nobody due sooner than this after the last round.
PATIENCE = timedelta(seconds=60)


def receive_announcement(x: Exchange, note: bytes) -> list[PeerRow]:
    """Make the partners due that may have what this checkpoint promises; returns them.

    Raises `NotFoundError` for an origin that no partner could have, and
    `BadInputError` for what is no checkpoint or not signed by the key we know.
    """
    if len(note) > MAX_NOTE:
        raise BadInputError(f"An announcement has at most {MAX_NOTE:,} bytes.")
    oid, epoch, size, _ = peek_checkpoint(note)
    with x.database.reading() as uow:
        news = _judge(uow, note, oid, epoch, size)
        asked = [] if news is News.OLD else _who_may_have_it(uow, oid)
    now = x.clock.now()
    due = [(peer, now if news is News.VERIFIED else _patiently(peer, now)) for peer in asked]
    if due:
        with x.database.writing() as uow:
            for peer, when in due:
                uow.peers.set_due(peer.id, when)
    return asked


class News(Enum):
    """What an announcement is worth."""

    OLD = "nothing that is not held already"
    VERIFIED = "signed by the key we know, and more than we hold"
    PLAUSIBLE = "of an epoch whose key we will only learn by pulling"


def _judge(uow: UnitOfWork, note: bytes, oid: str, epoch: int, size: int) -> News:
    origin = uow.origins.get(oid)
    if origin is not None and origin.status == BLOCKED:
        raise NotFoundError("This origin is not known here.", oid=oid)
    current = uow.logs.current(oid)
    if current is None:
        if origin is None and not _who_may_have_it(uow, oid):
            raise NotFoundError("This origin is not known here.", oid=oid)
        return News.PLAUSIBLE  # a partner not pulled from yet, or one that a partner relays
    if epoch == current.epoch.number + 1:
        return News.PLAUSIBLE
    log = uow.logs.get(oid, epoch)
    if log is None:
        return News.OLD
    open_checkpoint(note, log.epoch)
    return News.VERIFIED if size > log.size and not log.own else News.OLD


def _who_may_have_it(uow: UnitOfWork, oid: str) -> list[PeerRow]:
    active = [peer for peer in uow.peers.all() if peer.state == ACTIVE]
    own = [peer for peer in active if peer.oid == oid]
    return own or [peer for peer in active if peer.scope == ALL]


def _patiently(peer: PeerRow, now: datetime) -> datetime:
    """Say when an unverified hint may make a partner due: a stranger must not set the pace."""
    if peer.failures:
        return peer.next_due
    return now if peer.last_ok is None else max(now, peer.last_ok + PATIENCE)
