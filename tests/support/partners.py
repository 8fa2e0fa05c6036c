"""Partners of a node in one process: one pull of everything that a partner serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.exchange.peers import add_peer
from node.exchange.rounds import sync_peer
from tests.support.nodes import InProcess, connect

if TYPE_CHECKING:
    from node.exchange.context import Exchange


def given(x: Exchange, partner: Exchange) -> None:
    """Make `partner` a partner of `x`, and let `x` have all that it serves."""
    url = partner.settings.url
    peer = add_peer(x, url, connect({url: partner}))
    report = sync_peer(x, peer, InProcess(partner))
    assert report.outcome == "complete", report.sentence
