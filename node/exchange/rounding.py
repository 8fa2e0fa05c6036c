"""What all steps of one round share: the peer, its client, the fixed clock, the running numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from node.core.epochs import group_oid
from node.errors import PeerUnreachableError
from node.exchange.context import Exchange
from node.exchange.proofchecks import ProofChecks
from node.exchange.reports import OnProgress, Progress, Tally
from node.net.client import PeerClient
from node.storage import PeerRow


@dataclass(slots=True)
class Round:
    """One round with one peer. `now` is fixed for the whole round (protocol.md 7, step 1)."""

    x: Exchange
    peer: PeerRow
    client: PeerClient
    now: datetime
    checks: ProofChecks
    #: When the round must end, on the monotonic clock.
    until: float
    on_progress: OnProgress | None = None
    #: Called now and then while the round goes on, so that its lease is prolonged.
    alive: Callable[[], None] | None = None
    tally: Tally = field(default_factory=Tally)
    #: When the peer would be due again should this round die; see `beginning`.
    provisional: datetime | None = None
    #: Unknown origins looked at in this round, and those put off because of the daily limit.
    newcomers: int = 0
    put_off: int = 0

    def step(self, what: str, done: int, total: int) -> None:
        """Say how far the round is. Raises `PeerUnreachableError` when its time is over."""
        if self.alive is not None:
            self.alive()
        if self.on_progress is not None:
            self.on_progress(Progress(what, done, total))
        if time.monotonic() > self.until:
            raise PeerUnreachableError(
                "The round took longer than a round may.", hint="The next one goes on from there."
            )

    def refuse_entry(self, oid: str, seq: int, fault: str) -> None:
        """Note an entry that the origin said and that is wrong in itself."""
        with self.x.database.reading() as uow:
            origin = uow.origins.get(oid)
        name = called(oid, origin.name if origin else "")
        why = f"{fault} It is kept, passed on and not shown."
        self.tally.refuse(f"entry {seq} of {name}", why, "faulty")


def called(oid: str, name: str = "") -> str:
    """Return how people know an origin: its name, or the beginning of its oid."""
    return name or f"the origin {group_oid(oid)[:19]} …"
