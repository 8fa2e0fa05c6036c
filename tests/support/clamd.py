"""A small daemon that speaks clamd's INSTREAM over loopback and knows one signature."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress

from tests.support.files import EICAR


class Daemon:
    """Answers at `address` until it is closed; what it was sent is in `seen`."""

    def __init__(self, path: str = "") -> None:
        if path:
            self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listening.bind(path)
            self.address = path
        else:
            self._listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._listening.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._listening.listen()
        self._listening.settimeout(0.05)
        self.seen: list[bytes] = []
        #: What it says whatever it was sent; None: the truth.
        self.says: bytes | None = None
        #: It never answers; or a letter now and then; or closes after so many bytes.
        self.silent = False
        self.drips = False
        self.most = 1 << 30
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        while self._open:
            try:
                wire, _who = self._listening.accept()
            except TimeoutError:
                continue
            with wire, suppress(OSError):
                wire.settimeout(5)
                self._answer(wire)

    def _answer(self, wire: socket.socket) -> None:
        assert _exactly(wire, 10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!I", _exactly(wire, 4))[0]:
            data += _exactly(wire, length)
            if len(data) > self.most:
                wire.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(data)
        found = b"Eicar-Test-Signature FOUND" if EICAR in data else b"OK"
        answer = b"stream: " + found + b"\0" if self.says is None else self.says
        while self.silent and self._open:
            time.sleep(0.02)
        for letter in answer * 50 if self.drips else b"":
            if not self._open:
                return
            wire.sendall(bytes([letter or 32]))
            time.sleep(0.05)
        wire.sendall(answer)


def _exactly(wire: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = wire.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data
