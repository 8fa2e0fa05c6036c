"""Peers: the partners this node pulls from, and when each is due."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, insert, literal, or_, select, update

from node.errors import ConflictError, NotFoundError
from node.storage.store import Store
from node.storage.tables.base import Moment
from node.storage.tables.network import peers

ACTIVE, PAUSED, BLOCKED = "active", "paused", "blocked"
#: Which origins are taken from a peer: all that it relays, or only its own.
ALL, OWN = "all", "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """One peer. `failures` counts rounds that failed since the last that did not."""

    id: int
    url: str
    oid: str
    name: str
    state: str
    scope: str
    private_ok: bool
    added: datetime
    heads_token: str
    heads_etag: str
    next_due: datetime
    failures: int
    last_ok: datetime | None
    complete_as_of: datetime | None
    last_error: str


class Peers(Store):
    """Peers by number and by address."""

    def add(
        self,
        url: str,
        oid: str,
        *,
        added: datetime,
        name: str = "",
        state: str = ACTIVE,
        scope: str = ALL,
        private_ok: bool = False,
    ) -> PeerRow:
        """Add a peer that is due at once. Raises `ConflictError` when the address is known."""
        if self.by_url(url) is not None:
            raise ConflictError(f"{url} is a peer already.", url=url)
        values: dict[str, Any] = {
            "url": url,
            "oid": oid,
            "name": name,
            "state": state,
            "scope": scope,
            "private_ok": private_ok,
            "added": added,
            "heads_token": "",
            "heads_etag": "",
            "next_due": added,
            "failures": 0,
            "last_ok": None,
            "complete_as_of": None,
            "last_error": "",
        }
        number = self._connection.execute(
            insert(peers).values(worker="", **values).returning(peers.c.id)
        ).scalar_one()
        return PeerRow(id=number, **values)

    def get(self, peer_id: int) -> PeerRow | None:
        """Return one peer, or None."""
        return self._first(peers.c.id == peer_id)

    def by_url(self, url: str) -> PeerRow | None:
        """Return the peer of this exact address, or None."""
        return self._first(peers.c.url == url)

    def by_oid(self, oid: str) -> PeerRow | None:
        """Return the first peer whose own origin this is, or None."""
        return self._first(peers.c.oid == oid)

    def all(self) -> list[PeerRow]:
        """Return every peer, the first added first."""
        return self._many()

    def save(self, peer: PeerRow) -> None:
        """Write all of a peer's row but its lease. Raises `NotFoundError` when it was removed."""
        values = asdict(peer)
        number = values.pop("id")
        changed = self._connection.execute(
            update(peers).where(peers.c.id == number).values(**values)
        )
        if changed.rowcount == 0:
            raise NotFoundError(f"The peer {peer.url} was removed.", url=peer.url)

    def set_due(self, peer_id: int, when: datetime) -> None:
        """Make a peer due at `when`, unless it is due earlier."""
        self._connection.execute(
            update(peers)
            .where(peers.c.id == peer_id, peers.c.next_due > when)
            .values(next_due=when)
        )

    def bring_forward(self, healthy: datetime, failing: datetime, now: datetime) -> int:
        """Let no peer that nobody holds be due later than `healthy`, or `failing` after failures.

        Returns how many were due later than that.
        """
        latest = case(
            (peers.c.failures > 0, literal(failing, Moment)), else_=literal(healthy, Moment)
        )
        changed = self._connection.execute(
            update(peers).where(_is_free(now), peers.c.next_due > latest).values(next_due=latest)
        )
        return changed.rowcount

    def remove(self, peer_id: int) -> None:
        """Remove a peer and the history of its rounds; what it gave us stays."""
        self._connection.execute(delete(peers).where(peers.c.id == peer_id))

    def due(self, now: datetime, limit: int) -> list[PeerRow]:
        """Return active peers that are due and that no worker holds, the longest due first."""
        return self._many(
            peers.c.state == ACTIVE, peers.c.next_due <= now, _is_free(now), limit=limit
        )

    def claim(self, peer_id: int, worker: str, now: datetime, lease: timedelta | int) -> bool:
        """Take a peer for `lease` (seconds when an int); False when another worker has it.

        The worker that has it may claim again to prolong.
        """
        until = now + (lease if isinstance(lease, timedelta) else timedelta(seconds=lease))
        taken = self._connection.execute(
            update(peers)
            .where(peers.c.id == peer_id, or_(_is_free(now), peers.c.worker == worker))
            .values(worker=worker, leased_until=until)
        )
        return taken.rowcount == 1

    def release(self, peer_id: int, worker: str) -> None:
        """Give a peer back, if this worker still has it."""
        self._connection.execute(
            update(peers)
            .where(peers.c.id == peer_id, peers.c.worker == worker)
            .values(worker="", leased_until=None)
        )

    def workers(self) -> set[str]:
        """Return the names of the workers that hold a peer."""
        return set(self._connection.scalars(select(peers.c.worker).where(peers.c.worker != "")))

    def free(self, worker: str, now: datetime) -> None:
        """Give back all that a dead worker holds; its rounds were cut, so they are due now."""
        due = case((peers.c.next_due < now, peers.c.next_due), else_=literal(now, Moment))
        self._connection.execute(
            update(peers)
            .where(peers.c.worker == worker)
            .values(worker="", leased_until=None, next_due=due)
        )

    def _first(self, *where: ColumnElement[bool]) -> PeerRow | None:
        return next(iter(self._many(*where, limit=1)), None)

    def _many(self, *where: ColumnElement[bool], limit: int | None = None) -> list[PeerRow]:
        query = _SELECT.where(*where).limit(limit)
        query = query.order_by(peers.c.next_due, peers.c.id) if where else query.order_by("id")
        return [PeerRow(**row) for row in self._connection.execute(query).mappings()]


_SELECT = select(*(column for column in peers.c if column.name not in ("leased_until", "worker")))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(peers.c.leased_until.is_(None), peers.c.leased_until <= now)
