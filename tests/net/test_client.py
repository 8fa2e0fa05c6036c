"""Typed calls: what statuses and malformed answers become, before anything is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from node.core.canonical import digest
from node.core.ports import Answer
from node.errors import (
    GoneError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
)
from node.net.answers import EvidenceLine, HeadLine, read_evidence, read_heads, read_node
from node.net.client import PeerClient

OID = "a" * 52
JSON = {"content-type": "application/json"}

NODE: dict[str, Any] = {
    "oid": OID,
    "name": "Puente",
    "country": "ES",
    "protocols": [1],
    "software": "footbridge/0.1.0",
    "limits": {"page": 4194304, "new": "ignored"},
}
LINE: dict[str, Any] = {"oid": OID, "epoch": 0, "size": 3, "checkpoint": "note", "applied": 2}
HEADS: dict[str, Any] = {"token": "7", "logs": [LINE], "more": False}
EVIDENCE: dict[str, Any] = {
    "evidence": [
        {"epoch": 0, "kind": "fork", "why": "Two truths.", "notes": ["a", "b"], "seen": "2026"}
    ]
}


class Canned:
    """A transport that gives the same answer to everything and remembers what it was asked."""

    def __init__(self, status: int = 200, body: bytes = b"", headers: Any = None) -> None:
        self.answer = Answer(status, body, JSON if headers is None else headers)
        self.asked: list[tuple[str, dict[str, str], str | None]] = []

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        self.asked.append((path, dict(params or {}), etag))
        return self.answer

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        self.asked.append((path, {"body": body.decode()}, None))
        return self.answer


def test_who_a_node_is_is_read_and_unknown_members_are_ignored():
    transport = Canned(body=orjson.dumps({**NODE, "motto": "later versions say more"}))
    info = PeerClient(transport).node()
    assert (info.oid, info.name, info.country, info.protocols) == (OID, "Puente", "ES", (1,))
    assert info.limits == {"page": 4194304}
    assert transport.asked == [("node", {}, None)]


def test_heads_are_asked_for_with_token_and_tag():
    transport = Canned(body=orjson.dumps(HEADS), headers={**JSON, "etag": '"7"'})
    heads = PeerClient(transport).heads("6", '"6"')
    assert heads.logs == (HeadLine(OID, 0, 3, b"note", 2),)
    assert (heads.token, heads.more, heads.etag, heads.unchanged) == ("7", False, '"7"', False)
    assert transport.asked == [("heads", {"since": "6"}, '"6"')]


def test_nothing_new_keeps_token_and_tag():
    heads = PeerClient(Canned(304)).heads("6", '"6"')
    assert (heads.token, heads.logs, heads.etag, heads.unchanged) == ("6", (), '"6"', True)


def test_nothing_new_to_a_first_question_is_nonsense():
    with pytest.raises(PeerMisbehavesError, match="first question"):
        PeerClient(Canned(304)).heads()


def test_pages_are_asked_for_by_path_and_split_at_newlines_alone():
    transport = Canned(body="a\u2028b\x85c\nd\n".encode())
    client = PeerClient(transport)
    assert client.entries(OID, 2, 7, 9) == ["a\u2028b\x85c".encode(), b"d"]
    assert client.contents(OID, 2, 7) == ["a\u2028b\x85c".encode(), b"d"]
    assert transport.asked == [
        (f"logs/{OID}/2/entries/7", {"after": "9"}, None),
        (f"logs/{OID}/2/contents/7", {}, None),
    ]
    assert (client.requests, client.bytes) == (2, 2 * len(transport.answer.body))


def test_an_empty_page_has_no_lines():
    assert PeerClient(Canned(body=b"")).entries(OID, 0, 0) == []


def test_a_page_of_more_lines_than_a_page_has_is_refused():
    with pytest.raises(PeerMisbehavesError, match="257 lines"):
        PeerClient(Canned(body=b"x\n" * 257)).entries(OID, 0, 0)


def test_a_page_that_ends_without_a_newline_is_refused():
    with pytest.raises(PeerMisbehavesError, match="cut off"):
        PeerClient(Canned(body=b"x\ny")).contents(OID, 0, 0)


def test_an_announcement_carries_the_checkpoint_and_nothing_else():
    transport = Canned(204)
    PeerClient(transport).announce(b"a note")
    assert transport.asked == [("announce", {"body": "a note"}, None)]


STATUSES = [
    (404, NotFoundError),
    (410, GoneError),
    (429, PeerUnreachableError),
    (500, PeerUnreachableError),
    (503, PeerUnreachableError),
    (302, PeerMisbehavesError),
    (400, PeerMisbehavesError),
    (401, PeerMisbehavesError),
    (418, PeerMisbehavesError),
]


@pytest.mark.parametrize(("status", "error"), STATUSES)
def test_a_status_says_who_must_act(status, error):
    client = PeerClient(Canned(status))
    for ask in (
        client.node,
        client.heads,
        lambda: client.entries(OID, 0, 0),
        lambda: client.contents(OID, 0, 0),
        lambda: client.content(digest(b"")),
        lambda: list(client.blob(digest(b""), 5)),
        lambda: client.proof(OID, 0, 0),
        lambda: client.evidence(OID),
        lambda: client.announce(b""),
    ):
        with pytest.raises(error) as caught:
            ask()
        assert type(caught.value) is error
        assert caught.value.facts["status"] == status


@pytest.mark.parametrize("kind", ["text/html", "text/plain; charset=utf-8", "", "application/xml"])
def test_documents_that_are_not_called_json_are_refused(kind):
    transport = Canned(body=orjson.dumps(HEADS), headers={"content-type": kind})
    with pytest.raises(PeerMisbehavesError, match="instead of JSON"):
        PeerClient(transport).heads()


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/foo+json"])
def test_json_by_any_of_its_names_is_taken(kind):
    transport = Canned(body=orjson.dumps(HEADS), headers={"content-type": kind})
    assert PeerClient(transport).heads().token == "7"


NOT_JSON = [
    ("nothing", b""),
    ("no JSON", b"<p>"),
    ("not an object", b"[]"),
    ("a number that is none", b'{"token": NaN}'),
    ("a member twice", b'{"token":"1","token":"2","logs":[],"more":false}'),
    ("a float", b'{"token":"1","logs":[],"more":false,"x":1.5}'),
    ("too deep", b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"}"),
    ("bytes that are no text", b'{"token":"\xff"}'),
]


@pytest.mark.parametrize("body", [row[1] for row in NOT_JSON], ids=[row[0] for row in NOT_JSON])
def test_a_document_that_is_no_proper_json_is_the_peers_fault(body):
    for read in (read_node, lambda raw: read_heads(raw, None), read_evidence):
        with pytest.raises(PeerMisbehavesError):
            read(body)


def changed(document: dict[str, Any], **members: Any) -> bytes:
    return orjson.dumps({**document, **members})


WRONG_NODES = [
    {"oid": "A" * 52},
    {"oid": "a" * 51},
    {"oid": None},
    {"name": 5},
    {"name": "x" * 201},
    {"name": "a\nb"},
    {"country": "ESP"},
    {"protocols": "1"},
    {"protocols": [True]},
    {"software": None},
    {"limits": []},
]
WRONG_LINES = [
    {"oid": "x"},
    {"epoch": -1},
    {"epoch": "0"},
    {"epoch": True},
    {"size": 2**53},
    {"size": None},
    {"checkpoint": 5},
    {"applied": -1},
]
WRONG_HEADS = [
    {"token": None},
    {"token": "x" * 201},
    {"token": "a\r\nb"},
    {"logs": {}},
    {"logs": ["x"]},
    {"logs": [LINE] * 10_001},
    {"more": 1},
    *({"logs": [{**LINE, **wrong}]} for wrong in WRONG_LINES),
]
WRONG_EVIDENCE = [
    {"evidence": {}},
    {"evidence": [5]},
    *(
        {"evidence": [{**EVIDENCE["evidence"][0], **wrong}]}
        for wrong in ({"notes": "ab"}, {"notes": [1]}, {"epoch": "x"}, {"why": 1}, {"kind": "\n"})
    ),
]


@pytest.mark.parametrize("wrong", WRONG_NODES, ids=str)
def test_a_node_document_with_a_wrong_member_is_refused(wrong):
    with pytest.raises(PeerMisbehavesError, match="has no proper"):
        read_node(changed(NODE, **wrong))


@pytest.mark.parametrize("wrong", WRONG_HEADS, ids=lambda wrong: str(wrong)[:60])
def test_heads_with_a_wrong_member_are_refused(wrong):
    with pytest.raises(PeerMisbehavesError, match=r"has no proper|too large"):
        read_heads(changed(HEADS, **wrong), None)


@pytest.mark.parametrize("wrong", WRONG_EVIDENCE, ids=lambda wrong: str(wrong)[:60])
def test_evidence_with_a_wrong_member_is_refused(wrong):
    with pytest.raises(PeerMisbehavesError, match="has no proper"):
        read_evidence(changed(EVIDENCE, **wrong))


def test_evidence_is_read():
    client = PeerClient(Canned(body=orjson.dumps(EVIDENCE)))
    assert client.evidence(OID) == (EvidenceLine(0, "fork", "Two truths.", (b"a", b"b"), "2026"),)
