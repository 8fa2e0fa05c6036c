"""A server of raw bytes on loopback: it says exactly what a test tells it to, well-formed or not.

Each request that comes in is answered by the next `Reply` of the script (the last one repeats):
pieces of bytes sent one after the other with pauses between them, and then the connection is
kept or closed. What clients sent is kept in `requests`.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass
class Reply:
    pieces: Iterable[bytes]
    pause: float = 0.0
    close: bool = False


def answer(
    body: bytes = b"",
    status: str = "200 OK",
    headers: dict[str, str] | None = None,
    *,
    close: bool = False,
) -> Reply:
    """A well-formed answer, except where `headers` say otherwise."""
    lines = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines.update(headers or {})
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v)
    return Reply([head.encode() + b"\r\n" + body], close=close)


@dataclass
class RawServer:
    script: list[Reply]
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _next(self) -> Reply:
        with self._lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def _serve(self, listener: socket.socket, threads: list[threading.Thread]) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._talk, args=(connection,))
            threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while not self._stop.is_set():
                request = self._read(connection)
                if not request:
                    return
                self.requests.append(request)
                reply = self._next()
                for piece in reply.pieces:
                    connection.sendall(piece)
                    if self._stop.wait(reply.pause):
                        return
                if reply.close:
                    connection.shutdown(socket.SHUT_RDWR)
                    return

    @staticmethod
    def _read(connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@contextmanager
def raw_server(*script: Reply) -> Iterator[RawServer]:
    server = RawServer(list(script))
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []
    main = threading.Thread(target=server._serve, args=(listener, threads))
    main.start()
    try:
        yield server
    finally:
        server._stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in server._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        main.join(5)
        for thread in threads:
            thread.join(5)
