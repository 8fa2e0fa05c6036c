"""A ClamAV daemon, asked whether bytes are infected: its INSTREAM command over a socket.

The bytes go in pieces, each with its length before it, an empty piece ends them, and one line comes
back: ``stream: OK``, ``stream: Eicar-Test-Signature FOUND``, or an error. Source: clamd(8). The
daemon is the keeper's own, so its address is not judged; but its answer is bounded in length and
every step in time, because a daemon that is loading its signatures can be silent for minutes.
"""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from node.errors import BadInputError, PeerMisbehavesError, PeerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seconds to connect, for one step, and for the whole.
CONNECT, STEP, WHOLE = 5.0, 30.0, 120.0
#: Longest answer that is read, in bytes.
MAX_ANSWER = 1024
PIECE = 64 * 1024


class Clamd:
    """The daemon at ``host:port`` or at the path of its socket."""

    def __init__(self, address: str, *, step: float = STEP, whole: float = WHOLE) -> None:
        """Prepare. `step` and `whole` are seconds. Raises `BadInputError` for a wrong address."""
        self._step, self._whole = step, whole
        self._path = address if address.startswith("/") else ""
        host, _, port = address.rpartition(":")
        if not self._path and not (host and port.isdecimal()):
            raise BadInputError(
                f"The setting clamd is {address!r}, which is neither host:port nor a path.",
                hint="A daemon on this machine is mostly /run/clamav/clamd.ctl or 127.0.0.1:3310.",
                setting="clamd",
            )
        self._where = (host.strip("[]"), int(port)) if not self._path else ("", 0)

    def scan(self, pieces: Iterable[bytes]) -> str:
        """Return the name of what the bytes are infected with, "" when nothing was found.

        Raises `PeerUnreachableError` when the daemon is not there or too slow, and
        `PeerMisbehavesError` when it gives no verdict, also for a file beyond its own limit.
        """
        until = time.monotonic() + self._whole
        try:
            with self._connect() as wire:
                self._send(wire, pieces, until)
                return _verdict(self._answer(wire, until))
        except (OSError, UnicodeError) as error:
            raise PeerUnreachableError(
                "The virus scanner does not answer.", hint="Try again when it runs."
            ) from error

    def _connect(self) -> socket.socket:
        if not self._path:
            return socket.create_connection(self._where, timeout=CONNECT)
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            wire.settimeout(CONNECT)
            wire.connect(self._path)
        except OSError:
            wire.close()
            raise
        return wire

    def _send(self, wire: socket.socket, pieces: Iterable[bytes], until: float) -> None:
        self._patience(wire, until)
        wire.sendall(b"zINSTREAM\0")
        # A daemon that refuses (its own limit of length) answers and closes while we still send:
        # its answer says why, so a broken pipe is no failure yet.
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                for start in range(0, len(piece), PIECE):
                    part = piece[start : start + PIECE]
                    self._patience(wire, until)
                    wire.sendall(struct.pack("!I", len(part)) + part)
            wire.sendall(struct.pack("!I", 0))

    def _answer(self, wire: socket.socket, until: float) -> bytes:
        answer = b""
        while len(answer) <= MAX_ANSWER and not answer.endswith(b"\0"):
            self._patience(wire, until)
            piece = wire.recv(MAX_ANSWER)
            if not piece:
                break
            answer += piece
        return answer

    def _patience(self, wire: socket.socket, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wire.settimeout(min(self._step, left))


def _verdict(answer: bytes) -> str:
    text = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    name, _, said = text.partition(": ")
    if name == "stream" and said == "OK":
        return ""
    if name == "stream" and said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise PeerMisbehavesError(
        "The virus scanner gave no verdict.",
        hint="Look at its StreamMaxLength, which has to be at least the setting upload_max.",
        answer=text[:200],
    )
