"""The network page: how the exchange with each partner stands, in plain words for anybody.

Nothing is coloured over: what failed, what is missing and what was refused stands here, with what
happens next. The state of a partner is one of `STATES`; `states.html` has the words for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from node.storage.peers import BLOCKED, PAUSED
from node.web.context import runtime
from node.web.texts import pick_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.storage import Log, OriginRow, PeerRow, RoundRow, UnitOfWork

blueprint = Blueprint("network", __name__, template_folder="templates")

#: Every state with its colour. A page must never say "good" where a reader would be misled.
STATES = {
    "complete": "good",
    "behind": "caution",
    "refusing": "caution",
    "starting": "quiet",
    "failing": "caution",
    "lost": "bad",
    "frozen": "bad",
    "paused": "quiet",
    "blocked": "quiet",
}
#: A partner that could not be reached for this long is called lost.
LOST_AFTER = timedelta(days=1)
#: Rounds shown for each partner.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class PeerState:
    """One partner as the page shows it."""

    id: int
    name: str
    url: str
    oid: str
    state: str
    complete_as_of: datetime | None
    #: Entries that the partner's own log has and this node has not.
    behind: int
    next_due: datetime
    last_error: str
    own_only: bool
    rounds: tuple[RoundRow, ...]
    #: Other organisations that were learned of through this partner.
    introduced: tuple[OriginRow, ...]

    @property
    def colour(self) -> str:
        """Return good, caution, bad or quiet."""
        return STATES[self.state]


@blueprint.get("/network")
def network() -> str:
    """Show this node's identity and the state of the exchange with each partner."""
    node = runtime()
    with node.database.reading() as uow:
        origins = uow.origins.all()
        logs = uow.logs.all()
        names = _names(uow, origins)
    own = next((origin for origin in origins if origin.status == "own"), None)
    return render_template(
        "exchange/network.html",
        peers=peer_states(rounds=ROUNDS),
        own=own,
        held=[origin for origin in origins if origin.status not in {"own", "blocked"}],
        names=names,
        sizes={oid: sum(log.size for log in logs if log.oid == oid) for oid in _oids(logs)},
        now=node.clock.now(),
    )


# Other features' pages may show the partners' state too; it is read when a page asks for it.
@blueprint.app_template_global("network_peers")
def peer_states(rounds: int = 0) -> list[PeerState]:
    """Return every partner's state, with its last rounds where some are wanted."""
    node = runtime()
    now = node.clock.now()
    with node.database.reading() as uow:
        peers = uow.peers.all()
        origins = uow.origins.all()
        logs = uow.logs.all()
        history = {peer.id: uow.rounds.of_peer(peer.id, rounds) if rounds else () for peer in peers}
    frozen = {log.oid for log in logs if log.frozen}
    missing = _missing(logs)
    return [
        PeerState(
            id=peer.id,
            name=peer.name or peer.url,
            url=peer.url,
            oid=peer.oid,
            state=_state(peer, missing, frozen, now),
            complete_as_of=peer.complete_as_of,
            behind=missing.get(peer.oid, 0),
            next_due=peer.next_due,
            last_error=peer.last_error,
            own_only=peer.scope == "own",
            rounds=tuple(history[peer.id]),
            introduced=tuple(origin for origin in origins if origin.introduced_by == peer.id),
        )
        for peer in peers
    ]


def _names(uow: UnitOfWork, origins: Sequence[OriginRow]) -> dict[str, str]:
    """Return a name for each origin; one that no peer told us is called as its profile says."""
    found = {origin.oid: origin.name or origin.oid[:12] for origin in origins}
    for profile in reversed(uow.records.newest(len(origins) * 2, kinds=["organisation"])):
        title = pick_text(profile.title, profile.language)
        if title:
            found[profile.oid] = title.text
    return found


def _state(peer: PeerRow, missing: Mapping[str, int], frozen: set[str], now: datetime) -> str:
    if peer.state in {PAUSED, BLOCKED}:
        return peer.state
    if peer.oid in frozen:
        return "frozen"
    if peer.failures:
        silent_since = peer.last_ok or peer.added
        return "lost" if now - silent_since > LOST_AFTER else "failing"
    if peer.complete_as_of is None and not peer.last_error:
        return "starting"
    if missing.get(peer.oid):
        return "behind"
    return "refusing" if peer.last_error else "complete"


def _missing(logs: Sequence[Log]) -> dict[str, int]:
    found: dict[str, int] = {}
    for log in logs:
        if log.target is not None and log.target.size > log.size:
            found[log.oid] = found.get(log.oid, 0) + log.target.size - log.size
    return found


def _oids(logs: Sequence[Log]) -> set[str]:
    return {log.oid for log in logs}
