"""The world outside, as the core and the exchange see it: clock, private key, network.

These are the only interfaces of the core; everything else is concrete. Tests put a fixed clock,
a known key and a peer in memory here, and imitate nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.core.keys import PublicKey


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class Signer(Protocol):
    """Holds a private key and signs with it; it may sit on another machine."""

    @property
    def public(self) -> PublicKey:
        """Return the key that checks what `sign` makes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `message` (RFC 8032)."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered: the body is decompressed and within the limit that was asked for."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Reaches one peer. Paths are relative to its `/exchange/1/`, such as ``heads``.

    Both methods raise `PeerUnreachableError` when the peer cannot be reached or is too slow, and
    `PeerMisbehavesError` when the answer has more than `limit` bytes after decompression.
    """

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        """Return the answer to a GET; with `etag` it may be a 304 without a body."""
        ...

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        """Return the answer to a POST of exactly `body`."""
        ...
