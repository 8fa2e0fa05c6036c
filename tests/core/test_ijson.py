"""JSON of other systems: floats are taken, everything ambiguous is refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.ijson import NotCanonicalError, canonicalise, parse_ijson

LIMIT = 1 << 20

values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_what_is_canonicalised_reads_as_the_same_value(value: Any) -> None:
    assert parse_ijson(canonicalise(value), limit=LIMIT) == value


@given(values)
def test_any_layout_of_a_value_reads_as_that_value(value: Any) -> None:
    assert parse_ijson(json.dumps(value, indent=1).encode(), limit=LIMIT) == value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"[1e400]", "too large", id="beyond a double"),
        pytest.param(b"[-1e400]", "too large", id="beyond a double, negative"),
        pytest.param(b"[9007199254740993]", "differently", id="an integer that a double rounds"),
        pytest.param(b"[-9007199254740993]", "differently", id="the same, negative"),
        pytest.param(b"[" + b"9" * 309 + b"]", "too large", id="an integer beyond a double"),
        pytest.param(b"[" + b"1" * 5000 + b"]", "too large", id="an endless integer"),
        pytest.param(b"[Infinity]", "not JSON", id="infinity"),
        pytest.param(b"\xff", "UTF-8", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", "not JSON", id="a byte order mark"),
        pytest.param("[1]".encode("utf-16"), "UTF-8", id="UTF-16"),
        pytest.param(b'["\\ud800"]', "surrogate", id="half a surrogate pair"),
        pytest.param(b'{"\\udc00":1}', "surrogate", id="half a pair in a name"),
        pytest.param(b'{"a":1,"\\u0061":2}', "twice", id="the same name in another writing"),
        pytest.param(b"[" * 33 + b"]" * 33, "nested", id="33 levels"),
        pytest.param(b'["', "not JSON", id="cut off in a text"),
        pytest.param(b"[" * 40 + b'"', "nested", id="deep and cut off"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotCanonicalError, match=why):
        parse_ijson(data, limit=LIMIT)


def test_a_large_integer_that_a_double_holds_is_read_as_one() -> None:
    assert parse_ijson(b"[9007199254740992,100000000000000000000]", limit=LIMIT) == [2.0**53, 1e20]


def test_brackets_in_texts_do_not_count_as_nesting() -> None:
    text = "[{" * 100 + '"' + "\\" + "]}" * 50
    assert parse_ijson(json.dumps([text, [text], {text: 1}]).encode(), limit=LIMIT)[0] == text


def test_many_containers_side_by_side_are_not_deep() -> None:
    assert parse_ijson(json.dumps([[]] * 500).encode(), limit=LIMIT) == [[]] * 500


def test_containers_that_ended_do_not_make_room_for_deeper_ones() -> None:
    deep = b"[" * 32 + b"]" * 32
    assert parse_ijson(b"[" + b"[],{}," * 40 + deep[1:-1] + b"]", limit=LIMIT)
    with pytest.raises(NotCanonicalError, match="nested"):
        parse_ijson(b"[" + b"[],{}," * 40 + deep + b"]", limit=LIMIT)


def test_a_long_text_full_of_backslashes_is_read_in_linear_time() -> None:
    text = "\\" * 100_000
    assert parse_ijson(json.dumps([text, [[]] * 40]).encode(), limit=LIMIT)[0] == text
    with pytest.raises(NotCanonicalError):
        parse_ijson(b'["' + b"[" * 40 + b"\\\\" * 50_000, limit=LIMIT)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.inf, id="infinity"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param({"\ud800": 1}, id="half a pair in a name"),
        pytest.param({1: 1}, id="a name that is not text"),
        pytest.param(2**60, id="an integer that a double may round"),
        pytest.param(object(), id="something else"),
    ],
)
def test_what_is_not_i_json_is_not_written(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonicalise(value)
