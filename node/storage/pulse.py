"""One question that a worker at rest asks several times a second, to learn whether to wake up.

One statement, built once: putting the three questions together each time cost five times as much
as the database needs to answer them, and a node at rest may use one per cent of a core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, or_, select

from node.storage.peers import ACTIVE
from node.storage.tables.base import Moment
from node.storage.tables.logs import counter
from node.storage.tables.network import peers, work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from node.storage.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pulse:
    """The number of the last change, and whether a peer or a piece of work is due and free."""

    change: int
    peers_due: bool
    work_due: bool


class PulseTaker:
    """Asks for the pulse, for work of certain kinds."""

    def __init__(self, kinds: Sequence[str]) -> None:
        now = bindparam("now", type_=Moment)
        peer_due = exists().where(
            peers.c.state == ACTIVE,
            peers.c.next_due <= now,
            or_(peers.c.leased_until.is_(None), peers.c.leased_until <= now),
        )
        work_due = exists().where(
            work.c.kind.in_(list(kinds)),
            work.c.due <= now,
            or_(work.c.leased_until.is_(None), work.c.leased_until <= now),
        )
        self._question = select(counter.c.value, peer_due, work_due)

    def take(self, uow: UnitOfWork, now: datetime) -> Pulse:
        """Return the pulse at `now`."""
        row = uow.connection.execute(self._question, {"now": now}).one()
        return Pulse(row[0], bool(row[1]), bool(row[2]))
