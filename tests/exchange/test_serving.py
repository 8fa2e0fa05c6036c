"""The endpoints, asked as a partner asks: exact bytes, encodings, caches, tokens."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest

from node.core.canonical import split_lines
from node.core.checkpoints import open_checkpoint, open_proof_file
from node.core.limits import MAX_CONTENTS_ANSWER, MAX_HEADS, PAGE_LINES
from node.core.merkle import leaf_hash, verify_inclusion
from node.exchange import serving
from node.exchange.checkpointing import renew_checkpoint
from node.exchange.drafts import Attachment
from node.exchange.peers import block_origin, unblock_origin
from node.exchange.publishing import erase, publish
from node.net.client import PeerClient
from tests.support.foreign import Foreign
from tests.support.nodes import InProcess, make_app, practice

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock

MIB = 1024 * 1024


def raw_lines(x: Exchange) -> list[bytes]:
    with x.database.reading() as uow:
        log = uow.logs.current(x.own_oid())
        assert log is not None
        return [uow.entries.raw(log.id, seq) for seq in range(log.size)]


def own(x: Exchange) -> str:
    return x.own_oid()


# --- node ---------------------------------------------------------------------------------------


def test_node_says_who_it_is_and_what_it_takes(x: Exchange) -> None:
    answer = InProcess(x).get("node", limit=5000)
    document = orjson.loads(answer.body)
    assert document["oid"] == own(x)
    assert (document["name"], document["country"]) == ("Puente", "ES")
    assert document["protocols"] == [1]
    assert document["limits"]["page_lines"] == PAGE_LINES
    assert PeerClient(InProcess(x)).node().oid == own(x)


# --- entries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept",
    ["", "gzip", "zstd", "zstd, gzip", "br, *", "gzip;q=0", "gzip;q=x", "gzip;level=1, ;q=1,"],
)
def test_a_page_is_the_same_bytes_in_every_encoding(x: Exchange, accept: str) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(PAGE_LINES + 10)])
    lines = raw_lines(x)
    peer = InProcess(x, accept=accept)
    first = peer.get(f"logs/{own(x)}/0/entries/0", limit=4 * MIB)
    second = peer.get(f"logs/{own(x)}/0/entries/1", limit=4 * MIB)
    assert split_lines(first.body) + split_lines(second.body) == lines
    expected = {
        "": None,
        "gzip": "gzip",
        "br, *": "gzip",
        "gzip;q=0": None,
        "gzip;q=x": None,
        "gzip;level=1, ;q=1,": "gzip",
    }.get(accept, "zstd")
    assert first.headers.get("content-encoding") == expected
    assert first.headers["vary"] == "Accept-Encoding"


def test_a_full_page_may_be_kept_for_ever_and_the_open_one_may_not(x: Exchange) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(PAGE_LINES)])
    peer = InProcess(x)
    full = peer.get(f"logs/{own(x)}/0/entries/0", limit=4 * MIB)
    still_open = peer.get(f"logs/{own(x)}/0/entries/1", limit=4 * MIB)
    assert "immutable" in full.headers["cache-control"]
    assert still_open.headers["cache-control"] == "no-cache"


def test_an_open_page_has_a_new_tag_as_soon_as_it_grows(x: Exchange) -> None:
    peer, path = InProcess(x), f"logs/{own(x)}/0/entries/0"
    tag = peer.get(path, limit=MIB).headers["etag"]
    assert peer.get(path, limit=MIB, etag=tag).status == 304
    publish(x, [practice()])
    assert peer.get(path, limit=MIB, etag=tag).status == 200


def test_after_cuts_the_page_behind_that_entry(x: Exchange) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(PAGE_LINES + 5)])
    lines, client = raw_lines(x), PeerClient(InProcess(x))
    assert client.entries(own(x), 0, 0, after=2) == lines[3:PAGE_LINES]
    assert client.entries(own(x), 0, 1, after=PAGE_LINES + 1) == lines[PAGE_LINES + 2 :]
    assert client.entries(own(x), 0, 1, after=3) == lines[PAGE_LINES:], "an earlier page's entry"
    assert client.entries(own(x), 0, 1, after=10_000) == []


def test_the_page_that_comes_next_is_empty_and_those_beyond_are_not_there(x: Exchange) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(PAGE_LINES - 1)])
    peer = InProcess(x)
    nxt = peer.get(f"logs/{own(x)}/0/entries/1", limit=MIB)
    assert (nxt.status, nxt.body) == (200, b"")
    assert nxt.headers["cache-control"] == "no-cache"
    for what in ("entries", "contents"):
        assert peer.get(f"logs/{own(x)}/0/{what}/2", limit=MIB).status == 404
    assert peer.get(f"logs/{own(x)}/0/contents/1", limit=MIB).body == b""
    assert peer.get(f"logs/{own(x)}/1/entries/0", limit=MIB).status == 404


# --- contents -----------------------------------------------------------------------------------


def test_contents_come_one_a_line_in_the_order_of_their_entries(x: Exchange) -> None:
    done = publish(x, [practice(f"Practice {n}") for n in range(20)])
    with x.database.reading() as uow:
        expected = [uow.contents.get(item.digest) for item in done]
    assert PeerClient(InProcess(x)).contents(own(x), 0, 0) == expected
    assert PeerClient(InProcess(x, accept="")).contents(own(x), 0, 0) == expected
    assert PeerClient(InProcess(x)).contents(own(x), 0, 0, after=15) == expected[15:]


def test_erased_contents_are_left_out_of_their_page(x: Exchange) -> None:
    done = publish(x, [practice(f"Practice {n}") for n in range(4)])
    erase(x, done[1].record)
    with x.database.reading() as uow:
        expected = [uow.contents.get(done[n].digest) for n in (0, 2, 3)]
    for accept in ("zstd", ""):
        assert PeerClient(InProcess(x, accept=accept)).contents(own(x), 0, 0) == expected


def test_a_heavy_page_is_given_in_parts_below_eight_mebibytes(small: Exchange) -> None:
    drafts = [practice(f"Practice {n}", words_of_our_own="x" * 250_000) for n in range(40)]
    done = publish(small, drafts)
    client, seen, after = PeerClient(InProcess(small)), [], None
    while True:
        lines = client.contents(own(small), 0, 0, after=after)
        if not lines:
            break
        assert sum(len(line) + 1 for line in lines) <= MAX_CONTENTS_ANSWER
        seen += lines
        after = len(seen)
    assert client.requests == 3
    with small.database.reading() as uow:
        assert seen == [uow.contents.get(item.digest) for item in done]


def test_one_content_has_exact_bytes_and_its_digest_for_a_tag(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    answer = InProcess(x).get(f"contents/{done.digest}", limit=MIB)
    with x.database.reading() as uow:
        assert answer.body == uow.contents.get(done.digest)
    assert done.digest in answer.headers["etag"]
    again = InProcess(x).get(f"contents/{done.digest}", limit=MIB, etag=answer.headers["etag"])
    assert again.status == 304


def test_what_was_never_held_is_not_found_and_what_was_erased_is_gone(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    erase(x, done.record)
    peer = InProcess(x)
    assert peer.get(f"contents/{done.digest}", limit=MIB).status == 410
    assert peer.get("contents/sha256:" + "0" * 64, limit=MIB).status == 404


# --- proofs -------------------------------------------------------------------------------------


def test_a_proof_leads_from_any_entry_to_the_signed_root(x: Exchange) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(PAGE_LINES + 30)])
    lines, client = raw_lines(x), PeerClient(InProcess(x))
    with x.database.reading() as uow:
        log = uow.logs.current(own(x))
    assert log is not None
    for seq in (0, 1, 255, 256, len(lines) - 1):
        proof = open_proof_file(client.proof(own(x), 0, seq))
        head = open_checkpoint(proof.note, log.epoch)
        assert proof.index == seq
        verify_inclusion(leaf_hash(lines[seq]), seq, head.size, proof.path, head.root)
    assert InProcess(x).get(f"logs/{own(x)}/0/proof/{len(lines)}", limit=MIB).status == 404


# --- heads --------------------------------------------------------------------------------------


def test_heads_tells_each_log_once_and_then_only_what_changed(
    x: Exchange, clock: FixedClock
) -> None:
    client, origin = PeerClient(InProcess(x)), Foreign()
    origin.publish()
    origin.store(x)
    first = client.heads()
    assert {line.oid: line.size for line in first.logs} == {own(x): 1, origin.oid: 2}
    assert not first.more
    nothing = client.heads(first.token, first.etag)
    assert nothing.unchanged
    publish(x, [practice()])
    second = client.heads(first.token, first.etag)
    assert [(line.oid, line.size, line.applied) for line in second.logs] == [(own(x), 2, 2)]
    clock.forward(hours=13)
    assert renew_checkpoint(x)
    third = client.heads(second.token, second.etag)
    assert [(line.oid, line.size) for line in third.logs] == [(own(x), 2)]


def test_a_log_of_another_origin_is_relayed_with_its_own_signature(x: Exchange) -> None:
    origin = Foreign()
    origin.publish()
    origin.store(x)
    client = PeerClient(InProcess(x))
    (line,) = [line for line in client.heads().logs if line.oid == origin.oid]
    assert open_checkpoint(line.checkpoint, origin.log.epoch).size == 2
    assert client.entries(origin.oid, 0, 0) == origin.log.lines
    assert client.contents(origin.oid, 0, 0) == list(origin.contents.values())


def test_the_idle_answer_is_a_few_hundred_bytes_however_many_records_there_are(
    x: Exchange,
) -> None:
    publish(x, [practice(f"Practice {n}") for n in range(300)])
    heads = PeerClient(InProcess(x)).heads()
    client = make_app(x).test_client()
    answer = client.get(
        "/exchange/1/heads",
        query_string={"since": heads.token},
        headers={"If-None-Match": heads.etag or "", "Accept-Encoding": "zstd, gzip"},
    )
    assert answer.status_code == 304
    assert answer.get_data() == b""
    lines = [f"{name}: {value}\r\n" for name, value in answer.headers.items()]
    assert len("HTTP/1.1 304 Not Modified\r\n" + "".join(lines) + "\r\n") <= 200


@pytest.mark.parametrize(
    "token",
    ["abcdefabcdef.1", "1", "x", "0.99999", "...", "9" * 80],
    ids=["another database", "no name", "a word", "no such name", "points", "a long number"],
)
def test_a_token_that_is_not_of_this_database_is_answered_in_full(
    small: Exchange, token: str
) -> None:
    assert [line.oid for line in PeerClient(InProcess(small)).heads(token).logs] == [own(small)]


def test_a_token_from_the_future_of_this_database_is_answered_in_full(small: Exchange) -> None:
    client = PeerClient(InProcess(small))
    name, _, number = client.heads().token.rpartition(".")
    assert len(client.heads(f"{name}.{int(number) + 1000}").logs) == 1


def test_many_logs_come_in_pages_and_none_is_told_twice_or_left_out(
    small: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEADS_BATCH", 4)
    origins = [Foreign(f"Origin {n}") for n in range(11)]
    for origin in origins:
        origin.store(small)
    client, seen, token, etag, pages = PeerClient(InProcess(small)), [], None, None, 0
    while True:
        heads = client.heads(token, etag)
        seen += [line.oid for line in heads.logs]
        token, etag, pages = heads.token, heads.etag, pages + 1
        if not heads.more:
            break
    assert sorted(seen) == sorted([own(small), *(origin.oid for origin in origins)])
    assert pages == 3
    assert client.heads(token, etag).unchanged


def test_logs_that_changed_together_are_told_together(
    small: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEADS_BATCH", 2)
    origins = [Foreign(f"Origin {n}") for n in range(5)]
    for origin in origins:
        origin.store(small)
    with small.database.writing() as uow:
        change = uow.next_change()
        for origin in origins[:2]:
            log = uow.logs.current(origin.oid)
            assert log is not None
            uow.logs.save_head(
                log.id,
                size=log.size,
                edge=log.edge,
                checkpoint=log.checkpoint,
                target=None,
                change=change,
            )
    client, seen, token = PeerClient(InProcess(small)), [], None
    for _ in range(10):
        heads = client.heads(token)
        seen += [line.oid for line in heads.logs]
        token = heads.token
        if not heads.more:
            break
    assert sorted(seen) == sorted([own(small), *(origin.oid for origin in origins)])


def test_a_page_of_heads_stays_below_its_limit_with_notes_of_any_length(
    small: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = [Foreign(f"Origin {n}") for n in range(8)]
    for origin in origins:
        origin.store(small)
    monkeypatch.setattr(serving, "MAX_HEADS", 3000)
    client, seen, token = PeerClient(InProcess(small)), [], None
    for _ in range(20):
        answer = InProcess(small).get("heads", params={"since": token or "0"}, limit=MAX_HEADS)
        assert len(answer.body) <= 3000
        heads = client.heads(token)
        seen += [line.oid for line in heads.logs]
        token = heads.token
        if not heads.more:
            break
    assert len(seen) == len(set(seen)) == 9


# --- blocked origins and evidence ---------------------------------------------------------------


def test_a_blocked_origin_is_served_like_one_never_heard_of(x: Exchange) -> None:
    origin = Foreign()
    digest = origin.publish()
    origin.store(x)
    client = PeerClient(InProcess(x))
    token = client.heads().token
    block_origin(x, origin.oid)
    assert [line.oid for line in client.heads().logs] == [own(x)]
    peer = InProcess(x)
    for path in (
        f"logs/{origin.oid}/0/entries/0",
        f"logs/{origin.oid}/0/contents/0",
        f"logs/{origin.oid}/0/proof/1",
        f"contents/{digest}",
    ):
        assert peer.get(path, limit=MIB).status == 404, path
    unblock_origin(x, origin.oid)
    assert [line.oid for line in client.heads(token).logs] == [origin.oid], "told as changed"
    assert peer.get(f"contents/{digest}", limit=MIB).status == 200


def test_evidence_gives_both_notes_and_why(x: Exchange, clock: FixedClock) -> None:
    origin = Foreign()
    origin.publish()
    origin.store(x)
    one, two = origin.log.note(), origin.log.note(1)
    with x.database.writing() as uow:
        uow.evidence.add(origin.oid, 0, "equivocation", one, two, "Two.", None, clock.now())
    (line,) = PeerClient(InProcess(x)).evidence(origin.oid)
    assert line.notes == (one, two)
    assert (line.epoch, line.kind, line.why) == (0, "equivocation", "Two.")
    assert PeerClient(InProcess(x)).evidence(own(x)) == ()
    assert InProcess(x).get("evidence/" + "a" * 52, limit=MIB).status == 404


# --- files --------------------------------------------------------------------------------------


@pytest.fixture
def file(small: Exchange) -> str:
    attachment = Attachment(source=b"0123456789", media_type="text/html", name="page.html")
    (done,) = publish(small, [replace(practice(), blobs=[attachment])])
    with small.database.reading() as uow:
        (row,) = uow.blobs.of_record(own(small), done.record)
    return row.digest


def test_a_file_is_a_download_and_never_active_content(small: Exchange, file: str) -> None:
    answer = make_app(small).test_client().get(f"/exchange/1/blobs/{file}")
    assert answer.get_data() == b"0123456789"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["ETag"] == f'"{file}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-500", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=1-2,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=4-2", 200, b"0123456789", None),
        ("nonsense", 200, b"0123456789", None),
    ],
    ids=[
        "a part in the middle",
        "from a place to the end",
        "the last three",
        "beyond the end",
        "behind the end",
        "several parts",
        "another unit",
        "backwards",
        "not a range",
    ],
)
def test_a_part_of_a_file_can_be_asked_for(
    small: Exchange, file: str, asked: str, status: int, body: bytes | None, said: str | None
) -> None:
    answer = (
        make_app(small).test_client().get(f"/exchange/1/blobs/{file}", headers={"Range": asked})
    )
    assert answer.status_code == status
    assert body is None or answer.get_data() == body
    assert answer.headers.get("Content-Range") == said


def test_a_part_is_only_given_of_the_file_that_was_begun(small: Exchange, file: str) -> None:
    client = make_app(small).test_client()
    for tag, status in ((f'"{file}"', 206), ('"another"', 200)):
        headers = {"Range": "bytes=2-4", "If-Range": tag}
        answer = client.get(f"/exchange/1/blobs/{file}", headers=headers)
        assert answer.status_code == status


def test_the_head_of_a_file_gives_its_length_and_no_bytes(small: Exchange, file: str) -> None:
    answer = make_app(small).test_client().head(f"/exchange/1/blobs/{file}")
    assert answer.headers["Content-Length"] == "10"
    assert answer.get_data() == b""


def test_a_file_that_the_client_has_already_is_not_sent_again(small: Exchange, file: str) -> None:
    answer = InProcess(small).get(f"blobs/{file}", limit=100, etag=f'"{file}"')
    assert (answer.status, answer.body) == (304, b"")


def test_a_disk_that_fails_is_the_nodes_trouble_and_not_told_in_detail(
    small: Exchange, file: str
) -> None:
    folder = small.settings.home / "blobs" / file[7:9]
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")
    answer = InProcess(small).get(f"blobs/{file}", limit=1000)
    assert answer.status == 503
    assert str(small.settings.home).encode() not in answer.body


def test_a_file_that_no_record_names_is_not_served(small: Exchange) -> None:
    digest = small.blobs.put_stream([b"left over"])
    assert InProcess(small).get(f"blobs/{digest}", limit=MIB).status == 404
