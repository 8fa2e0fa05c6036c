"""Canonical JSON: equal to two slow oracles within the profile, and refused outside of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from node.core import canonical
from node.core.canonical import BadTextError, NotCanonicalError, jcs, parse, parse_human
from node.core.limits import MAX_NESTING, MAX_SAFE_INTEGER
from tests.reference.jcs import RefusedError
from tests.reference.jcs import jcs as slow_jcs

LIMIT = 1 << 20

letters = st.characters(exclude_categories=["Cs"])
names = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.text(letters, max_size=20)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
wild = st.recursive(
    scalars | st.floats() | st.integers() | st.text(st.characters(), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def nested(levels: int, *, objects: bool = False) -> Any:
    value: Any = {} if objects else []
    for _ in range(levels - 1):
        value = {"a": value} if objects else [value]
    return value


@given(values)
def test_within_the_profile_it_is_what_both_oracles_write(value: Any) -> None:
    written = jcs(value)
    assert written == rfc8785.dumps(value) == slow_jcs(value)
    assert parse(written, limit=LIMIT) == value
    assert parse_human(written, limit=LIMIT) == value


@given(wild)
def test_it_refuses_just_what_the_slow_implementation_refuses(value: Any) -> None:
    try:
        wanted = slow_jcs(value)
    except RefusedError:
        with pytest.raises(NotCanonicalError):
            jcs(value)
    else:
        assert jcs(value) == wanted


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_either_refused_or_their_own_canonical_form(data: bytes) -> None:
    try:
        value = parse(data, limit=LIMIT)
    except NotCanonicalError:
        return
    assert slow_jcs(value) == data


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"b":1,"a":2}', id="members in another order"),
        pytest.param('{"a":1,"a":1}', id="a duplicate member"),
        pytest.param('{"a":1,"a":2}', id="a duplicate member with another value"),
        pytest.param('{"a": 1}', id="a space"),
        pytest.param('{"a":1}\n', id="a newline at the end"),
        pytest.param('\ufeff{"a":1}', id="a byte order mark"),
        pytest.param(r'{"a":"\u0041"}', id="a letter written as an escape"),
        pytest.param(r'{"a":"\u000A"}', id="an escape that has a short form"),
        pytest.param(r'{"a":"\u000b\u000C"}', id="an escape in capitals"),
        pytest.param(r'{"a":"\/"}', id="an escaped slash"),
        pytest.param("[1.0]", id="a float that is whole"),
        pytest.param("[1.5]", id="a float"),
        pytest.param("[1e2]", id="an exponent"),
        pytest.param("[-0]", id="minus zero"),
        pytest.param("[01]", id="a leading zero"),
        pytest.param("[9007199254740992]", id="2^53"),
        pytest.param("[-9007199254740992]", id="-2^53"),
        pytest.param("[18446744073709551616]", id="2^64"),
        pytest.param("[" + "9" * 400 + "]", id="a number of 400 digits"),
        pytest.param("[NaN]", id="not a number"),
        pytest.param('{"😀":1}', id="a member name beyond the basic plane"),
        pytest.param('{"a":{"😀":1}}', id="such a name further in"),
        pytest.param(r'["\ud800"]', id="half of a surrogate pair"),
        pytest.param("", id="nothing"),
        pytest.param('{"a":1}{"b":2}', id="two texts"),
        pytest.param("{'a':1}", id="single quotes"),
        pytest.param("[1,]", id="a comma too many"),
    ],
)
def test_what_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        parse(text.encode("utf-8"), limit=LIMIT)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.0, id="a float"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(2**53, id="an integer too large"),
        pytest.param(-(2**53), id="an integer too small"),
        pytest.param(2**64, id="an integer beyond 64 bits"),
        pytest.param((1, 2), id="a tuple"),
        pytest.param({1: 2}, id="a name that is not text"),
        pytest.param({"\U00010000": 1}, id="a name beyond the basic plane"),
        pytest.param({"\ud800": 1}, id="a name with half a surrogate pair"),
        pytest.param("\udfff", id="half a surrogate pair"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), id="a datetime"),
        pytest.param({"a": [{"b": {1, 2}}]}, id="a set deep inside"),
        pytest.param(type("Text", (str,), {})("x"), id="a kind of text of its own"),
        pytest.param({type("Text", (str,), {})("x"): 1}, id="a name of such a kind"),
    ],
)
def test_what_is_not_our_json_is_never_written(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        jcs(value)


def test_the_members_are_in_the_order_of_utf16_units() -> None:
    assert jcs({"\uffff": 1, "é": 2, "z": 3}) == '{"z":3,"é":2,"\uffff":1}'.encode()


def test_values_may_hold_any_character() -> None:
    text = "😀\u2028\u0085\x7f\x00\u200b\ufffe"
    assert parse(jcs([text]), limit=LIMIT) == [text]
    assert "\\u0000" in jcs([text]).decode()


def test_a_name_in_the_basic_plane_beside_a_value_beyond_it_is_fine() -> None:
    data = '{"é":"😀","\uffff":"x"}'.encode()
    assert parse(data, limit=LIMIT) == {"é": "😀", "\uffff": "x"}


def test_nothing_is_normalised() -> None:
    composed, decomposed = "é", "e\u0301"
    assert parse(jcs([composed, decomposed]), limit=LIMIT) == [composed, decomposed]


@pytest.mark.parametrize("objects", [False, True], ids=["arrays", "objects"])
def test_nesting_ends_at_the_limit(objects: bool) -> None:
    deepest = nested(MAX_NESTING, objects=objects)
    written = rfc8785.dumps(deepest)
    assert jcs(deepest) == written
    assert parse(written, limit=LIMIT) == deepest
    assert parse_human(written, limit=LIMIT) == deepest
    deeper = nested(MAX_NESTING + 1, objects=objects)
    with pytest.raises(NotCanonicalError):
        jcs(deeper)
    for read in (parse, parse_human):
        with pytest.raises(NotCanonicalError):
            read(rfc8785.dumps(deeper), limit=LIMIT)


def test_a_value_in_the_deepest_container_is_fine_but_no_container() -> None:
    # The 32nd container may hold text; a container in it would be the 33rd.
    deepest = nested(MAX_NESTING)
    inner = deepest
    while inner:
        inner = inner[0]
    inner.append("text")
    assert parse(jcs(deepest), limit=LIMIT) == deepest
    inner.append([])
    with pytest.raises(NotCanonicalError, match="nested"):
        jcs(deepest)


@pytest.mark.parametrize("read", [parse, parse_human])
def test_a_hundred_thousand_brackets_are_refused_at_once(read: Any) -> None:
    for data in (b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000):
        with pytest.raises(NotCanonicalError):
            read(data, limit=LIMIT)


@pytest.mark.parametrize("read", [parse, parse_human])
def test_the_limit_counts_bytes_and_is_included(read: Any) -> None:
    data = '["é"]'.encode()
    assert read(data, limit=6) == ["é"]
    with pytest.raises(NotCanonicalError, match="6 bytes"):
        read(data, limit=5)


def test_a_person_may_lay_out_json_as_they_like() -> None:
    data = b' { "b" : [ 1 , -0 ] ,\r\n\t"a" : "\\u00e9" } '
    assert parse_human(data, limit=LIMIT) == {"b": [1, 0], "a": "é"}


def test_a_person_is_told_which_member_stands_twice() -> None:
    with pytest.raises(NotCanonicalError, match="'title' stands twice") as caught:
        parse_human(b'{"title":1,"x":2,"title":3}', limit=LIMIT)
    assert caught.value.facts == {"name": "title"}


@pytest.mark.parametrize("text", ["[1.5]", "[1e2]", '{"\U00010000":1}', "[9007199254740992]"])
def test_a_person_is_held_to_the_profile_too(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        parse_human(text.encode(), limit=LIMIT)


def test_dump_checked_refuses_what_the_serialiser_refuses() -> None:
    with pytest.raises(NotCanonicalError):
        canonical.dump_checked({"a": 2**53})


def test_a_digest_is_of_exactly_these_bytes() -> None:
    assert canonical.digest(b"") == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert canonical.digest_bytes(canonical.digest(b"x")).hex() == canonical.digest(b"x")[7:]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 64, id="no prefix"),
        pytest.param("sha256:" + "A" * 64, id="capitals"),
        pytest.param("sha256:" + "a" * 63, id="too short"),
        pytest.param("sha256:" + "a" * 65, id="too long"),
        pytest.param("sha256:" + "a" * 64 + "\n", id="a newline at the end"),
        pytest.param("sha512:" + "a" * 64, id="another hash"),
        pytest.param("sha256:" + "\u0661" * 64, id="digits of another script"),
    ],
)
def test_what_is_not_a_digest_is_refused(text: str) -> None:
    assert not canonical.is_digest(text)
    with pytest.raises(BadTextError):
        canonical.digest_bytes(text)


def test_only_text_is_a_digest() -> None:
    assert not canonical.is_digest(None)
    assert canonical.is_digest(canonical.digest(b""))


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"", [], id="nothing is no line"),
        pytest.param(b"\n", [b""], id="one empty line"),
        pytest.param(b"a\nb\n", [b"a", b"b"], id="two lines"),
        pytest.param(b"a\n\nb\n", [b"a", b"", b"b"], id="an empty line between"),
        pytest.param(b"a\r\n", [b"a\r"], id="a carriage return stays"),
        pytest.param("a\u2028\u0085b\n".encode(), ["a\u2028\u0085b".encode()], id="U+2028 stays"),
        pytest.param(b"a\x0b\x0c\x1cb\n", [b"a\x0b\x0c\x1cb"], id="other separators stay"),
    ],
)
def test_lines_end_at_the_byte_0a_alone(data: bytes, lines: list[bytes]) -> None:
    assert canonical.split_lines(data) == lines


def test_a_line_without_its_end_was_cut_off() -> None:
    with pytest.raises(BadTextError, match="cut off"):
        canonical.split_lines(b"a\nb")


def test_a_time_is_written_in_utc_with_whole_seconds() -> None:
    east = timezone(timedelta(hours=2))
    moment = datetime(2026, 11, 23, 12, 0, 59, 999_999, tzinfo=east)
    assert canonical.format_time(moment) == "2026-11-23T10:00:59Z"


@given(
    st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_a_written_time_reads_as_the_same_moment(moment: datetime) -> None:
    text = canonical.format_time(moment)
    assert len(text) == 20
    assert canonical.parse_time(text) == moment.replace(microsecond=0)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(BadTextError, match="time zone"):
        canonical.format_time(datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00+00:00",
        "2026-11-23T10:00:00.0Z",
        "2026-11-23 10:00:00Z",
        "2026-11-23t10:00:00z",
        "2026-11-23T10:00Z",
        "2026-11-23T10:00:00Z\n",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:60Z",
        "0000-11-23T10:00:00Z",
        "٢٠٢٦-11-23T10:00:00Z",
        "",
    ],
)
def test_any_other_way_to_write_a_time_is_refused(text: str) -> None:
    with pytest.raises(BadTextError):
        canonical.parse_time(text)
