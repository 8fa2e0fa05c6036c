"""Asking again for what was left out, when a keeper wants it now."""

from __future__ import annotations

from node.exchange.asking import ask_again, count_missing
from tests.sim import peer as lies
from tests.sim.peer import SimPeer


def test_what_a_peer_left_out_is_taken_from_it_when_it_is_asked_again(reader, brooen, gefyra):
    for number in range(5):
        gefyra.publish(f"By Gefyra {number}")
    relay = SimPeer(brooen)
    relay.hold(gefyra)
    relay.on(f"{gefyra.oid}/0/contents", lies.other_content)
    reader.pull(relay)
    assert count_missing(reader.x) == 5
    relay.on("contents", lies.down)
    assert ask_again(reader.x, reader.row(relay), relay) == 0
    relay.hooks.clear()
    assert reader.pull(relay).idle  # no log has changed, so a round alone does not look
    assert ask_again(reader.x, reader.row(relay), relay) == 5
    assert count_missing(reader.x) == 0
    assert len(reader.titles(gefyra)) == 5
    assert ask_again(reader.x, reader.row(relay), relay) == 0
