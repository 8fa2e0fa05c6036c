"""The recovery key on paper: 32 secret bytes as 56 letters and digits, in groups of four.

The text is base32 (RFC 4648: A to Z, 2 to 7; no 0, 1, 8 or 9 to confuse) of the seed and the first
three bytes of a SHA-256 checksum, so that a slip of the pen is found before it costs a day. Reading
forgives lower case, spaces, hyphens and line breaks, and takes a written 0 for O and 8 for B.

    ABCD EFGH 2345 …  (14 groups)
"""

from __future__ import annotations

import base64
import hashlib

from node.errors import BadInputError

SEED_BYTES = 32
CHECK_BYTES = 3
LETTERS = 56
#: Read what people write: the alphabet has no such digits, so each can mean only one letter.
SLIPS = str.maketrans(
    {"0": "O", "8": "B", " ": None, "-": None, "\n": None, "\r": None, "\t": None}
)


def to_paper(seed: bytes) -> str:
    """Write a 32-byte seed as text for paper, with its checksum."""
    text = base64.b32encode(seed + _checksum(seed)).decode("ascii")
    return " ".join(text[start : start + 4] for start in range(0, LETTERS, 4))


def from_paper(text: str) -> bytes:
    """Read the text back; raises `BadInputError` that says what is wrong with it."""
    letters = text.translate(SLIPS).upper()
    if len(letters) != LETTERS:
        raise BadInputError(
            f"A recovery key has {LETTERS} letters and digits; this has {len(letters)}.",
            hint="Compare it with the paper, group by group; there are 14 groups of four.",
        )
    try:
        data = base64.b32decode(letters)
    except ValueError as error:
        raise BadInputError(
            "A recovery key has only the letters A to Z and the digits 2 to 7.",
            hint="Compare it with the paper, group by group.",
        ) from error
    seed, check = data[:SEED_BYTES], data[SEED_BYTES:]
    if check != _checksum(seed):
        raise BadInputError(
            "This is not quite a recovery key: its checksum does not fit.",
            hint="One letter is probably misread. Compare it with the paper, group by group.",
        )
    return seed


def _checksum(seed: bytes) -> bytes:
    return hashlib.sha256(b"footbridge recovery key\x00" + seed).digest()[:CHECK_BYTES]
