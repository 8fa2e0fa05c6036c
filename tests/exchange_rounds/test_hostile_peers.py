"""Every attack of protocol.md 8 that a peer can try: what is kept, what is refused, what is said.

Each hostile peer relays the honest organisation Gefyra beside its own log, and lies about one or
both. After its round another peer brings what is missing, untouched by what the first one did.
"""

from __future__ import annotations

import pytest

from node.core.ports import Answer
from node.errors import PeerUnreachableError
from node.exchange.rounds import sync_peer
from node.net.transport import HttpTransport
from tests.sim import peer as lies
from tests.sim.origin import SimOrigin
from tests.sim.peer import SimPeer

#: sentence id, path of the answers that are lied about, the lie, words of the keeper's sentence
BROKEN_OFF = [
    ("is down", "", lies.down, "nothing listens there"),
    ("is slow", "", lies.slow, "too slow"),
    ("sends us elsewhere", "heads", lies.redirected, "another place"),
    ("answers heads with a web page", "heads", lies.web_page, "text/html instead of JSON"),
    ("sends endless heads", "heads", lies.without_end, "more than"),
    ("sends heads that are no JSON", "heads", lies.cut_off, "not the JSON it should be"),
    (
        "sends deeply nested JSON",
        "heads",
        lambda answer: Answer(200, b'{"x":' + b"[" * 500 + b"]" * 500 + b"}", answer.headers),
        "not the JSON it should be",
    ),
    ("goes away before the entries", "entries", lies.down, "nothing listens there"),
    ("goes away before the contents", "contents", lies.down, "nothing listens there"),
    ("is another node than the one added", "node", lambda _: node_of("x"), "another node answers"),
]

REFUSED = [
    ("sends a web page as entries", "entries", lies.web_page, "cut off in the middle|lines"),
    ("sends endless entries", "entries", lies.without_end, "more than"),
    ("cuts a page off", "entries", lies.cut_off, "cut off in the middle"),
    ("sends fewer entries than it says", "entries", lies.one_line_less, "but sends only"),
    ("changes a letter of an entry", "entries", lies.flipped, "opens this log|root"),
    (
        "has no entries at all",
        "entries",
        lambda _: Answer(404, b"", {}),
        "sends only|does not have",
    ),
]


def node_of(name: str) -> Answer:
    other = SimPeer(SimOrigin(name))
    return other.get("node", limit=100_000)


@pytest.fixture
def hostile(brooen, gefyra) -> SimPeer:
    """A peer that relays Gefyra, with some records in both logs."""
    for number in range(5):
        brooen.publish(f"By Broen {number}")
        gefyra.publish(f"By Gefyra {number}")
    peer = SimPeer(brooen)
    peer.hold(gefyra)
    return peer


def honest_relay(*origins: SimOrigin) -> SimPeer:
    peer = SimPeer(SimOrigin("Puente"))
    for origin in origins:
        peer.hold(origin)
    return peer


@pytest.mark.parametrize(
    "case", [row[1:] for row in BROKEN_OFF], ids=[row[0] for row in BROKEN_OFF]
)
def test_a_round_ends_with_one_sentence_when_the_peer(case, reader, hostile, brooen, gefyra):
    path, lie, words = case
    hostile.on(path, lie)
    report = reader.pull(hostile)
    assert report.outcome == "failed"
    assert report.sentence.count("The round broke off:") == 1
    assert report.refused == ()
    assert _matches(words, report.sentence)
    row = reader.row(hostile)
    assert (row.failures, row.complete_as_of, row.last_error) == (1, None, report.sentence)
    assert row.heads_token == ""
    (reason,) = reader.history(hostile)[0].refused
    assert reason["code"] in {"misbehaves", "other-node", "unreachable"}
    assert reason["why"] in report.sentence
    # Another peer is not held up, and the first one is believed again once it tells the truth.
    assert reader.pull(honest_relay(gefyra)).outcome == "complete"
    assert len(reader.titles(gefyra)) == 5
    hostile.hooks.clear()
    assert reader.pull(hostile).outcome == "complete"
    assert len(reader.titles(brooen)) == 5
    assert reader.row(hostile).failures == 0


@pytest.mark.parametrize("case", [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_one_log_is_refused_and_the_others_go_on_when_a_peer(case, reader, hostile, brooen, gefyra):
    path, lie, words = case
    hostile.on(f"{gefyra.oid}/0/{path}", lie)
    report = reader.pull(hostile)
    assert report.outcome == "partial"
    (refusal,) = report.refused
    assert "the log of the origin" in refusal.what
    assert _matches(words, refusal.why)
    assert "Refused the log of" in report.sentence
    assert len(reader.titles(brooen)) == 5
    assert reader.size(gefyra) == 0
    assert reader.history(hostile)[0].refused == [refusal.as_row()]
    assert refusal.code == "log"
    # The same log is taken from another peer, and from this one when it tells the truth.
    assert reader.pull(honest_relay(gefyra)).outcome == "complete"
    assert len(reader.titles(gefyra)) == 5
    hostile.hooks.clear()
    assert reader.pull(hostile).outcome == "complete"


def _matches(words: str, sentence: str) -> bool:
    return any(word in sentence for word in words.split("|"))


def test_a_note_with_a_wrong_signature_is_refused(reader, hostile, brooen, gefyra):
    shelf = hostile.shelves[gefyra.oid, 0]
    other = SimOrigin("Somebody else")
    genuine = shelf.checkpoint()
    shelf.note = genuine[:-10] + (b"A" if genuine[-10:-9] != b"A" else b"B") + genuine[-9:]
    report = reader.pull(hostile)
    assert report.outcome == "partial"
    assert len(reader.titles(brooen)) == 5
    assert reader.size(gefyra) == 0
    text = genuine.partition(b"\n\n")[0]
    line = other.log.note(other.now).partition(b"\n\n")[2]
    shelf.note = text + b"\n\n" + line
    assert reader.pull(hostile).outcome == "partial"
    assert reader.size(gefyra) == 0


def test_a_size_beside_the_note_that_the_note_does_not_say_is_refused(reader, hostile, gefyra):
    hostile.shelves[gefyra.oid, 0].note = gefyra.log.note(gefyra.now, 3)
    report = reader.pull(hostile)
    (refusal,) = report.refused
    assert "of another log or size" in refusal.why


def test_a_head_of_a_longer_log_than_the_peer_has_is_refused(reader, hostile, brooen):
    """Fast-forward: only the origin can sign a larger size, and then it must show the entries."""
    hostile.shelves[brooen.oid, 0].size = 3
    hostile.shelves[brooen.oid, 0].note = brooen.log.note(brooen.now)
    hostile.on(
        "heads",
        lambda answer: Answer(200, answer.body.replace(b'"size":3', b'"size":6'), answer.headers),
    )
    report = reader.pull(hostile)
    assert any("sends only" in refusal.why for refusal in report.refused)
    assert reader.size(brooen) == 0


def test_an_entry_with_a_bad_proof_is_kept_and_not_shown(reader, brooen):
    """The root holds, so the origin said it; one bad entry never blocks a log."""
    good = brooen.publish("Good")
    bad = "00000000-0000-4000-8000-00000000000b"
    brooen.say_wrong(bad)
    brooen.publish("Good, too")
    peer = SimPeer(brooen)
    report = reader.pull(peer)
    assert reader.size(brooen) == 4
    assert reader.titles(brooen) == ["Good", "Good, too"]
    assert reader.states(brooen)[good] == "shown"
    assert reader.states(brooen).get(bad) in {None, "hidden"}
    (refusal,) = report.refused
    assert refusal.what.startswith("entry 2 of")
    assert "kept, passed on and not shown" in refusal.why


def test_a_bad_proof_among_many_is_found_beside_the_round(reader, brooen):
    brooen.publish_many(100)
    bad = "00000000-0000-4000-8000-00000000000b"
    brooen.say_wrong(bad)
    brooen.publish_many(30)
    peer = SimPeer(brooen)
    report = reader.pull(peer)
    assert report.outcome == "partial"
    assert "Refused entry 101 of" in report.sentence
    assert len(reader.titles(brooen)) == 130
    assert reader.states(brooen).get(bad) in {None, "hidden"}
    with reader.x.database.reading() as uow:
        assert uow.entries.row(reader.log(brooen).id, 101).fault is not None
        assert uow.work.waiting("proofs") == []


def test_lines_that_are_no_statements_are_kept_and_passed_on(reader, brooen):
    deep = b"[" * 5000 + b"]" * 5000
    nasty = [b"{}", b"not json", deep, b'{"a":1,"a":2}', b'{"v":1e400}', b"\xff\xfe", b" "]
    for line in nasty:
        brooen.put_line(line)
    brooen.publish("After all that")
    report = reader.pull(SimPeer(brooen))
    assert reader.size(brooen) == len(nasty) + 2
    assert reader.titles(brooen) == ["After all that"]
    assert len(report.refused) == len(nasty)


def test_an_entry_larger_than_a_statement_may_be_is_kept_and_not_shown(reader, brooen):
    brooen.put_line(b'"' + b"x" * 20_000 + b'"')
    brooen.publish("After it")
    reader.pull(SimPeer(brooen))
    assert reader.titles(brooen) == ["After it"]


def test_statements_of_an_unknown_type_and_newer_schemas_are_kept(reader, brooen):
    brooen.say(type="endorse", extra={"ext": {"of": "something new"}})
    record = brooen.publish("From the future", schema="good-practice/9", body={"new": True})
    other = brooen.publish("Another kind", schema="workshop/1", body={"title": {"en": "?"}})
    report = reader.pull(SimPeer(brooen))
    assert report.outcome == "complete", report
    states = reader.states(brooen)
    assert (states[record], states[other]) == ("shown", "shown")
    assert "From the future" in reader.titles(brooen)


def test_a_content_of_another_digest_is_dropped_and_asked_of_others(reader, hostile, gefyra):
    hostile.on(f"{gefyra.oid}/0/contents", lies.other_content)
    report = reader.pull(hostile)
    assert any("not what the log names" in refusal.why for refusal in report.refused)
    assert reader.size(gefyra) == 6
    assert reader.titles(gefyra) == []
    assert report.left_out == 5
    gefyra.publish("One more")
    reader.pull(honest_relay(gefyra))
    assert len(reader.titles(gefyra)) == 6


@pytest.mark.parametrize(
    "raw",
    [
        b"not json at all",
        b'{"kind":"good-practice"}',
        b"[" * 200 + b"]" * 200,
        b'{"a": 1}',
    ],
    ids=["no JSON", "no content", "too deep", "not canonical"],
)
def test_right_bytes_with_wrong_words_are_the_origins_and_not_shown(raw, reader, brooen):
    record = brooen.publish_raw(raw)
    brooen.publish("Good")
    report = reader.pull(SimPeer(brooen))
    assert reader.titles(brooen) == ["Good"]
    assert reader.states(brooen)[record] == "hidden"
    assert any("not shown" in refusal.why for refusal in report.refused)
    with reader.x.database.reading() as uow:
        assert uow.contents.page(reader.log(brooen).id, 0)[0] == raw


def test_a_body_that_breaks_its_schema_is_not_shown(reader, brooen):
    record = brooen.publish("No title", body={"title": 5})
    reader.pull(SimPeer(brooen))
    assert reader.states(brooen)[record] == "hidden"


def test_erased_content_that_is_sent_again_is_not_taken(reader, brooen):
    record = brooen.publish("Said too much")
    brooen.publish("Harmless")
    peer = SimPeer(brooen)
    reader.pull(peer)
    (secret, *_) = [raw for raw in brooen.log.contents.values() if b"too much" in raw]
    brooen.erase(record)
    peer.hold(brooen)
    reader.pull(peer)
    from node.exchange.erasures import erase_now

    erase_now(reader.x, brooen.oid, record)
    # The origin names the same bytes once more, and the peer sends them gladly.
    again = brooen.publish_raw(secret)
    brooen.publish("News")
    peer.hold(brooen)
    reader.pull(peer)
    with reader.x.database.reading() as uow:
        rows = uow.entries.by_digest(next(d for d, r in brooen.log.contents.items() if r == secret))
    assert {row.state for row in rows} == {"erased"}
    assert "Said too much" not in reader.titles(brooen)
    assert reader.states(brooen).get(again) != "shown"


def test_a_file_that_is_not_the_one_named_is_dropped(reader, brooen):
    brooen.publish("With a picture", files=(b"the real picture",))
    peer = SimPeer(brooen)
    (digest,) = peer.blobs
    peer.blobs[digest] = b"another picture!"
    report = reader.pull(peer)
    assert report.blobs == 0
    assert any("not the file" in refusal.why for refusal in report.refused)
    assert not reader.x.blobs.has(digest)
    assert reader.titles(brooen) == ["With a picture"]


def test_a_file_that_goes_on_beyond_its_size_is_not_read_to_its_end(reader, brooen):
    brooen.publish("With a picture", files=(b"small",))
    peer = SimPeer(brooen)
    peer.on("blobs", lies.without_end)
    report = reader.pull(peer)
    assert report.blobs == 0
    assert report.outcome == "partial"
    assert reader.titles(brooen) == ["With a picture"]


def test_files_are_fetched_by_the_keepers_policy(make_reader, brooen):
    brooen.publish("Files", files=(b"s" * 10, b"m" * 1000, b"l" * 5000))
    for policy, sizes in [("all", {10, 1000}), ("small", {10}), ("none", set())]:
        reader = make_reader(policy, blob_policy=policy, blob_max=2000, blob_small=100)
        reader.pull(SimPeer(brooen))
        with reader.x.database.reading() as uow:
            assert {file.size for file in uow.blobs.held()} == sizes


def test_an_origin_that_fills_its_share_is_stopped_and_the_others_go_on(
    make_reader, brooen, gefyra
):
    reader = make_reader(origin_quota=20_000)
    brooen.publish_many(300)
    gefyra.publish("Small")
    peer = SimPeer(brooen)
    peer.hold(gefyra)
    report = reader.pull(peer)
    assert any("filled its" in refusal.why for refusal in report.refused)
    assert reader.size(brooen) == 301
    assert reader.titles(gefyra) == ["Small"]


def test_a_flood_of_origins_waits_for_the_keeper(make_reader, clock, brooen):
    reader = make_reader(new_origins_a_day=5)
    brooen.publish("The peer's own")
    peer = SimPeer(brooen)
    others = [SimOrigin(f"Flood {number}") for number in range(12)]
    for other in others:
        peer.hold(other)
    report = reader.pull(peer)
    assert report.outcome == "partial"
    assert report.refused[0].what == "7 new origins"
    assert sum(reader.origin(other) is not None for other in others) == 5
    assert reader.titles(brooen) == ["The peer's own"]
    clock.forward(hours=1)
    reader.pull(peer)
    assert sum(reader.origin(other) is not None for other in others) == 5
    clock.forward(hours=24)
    reader.pull(peer)
    assert sum(reader.origin(other) is not None for other in others) == 10


def test_false_origins_cost_no_more_looks_than_true_ones(make_reader, brooen):
    reader = make_reader(new_origins_a_day=3)
    peer = SimPeer(brooen)
    for number in range(10):
        peer.hold(SimOrigin(f"False {number}"))
    peer.on(r"logs/.*/entries", lambda answer: Answer(200, b"{}\n", answer.headers))
    reader.pull(peer)
    looks = [path for path in peer.asked if "entries" in path and brooen.oid not in path]
    assert len(looks) == 3


def test_a_blocked_origin_is_not_fetched(reader, hostile, gefyra):
    from node.exchange.peers import block_origin

    block_origin(reader.x, gefyra.oid)
    report = reader.pull(hostile)
    assert report.outcome == "complete"
    assert not any(gefyra.oid in path for path in hostile.asked)


def test_a_peer_whose_list_of_logs_has_no_end_is_left(reader, brooen):
    peer = SimPeer(brooen)
    peer.on(
        "heads",
        lambda answer: Answer(
            200, answer.body.replace(b'"more":false', b'"more":true'), answer.headers
        ),
    )
    report = reader.pull(peer)
    assert report.outcome == "failed"
    assert "no end" in report.sentence


def test_a_round_has_a_deadline(make_reader, brooen):
    reader = make_reader(round_deadline=0)
    brooen.publish("Never reached")
    report = reader.pull(SimPeer(brooen))
    assert report.outcome == "failed"
    assert "longer than a round may" in report.sentence


def test_a_peer_that_vanishes_between_two_pages_of_contents_is_gone_on_with(reader, brooen):
    brooen.publish_many(600)
    peer = SimPeer(brooen)
    count = 0

    def vanish(path: str, answer: Answer) -> Answer:
        nonlocal count
        count += "contents" in path
        if count == 2:
            raise PeerUnreachableError("The connection broke off.")
        return answer

    peer.hooks.append(vanish)
    first = reader.pull(peer)
    assert first.outcome == "failed"
    assert first.contents == 255
    peer.hooks.clear()
    peer.asked.clear()
    second = reader.pull(peer)
    assert second.outcome == "complete"
    assert second.entries == 0
    assert second.contents == 345


def test_a_peer_that_holds_its_own_head_back_is_noticed(reader, brooen):
    """Indefinite freeze: the dated line of the head grows old."""
    peer = SimPeer(brooen)
    reader.x.clock.forward(days=5)
    report = reader.pull(peer)
    assert "not signed its log anew for 5 days" in report.sentence
    assert report.outcome == "complete"


def test_a_head_dated_in_the_future_is_pointed_out(reader, brooen):
    brooen.publish("From tomorrow")
    peer = SimPeer(brooen)
    peer.renew(days=400)
    report = reader.pull(peer)
    assert "dated in the future" in report.sentence
    assert reader.titles(brooen) == ["From tomorrow"]


def test_a_thousand_refusals_do_not_fill_the_history(reader, brooen):
    for number in range(300):
        brooen.put_line(b"nonsense %d" % number + b"!" * 2000)
    peer = SimPeer(brooen)
    report = reader.pull(peer)
    assert len(report.refused) == 50
    assert "(and 299 more)" in report.sentence
    assert all(len(refusal.why) <= 600 for refusal in report.refused)


def test_a_real_connection_is_not_bound_to_a_round_that_is_over(reader, brooen):
    """It is kept and used for announcements in between; the round's end must not end those."""
    peer = SimPeer(brooen)
    transport = HttpTransport("http://127.0.0.1:9", private_ok=True)
    report = sync_peer(reader.x, reader.row(peer), transport)
    assert report.outcome == "failed"
    assert transport.until is None
