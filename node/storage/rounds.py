"""The history of rounds: per peer what was fetched, verified, refused and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, func, insert, select, update

from node.storage.store import Store
from node.storage.tables.network import rounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

RUNNING, COMPLETE, PARTIAL, FAILED = "running", "complete", "partial", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """One round. `refused` has `{"what", "why", "code"}` for each thing that was not taken."""

    id: int
    peer_id: int
    started: datetime
    ended: datetime | None = None
    outcome: str = RUNNING
    entries: int = 0
    contents: int = 0
    blobs: int = 0
    bytes: int = 0
    requests: int = 0
    verified: int = 0
    refused: Sequence[Mapping[str, str]] = field(default=())
    sentence: str = ""


class Rounds(Store):
    """Rounds by peer."""

    def start(self, peer_id: int, started: datetime) -> int:
        """Note that a round has begun; return its number."""
        number: int = self._connection.execute(
            insert(rounds)
            .values(
                peer_id=peer_id,
                started=started,
                outcome=RUNNING,
                refused=[],
                sentence="",
                **dict.fromkeys(_COUNTS, 0),
            )
            .returning(rounds.c.id)
        ).scalar_one()
        return number

    def finish(
        self,
        round_id: int,
        *,
        ended: datetime,
        outcome: str,
        sentence: str,
        refused: Sequence[Mapping[str, str]] = (),
        **counts: int,
    ) -> None:
        """Note how a round ended. `counts`: entries, contents, blobs, bytes, requests, verified."""
        self._connection.execute(
            update(rounds)
            .where(rounds.c.id == round_id)
            .values(
                ended=ended,
                outcome=outcome,
                sentence=sentence,
                refused=[dict(item) for item in refused],
                **{name: counts.get(name, 0) for name in (*_COUNTS, *counts)},
            )
        )

    def get(self, round_id: int) -> RoundRow | None:
        """Return one round, or None."""
        return next(iter(self._many(select(rounds).where(rounds.c.id == round_id))), None)

    def of_peer(self, peer_id: int, limit: int) -> list[RoundRow]:
        """Return a peer's last rounds, the newest first."""
        return self._many(
            select(rounds)
            .where(rounds.c.peer_id == peer_id)
            .order_by(rounds.c.id.desc())
            .limit(limit)
        )

    def latest(self) -> dict[int, RoundRow]:
        """Return the newest round of each peer, by the peer's number."""
        newest = select(func.max(rounds.c.id)).group_by(rounds.c.peer_id)
        found = self._many(select(rounds).where(rounds.c.id.in_(newest)))
        return {row.peer_id: row for row in found}

    def prune(self, before: datetime) -> int:
        """Forget rounds that began before; the newest of each peer stays. Return how many went."""
        newest = select(func.max(rounds.c.id)).group_by(rounds.c.peer_id)
        gone = self._connection.execute(
            delete(rounds).where(rounds.c.started < before, rounds.c.id.not_in(newest))
        )
        return gone.rowcount

    def _many(self, query: Select[tuple[object, ...]]) -> list[RoundRow]:
        return [RoundRow(**row) for row in self._connection.execute(query).mappings()]


_COUNTS = ("entries", "contents", "blobs", "bytes", "requests", "verified")
