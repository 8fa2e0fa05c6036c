"""The daily renewal of the own checkpoint's date, so that partners can see staleness.

A partner who gets an old date knows that somebody withholds news, or that the node is down; a node
that published nothing for a month must not look like that. Only the date is new: size and root are
the same, so the renewal cannot contradict anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from node.core.limits import RENEW_EVERY
from node.exchange.ownlog import open_own_log, seal

if TYPE_CHECKING:
    from node.exchange.context import Exchange

#: Renewed after this much of the time allowed, so that a night of downtime does no harm.
RENEW_AFTER = timedelta(seconds=RENEW_EVERY // 2)


def renew_checkpoint(x: Exchange, *, older_than: timedelta = RENEW_AFTER) -> bool:
    """Date the own checkpoint anew when it is older than `older_than`; say whether it was.

    Raises `DamageError` when this node must not sign (see `ownlog`).
    """
    with x.database.reading() as uow:
        origin = next((o for o in uow.origins.all() if o.status == "own"), None)
        log = None if origin is None else uow.logs.current(origin.oid)
    if log is None or log.checkpoint is None:
        return False
    age = x.clock.now().timestamp() - log.checkpoint.dated
    if 0 <= age < older_than.total_seconds():
        return False
    with x.database.writing() as uow:
        own = open_own_log(x, uow)
        seal(own, own.log.edge)
    return True
