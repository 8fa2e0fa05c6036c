"""Questions to a provider of sign-ins (OpenID Connect), over the same bounds as those to a peer.

One question is one request to one address: no redirects are followed, no proxies and cookies are
used, time and bytes are limited. The provider's documents name further addresses, so these are
hostile until looked at: they are ``https``, and they lead into a private network only on the host
that the keeper has named, and only where the keeper has allowed it. Plain ``http`` is for trying
things on this machine alone, and needs the same word of the keeper.

What an answer means is for `node.editorial.providers`.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.net.connections import Connection, Site
from node.net.decoding import ACCEPTED, collect, decoded
from node.net.pacing import HEADER_ALLOWANCE, Pace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.net.addresses import Resolver

#: Seconds that a person who signs in waits for one answer.
PATIENCE = 8.0
CONNECT_TIMEOUT = 4.0
#: Documents, keys and tokens are a few KiB.
MAX_ANSWER = 512 * 1024
MAX_ADDRESS = 2000
SLOWEST = 4096.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks one provider. `private_ok`: its host may be in a private network, the keeper says."""

    host: str
    private_ok: bool = False
    patience: float = PATIENCE
    resolver: Resolver = socket.getaddrinfo

    def __call__(
        self, address: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of the answer to GET, or with a `body` to POST.

        Raises `PeerUnreachableError` when no whole answer came in time, and `PeerMisbehavesError`
        for an address that this node does not go to and for an answer without end.
        """
        site, target = self._judged(address)
        connection = Connection(
            site,
            private_ok=self.private_ok and site.host == self.host,
            connect_timeout=CONNECT_TIMEOUT,
            resolver=self.resolver,
        )
        pace = Pace(patience=self.patience, slowest=SLOWEST, limit=MAX_ANSWER + HEADER_ALLOWANCE)
        named = {"Accept": "application/json", "Accept-Encoding": ACCEPTED, **(headers or {})}
        try:
            answer = connection.begin(
                "GET" if body is None else "POST", target, named, body=body, pace=pace
            )
            try:
                packing = answer.getheader("Content-Encoding", "")
                return answer.status, collect(decoded(answer.read1, packing), MAX_ANSWER)
            finally:
                answer.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PeerUnreachableError(
                f"{site.authority} gave no whole answer: {str(error) or type(error).__name__}.",
                host=site.host,
            ) from error
        finally:
            connection.close()

    def allows(self, address: str) -> bool:
        """Say whether a browser may be sent to this address, which the provider has named."""
        try:
            self._judged(address)
        except PeerMisbehavesError:
            return False
        return True

    def _judged(self, address: str) -> tuple[Site, str]:
        refusal = PeerMisbehavesError(
            f"{address[:200]!r} is no address that a provider of sign-ins may have.",
            hint="It begins with https://.",
        )
        printable = all(0x20 < ord(letter) < 0x7F for letter in address)  # noqa: PLR2004
        if not printable or "\\" in address or len(address) > MAX_ADDRESS:
            raise refusal
        try:
            parts = urlsplit(address)
            host = (parts.hostname or "").lower()
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise refusal from error
        trying = parts.scheme == "http" and self.private_ok and is_this_machine(host)
        if not host or "@" in parts.netloc or parts.fragment:
            raise refusal
        if parts.scheme != "https" and not trying:
            raise refusal
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Site(parts.scheme, host, port), target


def is_this_machine(host: str) -> bool:
    """Say whether a host is this machine itself, by its name or number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
