from __future__ import annotations

import gzip
import socket
import threading
import time

import pytest
import zstandard

from node.errors import BadInputError, PeerMisbehavesError, PeerUnreachableError
from node.net.transport import HttpTransport
from tests.net.raw_server import Reply, answer, raw_server


@pytest.fixture
def transport_to():
    opened = []

    def make(server, **options) -> HttpTransport:
        options.setdefault("private_ok", True)
        options.setdefault("patience", 0.5)
        opened.append(HttpTransport(server.url, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_a_request_says_what_it_accepts_and_asks_below_the_protocols_path(transport_to):
    with raw_server(answer(b"{}", headers={"ETag": '"7"'})) as server:
        got = transport_to(server).get("heads", params={"since": "a b"}, limit=100, etag='"6"')
    assert (got.status, got.body, got.headers["etag"]) == (200, b"{}", '"7"')
    request = server.requests[0].decode()
    assert request.startswith("GET /exchange/1/heads?since=a+b HTTP/1.1\r\n")
    assert "Accept-Encoding: zstd, gzip\r\n" in request
    assert "User-Agent: footbridge/" in request
    assert 'If-None-Match: "6"\r\n' in request


def test_a_node_below_a_path_is_asked_there(transport_to):
    with raw_server(answer(b"{}")) as server:
        transport = HttpTransport(server.url + "/bridge/", private_ok=True)
        transport.get("node", limit=10)
        transport.close()
    assert server.requests[0].startswith(b"GET /bridge/exchange/1/node HTTP/1.1")


def test_a_post_carries_its_body(transport_to):
    with raw_server(answer(b"", status="202 Accepted")) as server:
        assert transport_to(server).post("announce", b"a note", limit=10).status == 202
    assert server.requests[0].startswith(b"POST /exchange/1/announce")
    assert server.requests[0].endswith(b"\r\n\r\na note")


def test_one_connection_is_kept_for_many_requests(transport_to):
    with raw_server(answer(b"{}")) as server:
        transport = transport_to(server)
        for _ in range(5):
            transport.get("node", limit=10)
        assert server.connections == 1
        assert len(server.requests) == 5


def test_a_kept_connection_that_the_peer_closed_meanwhile_is_opened_again(transport_to):
    with raw_server(answer(b"{}", close=True), answer(b"{}")) as server:
        transport = transport_to(server)
        transport.get("node", limit=10)
        time.sleep(0.05)
        assert transport.get("node", limit=10).body == b"{}"
        assert server.connections == 2


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor().compress)],
)
def test_packed_answers_are_unpacked_and_counted_unpacked(transport_to, encoding, pack):
    body = b"words " * 10_000
    reply = answer(pack(body), headers={"Content-Encoding": encoding})
    with raw_server(reply) as server:
        transport = transport_to(server)
        assert transport.get("x", limit=60_000).body == body
        with pytest.raises(PeerMisbehavesError, match="more than the 59,999 bytes"):
            transport.get("x", limit=59_999)


def test_chunked_answers_are_read_and_the_connection_is_kept(transport_to):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server(Reply([head, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"], pause=0.01)) as server:
        transport = transport_to(server)
        assert transport.get("x", limit=5).body == b"abcde"
        assert transport.get("x", limit=5).body == b"abcde"
        assert server.connections == 1


UNREACHABLE = [
    ("the peer hangs up without a word", Reply([], close=True)),
    ("the answer breaks off", Reply([answer(b"x" * 100).pieces[0][:-50]], close=True)),
    (
        "a chunk breaks off",
        Reply([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"], close=True),
    ),
    ("the peer never answers", Reply([b""], pause=30)),
    ("headers drip in", Reply([b"H", *[b"x"] * 500], pause=0.02)),
    ("the body drips in", Reply([answer(b"x" * 500).pieces[0][:-490], *[b"x"] * 490], pause=0.02)),
    (
        "a body is announced that never comes",
        Reply([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"], pause=30),
    ),
]


@pytest.mark.parametrize("reply", [r[1] for r in UNREACHABLE], ids=[r[0] for r in UNREACHABLE])
def test_no_whole_answer_in_time_is_an_unreachable_peer(transport_to, reply):
    began = time.monotonic()
    with raw_server(reply) as server:
        transport = transport_to(server, slowest=1024)
        with pytest.raises(PeerUnreachableError) as caught:
            transport.get("x", limit=1000)
    assert caught.value.message.endswith(".")
    assert time.monotonic() - began < 3


def endless(start: bytes):
    yield start
    while True:
        yield b"x" * 65536


MISBEHAVES = [
    ("endless data", Reply(endless(b"HTTP/1.1 200 OK\r\n\r\n")), "more than"),
    ("endless headers", Reply(endless(b"HTTP/1.1 200 OK\r\nA: ")), "HTTP as it should"),
    (
        "many headers",
        Reply([b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2000 + b"\r\n"], close=True),
        "HTTP as it should",
    ),
    (
        "provisional answers without end",
        Reply([b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000], close=True),
        "more than",
    ),
    ("another protocol", Reply([b"220 mail.example ESMTP\r\n"], close=True), "HTTP as it should"),
    (
        "a web page",
        answer(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}),
        "web page instead of exchange data",
    ),
    (
        "packed in a way that was not asked for",
        answer(b"x", headers={"Content-Encoding": "br"}),
        "not asked for",
    ),
    (
        "a redirect to another host",
        answer(status="302 Found", headers={"Location": "http://169.254.169.254/latest/"}),
        "another place",
    ),
    (
        "a redirect to another port",
        answer(status="307 Temporary Redirect", headers={"Location": "http://127.0.0.1:22/"}),
        "another place",
    ),
    (
        "a redirect to a file",
        answer(status="302 Found", headers={"Location": "file:///etc/passwd"}),
        "another place",
    ),
    (
        "a redirect that is no address",
        answer(status="302 Found", headers={"Location": "http://[::1/"}),
        "another place",
    ),
    (
        "a redirect to itself",
        answer(status="301 Moved Permanently", headers={"Location": "/again"}),
        "without end",
    ),
]


@pytest.mark.parametrize(
    ("reply", "sentence"), [r[1:] for r in MISBEHAVES], ids=[r[0] for r in MISBEHAVES]
)
def test_what_no_honest_node_sends_is_named_in_one_sentence(transport_to, reply, sentence):
    with raw_server(reply) as server, pytest.raises(PeerMisbehavesError, match=sentence) as caught:
        transport_to(server, patience=5).get("x", limit=1000)
    assert caught.value.message.endswith(".")


def test_a_redirect_on_the_same_host_is_followed(transport_to):
    moved = answer(status="308 Permanent Redirect", headers={"Location": "/new/heads?a=b"})
    with raw_server(moved, answer(b"{}")) as server:
        assert transport_to(server).get("heads", limit=10).body == b"{}"
    assert server.requests[1].startswith(b"GET /new/heads?a=b HTTP/1.1")


def test_a_post_is_not_turned_into_a_get_by_a_redirect(transport_to):
    moved = answer(status="302 Found", headers={"Location": "/elsewhere"})
    with raw_server(moved) as server:
        assert transport_to(server).post("announce", b"note", limit=10).status == 302
        assert len(server.requests) == 1


def test_a_slow_but_steady_answer_may_take_longer_than_the_patience(transport_to):
    body = b"x" * 400
    reply = Reply([answer(body).pieces[0][:-400], *[body[i : i + 40] for i in range(0, 400, 40)]])
    reply.pause = 0.1
    with raw_server(reply) as server:
        transport = transport_to(server, patience=0.5, slowest=100)
        assert transport.get("x", limit=1000).body == body


def test_the_end_of_the_round_ends_a_request(transport_to):
    with raw_server(Reply([b""], pause=30)) as server:
        transport = transport_to(server, patience=30)
        transport.until = time.monotonic() + 0.3
        with pytest.raises(PeerUnreachableError, match="too slow"):
            transport.get("x", limit=10)


def test_a_name_is_looked_up_once_for_a_connection_and_the_judged_address_is_used(transport_to):
    asked = []

    def resolver(host, port, **kwargs):
        asked.append(host)
        where = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    with raw_server(answer(b"{}")) as server:
        transport = HttpTransport(
            f"http://rebind.example:{server.port}", private_ok=True, resolver=resolver
        )
        for _ in range(3):
            transport.get("node", limit=10)
        transport.close()
    assert asked == ["rebind.example"]
    assert f"Host: rebind.example:{server.port}\r\n".encode() in server.requests[0]


def test_private_addresses_are_not_connected_to_unless_allowed(transport_to):
    with raw_server(answer(b"{}")) as server:
        with pytest.raises(PeerMisbehavesError, match="private network"):
            transport_to(server, private_ok=False).get("node", limit=10)
        assert server.connections == 0


def test_proxies_of_the_environment_are_not_used(transport_to, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with raw_server(answer(b"{}")) as server:
        assert transport_to(server).get("node", limit=10).status == 200


def test_nothing_listening_is_an_unreachable_peer():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    transport = HttpTransport(f"http://127.0.0.1:{port}", private_ok=True)
    with pytest.raises(PeerUnreachableError, match="nothing listens there"):
        transport.get("node", limit=10)


def test_a_plain_server_asked_for_tls_is_an_unreachable_peer():
    with raw_server(Reply([b"nonsense"], close=True)) as server:
        transport = HttpTransport(
            f"https://127.0.0.1:{server.port}", private_ok=True, connect_timeout=0.3
        )
        with pytest.raises(PeerUnreachableError, match="secure connection"):
            transport.get("node", limit=10)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example.org",
        "ftp://node.example.org",
        "http://",
        "http://user:secret@node.example.org",
        "http://node.example.org/?x=1",
        "http://node.example.org/#x",
        "http://node.example.org:port",
        "http://node.example.org:99999",
        "http://node.example.org/a b",
        "http://node.example.org/\r\nHost: other",
        "http://" + "a" * 64 + ".org",
    ],
)
def test_what_is_not_the_address_of_a_node_is_refused_at_once(url):
    with pytest.raises(BadInputError, match="not the address of a node"):
        HttpTransport(url)


def test_two_threads_use_two_connections(transport_to):
    both_are_asked = threading.Barrier(2, timeout=5)

    class OnceBothAreAsked:
        def __iter__(self):
            both_are_asked.wait()
            yield from answer(b"{}").pieces

    with raw_server(Reply(OnceBothAreAsked())) as server:
        transport = transport_to(server, patience=5)
        got = []
        threads = [
            threading.Thread(target=lambda: got.append(transport.get("x", limit=10).body))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == [b"{}", b"{}"]
    assert server.connections == 2


def test_a_file_comes_in_pieces(transport_to):
    body = bytes(range(256)) * 2000
    with raw_server(answer(body, headers={"Content-Type": "application/octet-stream"})) as server:
        pieces = list(transport_to(server).stream("blobs/x", limit=len(body)))
        assert b"".join(pieces) == body
        assert len(pieces) > 1


def test_a_file_that_is_longer_than_said_is_cut_off_and_the_connection_dropped(transport_to):
    with raw_server(answer(b"x" * 100), answer(b"{}")) as server:
        transport = transport_to(server)
        with pytest.raises(PeerMisbehavesError, match="more than the 99 bytes"):
            list(transport.stream("blobs/x", limit=99))
        assert transport.get("node", limit=10).body == b"{}"
        assert server.connections == 2


def test_a_file_that_is_not_there_says_its_status(transport_to):
    gone = answer(b"gone", status="410 Gone")
    with raw_server(gone) as server, pytest.raises(PeerMisbehavesError) as caught:
        list(transport_to(server).stream("blobs/x", limit=99))
    assert caught.value.facts["status"] == 410
