"""Fetching a page of the web that a person names, over the same bounds as a peer.

Whoever runs the page decides what is sent, so: only public addresses, judged anew for every
redirect; few redirects; a limit for bytes and time. Nothing on the page is carried out.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from node.errors import BadInputError, FootbridgeError, PeerMisbehavesError, PeerUnreachableError
from node.net.connections import Connection, Site
from node.net.decoding import collect, decoded
from node.net.pacing import HEADER_ALLOWANCE, Pace

if TYPE_CHECKING:
    from node.net.addresses import Resolver

MAX_PAGE = 3 * 1024 * 1024
#: Seconds for everything, and for a connection.
PATIENCE, CONNECT_TIMEOUT = 20.0, 5.0
SLOWEST = 2048.0
MAX_REDIRECTS = 4
MAX_ADDRESS = 2000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200


@dataclass(frozen=True, slots=True)
class WebPage:
    """What came: from where in the end, its type without parameters, and its bytes."""

    address: str
    media_type: str
    body: bytes


def fetch_page(
    address: str, *, private_ok: bool = False, resolver: Resolver = socket.getaddrinfo
) -> WebPage:
    """Fetch a page.

    Raises `BadInputError` for what is no address of a page, `PeerMisbehavesError` for private
    addresses and for too much, `PeerUnreachableError`.
    """
    until = time.monotonic() + PATIENCE
    for _again in range(MAX_REDIRECTS + 1):
        site, target = _split(address)
        status, found, where = _ask(site, target, address, until, private_ok, resolver)
        if status in _REDIRECTS and where:
            address = urljoin(address, where)
            continue
        if status != _OK:
            raise PeerUnreachableError(
                f"{site.authority} answers with status {status} instead of a page.", status=status
            )
        return found
    raise PeerMisbehavesError("The page leads from one address to the next without end.")


def _split(address: str) -> tuple[Site, str]:
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadInputError("This is not the address of a web page.") from error
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or len(address) > MAX_ADDRESS
        or parts.username is not None
    ):
        raise BadInputError(
            "This is not the address of a web page.", hint="It begins with https://."
        )
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=?~-._")
    number = port or (443 if parts.scheme == "https" else 80)
    return Site(parts.scheme, host, number), f"{target}?{query}" if query else target


def _ask(
    site: Site,
    target: str,
    address: str,
    until: float,
    private_ok: bool,  # noqa: FBT001 - inside this module
    resolver: Resolver,
) -> tuple[int, WebPage, str]:
    connection = Connection(
        site, private_ok=private_ok, connect_timeout=CONNECT_TIMEOUT, resolver=resolver
    )
    pace = Pace(
        patience=max(until - time.monotonic(), 0),
        slowest=SLOWEST,
        limit=MAX_PAGE + HEADER_ALLOWANCE,
        until=until,
    )
    headers = {
        "Accept": "text/html, application/ld+json, application/xml;q=0.8",
        "Accept-Encoding": "gzip",
    }
    try:
        answer = connection.begin("GET", target, headers, body=None, pace=pace)
        body = b""
        if answer.status == _OK:
            packing = answer.getheader("Content-Encoding", "")
            body = collect(decoded(answer.read1, packing), MAX_PAGE)
        kind = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
        return answer.status, WebPage(address, kind, body), answer.getheader("Location", "")
    except FootbridgeError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PeerUnreachableError(
            f"{site.authority} does not answer.", cause=str(error)[:200] or type(error).__name__
        ) from error
    finally:
        connection.close()
