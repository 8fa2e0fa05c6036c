"""What strangers may send to the endpoints, and the clean refusal each of it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from node.core.limits import MAX_NOTE
from tests.support.nodes import make_app

if TYPE_CHECKING:
    from node.exchange.context import Exchange

OID = "a" * 52
DIGEST = "sha256:" + "0" * 64


def check_problem(answer: object, status: int) -> None:
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"  # type: ignore[attr-defined]
    document = orjson.loads(answer.get_data())  # type: ignore[attr-defined]
    assert document["status"] == status
    assert {"type", "title", "detail", "code"} <= set(document)
    assert document["title"] == HTTP_STATUS_CODES[status]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("logs/" + "A" * 52 + "/0/entries/0", 400),
        ("logs/" + "a" * 51 + "/0/entries/0", 400),
        ("logs/" + "a" * 53 + "/0/entries/0", 400),
        ("logs/%00" + "a" * 51 + "/0/entries/0", 400),
        (f"logs/{OID}%0a/0/entries/0", 400),
        (f"logs/{OID}/-1/entries/0", 400),
        (f"logs/{OID}/00/entries/0", 400),
        (f"logs/{OID}/0x1/entries/0", 400),
        (f"logs/{OID}/0/entries/01", 400),
        (f"logs/{OID}/0/entries/" + "9" * 30, 400),
        (f"logs/{OID}/0/entries/٣", 400),
        (f"logs/{OID}/0/entries/1.5", 400),
        (f"logs/{OID}/0/entries/", 404),
        (f"logs/{OID}/0/entries/0/0", 404),
        (f"logs/{OID}/0/entries/999999999999999", 404),
        (f"logs/{OID}/999999999999999/proof/999999999999999", 404),
        (f"logs/{OID}/0/contents/0", 404),
        (f"logs/{OID}/0/proof/0", 404),
        ("contents/sha256:" + "0" * 63, 400),
        ("contents/sha256:" + "G" * 64, 400),
        ("contents/SHA256:" + "0" * 64, 400),
        ("contents/" + "0" * 64, 400),
        (f"contents/{DIGEST}%0a", 400),
        (f"contents/{DIGEST}", 404),
        ("blobs/../../etc/passwd", 404),
        ("blobs/..%2f..%2fetc%2fpasswd", 404),
        ("blobs/%2e%2e", 400),
        (f"blobs/{DIGEST}", 404),
        ("evidence/x", 400),
        (f"evidence/{OID}", 404),
        ("node?since=1", 400),
        ("heads?after=1", 400),
        (f"logs/{OID}/0/entries/0?foo=1", 400),
        (f"logs/{OID}/0/entries/0?after=1&since=1", 400),
        (f"contents/{DIGEST}?after=1", 400),
        ("heads?since=%00", 400),
        ("heads?since=", 400),
        ("heads?since=1&since=2", 400),
        ("heads?since=" + "a" * 81, 400),
        ("heads?since=%22%3Cscript%3E", 400),
        (f"logs/{OID}/0/entries/0?after=-1", 400),
        (f"logs/{OID}/0/entries/0?after=", 400),
        (f"logs/{OID}/0/entries/0?after=1&after=2", 400),
        (f"logs/{OID}/0/entries/0?after=" + "1" * 40, 400),
        ("", 404),
        ("nothing", 404),
        ("nothing/at/all", 404),
        ("node/", 404),
    ],
)
def test_an_address_that_is_not_of_its_form_is_refused_in_plain_words(
    small: Exchange, path: str, status: int
) -> None:
    check_problem(make_app(small).test_client().get(f"/exchange/1/{path}"), status)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "heads", "GET, HEAD"),
        ("DELETE", f"contents/{DIGEST}", "GET, HEAD"),
        ("PUT", "node", "GET, HEAD"),
        ("PATCH", f"logs/{OID}/0/entries/0", "GET, HEAD"),
        ("GET", "announce", "POST"),
        ("DELETE", "announce", "POST"),
    ],
)
def test_a_method_that_an_address_does_not_have_is_refused_with_those_it_has(
    small: Exchange, method: str, path: str, allowed: str
) -> None:
    answer = make_app(small).test_client().open(f"/exchange/1/{path}", method=method)
    check_problem(answer, 405)
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"hello", {}, 400),
        (b"\xff\xfe\x00", {}, 400),
        (b"{}", {"Content-Type": "application/json"}, 400),
        (b"x" * (MAX_NOTE + 1), {}, 413),
        (b"\x1f\x8b", {"Content-Encoding": "gzip"}, 415),
        (f"footbridge/1/{OID}/0\n1\n{'A' * 43}=\n\n\u2014 x AAAA\n".encode(), {}, 400),
    ],
    ids=[
        "nothing",
        "a word",
        "bytes that are no text",
        "JSON",
        "more than a note may have",
        "something packed",
        "a checkpoint with a broken signature line",
    ],
)
def test_an_announcement_that_is_no_checkpoint_is_refused(
    small: Exchange, body: bytes, headers: dict[str, str], status: int
) -> None:
    client = make_app(small).test_client()
    check_problem(client.post("/exchange/1/announce", data=body, headers=headers), status)


def test_an_announcement_without_a_length_is_not_read_without_end(small: Exchange) -> None:
    environ = create_environ("/exchange/1/announce", method="POST")
    environ |= {
        "wsgi.input": _Endless(),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    answer = Response.from_app(make_app(small), environ)
    check_problem(answer, 400)


class _Endless:
    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += 1
        assert self.given < 1000, "the whole stream was read"
        return b"x" * (1024 if size < 0 else min(size, 1024))

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def test_what_is_broken_at_home_is_not_told_to_strangers(small: Exchange) -> None:
    with small.database.writing() as uow:
        uow.origins.set_status(small.own_oid(), "active")
    answer = make_app(small).test_client().get("/exchange/1/node")
    assert str(small.settings.home) not in answer.get_data(as_text=True)
    check_problem(answer, 404)
