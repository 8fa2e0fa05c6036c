"""Contents: salted words, known to the log only by digest and size."""

from __future__ import annotations

from typing import Any

import pytest

from node.core.base64text import encode_base64url
from node.core.canonical import digest, jcs
from node.core.contents import (
    BadContentError,
    BlobRef,
    make_content,
    open_content,
    parse_content,
)
from node.core.limits import MAX_CONTENT
from tests.support.making import sample_content

SALT = bytes(range(32))
FALLBACK = {"title": {"en": "A practice", "zh-Hant": "實踐"}, "summary": {}}
PHOTO = BlobRef(digest(b"photo"), 48_213, "image/jpeg", "class photo.jpg", {"en": "A class"})
DOCUMENT: dict[str, Any] = {
    "salt": encode_base64url(SALT),
    "kind": "good-practice",
    "body": {"a": 1},
    "blobs": [PHOTO.as_json()],
    "fallback": FALLBACK,
}


def test_a_content_reads_as_it_was_made() -> None:
    raw = make_content("good-practice", {"a": 1}, salt=SALT, blobs=[PHOTO], fallback=FALLBACK)
    assert raw == jcs(DOCUMENT)
    content = open_content(raw, digest=digest(raw), size=len(raw))
    assert (content.raw, content.digest, content.size) == (raw, digest(raw), len(raw))
    assert (content.kind, content.body, content.salt) == ("good-practice", {"a": 1}, SALT)
    assert content.blobs == (PHOTO,)
    assert content.fallback == FALLBACK


def test_the_same_words_with_another_salt_have_another_digest() -> None:
    made = [
        make_content("good-practice", {"a": 1}, salt=bytes([n] * 32), fallback=FALLBACK)
        for n in (1, 2)
    ]
    assert digest(made[0]) != digest(made[1])
    assert len(made[0]) == len(made[1])


def test_unknown_members_are_kept() -> None:
    raw = jcs({**DOCUMENT, "more": [1], "blobs": [{**PHOTO.as_json(), "licence": "CC0-1.0"}]})
    content = parse_content(raw)
    assert content.raw == raw
    assert content.blobs == (PHOTO,)


def test_other_bytes_are_refused_before_they_are_parsed() -> None:
    raw = sample_content()
    for changed in (raw[:-1], raw + b"\n", b"", b"[" * 100_000):
        with pytest.raises(BadContentError, match="not the one"):
            open_content(changed, digest=digest(raw), size=len(raw))
    with pytest.raises(BadContentError, match="not the one"):
        open_content(raw, digest=digest(raw), size=len(raw) + 1)


def test_the_largest_content_is_read_and_one_byte_more_is_not() -> None:
    least = len(jcs({**DOCUMENT, "body": {"x": ""}}))
    raw = jcs({**DOCUMENT, "body": {"x": "y" * (MAX_CONTENT - least)}})
    assert parse_content(raw).size == MAX_CONTENT
    with pytest.raises(BadContentError, match=str(MAX_CONTENT)):
        parse_content(jcs({**DOCUMENT, "body": {"x": "y" * (MAX_CONTENT - least + 1)}}))


BLOB = PHOTO.as_json()


@pytest.mark.parametrize(
    ("members", "why"),
    [
        pytest.param({"salt": None}, "salt", id="no salt"),
        pytest.param({"salt": encode_base64url(bytes(31))}, "salt", id="a short salt"),
        pytest.param({"salt": encode_base64url(SALT) + "="}, "salt", id="a padded salt"),
        pytest.param({"salt": 5}, "salt", id="a number as salt"),
        pytest.param({"kind": "Good"}, "kind", id="a kind in capitals"),
        pytest.param({"kind": "a/1"}, "kind", id="a kind with a version"),
        pytest.param({"kind": 1}, "kind", id="a number as kind"),
        pytest.param({"body": []}, "body", id="a list as body"),
        pytest.param({"body": None}, "body", id="no body"),
        pytest.param({"blobs": None}, "list", id="no list of files"),
        pytest.param({"blobs": {}}, "list", id="an object as files"),
        pytest.param({"fallback": None}, "fallback", id="no fallback"),
        pytest.param({"fallback": {"title": {"en": "x"}}}, "fallback", id="no summary"),
        pytest.param({"fallback": {"title": {}, "summary": {}}}, "fallback", id="an empty title"),
        pytest.param(
            {"fallback": {"title": {"en": 1}, "summary": {}}}, "fallback", id="a number as title"
        ),
        pytest.param(
            {"fallback": {"title": {"en": "x"}, "summary": {"e n": "x"}}},
            "fallback",
            id="no language tag",
        ),
        pytest.param({"blobs": ["x"]}, "is an object", id="a text as file"),
        pytest.param({"blobs": [{**BLOB, "digest": "x"}]}, "digest", id="no digest"),
        pytest.param({"blobs": [{**BLOB, "digest": 7}]}, "digest", id="a number as digest"),
        pytest.param({"blobs": [{**BLOB, "size": -1}]}, "size", id="a negative size"),
        pytest.param({"blobs": [{**BLOB, "size": True}]}, "size", id="true as size"),
        pytest.param({"blobs": [{**BLOB, "size": "1"}]}, "size", id="a size as text"),
        pytest.param({"blobs": [{**BLOB, "media_type": "jpeg"}]}, "media type", id="half a type"),
        pytest.param({"blobs": [{**BLOB, "media_type": 1}]}, "media type", id="a number as type"),
        pytest.param(
            {"blobs": [{**BLOB, "media_type": "text/html; charset=x"}]},
            "media type",
            id="a parameter",
        ),
        pytest.param({"blobs": [{**BLOB, "name": "../x"}]}, "name", id="a folder"),
        pytest.param({"blobs": [{**BLOB, "name": "a\\b"}]}, "name", id="a folder of Windows"),
        pytest.param({"blobs": [{**BLOB, "name": ".."}]}, "name", id="the folder above"),
        pytest.param({"blobs": [{**BLOB, "name": ""}]}, "name", id="an empty name"),
        pytest.param({"blobs": [{**BLOB, "name": "a\nb"}]}, "name", id="a newline in the name"),
        pytest.param({"blobs": [{**BLOB, "name": "x" * 201}]}, "name", id="a name too long"),
        pytest.param({"blobs": [{**BLOB, "name": 1}]}, "name", id="a number as name"),
        pytest.param({"blobs": [{**BLOB, "alt": "A class"}]}, "alt", id="alt without language"),
        pytest.param({"blobs": [{**BLOB, "alt": {"en": 1}}]}, "alt", id="a number as alt"),
    ],
)
def test_a_malformed_content_is_refused(members: dict[str, Any], why: str) -> None:
    with pytest.raises(BadContentError, match=why):
        parse_content(jcs({**DOCUMENT, **members}))


@pytest.mark.parametrize("raw", [b"", b"[]", b" {}", b"{}"], ids=repr)
def test_what_is_no_content_is_refused(raw: bytes) -> None:
    with pytest.raises(BadContentError):
        parse_content(raw)


@pytest.mark.parametrize(
    ("salt", "body"), [(bytes(31), {}), (SALT, {"a": 0.5}), (SALT, {"a": "x" * MAX_CONTENT})],
    ids=["short salt", "float", "too large"],
)  # fmt: skip
def test_no_wrong_content_is_made(salt: bytes, body: dict[str, Any]) -> None:
    with pytest.raises(BadContentError):
        make_content("good-practice", body, salt=salt, fallback=FALLBACK)


def test_the_hint_of_what_to_write_instead_of_a_float_is_kept() -> None:
    with pytest.raises(BadContentError) as caught:
        make_content("good-practice", {"cost": 0.5}, salt=SALT, fallback=FALLBACK)
    assert "whole numbers" in caught.value.hint


def test_files_may_be_empty_and_without_description() -> None:
    empty = {**BLOB, "size": 0, "alt": {}}
    assert parse_content(jcs({**DOCUMENT, "blobs": [empty]})).blobs[0].alt == {}
