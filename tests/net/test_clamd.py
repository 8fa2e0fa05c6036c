"""The virus scanner's protocol, against a small daemon that speaks it over loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.errors import BadInputError, PeerMisbehavesError, PeerUnreachableError
from node.net.clamd import PIECE, Clamd
from tests.support.clamd import Daemon
from tests.support.files import EICAR

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    yield made
    made.close()


def test_clean_bytes_are_clean_and_all_of_them_were_seen(daemon: Daemon) -> None:
    data = [b"a" * (PIECE * 2 + 5), b"", b"b" * 10]
    assert Clamd(daemon.address).scan(data) == ""
    assert daemon.seen == [b"".join(data)]


def test_the_test_signature_is_found_wherever_the_pieces_are_cut(daemon: Daemon) -> None:
    assert Clamd(daemon.address).scan([EICAR]) == "Eicar-Test-Signature"
    assert Clamd(daemon.address).scan([EICAR[:20], EICAR[20:]]) == "Eicar-Test-Signature"


def test_a_daemon_behind_a_socket_in_the_file_system_is_asked_alike(tmp_path: object) -> None:
    made = Daemon(path=f"{tmp_path}/clamd.ctl")
    try:
        assert Clamd(made.address).scan([EICAR]) == "Eicar-Test-Signature"
    finally:
        made.close()


@pytest.mark.parametrize(
    "says",
    [b"INSTREAM size limit exceeded. ERROR\0", b"stream: maybe\0", b"", b"x" * 5000, b"\xff\0"],
)
def test_anything_but_a_verdict_is_no_verdict(daemon: Daemon, says: bytes) -> None:
    daemon.says = says
    with pytest.raises(PeerMisbehavesError):
        Clamd(daemon.address).scan([b"hello"])


def test_a_daemon_that_closes_while_it_is_sent_to_is_still_heard(daemon: Daemon) -> None:
    daemon.most = 100_000
    with pytest.raises((PeerMisbehavesError, PeerUnreachableError)):
        Clamd(daemon.address).scan([b"a" * 1_000_000] * 20)


def test_nobody_there_and_nobody_answering_is_unreachable(daemon: Daemon) -> None:
    daemon.silent = True
    with pytest.raises(PeerUnreachableError):
        Clamd(daemon.address, step=0.2).scan([b"hello"])
    address = daemon.address
    daemon.close()
    with pytest.raises(PeerUnreachableError):
        Clamd(address, step=0.2).scan([b"hello"])
    with pytest.raises(PeerUnreachableError):
        Clamd("/nowhere/clamd.ctl").scan([b"hello"])


def test_a_daemon_that_drips_is_given_up(daemon: Daemon) -> None:
    daemon.drips = True
    with pytest.raises(PeerUnreachableError):
        Clamd(daemon.address, step=5, whole=0.5).scan([b"hello"])


@pytest.mark.parametrize("address", ["clamd", "host:", ":3310", "host:port", "clamd.ctl"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(BadInputError, match="clamd"):
        Clamd(address)
