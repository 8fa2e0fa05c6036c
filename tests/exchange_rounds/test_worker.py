"""The worker: what is due is done, once, by whoever is there; at rest it does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from node.errors import PeerUnreachableError
from node.exchange.finishing import next_due
from node.exchange.history import past_rounds, peer_state, peer_states
from node.exchange.peers import pause_peer
from node.exchange.publishing import publish
from node.exchange.schedule import Worker
from node.exchange.takeover import keep_to_settings, take_over, worker_name
from tests.sim import peer as lies
from tests.sim.origin import SimOrigin
from tests.sim.peer import SimPeer
from tests.support.nodes import InProcess, make_exchange, practice


@pytest.fixture
def employ() -> Iterator[Callable[..., Worker]]:
    """Make workers for a node; its peers are those in memory, by address."""
    made: list[Worker] = []

    def make(x: Any, peers: dict[str, Any] | None = None, name: str = "one", **more: Any) -> Worker:
        def connect(url: str, private_ok: bool) -> Any:
            if url not in (peers or {}):
                raise PeerUnreachableError(f"Nothing answers at {url}.")
            return (peers or {})[url]

        made.append(Worker(x, connect, name=name, **more))
        return made[-1]

    yield make
    for worker in made:
        worker.close()


def address(peer: SimPeer) -> str:
    return f"https://{peer.origin.oid[:8]}.example"


def test_a_peer_that_is_due_is_pulled_and_due_again_after_the_interval(reader, brooen, employ):
    brooen.publish("News")
    peer = SimPeer(brooen)
    reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer})
    assert worker.run_once() >= 1
    assert reader.titles(brooen) == ["News"]
    wait = (reader.row(peer).next_due - reader.x.clock.now()).total_seconds()
    assert 300 * 0.8 <= wait <= 300 * 1.2
    asked = len(peer.asked)
    worker.run_once()
    assert len(peer.asked) == asked
    reader.x.clock.forward(seconds=400)
    worker.run_once()
    assert len(peer.asked) == asked + 1


def test_a_failing_peer_is_asked_less_and_less_often_and_forgiven(reader, brooen, employ):
    peer = SimPeer(brooen, hooks=[lambda path, answer: lies.down(answer)])
    reader.meet(peer)
    waits = []
    for _ in range(12):
        employ(reader.x, {address(peer): peer}).run_once()
        row = reader.row(peer)
        waits.append((row.next_due - reader.x.clock.now()).total_seconds())
        reader.x.clock.forward(seconds=waits[-1] + 1)
    assert waits[0] <= 30 * 1.2
    assert all(later > earlier for earlier, later in zip(waits[:8], waits[2:8], strict=False))
    assert max(waits) <= 6 * 3600 * 1.2
    assert reader.row(peer).failures == 12
    peer.hooks.clear()
    employ(reader.x, {address(peer): peer}).run_once()
    assert reader.row(peer).failures == 0


def test_the_next_time_is_spread_by_chance(reader):
    now = reader.x.clock.now()
    times = {next_due(reader.x.settings, now, 0) for _ in range(20)}
    assert len(times) > 10


def test_a_shorter_interval_holds_from_the_next_start_on(make_reader, brooen, gefyra):
    reader = make_reader(sync_interval=300, backoff_max=3600)
    now = reader.x.clock.now()
    late = {}
    for origin, failures in ((brooen, 0), (gefyra, 9)):
        row = reader.meet(SimPeer(origin))
        late[origin] = replace(row, failures=failures, next_due=now + timedelta(days=2))
    with reader.x.database.writing() as uow:
        for row in late.values():
            uow.peers.save(row)
    keep_to_settings(reader.x)
    waits = [(reader.row(SimPeer(each)).next_due - now).total_seconds() for each in late]
    assert waits == [360, 4320]
    keep_to_settings(reader.x)  # what is due sooner stays
    assert (reader.row(SimPeer(brooen)).next_due - now).total_seconds() == 360


def test_an_announcement_cannot_make_a_worker_hammer_a_sick_peer(reader, brooen, employ):
    peer = SimPeer(brooen, hooks=[lambda path, answer: lies.down(answer)])
    row = reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer})
    worker.run_once()
    for _ in range(5):
        with reader.x.database.writing() as uow:
            uow.peers.set_due(row.id, reader.x.clock.now())
        worker.run_once()
    assert len(reader.history(peer)) == 1


def test_an_announcement_during_a_round_makes_another_round_follow(reader, brooen, employ):
    brooen.publish("First")
    peer = SimPeer(brooen)
    row = reader.meet(peer)

    def announced(path: str, answer: Any) -> Any:
        if "contents" in path:
            peer.hooks.clear()
            brooen.publish("Second")
            peer.hold(brooen)
            with reader.x.database.writing() as uow:
                uow.peers.set_due(row.id, reader.x.clock.now())
        return answer

    peer.hooks.append(announced)
    employ(reader.x, {address(peer): peer}).run_once()
    assert reader.titles(brooen) == ["First", "Second"]


def test_two_workers_do_not_pull_from_one_peer_at_the_same_time(reader, brooen, employ):
    peer = SimPeer(brooen)
    reader.meet(peer)
    inside, most = [0], [0]
    lock = threading.Lock()

    def busy(path: str, answer: Any) -> Any:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        with lock:
            inside[0] -= 1
        return answer

    peer.hooks.append(busy)
    workers = [employ(reader.x, {address(peer): peer}, name) for name in ("one", "two")]
    threads = [threading.Thread(target=worker.run_once) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1


def test_the_lease_of_a_dead_worker_is_taken_over(reader, brooen, employ):
    brooen.publish("News")
    peer = SimPeer(brooen)
    row = reader.meet(peer)
    now = reader.x.clock.now()
    with reader.x.database.writing() as uow:
        assert uow.peers.claim(row.id, "dead", now, reader.x.settings.lease)
    worker = employ(reader.x, {address(peer): peer})
    assert worker.run_once() == 0
    reader.x.clock.forward(seconds=reader.x.settings.lease + 1)
    worker.run_once()
    assert reader.titles(brooen) == ["News"]


@pytest.mark.parametrize("kind", ["peer", "work"])
def test_what_a_killed_worker_of_this_machine_held_is_free_at_the_next_start(
    reader, brooen, employ, kind
):
    brooen.publish("News")
    peer = SimPeer(brooen)
    row = reader.meet(peer)
    now = reader.x.clock.now()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    machine = worker_name().partition(":")[0]
    dead, alive = f"{machine}:{gone.pid}:00", f"{machine}:{os.getppid()}:00"
    elsewhere = f"another{machine}:{gone.pid}:00"
    x, lease = reader.x, reader.x.settings.lease
    with x.database.writing() as uow:
        if kind == "peer":
            assert uow.peers.claim(row.id, dead, now, lease)
            uow.peers.save(replace(row, next_due=now + timedelta(seconds=lease)))
        for number, name in enumerate((dead, alive, elsewhere)):
            uow.work.add("erase", str(number), now)
            assert uow.work.claim(["erase"], name, now, lease) is not None
    stop = threading.Event()
    worker = employ(x, {address(peer): peer}, name=worker_name())
    worker.tick = stop.set
    worker.run_forever(stop)
    with x.database.reading() as uow:
        held = [item.worker for item in uow.work.waiting("erase")]
        due = uow.peers.due(now, 10)
    assert held == ["", alive, elsewhere]
    assert [item.id for item in due] == [row.id]


def test_a_number_of_a_process_that_is_used_again_does_not_keep_a_lease(reader, brooen):
    row = reader.meet(SimPeer(brooen))
    own = worker_name()
    with reader.x.database.writing() as uow:
        before = own.rpartition(":")[0] + ":00"
        assert uow.peers.claim(row.id, before, reader.x.clock.now(), 60)
    assert take_over(reader.x, own) == 1
    with reader.x.database.writing() as uow:
        assert uow.peers.claim(row.id, own, reader.x.clock.now(), 60)
    assert take_over(reader.x, own) == 0


def test_a_slow_peer_does_not_hold_up_another(reader, brooen, gefyra, employ):
    gefyra.publish("Quick")
    slow, quick = SimPeer(brooen), SimPeer(gefyra)
    reader.meet(slow)
    reader.meet(quick)
    release = threading.Event()
    slow.hooks.append(lambda path, answer: (release.wait(10), answer)[1])
    worker = employ(reader.x, {address(slow): slow, address(quick): quick})
    try:
        deadline = time.monotonic() + 5
        while reader.titles(gefyra) != ["Quick"] and time.monotonic() < deadline:
            worker.tick()
            time.sleep(0.02)
        assert reader.titles(gefyra) == ["Quick"]
        assert reader.titles(brooen) == []
    finally:
        release.set()


def test_a_paused_peer_is_neither_pulled_nor_told(make_reader, brooen, employ):
    reader = make_reader()
    peer = SimPeer(brooen)
    reader.meet(peer)
    pause_peer(reader.x, brooen.oid)
    publish(reader.x, [practice("Mine")])
    employ(reader.x, {address(peer): peer}).run_once()
    assert peer.asked == []
    assert peer.announced == []


def test_what_is_published_is_announced_once_with_its_newest_checkpoint(reader, brooen, employ):
    peer = SimPeer(brooen)
    reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer})
    for number in range(3):
        publish(reader.x, [practice(f"Mine {number}")])
    worker.run_once()
    with reader.x.database.reading() as uow:
        log = uow.logs.current(reader.x.own_oid())
    assert peer.announced == [log.checkpoint.note]
    worker.run_once()
    assert len(peer.announced) == 1


def test_a_peer_is_not_told_what_it_has_just_told_us(reader, brooen, gefyra, employ):
    relay, other = SimPeer(brooen), SimPeer(gefyra)
    third = SimOrigin("Puente")
    third.publish("Passed on")
    relay.hold(third)
    reader.meet(relay)
    reader.meet(other)
    employ(reader.x, {address(relay): relay, address(other): other}).run_once()
    assert not any(third.oid.encode() in note for note in relay.announced)
    assert sum(third.oid.encode() in note for note in other.announced) == 1


def test_an_announcement_that_fails_is_dropped_and_holds_up_nothing(reader, brooen, employ):
    peer = SimPeer(brooen)
    peer.on("POST", lies.down)
    reader.meet(peer)
    publish(reader.x, [practice("Mine")])
    employ(reader.x, {address(peer): peer}).run_once()
    with reader.x.database.reading() as uow:
        assert uow.work.waiting("announce") == []
    assert reader.row(peer).failures == 0


def test_nothing_is_announced_when_the_keeper_has_switched_it_off(make_reader, brooen, employ):
    reader = make_reader(announce=False)
    peer = SimPeer(brooen)
    reader.meet(peer)
    publish(reader.x, [practice("Mine")])
    employ(reader.x, {address(peer): peer}).run_once()
    assert peer.announced == []


def test_what_one_peer_left_out_is_fetched_from_another(reader, brooen, gefyra, employ):
    for number in range(5):
        brooen.publish(f"Practice {number}", files=(f"file {number}".encode(),))
    poor, rich = SimPeer(brooen, erased=set(brooen.log.contents)), SimPeer(gefyra)
    poor.blobs.clear()
    rich.hold(brooen)
    reader.meet(poor)
    worker = employ(reader.x, {address(poor): poor, address(rich): rich})
    worker.run_once()
    assert reader.titles(brooen) == []
    with reader.x.database.writing() as uow:
        peer = uow.peers.add(
            address(rich), gefyra.oid, name="Gefyra", added=reader.x.clock.now() + timedelta(days=1)
        )
        uow.peers.set_due(peer.id, reader.x.clock.now() + timedelta(days=1))
    # Not by a round with the other peer, only by asking it for what is missing.
    reader.x.clock.forward(seconds=61)
    worker.run_once()
    assert len(reader.titles(brooen)) == 5
    reader.x.clock.forward(seconds=3600)
    worker.run_once()
    with reader.x.database.reading() as uow:
        assert len(uow.blobs.held()) == 5
        assert uow.work.waiting("missing") == []
        assert uow.work.waiting("files") == []


def test_an_erasure_is_carried_out_when_its_time_has_come(reader, brooen, employ):
    record = brooen.publish("Said too much")
    peer = SimPeer(brooen)
    reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer})
    worker.run_once()
    brooen.erase(record)
    peer.hold(brooen)
    reader.x.clock.forward(hours=1)
    worker.run_once()
    digest = next(iter(brooen.log.contents))
    with reader.x.database.reading() as uow:
        assert [row.state for row in uow.entries.by_digest(digest)] == ["withheld"]
    reader.x.clock.forward(hours=73)
    worker.run_once()
    with reader.x.database.reading() as uow:
        assert [row.state for row in uow.entries.by_digest(digest)] == ["erased"]


def test_the_own_head_is_dated_anew_but_not_before_the_first_rounds(reader, employ):
    worker = employ(reader.x)

    def dated() -> int:
        with reader.x.database.reading() as uow:
            return uow.logs.current(reader.x.own_oid()).checkpoint.dated

    before = dated()
    reader.x.clock.forward(hours=20)
    fresh = employ(reader.x, name="two")
    fresh.run_once()
    assert dated() == before
    reader.x.clock.forward(minutes=2)
    fresh.run_once()
    assert dated() > before
    worker.run_once()


def test_proofs_left_unchecked_by_a_round_that_died_are_checked(reader, brooen, employ):
    brooen.publish_many(70)
    bad = "00000000-0000-4000-8000-00000000000b"
    brooen.say_wrong(bad)
    peer = SimPeer(brooen)
    reader.pull(peer)
    log = reader.log(brooen)
    with reader.x.database.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE entries SET fault = NULL WHERE seq = 71")
        uow.work.add("proofs", f"{brooen.oid}/0", reader.x.clock.now(), {"from": 0})
    employ(reader.x).run_once()
    with reader.x.database.reading() as uow:
        assert uow.entries.row(log.id, 71).fault is not None
        assert uow.entries.row(log.id, 70).fault is None


def test_the_index_follows_whatever_changed(reader, brooen, employ):
    followed: list[int] = []
    peer = SimPeer(brooen)
    reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer}, follow_index=lambda: followed.append(1) or 0)
    worker.run_once()
    count = len(followed)
    assert count >= 1
    worker.run_once()
    assert len(followed) == count
    publish(reader.x, [practice("Mine")])
    worker.run_once()
    assert len(followed) > count


def test_a_worker_that_runs_for_ever_stops_when_told_and_rests_in_between(reader):
    stop = threading.Event()
    worker = Worker(reader.x, lambda _url, _private: None, name="one")
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    time.sleep(0.5)
    before = time.process_time()
    time.sleep(2)
    used = time.process_time() - before
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    # One per cent of a core is 0.02 s here; the rest is room for a busy machine.
    assert used < 0.06


def test_the_state_of_a_peer_is_told_in_plain_words(reader, brooen):
    peer = SimPeer(brooen)
    row = reader.meet(peer)
    told = lambda: peer_state(reader.x, row.id)  # noqa: E731
    assert told().condition == "starting"
    reader.pull(peer)
    assert (told().condition, told().sentence) == (
        "complete",
        "Complete as of 2026-11-23 10:00 UTC.",
    )
    peer.hooks.append(lambda path, answer: lies.down(answer))
    reader.x.clock.forward(hours=1)
    reader.pull(peer)
    assert told().condition == "failing"
    assert "nothing listens there" in told().sentence
    assert told().sentence.endswith("Complete as of 2026-11-23 10:00 UTC.")
    reader.x.clock.forward(hours=24)
    assert told().condition == "lost"
    peer.hooks.clear()
    brooen.put_line(b"nonsense")
    peer.hold(brooen)
    reader.pull(peer)
    assert told().condition == "refusing"
    reader.pull(peer)
    brooen.now = reader.x.clock.now()
    peer.hold(brooen)
    reader.pull(peer)
    assert told().condition == "complete"
    reader.x.clock.forward(days=4)
    assert told().condition == "stale"
    pause_peer(reader.x, brooen.oid)
    assert told().condition == "paused"
    assert [each.outcome for each in past_rounds(reader.x, row.id)] == [
        "partial",
        "failed",
        "complete",
    ]


def test_what_is_known_to_exist_and_not_held_is_counted(reader, brooen, monkeypatch):
    from node.exchange import filling

    monkeypatch.setattr(filling, "BATCH_PAGES", 1)
    brooen.publish_many(600)
    peer = SimPeer(brooen)
    peer.on("entries/2", lies.down)
    reader.pull(peer)
    (state,) = peer_states(reader.x)
    assert state.behind_by == 601 - 512
    peer.hooks.clear()
    reader.pull(peer)
    (state,) = peer_states(reader.x)
    assert (state.condition, state.behind_by) == ("complete", 0)


def test_a_record_reaches_the_end_of_a_chain_of_nodes(tmp_path, databases, clock, employ):
    """Each node knows only the one before it; the last one holds the first one's record."""
    names = ["Alfa", "Beta", "Gamma"]
    nodes = [make_exchange(tmp_path, name, clock, database=databases()) for name in names]
    served = {x.settings.url: InProcess(x) for x in nodes}
    for before, after in pairwise(nodes):
        for here, there in ((before, after), (after, before)):
            with here.database.writing() as uow:
                uow.peers.add(
                    there.settings.url,
                    there.own_oid(),
                    name=there.settings.name,
                    added=clock.now(),
                )
    workers = [employ(x, served, x.settings.name) for x in nodes]

    def settle() -> None:
        for _ in range(6):
            if not sum(worker.run_once() for worker in workers):
                return

    settle()
    publish(nodes[0], [practice("From the first")])
    settle()
    with nodes[2].database.reading() as uow:
        (row,) = uow.records.by_origin(nodes[0].own_oid())
        origin = uow.origins.get(nodes[0].own_oid())
        log = uow.logs.get(nodes[0].own_oid(), 0)
    with nodes[0].database.reading() as uow:
        own = uow.logs.current(nodes[0].own_oid())
    assert row.title == {"en": "From the first"}
    assert origin.introduced_by is not None
    assert (log.size, log.edge, log.checkpoint.note) == (own.size, own.edge, own.checkpoint.note)
    assert served[nodes[0].settings.url] is not None


def test_a_long_round_keeps_its_peer_from_other_workers(make_reader, brooen, employ):
    reader = make_reader(lease=100)
    peer = SimPeer(brooen)
    row = reader.meet(peer)
    worker = employ(reader.x, {address(peer): peer}, "one")
    clock = reader.x.clock
    with reader.x.database.writing() as uow:
        assert uow.peers.claim(row.id, "one", clock.now(), 100)
    prolong = worker._prolonger(row, lambda: clock.now().timestamp())
    for _ in range(5):
        clock.forward(seconds=40)
        prolong()
        with reader.x.database.writing() as uow:
            assert not uow.peers.claim(row.id, "another", clock.now(), 100)
    clock.forward(seconds=101)
    with reader.x.database.writing() as uow:
        assert uow.peers.claim(row.id, "another", clock.now(), 100)
