"""An announcement from outside: one checkpoint, and nothing in it that could steer us anywhere.

It only says "there is more". What follows is a pull from partners that the keeper added, at the
addresses the keeper gave, so a stranger can neither direct requests nor put anything in. It counts
only when it is signed by a key we know and says more than we hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.checkpoints import open_checkpoint, peek_checkpoint
from node.core.limits import MAX_NOTE
from node.errors import BadInputError, NotFoundError
from node.storage.origins import BLOCKED, OWN
from node.storage.peers import ACTIVE, ALL

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from node.storage import PeerRow, UnitOfWork


def receive_announcement(x: Exchange, note: bytes) -> list[PeerRow]:
    """Make the partners due that may have what this checkpoint promises; returns them.

    Raises `NotFoundError` for an origin that is neither a partner's nor held here, and
    `BadInputError` for what is no checkpoint or not signed by the key we know.
    """
    if len(note) > MAX_NOTE:
        raise BadInputError(f"An announcement has at most {MAX_NOTE:,} bytes.")
    oid, epoch, size, _ = peek_checkpoint(note)
    with x.database.reading() as uow:
        if not _says_more(uow, note, oid, epoch, size):
            return []
        asked = _who_may_have_it(uow, oid)
    if asked:
        now = x.clock.now()
        with x.database.writing() as uow:
            for peer in asked:
                uow.peers.set_due(peer.id, now)
    return asked


def _says_more(uow: UnitOfWork, note: bytes, oid: str, epoch: int, size: int) -> bool:
    origin = uow.origins.get(oid)
    if origin is None:
        if uow.peers.by_oid(oid) is None:
            raise NotFoundError("This origin is not known here.", oid=oid)
        return True  # a partner of whom nothing was pulled yet: its key is still unknown
    if origin.status == BLOCKED:
        raise NotFoundError("This origin is not known here.", oid=oid)
    current = uow.logs.current(oid)
    if current is None:
        return True
    if epoch > current.epoch.number:
        return epoch == current.epoch.number + 1  # its key comes with the entry that opens it
    log = uow.logs.get(oid, epoch)
    if log is None:
        return False
    open_checkpoint(note, log.epoch)
    return origin.status != OWN and size > log.size


def _who_may_have_it(uow: UnitOfWork, oid: str) -> list[PeerRow]:
    active = [peer for peer in uow.peers.all() if peer.state == ACTIVE]
    own = [peer for peer in active if peer.oid == oid]
    return own or [peer for peer in active if peer.scope == ALL]
