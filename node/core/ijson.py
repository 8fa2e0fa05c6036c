"""JSON of other people and systems: I-JSON (RFC 7493) and RFC 8785 without our restrictions.

Floats are allowed here, which `canonical` refuses; everything that two readers could understand
differently is refused all the same: duplicate members, lone surrogates, a byte order mark,
numbers that a double cannot hold or would change, text after the end. Nesting is limited before
a recursive reader sees it.

::

    parse_ijson(b'{"b": 1.0, "a": [1e2]}', limit=100)  ->  {"b": 1.0, "a": [100.0]}
    canonicalise({"b": 1.0, "a": [100.0]})             ->  {"a":[100],"b":1}
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

import rfc8785

from node.core.limits import MAX_NESTING, MAX_SAFE_INTEGER
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_LONGEST_INTEGER: Final = len(str(-MAX_SAFE_INTEGER))


class NotCanonicalError(BadInputError):
    """The bytes are not JSON, not canonical, or outside of what our JSON may hold."""

    code = "not-canonical"


def parse_ijson(data: bytes, *, limit: int) -> Any:
    """Return the value of I-JSON of at most `limit` bytes.

    Raises `NotCanonicalError` for anything that is not JSON in UTF-8 (no byte order mark), for
    duplicate members, lone surrogates, numbers that a double cannot hold or would change, and
    more than `MAX_NESTING` levels. (RFC 7493, section 2)
    """
    check_length(data, limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonicalError(f"This is not UTF-8 (byte {error.start}).") from error
    _check_nesting(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=_no_constant,
        )
    except ValueError as error:
        raise NotCanonicalError(f"This is not JSON: {error}.") from error
    _refuse_surrogates(value)
    return value


def canonicalise(value: Any) -> bytes:
    """Return the RFC 8785 bytes of any I-JSON value; slow, see `canonical.jcs` for ours.

    Raises `NotCanonicalError` for what is not I-JSON, such as infinity or lone surrogates.
    """
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise NotCanonicalError(f"This cannot be written as canonical JSON: {error}.") from error


def check_length(data: bytes, limit: int) -> None:
    """Refuse more than `limit` bytes before anything reads them. Raises `NotCanonicalError`."""
    if len(data) > limit:
        raise NotCanonicalError(
            f"This has {len(data)} bytes; at most {limit} are allowed.", limit=limit
        )


def _check_nesting(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_NESTING:
                raise NotCanonicalError(f"This is nested more than {MAX_NESTING} levels deep.")
        elif token[0] in "]}":
            depth -= 1


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotCanonicalError(f"The member {twice!r} stands twice in one object.", name=twice)
    return found


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise NotCanonicalError(f"The number {text[:40]} is too large.")
    return value


def _integer(text: str) -> int | float:
    """Return the number; beyond 2**53 - 1 as the float that RFC 8785 writes in just this way."""
    if len(text) <= _LONGEST_INTEGER and abs(int(text)) <= MAX_SAFE_INTEGER:
        return int(text)
    rounded = _float(text)
    if rfc8785.dumps(rounded) != text.encode():
        raise NotCanonicalError(f"The number {text[:40]} may be read differently by others.")
    return rounded


def _no_constant(text: str) -> NoReturn:
    raise NotCanonicalError(f"{text} is not JSON.")


def _refuse_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError("This holds half of a surrogate pair.") from error
