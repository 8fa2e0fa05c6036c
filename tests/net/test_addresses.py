from __future__ import annotations

import ipaddress
import socket

import pytest

from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.net.addresses import is_allowed, is_public, resolve

PRIVATE = [
    ("loopback", "127.0.0.1"),
    ("loopback, another of its addresses", "127.9.9.9"),
    ("a home network", "192.168.1.1"),
    ("an office network", "10.0.0.5"),
    ("the third private range", "172.16.0.9"),
    ("link-local, where clouds keep their metadata", "169.254.169.254"),
    ("a carrier's shared range", "100.64.0.1"),
    ("documentation", "192.0.2.1"),
    ("IPv6 loopback", "::1"),
    ("IPv6 link-local", "fe80::1"),
    ("IPv6 unique local", "fd00::1"),
    ("an IPv4 loopback mapped into IPv6", "::ffff:127.0.0.1"),
    ("a private IPv4 inside NAT64", "64:ff9b::7f00:1"),
    ("a private IPv4 inside 6to4", "2002:7f00:1::"),
    ("a private IPv4 inside Teredo", "2001:0:7f00:1::"),
]


@pytest.mark.parametrize("text", [row[1] for row in PRIVATE], ids=[row[0] for row in PRIVATE])
def test_an_address_inside_somebodys_network_is_not_public(text):
    address = ipaddress.ip_address(text)
    assert not is_public(address)
    assert not is_allowed(address, private_ok=False)
    assert is_allowed(address, private_ok=True)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_an_ordinary_address_is_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["224.0.0.1", "ff02::1", "0.0.0.0", "::", "::ffff:0.0.0.0"])
def test_multicast_and_no_address_are_refused_even_when_private_ones_are_allowed(text):
    assert not is_allowed(ipaddress.ip_address(text), private_ok=True)


def answers(*addresses: str):
    def resolver(host, port, **kwargs):
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (each, port, 0, 0) if ":" in each else (each, port),
            )
            for each in addresses
        ]

    return resolver


def test_a_name_that_points_into_a_private_network_is_refused_with_what_to_do():
    with pytest.raises(PeerMisbehavesError) as caught:
        resolve("rebind.example", 80, private_ok=False, resolver=answers("10.1.2.3", "::1"))
    assert "inside a private network" in caught.value.message
    assert "allow private addresses" in caught.value.hint


def test_only_the_public_ones_of_mixed_answers_are_used():
    found = resolve("mixed.example", 80, private_ok=False, resolver=answers("127.0.0.1", "8.8.8.8"))
    assert found == [(socket.AF_INET, ("8.8.8.8", 80))]


def test_a_zone_in_an_address_is_not_in_the_way():
    found = resolve("printer", 80, private_ok=True, resolver=answers("fe80::1%lo"))
    assert found[0][0] == socket.AF_INET6


def test_a_name_that_nobody_knows_is_an_unreachable_peer():
    def resolver(host, port, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(PeerUnreachableError, match="could not be found"):
        resolve("gone.example", 80, private_ok=False, resolver=resolver)
