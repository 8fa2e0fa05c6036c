r"""Base58 in the Bitcoin alphabet, as Multibase `z` uses it.

The text is a number in base 58, most significant digit first; each leading zero byte is one
leading `1`. So every byte string has exactly one text and the other way round::

    encode(b"\x00\x01") == "12"

Decoding costs time that grows with the square of the length, so the length is checked first
(`schemas/protocol.md`, "Bytes").
"""

from __future__ import annotations

from typing import Final

from node.core.limits import MAX_BASE58
from node.errors import BadInputError

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {letter: value for value, letter in enumerate(ALPHABET)}


class BadBase58Error(BadInputError):
    """The text is not base58, or longer than anything we expect."""

    code = "bad-base58"


def encode(data: bytes) -> str:
    """Return the base58 text of `data` (multibase, "base58btc", without its `z`)."""
    number = int.from_bytes(data, "big")
    letters: list[str] = []
    while number:
        number, digit = divmod(number, 58)
        letters.append(ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters))


def decode(text: str, *, limit: int = MAX_BASE58) -> bytes:
    """Return the bytes that `text` stands for (multibase, "base58btc", without its `z`).

    Raises `BadBase58Error` when the text has more than `limit` characters or one that is not in
    the alphabet.
    """
    if len(text) > limit:
        raise BadBase58Error(f"A base58 text of {len(text)} characters is too long.", limit=limit)
    number = 0
    try:
        for letter in text:
            number = number * 58 + _DIGITS[letter]
    except KeyError as error:
        raise BadBase58Error(f"{error.args[0]!r} is not a base58 digit.") from error
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
