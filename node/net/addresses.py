"""Which network addresses this node is willing to talk to.

A peer's URL is a name, and whoever owns the name decides where it points. Without a check, a
peer could make this node ask its own router, a database beside it or a cloud's metadata service.
So a name is resolved here, every answer is judged, and the connection is made to exactly the
address that was judged: a second look-up that might answer differently never happens.

An IPv6 address can carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64); the inner one is
judged too. The keeper may allow private addresses for one peer (`private_ok`), for nodes on one
machine or in one office; multicast and "no address" are never allowed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from node.errors import PeerMisbehavesError, PeerUnreachableError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: `socket.getaddrinfo` or something that answers like it.
Resolver = Callable[..., list[tuple[Any, Any, int, str, Any]]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Say whether `address` is reachable from the whole internet, inner addresses included."""
    return all(each.is_global and not each.is_multicast for each in _with_inner(address))


def is_allowed(address: Address, *, private_ok: bool) -> bool:
    """Say whether this node may connect to `address`."""
    if any(each.is_multicast or each.is_unspecified for each in _with_inner(address)):
        return False
    return private_ok or is_public(address)


def resolve(
    host: str, port: int, *, private_ok: bool, resolver: Resolver = socket.getaddrinfo
) -> list[tuple[int, tuple[Any, ...]]]:
    """Return (family, socket address) of each allowed address of `host`, in the system's order.

    Raises `PeerUnreachableError` when the name is unknown and `PeerMisbehavesError` when every
    address is one that this node must not be sent to.
    """
    try:
        answers = resolver(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PeerUnreachableError(
            f"The name {host} could not be found.",
            hint="Check the address, or wait: the next round tries again.",
            host=host,
        ) from error
    allowed = []
    for family, _type, _proto, _name, where in answers:
        if family not in {socket.AF_INET, socket.AF_INET6}:
            continue
        # A zone such as "%eth0" says through which card, not where to.
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if is_allowed(address, private_ok=private_ok):
            allowed.append((int(family), where))
    if not allowed:
        raise PeerMisbehavesError(
            f"{host} is an address inside a private network, and this node does not go there "
            "on a peer's word.",
            hint="If the peer really is in your own network, allow private addresses for it.",
            host=host,
        )
    return allowed


def _with_inner(address: Address) -> list[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inner: list[Address] = []
    if address.ipv4_mapped is not None:
        # The mapped form is no more and no less reachable than what it maps.
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, *inner]
