"""How long an answer may take and how many bytes it may bring, enforced at the socket.

A library's read timeout starts anew with every byte, so a peer that sends one byte a minute
holds a request for ever. Here each single receive is given only the time that is left:

    allowed seconds = patience + bytes received so far / slowest rate

A peer that is silent, or drips, is given up after about `patience` seconds; one that sends
steadily over a poor line may go on, because every KiB it sends buys it a second. As the bytes
are limited too, this is a deadline for each request. `until` caps it with the round's own end.

The byte limit here counts what came over the wire, headers included, so that neither endless
headers nor an endless body gets past it; what a body may be when decompressed is counted in
`node.net.decoding`.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Any

from node.errors import PeerMisbehavesError

#: What status line and headers may add to a body, in bytes.
HEADER_ALLOWANCE = 128 * 1024


@dataclass
class Pace:
    """The time and bytes left for one request."""

    patience: float
    """Seconds before the first byte is missed."""
    slowest: float
    """Bytes a second."""
    limit: int
    """Bytes over the wire, headers included."""
    until: float | None = None
    """The round's end on the monotonic clock."""
    began: float = field(default_factory=time.monotonic)
    received: int = 0

    def left(self) -> float:
        """Return the seconds for which the next byte may be awaited.

        Raises `TimeoutError` when there are none.
        """
        now = time.monotonic()
        left = self.began + self.patience + self.received / self.slowest - now
        if self.until is not None:
            left = min(left, self.until - now)
        if left <= 0:
            raise TimeoutError
        return left

    def count(self, size: int) -> None:
        """Count received bytes; raise `PeerMisbehavesError` when they are too many."""
        self.received += size
        if self.received > self.limit:
            raise PeerMisbehavesError(
                f"The peer sent more than the {self.limit:,} bytes that this answer may have.",
                limit=self.limit,
            )


class PacedSocket(socket.socket):
    """A TCP socket whose every receive obeys `pace`."""

    pace: Pace

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive as `socket.socket` does, within the time and bytes that are left."""
        self.settimeout(self.pace.left())
        size = super().recv_into(buffer, nbytes, flags)
        self.pace.count(size)
        return size


class PacedTLSSocket(ssl.SSLSocket):
    """A TLS socket whose every receive obeys `pace`; made by `SSLContext.wrap_socket`."""

    pace: Pace

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive as `ssl.SSLSocket` does, within the time and bytes that are left."""
        self.settimeout(self.pace.left())
        size = super().recv_into(buffer, nbytes, flags)
        self.pace.count(size)
        return size
