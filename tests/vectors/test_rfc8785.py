"""RFC 8785: the general function on every vector, and our profile where the vector is within it."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

import pytest
import rfc8785

from node.core.canonical import NotCanonicalError, jcs, parse, parse_human
from node.core.ijson import canonicalise, parse_ijson
from tests.reference.jcs import RefusedError
from tests.reference.jcs import jcs as slow_jcs
from tests.support.vectors import VECTORS, rows

LIMIT = 1 << 20


def lines_of(name: str) -> list[bytes]:
    return (VECTORS / "rfc8785" / name).read_bytes().split(b"\n")[:-1]


def load_files() -> list[tuple[str, Any]]:
    folder = VECTORS / "rfc8785"
    return [
        (path.stem, (path.read_bytes(), (folder / "output" / path.name).read_bytes().rstrip(b"\n")))
        for path in sorted((folder / "input").glob("*.json"))
    ]


def load_objects() -> list[tuple[str, Any]]:
    return [(f"line {n}", json.loads(line)) for n, line in enumerate(lines_of("objects.jsonl"), 1)]


def load_rejects() -> list[tuple[str, Any]]:
    cases = [json.loads(line) for line in lines_of("reject.jsonl")]
    return [(case["name"], case["input"]) for case in cases]


def within_profile(value: Any) -> bool:
    """Answer by the slow second implementation whether our profile takes this value."""
    try:
        slow_jcs(value)
    except RefusedError:
        return False
    return True


def check(given: bytes, wanted: bytes) -> None:
    value = parse_ijson(given, limit=LIMIT)
    assert canonicalise(value) == wanted
    assert rfc8785.dumps(value) == wanted
    if within_profile(value):
        assert jcs(value) == wanted
        assert parse_human(given, limit=LIMIT) == value
    else:
        with pytest.raises(NotCanonicalError):
            jcs(value)
        with pytest.raises(NotCanonicalError):
            parse_human(given, limit=LIMIT)
    # A float such as -0.0 or 1e2 is outside of the profile; what it canonicalises to is not.
    if within_profile(parse_ijson(wanted, limit=LIMIT)):
        assert jcs(parse(wanted, limit=LIMIT)) == wanted
    else:
        with pytest.raises(NotCanonicalError):
            parse(wanted, limit=LIMIT)
    if given != wanted:
        with pytest.raises(NotCanonicalError):
            parse(given, limit=LIMIT)


@pytest.mark.parametrize("case", rows(load_files))
def test_the_published_file_canonicalises_to_its_output(case: Any) -> None:
    check(*case)


@pytest.mark.parametrize("case", rows(load_objects))
def test_the_object_canonicalises_as_in_v8(case: Any) -> None:
    wanted = case["canonical"].encode("utf-8")
    assert hashlib.sha256(wanted).hexdigest() == case["sha256"]
    check(case["input"].encode("utf-8"), wanted)


@pytest.mark.parametrize("given", rows(load_rejects))
def test_what_is_not_i_json_is_refused_by_both_readers(given: Any) -> None:
    for read in (parse_ijson, parse_human, parse):
        with pytest.raises(NotCanonicalError):
            read(given.encode("utf-8", "surrogatepass"), limit=LIMIT)


@pytest.mark.parametrize("lines", rows(lambda: [("all", lines_of("es6-numbers-odd.txt"))]))
def test_every_published_number_is_written_as_in_ecmascript(lines: Any) -> None:
    assert len(lines) == 5000
    for line in lines:
        bits, _, wanted = line.partition(b",")
        (value,) = struct.unpack(">d", int(bits, 16).to_bytes(8, "big"))
        assert canonicalise(value) == wanted
        with pytest.raises(NotCanonicalError):
            jcs(value)
