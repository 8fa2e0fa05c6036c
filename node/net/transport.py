"""`HttpTransport`: the requests of the exchange protocol to one peer, with every bound enforced.

What may go wrong on a network ends in one of two errors, each one plain sentence:
`PeerUnreachableError` (down, cut off, too slow, asks to wait: the next round tries again) and
`PeerMisbehavesError` (sent what no honest node sends: a web page, a redirect elsewhere, too much,
damaged packing). What the bytes mean is for `node.net.client` and `node.core` to judge.

Bounds: one deadline for each request that a trickle of bytes cannot stretch (`pacing`), a cap on
bytes over the wire and on decompressed bytes (`decoding`), no addresses inside private networks
unless the keeper allowed them (`addresses`), redirects to the same host only and few of them,
no proxies, no cookies. The length that an answer claims decides nothing.
"""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from node.core.ports import Answer
from node.errors import BadInputError, FootbridgeError, PeerMisbehavesError, PeerUnreachableError
from node.net.connections import Connection, Connections, Site
from node.net.decoding import ACCEPTED, collect, decoded
from node.net.pacing import HEADER_ALLOWANCE, Pace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from node.core.ports import Transport
    from node.net.addresses import Resolver

PREFIX = "exchange/1/"
USER_AGENT = "footbridge/0.1"
CONNECT_TIMEOUT = 10.0
MAX_REDIRECTS = 3

_REDIRECTS = {301, 302, 303, 307, 308}
_KEEP_METHOD = {307, 308}
_OK = 200


class HttpTransport:
    """Requests to the peer at `url`. May be used from several threads; close it at the end."""

    def __init__(
        self,
        url: str,
        *,
        private_ok: bool = False,
        patience: float = 60.0,
        slowest: float = 1024.0,
        connect_timeout: float = CONNECT_TIMEOUT,
        resolver: Resolver = socket.getaddrinfo,
    ) -> None:
        """Prepare, without connecting.

        `patience` is in seconds and `slowest` in bytes a second; see `node.net.pacing`.
        Raises `BadInputError` when `url` is not the address of a node.
        """
        self.url = url
        self._site, self._path = _split(url)
        self._patience = patience
        self._slowest = slowest
        self._connections = Connections(
            private_ok=private_ok, connect_timeout=connect_timeout, resolver=resolver
        )
        #: When the round ends, on the monotonic clock; no request outlives it.
        self.until: float | None = None

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        """Return the answer to GET `path` below ``/exchange/1/``, of any status.

        `limit` is what the decompressed body may have, in bytes; a longer one raises
        `PeerMisbehavesError`. Raises `PeerUnreachableError` when no whole answer came in time.
        """
        headers = {} if etag is None else {"If-None-Match": etag}
        if params:
            path += "?" + urlencode(params)
        return self._exchange(self._request("GET", path, limit, headers), limit)

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        """Return the answer to POST `body` to `path`. Raises as `get` does."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return self._exchange(self._request("POST", path, limit, headers, body), limit)

    def stream(self, path: str, *, limit: int) -> Iterator[bytes]:
        """Yield the body of GET `path` in pieces, for files that need not fit into memory.

        Raises as `get` does, at the first step or any later one, and also when the status is
        not 200: `PeerMisbehavesError` with the fact ``status``.
        """
        connection, answer = self._open(self._request("GET", path, limit))
        finished = False
        try:
            if answer.status != _OK:
                raise PeerMisbehavesError(
                    f"The peer answered {answer.status} where a file was asked for.",
                    status=answer.status,
                )
            total = 0
            for piece in self._pieces(answer):
                total += len(piece)
                if total > limit:
                    raise PeerMisbehavesError(
                        f"The peer sent more than the {limit:,} bytes that this file has.",
                        limit=limit,
                    )
                yield piece
            self._finish(connection, answer)
            finished = True
        finally:
            if not finished:  # what is left of the body makes the connection useless
                answer.close()
                connection.close()

    def close(self) -> None:
        """Close the kept connections."""
        self._connections.close()

    # --- one request -------------------------------------------------------------------------

    def _exchange(self, request: _Request, limit: int) -> Answer:
        connection, answer = self._open(request)
        try:
            content = collect(self._pieces(answer), limit)
        except BaseException:
            answer.close()
            connection.close()
            raise
        self._finish(connection, answer)
        return Answer(
            status=answer.status,
            body=content,
            headers={name.lower(): value for name, value in answer.getheaders()},
        )

    def _open(self, request: _Request) -> tuple[Connection, http.client.HTTPResponse]:
        """Send the request, follow redirects on the same host, return where the body waits."""
        for _ in range(MAX_REDIRECTS + 1):
            connection, answer = self._send(request)
            follows = answer.status in (_REDIRECTS if request.method == "GET" else _KEEP_METHOD)
            place = answer.getheader("Location")
            if not follows or place is None:
                try:
                    _refuse_web_page(answer)
                except PeerMisbehavesError:
                    connection.close()
                    raise
                return connection, answer
            connection.close()
            request = _redirected(request, place)
        raise PeerMisbehavesError("The peer sends us from one address to the next without end.")

    def _send(self, request: _Request) -> tuple[Connection, http.client.HTTPResponse]:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED, **request.headers}
        while True:
            connection, used = self._connections.take(request.site)
            try:
                return connection, connection.begin(
                    request.method, request.target, headers, body=request.body, pace=request.pace
                )
            except (ConnectionError, http.client.RemoteDisconnected) as error:
                connection.close()
                # The peer closed the kept connection meanwhile: that says nothing about the
                # peer, and asking again cannot do harm. A fresh one that fails is a failure.
                if not used:
                    raise _translated(error, request.site) from error
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                raise _translated(error, request.site) from error
            except FootbridgeError:
                connection.close()
                raise

    def _pieces(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        def receive(size: int) -> bytes:
            try:
                piece = answer.read1(size)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise _translated(error, self._site) from error
            # http.client does not complain when a body ends before its announced length.
            if not piece and answer.length:
                raise PeerUnreachableError("The answer broke off in the middle.")
            return piece

        return decoded(receive, answer.getheader("Content-Encoding", ""))

    def _finish(self, connection: Connection, answer: http.client.HTTPResponse) -> None:
        answer.close()
        if answer.will_close:
            connection.close()
        else:
            self._connections.give_back(connection)

    def _request(
        self,
        method: str,
        path: str,
        limit: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> _Request:
        pace = Pace(
            patience=self._patience,
            slowest=self._slowest,
            limit=limit + HEADER_ALLOWANCE,
            until=self.until,
        )
        return _Request(method, self._site, self._path + path, pace, headers or {}, body)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    site: Site
    target: str
    pace: Pace
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def end_by(transport: Transport, until: float | None) -> None:
    """Let no request of `transport` outlive `until` on the monotonic clock, where it can wait.

    A transport in memory answers at once and has nothing to end.
    """
    if isinstance(transport, HttpTransport):
        transport.until = until


def _split(url: str) -> tuple[Site, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise BadInputError(f"{url!r} is not the address of a node: {error}.") from error
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or parts.username is not None
        or parts.query
        or parts.fragment
        or any(ord(c) <= ord(" ") or ord(c) > ord("~") for c in parts.path)
    ):
        raise BadInputError(
            f"{url!r} is not the address of a node.",
            hint="Give an address such as https://node.example.org, without a question mark.",
        )
    site = Site(parts.scheme, host, port or (443 if parts.scheme == "https" else 80))
    return site, parts.path.rstrip("/") + "/" + PREFIX


def _redirected(request: _Request, place: str) -> _Request:
    site = request.site
    refusal = PeerMisbehavesError(
        f"The peer sends us on to another place ({place[:80]}); only {site.host} itself counts.",
        hint="If the peer has moved, its keeper should tell you the new address.",
        location=place[:200],
    )
    try:
        parts = urlsplit(urljoin(f"{site.scheme}://{site.authority}{request.target}", place))
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise refusal from error
    new = Site(parts.scheme, (parts.hostname or "").lower(), port)
    upgraded = Site("https", site.host, 443)
    if new != site and not (new == upgraded and (site.scheme, site.port) == ("http", 80)):
        raise refusal
    path = parts.path or "/"
    if any(ord(c) <= ord(" ") or ord(c) > ord("~") for c in path + parts.query):
        raise refusal
    target = path + (f"?{parts.query}" if parts.query else "")
    return replace(request, site=new, target=target)


def _refuse_web_page(answer: http.client.HTTPResponse) -> None:
    if answer.status == _OK and "html" in answer.getheader("Content-Type", "").lower():
        raise PeerMisbehavesError(
            "The peer answered with a web page instead of exchange data.",
            hint="The address may be wrong, or a login page or parking page stands before it.",
        )


def _translated(error: Exception, site: Site) -> FootbridgeError:
    if isinstance(error, TimeoutError):
        return PeerUnreachableError(
            f"{site.authority} was too slow to answer.",
            hint="The next round tries again.",
            host=site.host,
        )
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return PeerUnreachableError(f"The connection to {site.authority} broke off.")
    if isinstance(error, OSError):
        return PeerUnreachableError(
            f"The connection to {site.authority} failed: {error.strerror or error}."
        )
    return PeerMisbehavesError(f"{site.authority} does not speak HTTP as it should.")
