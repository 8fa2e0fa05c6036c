"""The network page: how the exchange with each partner stands, in plain words for anybody.

Nothing is coloured over: what failed, what is missing and what was refused stands here, with what
happens next. Which state a partner is in is decided in `history` alone; `states.html` has the
words for each state and for each reason, and the particulars, which are English, fold out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from node.exchange import history
from node.web.context import runtime
from node.web.names import Known, known_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.storage import RoundRow

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
    "stale": "caution",
    "paused": "quiet",
    "blocked": "quiet",
}
#: Rounds shown for each partner.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class ShownPeer:
    """One partner as the pages show it."""

    state: history.PeerState
    #: What it is called: as its profile says, else as its node does.
    name: Known
    rounds: tuple[RoundRow, ...] = ()

    @property
    def condition(self) -> str:
        """Return the name of its state, one of `STATES`."""
        return self.state.condition

    @property
    def colour(self) -> str:
        """Return good, caution, bad or quiet."""
        return STATES[self.state.condition]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return why it is in this state, each code once."""
        return tuple(dict.fromkeys(each.get("code", "") for each in self.state.reasons))


@blueprint.get("/network")
def network() -> str:
    """Show this node's identity and the state of the exchange with each partner."""
    node = runtime()
    names = known_names()
    with node.database.reading() as uow:
        origins = uow.origins.all()
        records = uow.records.count_by_origin()
    return render_template(
        "exchange/network.html",
        peers=_peers(names, ROUNDS),
        own=next((origin for origin in origins if origin.status == "own"), None),
        held=[origin for origin in origins if origin.status not in {"own", "blocked"}],
        names=names,
        records=records,
    )


# Other features' pages may show the partners' state too; it is read when a page asks for it.
@blueprint.app_template_global("network_peers")
def shown_peers() -> list[ShownPeer]:
    """Return every partner with its state, without past rounds."""
    return _peers(known_names(), 0)


def _peers(names: Mapping[str, Known], rounds: int) -> list[ShownPeer]:
    x = runtime().exchange
    return [
        ShownPeer(
            state,
            names.get(state.peer.oid) or Known(state.peer.name or state.peer.url),
            tuple(history.past_rounds(x, state.peer.id, rounds)) if rounds else (),
        )
        for state in history.peer_states(x)
    ]
