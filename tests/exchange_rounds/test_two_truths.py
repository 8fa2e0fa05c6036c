"""Forks, rollbacks, disputed epochs: kept as evidence, frozen, told; never overwritten."""

from __future__ import annotations

import pytest

from node.exchange.publishing import publish
from tests.sim.origin import SimOrigin
from tests.sim.peer import SimPeer
from tests.support.nodes import practice


@pytest.fixture
def forked(brooen) -> tuple[SimOrigin, SimOrigin]:
    """Two worlds of one organisation that agree up to three entries."""
    brooen.publish("Common 1")
    brooen.publish("Common 2")
    other = brooen.fork()
    brooen.publish("Here")
    other.publish("There")
    return brooen, other


def relay_of(*origins: SimOrigin) -> SimPeer:
    peer = SimPeer(SimOrigin("Gefyra"))
    for origin in origins:
        peer.hold(origin)
    return peer


def two_notes(row) -> set[bytes]:
    return {row.note_a.partition(b"\n\n")[0], row.note_b.partition(b"\n\n")[0]}


def test_the_same_size_with_another_root_is_a_fork_from_the_origin_itself(reader, forked):
    here, there = forked
    peer = SimPeer(here)
    reader.pull(peer)
    peer.hold(there)
    report = reader.pull(peer)
    assert report.outcome == "partial"
    (refusal,) = report.refused
    assert "two different histories" in refusal.why
    assert "Ask the organisation" in refusal.why
    assert reader.origin(here).status == "frozen"
    (row,) = reader.evidence(here)
    assert row.kind == "fork"
    assert two_notes(row) == {
        here.log.note(here.now).partition(b"\n\n")[0],
        there.log.note(there.now).partition(b"\n\n")[0],
    }
    # What was accepted first stays; nothing of the other world came in.
    assert reader.titles(here) == ["Common 1", "Common 2", "Here"]
    assert reader.log(here).frozen


def test_a_fork_that_a_relay_shows_is_a_fork_as_well(reader, forked):
    here, there = forked
    reader.pull(SimPeer(here))
    relay = relay_of(there)
    relay.origin.publish("The relay's own")
    relay.hold(relay.origin)
    report = reader.pull(relay)
    assert any("two different histories" in refusal.why for refusal in report.refused)
    assert reader.origin(here).status == "frozen"
    assert reader.titles(relay.origin) == ["The relay's own"]
    (row,) = reader.evidence(here)
    assert row.peer_id == reader.row(relay).id


@pytest.mark.parametrize("more", [1, 3, 300])
def test_a_longer_log_that_does_not_contain_ours_is_a_fork(more, reader, forked):
    here, there = forked
    reader.pull(SimPeer(here))
    there.publish_many(more)
    report = reader.pull(relay_of(there))
    assert any("two different histories" in refusal.why for refusal in report.refused), report
    assert reader.origin(here).status == "frozen"
    assert reader.size(here) == 4
    (row,) = reader.evidence(here)
    assert two_notes(row) == {
        here.log.note(here.now).partition(b"\n\n")[0],
        there.log.note(there.now).partition(b"\n\n")[0],
    }


def test_a_fork_deep_below_an_equal_last_entry_is_found(reader, brooen):
    """The last common entry may be byte for byte the same: the tree before it is not."""
    other = brooen.fork()
    brooen.publish("Here")
    other.publish("There")
    record = "00000000-0000-4000-8000-000000000001"
    for each in (brooen, other):
        each._made = 100
        each.publish("The same in both", record)
    assert brooen.log.lines[-1] == other.log.lines[-1]
    reader.pull(SimPeer(brooen))
    other.publish("Longer")
    reader.pull(relay_of(other))
    assert reader.origin(brooen).status == "frozen"


def test_a_bad_page_alone_never_freezes_an_honest_origin(reader, brooen):
    """A relay that damages pages, or proves nothing, must not be able to accuse an origin."""
    brooen.publish("First")
    reader.pull(SimPeer(brooen))
    brooen.publish_many(3)
    relay = relay_of(brooen)
    from tests.sim import peer as lies

    relay.on(f"{brooen.oid}/0/entries", lies.flipped)
    report = reader.pull(relay)
    assert any("do not lead to the root" in refusal.why for refusal in report.refused)
    assert reader.origin(brooen).status == "active"
    assert reader.evidence(brooen) == []
    relay.on(f"{brooen.oid}/0/proof", lies.flipped)
    reader.pull(relay)
    assert reader.origin(brooen).status == "active"
    relay.hooks.clear()
    assert reader.pull(relay).outcome == "complete"
    assert reader.size(brooen) == 5


def test_a_frozen_origin_takes_nothing_more_from_anybody(reader, forked):
    here, there = forked
    peer = SimPeer(here)
    reader.pull(peer)
    reader.pull(relay_of(there))
    here.publish("After the fork")
    peer.hold(here)
    report = reader.pull(peer)
    assert any("frozen" in refusal.why for refusal in report.refused)
    assert reader.size(here) == 4
    assert len(reader.evidence(here)) == 1


def test_only_a_new_epoch_lifts_a_freeze(reader, forked):
    here, there = forked
    peer = SimPeer(here)
    reader.pull(peer)
    reader.pull(relay_of(there))
    here.succeed()
    here.publish("With a new key")
    peer.hold(here)
    report = reader.pull(peer)
    assert reader.origin(here).status == "active", report
    assert "With a new key" in reader.titles(here)
    assert reader.log(here).frozen
    assert len(reader.evidence(here)) == 1


def test_an_origin_that_goes_back_is_recorded_once_and_nothing_is_given_up(reader, brooen):
    brooen.publish_many(4)
    peer = SimPeer(brooen)
    reader.pull(peer)
    peer.hold(brooen, size=3)
    report = reader.pull(peer)
    (refusal,) = report.refused
    assert "3 entries" in refusal.why
    assert "old backup" in refusal.why
    assert reader.size(brooen) == 5
    assert len(reader.titles(brooen)) == 4
    peer.renew(hours=1)
    reader.pull(peer)
    (row,) = reader.evidence(brooen)
    assert row.kind == "rollback"
    assert reader.origin(brooen).status == "active"


def test_a_relay_that_is_behind_is_nobodys_fault(reader, brooen):
    brooen.publish_many(4)
    reader.pull(SimPeer(brooen))
    stale = relay_of(brooen)
    stale.hold(brooen, size=2)
    report = reader.pull(stale)
    assert report.outcome == "complete"
    assert reader.evidence(brooen) == []


def test_two_successors_of_one_epoch_make_an_origin_disputed(reader, brooen):
    brooen.publish("Before")
    peer = SimPeer(brooen)
    other = brooen.fork()
    brooen.succeed()
    brooen.publish("One")
    peer.hold(brooen)
    reader.pull(peer)
    other.succeed(label=" of another hand")
    other.publish("Other")
    report = reader.pull(relay_of(other))
    assert any("two different successors" in refusal.why for refusal in report.refused), report
    assert reader.origin(brooen).status == "disputed"
    (row,) = reader.evidence(brooen)
    assert {row.note_a, row.note_b} == {brooen.log.lines[0], other.log.lines[0]}
    assert reader.titles(brooen) == ["Before", "One"]
    brooen.publish("More")
    peer.hold(brooen)
    reader.pull(peer)
    assert "More" not in reader.titles(brooen)


def test_a_successor_that_no_recovery_key_signed_is_refused(reader, brooen):
    brooen.publish("Before")
    peer = SimPeer(brooen)
    reader.pull(peer)
    thief = SimOrigin("Thief")
    thief.publish("x")
    thief.succeed()
    log = thief.log
    peer.shelves[brooen.oid, 1] = peer.shelves[brooen.oid, 0].__class__(
        log,
        log.size,
        brooen.now,
        99,
        note=log.note(brooen.now).replace(thief.oid.encode(), brooen.oid.encode()),
    )
    peer._change = 99
    peer.on(
        "heads",
        lambda answer: answer.__class__(
            200, answer.body.replace(thief.oid.encode(), brooen.oid.encode()), answer.headers
        ),
    )
    report = reader.pull(peer)
    assert any("opens this log" in refusal.why for refusal in report.refused), report
    assert reader.log(brooen, 1) is None
    assert reader.titles(brooen) == ["Before"]


def test_the_entries_that_a_new_epoch_cuts_off_are_not_shown(reader, brooen):
    brooen.publish("Kept")
    brooen.publish("Signed by a thief")
    peer = SimPeer(brooen)
    reader.pull(peer)
    assert "Signed by a thief" in reader.titles(brooen)
    brooen.succeed(size=2)
    peer.hold(brooen)
    reader.pull(peer)
    assert reader.titles(brooen) == ["Kept"]


def test_nothing_of_a_log_counts_that_the_new_epoch_did_not_close(reader, forked):
    """A relay brought the thief's log first; then the organisation starts a new epoch."""
    here, stolen = forked
    reader.pull(relay_of(stolen))
    assert "There" in reader.titles(here)
    here.succeed()
    here.publish("With a new key")
    peer = SimPeer(here)
    report = reader.pull(peer)
    assert any("two different histories" in refusal.why for refusal in report.refused), report
    assert reader.titles(here) == ["With a new key"]
    assert (reader.log(here, 0).frozen, reader.log(here, 1).frozen) == (True, False)
    # The wrong log stays as it came, as evidence; what follows in the new epoch is taken.
    assert reader.log(here, 0).edge.root() == stolen.logs[0].root(4)
    here.publish("And more")
    peer.hold(here)
    reader.pull(peer)
    assert reader.titles(here) == ["And more", "With a new key"]


def test_a_node_restored_from_an_old_backup_gets_its_own_entries_back(
    make_reader, databases, tmp_path
):
    """Partners hold more of the own log than this node: it pulls before it can fork itself."""
    node = make_reader("Eigen")
    publish(node.x, [practice("First")])
    # What a partner holds, in the node's own later life.
    later = SimOrigin("Eigen later")
    with node.x.database.reading() as uow:
        log = uow.logs.get(node.x.own_oid(), 0)
        lines = [uow.entries.raw(log.id, seq) for seq in range(log.size)]
        contents = uow.contents.page(log.id, 0)
    later.oid, later.log.epoch, later.log.signer = log.oid, log.epoch, node.x.signer
    later.log.lines[:] = lines
    later.log.contents = {f"{number}": raw for number, raw in enumerate(contents)}
    later.publish("Lost with the backup")
    peer = relay_of(later)
    report = node.pull(peer)
    assert report.outcome == "complete"
    assert "pulled back" in report.sentence
    with node.x.database.reading() as uow:
        assert uow.logs.get(log.oid, 0).size == 3
    assert node.x.highwater.get(log.oid, 0) == 3
    publish(node.x, [practice("Goes on")])
    with node.x.database.reading() as uow:
        assert uow.logs.get(log.oid, 0).size == 4


def test_two_histories_of_the_own_log_are_told_as_ones_own_trouble(make_reader):
    """Somebody else signs with this node's key: partners hold what this node never said."""
    node = make_reader("Eigen")
    publish(node.x, [practice("Mine")])
    with node.x.database.reading() as uow:
        log = uow.logs.get(node.x.own_oid(), 0)
        opening = uow.entries.raw(log.id, 0)
    thief = SimOrigin("Thief")
    thief.oid, thief.log.epoch, thief.log.signer = log.oid, log.epoch, node.x.signer
    thief.log.lines[:] = [opening]
    thief.publish("Never said")
    report = node.pull(relay_of(thief))
    (refusal,) = report.refused
    assert "This is your own log" in refusal.why
    assert "recovery key" in refusal.why
    with node.x.database.reading() as uow:
        assert uow.origins.get(log.oid).status == "own"
        assert len(uow.evidence.of(log.oid)) == 1
        (row,) = uow.records.by_origin(log.oid)
    assert row.title == {"en": "Mine"}
