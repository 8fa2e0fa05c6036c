"""Canonical JSON, digests, lines and times: the bytes everything else is made of.

Rules (`schemas/protocol.md`, "Bytes"):

1. JSON is RFC 8785 (JCS) in UTF-8: no white space, members sorted, one way to write a string.
2. No floats; integers within ±(2**53 - 1); member names without characters outside the Basic
   Multilingual Plane; objects and arrays nested at most 32 deep.
3. What arrives is accepted only when it *is* its own canonical form, which at once refuses
   duplicate members, another order, other escapes and white space. No Unicode normalisation.

::

    {"a":1,"title":{"el":"Αθήνα","en":"Athens"}}

The restrictions of rule 2 are what makes a fast serialiser equal to RFC 8785: without floats
there is only one way to write a number, and without member names beyond the Basic Multilingual
Plane the order of UTF-8 bytes is the order of UTF-16 units. The slow library `rfc8785` is the
oracle in the tests. Texts written by a person go through `parse_human`, documents of other
systems through `ijson`, which has no restrictions of its own.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, cast

import orjson

from node.core.ijson import NotCanonicalError, check_length, parse_ijson
from node.core.limits import MAX_NESTING
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BadTextError",
    "Json",
    "NotCanonicalError",
    "digest",
    "digest_bytes",
    "dump_checked",
    "format_time",
    "is_digest",
    "jcs",
    "parse",
    "parse_human",
    "parse_time",
    "split_lines",
]

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
#: The first bytes of UTF-8 sequences for characters outside the Basic Multilingual Plane.
_BEYOND_BMP: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_LAST_OF_BMP: Final = "\uffff"
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_TIME: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")


class BadTextError(BadInputError):
    """A digest, a time or a set of lines is not written as the protocol writes it."""

    code = "bad-text"


def jcs(value: object) -> bytes:
    """Return the canonical bytes of `value` (RFC 8785 with the restrictions of rule 2).

    Raises `NotCanonicalError` for floats, integers beyond 2**53 - 1, lone surrogates, other
    types than JSON's (a tuple is not a list), member names beyond the Basic Multilingual Plane,
    and more than `MAX_NESTING` levels.
    """
    _check(value, names_may_be_wide=True)
    return dump_checked(value)


def dump_checked(value: object) -> bytes:
    """Return the canonical bytes of a value that came out of `parse`, or of a part of one.

    It saves the walk that `jcs` makes; never use it on a value of another source. Raises
    `NotCanonicalError` for what the serialiser itself refuses.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise NotCanonicalError(f"This cannot be written as canonical JSON: {error}.") from error


def parse(data: bytes, *, limit: int) -> Json:
    """Return the value of canonical JSON `data` of at most `limit` bytes (rules 1 to 3).

    Raises `NotCanonicalError` when the bytes are too many, not JSON, outside of rule 2, or not
    exactly the canonical form of what they say.
    """
    check_length(data, limit)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonicalError(f"This is not JSON: {error}.") from error
    _check(value, names_may_be_wide=any(lead in data for lead in _BEYOND_BMP))
    if dump_checked(value) != data:
        raise NotCanonicalError("This JSON is not in its canonical form (RFC 8785).")
    return cast("Json", value)


def parse_human(data: bytes, *, limit: int) -> Json:
    """Return the value of JSON that a person or another program wrote, in any layout.

    White space and order are free, everything else is as strict as `parse`: it is I-JSON
    (RFC 7493) within rule 2. Raises `NotCanonicalError` saying what is wrong.
    """
    value = parse_ijson(data, limit=limit)
    _check(value, names_may_be_wide=True)
    return cast("Json", value)


def digest(data: bytes) -> str:
    """Return `sha256:` and 64 hexadecimal digits of exactly these bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_bytes(text: str) -> bytes:
    """Return the 32 bytes of a digest text. Raises `BadTextError` when it is not one."""
    if _DIGEST.fullmatch(text) is None:
        raise BadTextError("A digest is sha256: and 64 lower-case hexadecimal digits.", text=text)
    return bytes.fromhex(text[7:])


def is_digest(value: object) -> bool:
    """Answer whether `value` is the text of a digest."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def split_lines(data: bytes) -> list[bytes]:
    r"""Return the lines of `data` without their ends; a line ends at the byte 0x0A alone.

    `str.splitlines` would also break at U+2028 and U+0085, which canonical JSON may hold.
    Raises `BadTextError` when the last line has no end: then something was cut off.
    """
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise BadTextError("The last line has no end, so something was cut off.")
    return data[:-1].split(b"\n")


def format_time(moment: datetime) -> str:
    """Return RFC 3339 in UTC with whole seconds, such as ``2026-11-23T10:00:00Z``.

    Raises `BadTextError` when `moment` has no time zone: nobody could say when it was.
    """
    if moment.tzinfo is None:
        raise BadTextError("A time without a time zone cannot be written down.")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_time(text: str) -> datetime:
    """Return the aware moment of ``2026-11-23T10:00:00Z``, and of no other way to write it.

    Raises `BadTextError` for any other text and for moments that do not exist.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise BadTextError("A time is written like 2026-11-23T10:00:00Z.", text=text)
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise BadTextError(f"There is no such time: {text}.", text=text) from error


def _check(value: object, *, names_may_be_wide: bool) -> None:
    """Refuse what rule 2 refuses and the serialiser would let pass.

    A stack instead of recursion, and the commonest type first: this runs for every record.
    """
    level: list[Any] = [value]
    depth = 0
    while level:
        if depth == MAX_NESTING and any(type(item) in {dict, list} for item in level):
            raise NotCanonicalError(f"This is nested more than {MAX_NESTING} levels deep.")
        deeper: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str or kind is int or item is None or kind is bool:
                continue
            if kind is dict:
                if names_may_be_wide:
                    _check_names(item)
                deeper.extend(item.values())
            elif kind is list:
                deeper.extend(item)
            else:
                _refuse_type(item)
        level = deeper
        depth += 1


def _check_names(item: Mapping[Any, object]) -> None:
    for name in item:
        if type(name) is not str:
            raise NotCanonicalError("A member name must be text.")
        if not name.isascii() and max(name) > _LAST_OF_BMP:
            raise NotCanonicalError(
                "A member name holds a character outside the Basic Multilingual Plane.", name=name
            )


def _refuse_type(item: object) -> NoReturn:
    if isinstance(item, float):
        raise NotCanonicalError(
            "Numbers with a point or an exponent, or too large, are not allowed.",
            hint="Write whole numbers, or quantities as text.",
        )
    raise NotCanonicalError(f"A {type(item).__name__} is not a JSON value.")
