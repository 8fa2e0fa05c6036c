"""What the exchange looks like, for people: each peer's state in plain words, and past rounds.

The keeper should see at a glance that the exchange is healthy: for each peer "complete as of …",
"behind by n", "refused because …", and whether somebody has to do something. The condition is a
code, so that a page can say it in the reader's language; `sentence` says it in English.

=============  =====================================================================
starting       no round yet that came to its end
complete       everything that the peer offered is held, as of `complete_as_of`
behind         more is known to exist than is held: `behind_by` entries
refusing       the last round refused something; `sentence` says what and why
failing        the last round failed; it is tried again by itself
lost           no round succeeded for more than a day
frozen         the peer's own origin was seen with two truths
stale          the peer's own head was not signed anew for days: somebody holds it back,
               or its node does not run
paused         by the keeper
blocked        by the keeper
=============  =====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.core.canonical import format_time
from node.exchange.context import Exchange
from node.exchange.heads import STALE
from node.storage import Log, PeerRow, RoundRow, UnitOfWork
from node.storage.peers import BLOCKED, PAUSED

#: A partner without a good round for this long is called lost.
LOST_AFTER = timedelta(days=1)
#: Rounds that a page shows of one peer.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class PeerState:
    """How the exchange with one peer stands."""

    peer: PeerRow
    condition: str
    sentence: str
    complete_as_of: datetime | None
    #: Entries that are known to exist and not held yet, in this peer's own log and those it
    #: introduced.
    behind_by: int
    #: When the peer's own origin last signed its head.
    signed: datetime | None
    last_round: RoundRow | None
    #: What the last round refused, or what broke it off, while that still stands:
    #: ``{"what", "why", "code"}`` with a code of `reports.REASONS`.
    reasons: tuple[Mapping[str, str], ...] = ()
    #: Other organisations that were learned of through this peer, by their oids.
    introduced: tuple[str, ...] = ()


def peer_states(x: Exchange) -> list[PeerState]:
    """Return the state of every peer, in the order in which they were added."""
    now = x.clock.now()
    with x.database.reading() as uow:
        latest = uow.rounds.latest()
        logs = uow.logs.all()
        origins = uow.origins.all()
        through = {
            peer.id: tuple(row.oid for row in origins if row.introduced_by == peer.id)
            for peer in uow.peers.all()
        }
        return [
            _state(peer, logs, through[peer.id], latest.get(peer.id), now)
            for peer in uow.peers.all()
        ]


def peer_state(x: Exchange, peer_id: int) -> PeerState | None:
    """Return the state of one peer, or None when it was removed."""
    return next((state for state in peer_states(x) if state.peer.id == peer_id), None)


def past_rounds(x: Exchange, peer_id: int, limit: int = SHOWN) -> list[RoundRow]:
    """Return the last rounds with a peer that had something to tell, the newest first."""
    with x.database.reading() as uow:
        return uow.rounds.of_peer(peer_id, limit)


def behind_by(uow: UnitOfWork) -> int:
    """Return how many entries are known to exist, by verified heads, and not held yet."""
    return sum(_behind(log) for log in uow.logs.all())


def _behind(log: Log) -> int:
    return 0 if log.target is None else max(0, log.target.size - log.size)


def _state(
    peer: PeerRow,
    logs: list[Log],
    introduced: tuple[str, ...],
    last: RoundRow | None,
    now: datetime,
) -> PeerState:
    behind = sum(_behind(log) for log in logs if log.oid in {peer.oid, *introduced})
    own = [log.checkpoint for log in logs if log.oid == peer.oid and log.checkpoint is not None]
    dated = max((checkpoint.dated for checkpoint in own), default=None)
    signed = None if dated is None else datetime.fromtimestamp(dated, tz=now.tzinfo)
    frozen = any(log.frozen for log in logs if log.oid == peer.oid)
    condition = _condition(peer, behind, signed, now, frozen=frozen)
    return PeerState(
        peer=peer,
        condition=condition,
        sentence=f"{_sentence(condition, peer, behind, signed)} {_as_of(peer)}".strip(),
        complete_as_of=peer.complete_as_of,
        behind_by=behind,
        signed=signed,
        last_round=last,
        reasons=tuple(last.refused) if last is not None and peer.last_error else (),
        introduced=introduced,
    )


def _condition(
    peer: PeerRow, behind: int, signed: datetime | None, now: datetime, *, frozen: bool
) -> str:
    """Return the first of these that holds; what the keeper chose comes before all else."""
    silent = now - (peer.last_ok or peer.added)
    found = (
        ("paused", peer.state == PAUSED),
        ("blocked", peer.state == BLOCKED),
        ("frozen", frozen),
        ("lost", peer.failures > 0 and silent > LOST_AFTER),
        ("failing", peer.failures > 0),
        ("starting", peer.last_ok is None),
        ("behind", behind > 0),
        ("refusing", peer.last_error != ""),
        ("starting", peer.complete_as_of is None),
        ("stale", signed is not None and (now - signed).total_seconds() > STALE),
    )
    return next((name for name, holds in found if holds), "complete")


def _sentence(condition: str, peer: PeerRow, behind: int, signed: datetime | None) -> str:
    entries = "1 entry" if behind == 1 else f"{behind:,} entries"
    date = "" if signed is None else format_time(signed)[:10]
    return {
        "paused": "You paused this partner.",
        "blocked": "You blocked this partner; nothing is exchanged with it.",
        "frozen": "Its organisation signed two different histories; nothing new is taken from it.",
        "lost": peer.last_error,
        "failing": peer.last_error,
        "starting": "The first round is not done yet.",
        "refusing": peer.last_error,
        "behind": f"Behind by {entries}; they are fetched in the next round.",
        "stale": f"Its log was last signed on {date}: newer entries may be held back, "
        "or its node does not run.",
    }.get(condition, "")


def _as_of(peer: PeerRow) -> str:
    if peer.complete_as_of is None:
        return ""
    moment = format_time(peer.complete_as_of)
    return f"Complete as of {moment[:10]} {moment[11:16]} UTC."
