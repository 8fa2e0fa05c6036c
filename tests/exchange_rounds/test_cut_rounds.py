"""A round that is cut anywhere goes on with any peer, and ends in the same state.

The cut is a `BaseException` like a kill: nothing catches it on the way, transactions are undone,
and what the next round finds is only what the database holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from node.exchange import filling
from node.exchange.rounds import sync_peer
from node.exchange.schedule import Worker
from tests.sim.origin import SimOrigin
from tests.sim.peer import SimPeer


class KilledError(BaseException):
    """The process ends here."""


class Guillotine:
    """Counts the steps of a round and cuts it at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0
        self.fell = False

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.fell = True
            raise KilledError

    def over(self, monkeypatch: pytest.MonkeyPatch, database: Any) -> None:
        """Stand before and after every commit of this database."""
        writing = database.writing

        @contextmanager
        def watched() -> Iterator[Any]:
            with writing() as uow:
                yield uow
                self.step()
            self.step()

        monkeypatch.setattr(database, "writing", watched)

    def before(self, peer: SimPeer) -> None:
        """Stand before every answer of this peer."""

        def hook(path: str, answer: Any) -> Any:
            self.step()
            return answer

        peer.hooks.append(hook)


@pytest.fixture(scope="module")
def origins() -> tuple[SimOrigin, SimOrigin]:
    """Two organisations: one with a long log and all that can happen in it, one of two epochs."""
    broen, gefyra = SimOrigin("Broen"), SimOrigin("Gefyra")
    records = broen.publish_many(290)
    broen.publish("With a file", files=(b"a file",))
    broen.withdraw(records[3])
    broen.erase(records[270])
    broen.say_wrong("00000000-0000-4000-8000-00000000000b")
    gefyra.publish("Before")
    gefyra.succeed()
    gefyra.publish("After")
    return broen, gefyra


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BATCH_PAGES", 1)


def make_peer(origins: tuple[SimOrigin, SimOrigin]) -> SimPeer:
    peer = SimPeer(origins[0])
    peer.hold(origins[1])
    return peer


def same_as(state: dict[str, Any]) -> dict[str, Any]:
    """The state without what depends on when a peer was asked."""
    return {name: value for name, value in state.items() if name != "origins"} | {
        "origins": {oid: status for oid, status in state["origins"].items() if status != "own"}
    }


@pytest.mark.usefixtures("small_batches")
def test_a_round_cut_before_or_after_any_step_is_gone_on_with(
    make_reader: Callable[..., Any],
    origins: tuple[SimOrigin, SimOrigin],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = make_reader("Leser 0")
    assert whole.pull(make_peer(origins)).outcome == "partial"
    expected = same_as(whole.state())
    assert len(expected["records"]) == 294
    at = 1
    # Where a cut falls in a transaction does not depend on the kind of the database so much that
    # each step would have to be tried twice.
    stride = 1 if whole.x.database.dialect == "sqlite" else 4
    while True:
        reader = make_reader(f"Leser {at}")
        peer = make_peer(origins)
        row = reader.row(peer)
        blade = Guillotine(at)
        with monkeypatch.context() as patch:
            blade.over(patch, reader.x.database)
            blade.before(peer)
            with suppress(KilledError):
                sync_peer(reader.x, row, peer)
        if not blade.fell:
            break
        # It may go on with the same peer or with another one, and a worker tidies up.
        peer.hooks.clear()
        again = reader.pull(peer) if at % 2 else sync_peer(reader.x, reader.row(peer), peer)
        assert again.outcome in {"complete", "partial"}, (at, again)
        reader.x.clock.forward(seconds=200)
        worker = Worker(reader.x, lambda _url, _private, peer=peer: peer, name="tidy")
        try:
            worker.run_once()
        finally:
            worker.close()
        assert same_as(reader.state()) == expected, f"cut at step {at}"
        with reader.x.database.reading() as uow:
            assert uow.work.waiting("proofs") == []
        at += stride
    assert at > 25


@pytest.mark.usefixtures("small_batches")
def test_two_peers_in_turn_complete_each_others_cut_rounds(
    reader: Any, origins: tuple[SimOrigin, SimOrigin]
) -> None:
    """Each of them goes away after every few answers; together they bring everything."""
    from node.errors import PeerUnreachableError

    relay = SimPeer(SimOrigin("Puente"))
    for origin in origins:
        relay.hold(origin)
    peers = [make_peer(origins), relay]
    for number in range(40):
        peer = peers[number % 2]
        left = [4]

        def vanish(path: str, answer: Any, left: list[int] = left) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise PeerUnreachableError("The connection broke off.")
            return answer

        peer.hooks[:] = [vanish]
        if reader.pull(peer).outcome == "complete":
            break
    for peer in peers:
        peer.hooks.clear()
        reader.pull(peer)
    assert reader.size(origins[0]) == origins[0].log.size
    assert reader.titles(origins[1]) == ["After", "Before"]


def test_two_workers_that_fill_one_log_at_once_do_not_disturb_each_other(
    make_reader: Callable[..., Any], origins: tuple[SimOrigin, SimOrigin]
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    reader = make_reader()
    relay = SimPeer(SimOrigin("Puente"))
    relay.hold(origins[0])
    peers = [make_peer(origins), relay]
    rows = [reader.row(peer) for peer in peers]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: sync_peer(reader.x, *pair), zip(rows, peers, strict=True)))
    for peer in peers:
        assert reader.pull(peer).outcome in {"complete", "partial"}
    whole = make_reader("Whole")
    whole.pull(make_peer(origins))
    ours, theirs = same_as(reader.state()), same_as(whole.state())
    assert ours["records"] == theirs["records"]
    assert all(ours["logs"][key] == value for key, value in theirs["logs"].items())
