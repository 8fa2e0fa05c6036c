"""What a round with an honest peer brings, keeps and says."""

from __future__ import annotations

from tests.sim.origin import SimOrigin
from tests.sim.peer import SimPeer


def test_a_first_round_brings_everything_verified(reader, brooen):
    brooen.publish("Mentors", files=(b"a photograph",))
    brooen.publish("Language cafe")
    peer = SimPeer(brooen)
    report = reader.pull(peer)
    assert report.outcome == "complete", report
    assert (report.entries, report.contents, report.blobs, report.refused) == (3, 2, 1, ())
    assert report.verified == 5
    assert report.sentence == "Fetched and verified 3 entries, 2 contents and 1 file."
    assert reader.titles(brooen) == ["Language cafe", "Mentors"]
    assert report.complete_as_of == reader.x.clock.now()
    row = reader.row(peer)
    assert row.complete_as_of == reader.x.clock.now()
    assert (row.failures, row.last_error) == (0, "")


def test_an_idle_round_is_one_request_and_leaves_no_row_in_the_history(reader, brooen):
    peer = SimPeer(brooen)
    reader.pull(peer)
    rounds = len(reader.history(peer))
    peer.asked.clear()
    report = reader.pull(peer)
    assert report.idle
    assert peer.asked == ["heads?since=1.1"]
    assert len(reader.history(peer)) == rounds


def test_one_new_record_takes_three_requests(reader, brooen):
    brooen.publish_many(300)
    peer = SimPeer(brooen)
    reader.pull(peer)
    brooen.publish("The newest")
    peer.hold(brooen)
    peer.asked.clear()
    report = reader.pull(peer)
    assert report.entries == report.contents == 1
    assert len(peer.asked) == 3
    assert "The newest" in reader.titles(brooen)


def test_a_relay_brings_the_records_of_others_verified_as_theirs(reader, brooen, gefyra):
    gefyra.publish("Family mentoring")
    relay = SimPeer(brooen)
    relay.hold(gefyra)
    report = reader.pull(relay)
    assert report.outcome == "complete"
    assert reader.titles(gefyra) == ["Family mentoring"]
    origin = reader.origin(gefyra)
    assert origin.introduced_by == reader.row(relay).id
    assert reader.origin(brooen).introduced_by is None


def test_a_log_of_many_pages_is_held_whole(reader, brooen):
    brooen.publish_many(600)
    peer = SimPeer(brooen)
    report = reader.pull(peer)
    assert (report.entries, report.contents) == (601, 600)
    log = reader.log(brooen)
    assert (log.size, log.edge.root(), log.target) == (601, brooen.log.root(), None)
    assert log.checkpoint.size == 601


def test_a_withdrawn_and_an_erased_record_are_not_shown(reader, brooen):
    kept = brooen.publish("Kept")
    withdrawn = brooen.publish("Withdrawn")
    erased = brooen.publish("Erased")
    brooen.withdraw(withdrawn)
    brooen.erase(erased)
    peer = SimPeer(brooen)
    reader.pull(peer)
    states = reader.states(brooen)
    assert states[kept] == "shown"
    assert (states[withdrawn], states[erased]) == ("withdrawn", "erased")


def test_what_is_erased_is_never_fetched(reader, brooen):
    record = brooen.publish("Said too much")
    (secret,) = brooen.log.contents
    brooen.erase(record)
    peer = SimPeer(brooen)
    reader.pull(peer)
    assert not any("contents" in path for path in peer.asked)
    with reader.x.database.reading() as uow:
        (row,) = uow.entries.by_digest(secret)
    assert row.state in {"withheld", "erased"}


def test_a_head_that_was_signed_anew_is_kept_and_passed_on(reader, brooen):
    peer = SimPeer(brooen)
    reader.pull(peer)
    before = reader.log(brooen)
    reader.x.clock.forward(hours=20)
    peer.renew(hours=20)
    report = reader.pull(peer)
    after = reader.log(brooen)
    assert after.checkpoint.dated - before.checkpoint.dated == 20 * 3600
    assert after.change > before.change
    assert report.idle


def test_a_new_epoch_goes_on_where_the_old_one_ends(reader, brooen):
    brooen.publish("Before")
    peer = SimPeer(brooen)
    reader.pull(peer)
    brooen.succeed()
    brooen.publish("After")
    peer.hold(brooen)
    report = reader.pull(peer)
    assert report.outcome == "complete", report
    assert reader.titles(brooen) == ["After", "Before"]
    assert reader.size(brooen, 1) == 2


def test_a_peer_set_to_its_own_records_brings_no_others(reader, brooen, gefyra):
    gefyra.publish("Not wanted")
    brooen.publish("Wanted")
    relay = SimPeer(brooen)
    relay.hold(gefyra)
    reader.meet(relay, scope="own")
    report = reader.pull(relay)
    assert report.outcome == "complete"
    assert reader.titles(brooen) == ["Wanted"]
    assert reader.origin(gefyra) is None
    assert not any(gefyra.oid in path for path in relay.asked)


def test_contents_that_a_peer_leaves_out_are_asked_of_others_later(reader, brooen):
    for number in range(5):
        brooen.publish(f"Practice {number}")
    gone = list(brooen.log.contents)[1:3]
    peer = SimPeer(brooen, erased=set(gone))
    report = reader.pull(peer)
    assert report.outcome == "complete"
    assert (report.contents, report.left_out) == (3, 2)
    assert "does not have 2 contents" in report.sentence
    with reader.x.database.reading() as uow:
        assert uow.work.get("missing", f"{brooen.oid}/0") is not None


def test_an_answer_of_contents_that_ends_early_is_gone_on_with(reader, brooen):
    brooen.publish_many(40)
    peer = SimPeer(brooen, answer_limit=4000)
    report = reader.pull(peer)
    assert report.contents == 40
    assert sum("contents" in path for path in peer.asked) > 2


def test_heads_that_come_in_pages_are_all_read(reader, brooen):
    others = [SimOrigin(f"Partner {number}") for number in range(5)]
    peer = SimPeer(brooen, heads_page=2)
    for other in others:
        other.publish(f"By {other.name}")
        peer.hold(other)
    report = reader.pull(peer)
    assert report.outcome == "complete"
    assert all(reader.titles(other) == [f"By {other.name}"] for other in others)


def test_a_peer_that_forgot_our_token_is_asked_for_everything(reader, brooen):
    peer = SimPeer(brooen)
    reader.pull(peer)
    brooen.publish("After the loss of its database")
    peer.hold(brooen)
    peer.instance = "2"
    report = reader.pull(peer)
    assert report.outcome == "complete"
    assert reader.titles(brooen) == ["After the loss of its database"]


def test_what_was_learned_is_announced_onward_once(reader, brooen):
    brooen.publish("News")
    reader.pull(SimPeer(brooen))
    with reader.x.database.reading() as uow:
        (row,) = uow.work.waiting("announce")
    assert row.key == f"{brooen.oid}/0/2"
