"""Whether an address still leads anywhere: asked politely, within bounds, and never inside.

What a record links to was written by a person and is opened from this node's own network, so it is
asked like a peer: each name is resolved here, every address is judged, the connection goes to just
the one that was judged (`addresses`), and again after each redirect. Private addresses are never
asked; whether one answers would tell a stranger what stands in this network.

Dead is only what says so: 404 and 410, to HEAD and then to GET as well since not every server
knows HEAD, and a name that does not exist. Whoever is slow, refuses (401, 403, 429) or stumbles
(5xx, TLS) is not known to be dead, and nobody is warned. Nothing of the body is read.
"""

from __future__ import annotations

import http.client
import queue
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from node.errors import FootbridgeError
from node.net.connections import Connection, Site
from node.net.pacing import HEADER_ALLOWANCE, Pace
from node.net.transport import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from node.net.addresses import Resolver

#: Seconds for one address with all its redirects, and for all of them together.
PER_LINK = 5.0
IN_ALL = 20.0
#: Addresses asked at the same time.
AT_ONCE = 4
MOST_REDIRECTS = 4

_GONE = frozenset({404, 410})
#: Answers to HEAD after which GET is asked: gone, or a server that does not know HEAD.
_ASK_AGAIN = _GONE | {400, 405, 406, 501}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Bytes do not buy time here: nothing of a body is wanted.
_NO_CREDIT = 1e12
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server said: its status, and where it sends us on to, or ""."""

    status: int
    place: str = ""


class LinkChecker:
    """Finds dead links; fits `node.contract.guard.DeadLinks`. One object serves one publish.

    Its time runs from the first question. What it found out it does not ask again.
    """

    def __init__(
        self,
        *,
        private_ok: bool = False,
        per_link: float = PER_LINK,
        in_all: float = IN_ALL,
        at_once: int = AT_ONCE,
        resolver: Resolver = socket.getaddrinfo,
    ) -> None:
        """Prepare, without asking anything. Times are in seconds.

        `private_ok` is for tests, whose servers are on this machine.
        """
        self._private_ok = private_ok
        self._per_link, self._in_all, self._at_once = per_link, in_all, at_once
        self._resolver = resolver
        self._until: float | None = None
        #: True for a dead one, False for any other, also one that is not known.
        self._found: dict[str, bool] = {}

    def __call__(self, urls: Sequence[str]) -> Collection[str]:
        """Return those of the addresses that lead nowhere. Never raises for what they answer."""
        if self._until is None:
            self._until = time.monotonic() + self._in_all
        wanted = [url for url in dict.fromkeys(urls) if url not in self._found]
        self._ask(wanted, self._until)
        return {url for url in urls if self._found.get(url)}

    def _ask(self, urls: Sequence[str], until: float) -> None:
        """Ask all, a few at once, and wait no longer than `until`.

        The threads are daemons: a name that its server does not answer for can hold one up for
        longer, and neither this publish nor the end of the process shall wait for it.
        """
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
        for url in urls:
            waiting.put(url)

        def work() -> None:
            while time.monotonic() < until:
                try:
                    url = waiting.get_nowait()
                except queue.Empty:
                    return
                done.put((url, self._is_dead(url, until)))

        for _ in range(min(self._at_once, len(urls))):
            threading.Thread(target=work, daemon=True, name="link").start()
        for _ in urls:
            try:
                url, dead = done.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return
            self._found[url] = dead

    def _is_dead(self, url: str, until: float) -> bool:
        until = min(until, time.monotonic() + self._per_link)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                answer = self._answer(url, until)
                if answer.status not in _REDIRECTS or not answer.place:
                    return answer.status in _GONE
                url = urljoin(url, answer.place)
        except FootbridgeError as error:
            return _does_not_exist(error)
        except (OSError, http.client.HTTPException, ValueError):
            pass
        return False

    def _answer(self, url: str, until: float) -> _Answer:
        answer = self._request("HEAD", url, until)
        return self._request("GET", url, until) if answer.status in _ASK_AGAIN else answer

    def _request(self, method: str, url: str, until: float) -> _Answer:
        site, target = _split(url)
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = Connection(
            site, private_ok=self._private_ok, connect_timeout=left, resolver=self._resolver
        )
        pace = Pace(patience=left, slowest=_NO_CREDIT, limit=HEADER_ALLOWANCE, until=until)
        headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
        if method == "GET":
            headers["Range"] = "bytes=0-0"
        try:
            with connection.begin(method, target, headers, body=None, pace=pace) as answer:
                return _Answer(answer.status, answer.getheader("Location", ""))
        finally:
            connection.close()


def _split(url: str) -> tuple[Site, str]:
    """Return where to ask and for what. Raises `ValueError` for what is no public web address."""
    if any(character <= " " or character == "\x7f" for character in url):
        raise ValueError(url)  # the standard library would silently take some of them out
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise ValueError(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = quote(parts.path or "/", safe=_PATH_SAFE)
    if parts.query:
        target += "?" + quote(parts.query, safe=_QUERY_SAFE)
    return Site(parts.scheme, host, port), target


def _does_not_exist(error: FootbridgeError) -> bool:
    """Say whether the name's own servers answered that there is no such name."""
    cause = error.__cause__
    return isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
