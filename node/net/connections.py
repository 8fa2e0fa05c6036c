"""Kept connections to one host: opened to a judged address, paced, used again.

One connection is kept for each request that runs at the same time (a round fetches ahead while
it stores, so two). `http.client` speaks HTTP; what stands here is what it leaves to others:
which address is connected to, how long each step may take, and when a connection may be kept.
Proxies from the environment are never used: they would see and choose what we talk to.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.net.addresses import Resolver, resolve
from node.net.pacing import Pace, PacedSocket, PacedTLSSocket

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Kept connections that have been idle for longer than this are closed, in seconds: most
#: servers and home routers have forgotten them by then.
KEEP_IDLE = 900.0


@dataclass(frozen=True)
class Site:
    """Where requests go: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Return the host and, unless it is the scheme's own, the port, as in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        standard = 443 if self.scheme == "https" else 80
        return host if self.port == standard else f"{host}:{self.port}"


class Connection(http.client.HTTPConnection):
    """One connection to `site`, made to an address that was judged first."""

    def __init__(
        self, site: Site, *, private_ok: bool, connect_timeout: float, resolver: Resolver
    ) -> None:
        super().__init__(site.host, site.port, timeout=connect_timeout)
        self.site = site
        self.private_ok = private_ok
        self.resolver = resolver
        self.used_at = 0.0
        self.pace: Pace | None = None

    def connect(self) -> None:
        """Connect to the first allowed address that answers; begin TLS where it is asked for.

        Raises `PeerUnreachableError` and `PeerMisbehavesError`.
        """
        where = resolve(
            self.site.host, self.site.port, private_ok=self.private_ok, resolver=self.resolver
        )
        failure: OSError | None = None
        for family, address in where:
            plain = PacedSocket(family, socket.SOCK_STREAM)
            try:
                plain.settimeout(self.timeout)
                plain.connect(address)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                plain.close()
                failure = error
                continue
            self.sock = self._secured(plain) if self.site.scheme == "https" else plain
            return
        raise PeerUnreachableError(
            f"{self.site.authority} does not answer: {_reason(failure)}.", host=self.site.host
        ) from failure

    def _secured(self, plain: PacedSocket) -> ssl.SSLSocket:
        try:
            return _tls().wrap_socket(plain, server_hostname=self.site.host)
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise PeerMisbehavesError(
                f"The certificate of {self.site.host} is not valid: {error.verify_message}.",
                hint="The peer's keeper must renew it; a wrong clock here looks the same.",
                host=self.site.host,
            ) from error
        except (OSError, ValueError) as error:
            plain.close()
            raise PeerUnreachableError(
                f"No secure connection to {self.site.authority} could be made: {_reason(error)}.",
                host=self.site.host,
            ) from error

    def begin(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None,
        pace: Pace,
    ) -> http.client.HTTPResponse:
        """Send one request and return the answer with its headers read, its body not yet.

        Raises OSError and `http.client.HTTPException`, which the transport turns into ours.
        """
        self.pace = pace
        if self.sock is None:
            self.connect()
        sock = cast("PacedSocket | PacedTLSSocket", self.sock)
        sock.pace = pace
        sock.settimeout(pace.left())
        self.request(method, target, body=body, headers=dict(headers))
        return self.getresponse()


class Connections:
    """The kept connections to one site. May be used from several threads."""

    def __init__(
        self, *, private_ok: bool, connect_timeout: float, resolver: Resolver = socket.getaddrinfo
    ) -> None:
        self._private_ok = private_ok
        self._connect_timeout = connect_timeout
        self._resolver = resolver
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def take(self, site: Site) -> tuple[Connection, bool]:
        """Return a connection to `site` and whether it has been used before."""
        oldest = time.monotonic() - KEEP_IDLE
        with self._lock:
            stale = [c for c in self._idle if c.used_at < oldest]
            self._idle = [c for c in self._idle if c.used_at >= oldest]
            found = next((c for c in reversed(self._idle) if c.site == site), None)
            if found is not None:
                self._idle.remove(found)
        for connection in stale:
            connection.close()
        if found is not None:
            return found, True
        fresh = Connection(
            site,
            private_ok=self._private_ok,
            connect_timeout=self._connect_timeout,
            resolver=self._resolver,
        )
        return fresh, False

    def give_back(self, connection: Connection) -> None:
        """Keep `connection` for the next request; its answer was read to the end."""
        connection.used_at = time.monotonic()
        with self._lock:
            self._idle.append(connection)

    def close(self) -> None:
        """Close all that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = PacedTLSSocket
    return context


def _reason(error: Exception | None) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return str(error) or "no address worked"
