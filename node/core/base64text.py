"""Base64, standard and for addresses, each in its one way to write it (RFC 4648).

The library skips what is not base64 and takes unused bits that are not zero; then two texts would
stand for the same bytes, and a changed text could still verify. So every text is written again
and compared (`schemas/protocol.md`, "Bytes").
"""

from __future__ import annotations

import base64
import binascii

from node.errors import BadInputError


class BadBase64Error(BadInputError):
    """The text is not base64, or not in its one way to write it."""

    code = "bad-base64"


def encode_base64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes of standard base64 with padding. Raises `BadBase64Error`."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadBase64Error("A piece of base64 is malformed.") from error
    if encode_base64(data) != text:
        raise BadBase64Error("A piece of base64 is not written in the standard way.")
    return data


def encode_base64url(data: bytes) -> str:
    """Return base64 with the alphabet for addresses, without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64 as `encode_base64url` writes it. Raises `BadBase64Error`."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadBase64Error("A piece of base64url is malformed.") from error
    if encode_base64url(data) != text:
        raise BadBase64Error("A piece of base64url is not written in the one way it can be.")
    return data
