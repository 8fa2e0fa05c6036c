"""A mail server for tests: speaks enough SMTP (RFC 5321) on loopback to take mail, or refuse it.

with MailServer() as server:
    …                            # send to 127.0.0.1, server.port
    server.mails[0]["Subject"]   # parsed
"""

from __future__ import annotations

import asyncio
import base64
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from email.message import EmailMessage
    from types import TracebackType


@dataclass
class MailServer:
    """Runs in a thread of its own until the block ends."""

    #: The name and password it asks for; "" lets everybody send.
    user: str = ""
    password: str = ""
    #: Recipients it does not take.
    refuses: frozenset[str] = frozenset()
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,))
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        await server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        known = not self.user
        await say("220 mail.example ready")
        while raw := await reader.readline():
            words = raw.decode().strip().split(" ")
            match words[0].upper():
                case "EHLO":
                    await say("250-mail.example")
                    await say("250 AUTH PLAIN")
                case "AUTH":
                    wanted = f"\0{self.user}\0{self.password}".encode()
                    known = base64.b64decode(words[-1]) == wanted
                    await say("235 welcome" if known else "535 who are you")
                case "MAIL" if not known:
                    await say("530 say who you are first")
                case "RCPT" if any(name in raw.decode() for name in self.refuses):
                    await say("550 nobody of that name")
                case "DATA":
                    await say("354 go on")
                    self.mails.append(await self._mail(reader))
                    await say("250 taken")
                case "QUIT":
                    await say("221 goodbye")
                    break
                case _:
                    await say("250 ok")
        writer.close()

    async def _mail(self, reader: asyncio.StreamReader) -> EmailMessage:
        lines = []
        while (line := await reader.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)
