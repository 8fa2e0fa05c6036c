from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.exchange.context import Exchange
from node.exchange.reports import RoundReport
from node.exchange.rounds import sync_peer
from node.storage import Database, PeerRow
from tests.sim.origin import SimOrigin, check_practice
from tests.sim.peer import SimPeer
from tests.support.clock import FixedClock
from tests.support.nodes import make_exchange


@pytest.fixture(scope="session", autouse=True)
def _sample_is_good() -> None:
    check_practice()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@dataclass
class Reader:
    """A node that pulls, and what a test wants to know of it."""

    x: Exchange

    def meet(self, peer: SimPeer, **settings: Any) -> PeerRow:
        """Add a peer as the keeper would."""
        with self.x.database.writing() as uow:
            return uow.peers.add(
                f"https://{peer.origin.oid[:8]}.example",
                peer.origin.oid,
                name=peer.origin.name,
                added=self.x.clock.now(),
                **settings,
            )

    def pull(self, peer: SimPeer) -> RoundReport:
        """Do one round with a peer; it is met first when it is new."""
        return sync_peer(self.x, self.row(peer), peer)

    def row(self, peer: SimPeer) -> PeerRow:
        with self.x.database.reading() as uow:
            found = uow.peers.by_oid(peer.origin.oid)
        return found or self.meet(peer)

    def titles(self, origin: SimOrigin) -> list[str]:
        """The titles that readers of this node see of an origin, sorted."""
        with self.x.database.reading() as uow:
            rows = uow.records.by_origin(origin.oid, state=None)
        return sorted(row.title["en"] for row in rows if row.state == "shown")

    def states(self, origin: SimOrigin) -> dict[str, str]:
        with self.x.database.reading() as uow:
            return {row.record: row.state for row in uow.records.by_origin(origin.oid, state=None)}

    def size(self, origin: SimOrigin, epoch: int = 0) -> int:
        with self.x.database.reading() as uow:
            log = uow.logs.get(origin.oid, epoch)
        return 0 if log is None else log.size

    def log(self, origin: SimOrigin, epoch: int = 0) -> Any:
        with self.x.database.reading() as uow:
            return uow.logs.get(origin.oid, epoch)

    def origin(self, origin: SimOrigin) -> Any:
        with self.x.database.reading() as uow:
            return uow.origins.get(origin.oid)

    def evidence(self, origin: SimOrigin) -> list[Any]:
        with self.x.database.reading() as uow:
            return uow.evidence.of(origin.oid)

    def history(self, peer: SimPeer) -> list[Any]:
        with self.x.database.reading() as uow:
            return uow.rounds.of_peer(self.row(peer).id, 100)

    def state(self) -> dict[str, Any]:
        """Everything that must be the same however the entries came, for comparing nodes."""
        with self.x.database.reading() as uow:
            logs = {
                (log.oid, log.epoch.number): (
                    log.size,
                    log.edge.root(),
                    log.checkpoint and (log.checkpoint.size, log.checkpoint.root),
                    log.target and log.target.size,
                    [
                        (row.seq, row.state, row.fault, row.digest)
                        for row in uow.entries.rows(log.id, 0, log.size)
                    ],
                )
                for log in uow.logs.all()
                if not log.own
            }
            records = sorted(
                (row.oid, row.record, row.state, row.revision, str(row.title))
                for origin in uow.origins.all()
                for row in uow.records.by_origin(origin.oid, state=None)
            )
            statuses = {each.oid: each.status for each in uow.origins.all()}
            files = sorted(file.digest for file in uow.blobs.held())
        return {"logs": logs, "records": records, "origins": statuses, "files": files}


@pytest.fixture
def make_reader(databases: Any, tmp_path: Path, clock: FixedClock) -> Callable[..., Reader]:
    """Make nodes that pull, on SQLite and on PostgreSQL."""

    def make(name: str = "Leser", database: Database | None = None, **settings: Any) -> Reader:
        return Reader(
            make_exchange(tmp_path, name, clock, database=database or databases(), **settings)
        )

    return make


@pytest.fixture
def reader(make_reader: Callable[..., Reader]) -> Reader:
    return make_reader()


@pytest.fixture
def brooen() -> SimOrigin:
    """A Danish organisation."""
    return SimOrigin("Broen")


@pytest.fixture
def gefyra() -> SimOrigin:
    """A Greek organisation."""
    return SimOrigin("Gefyra")
