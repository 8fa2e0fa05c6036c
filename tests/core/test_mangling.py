"""Change or cut any byte of anything signed: nothing may pass, at no place.

Each thing is opened as a reader would open it who knows the origin's oid and asks for this record
at this place. Every byte is changed in several ways, left out, doubled; every beginning is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.core.canonical import digest
from node.core.checkpoints import open_checkpoint, open_proof_file
from node.core.contents import open_content
from node.core.epochs import open_genesis, open_succession
from node.core.keys import PublicKey
from node.core.merkle import Edge, leaf_hash, verify_inclusion
from node.core.statements import parse_statement, verify_statement
from node.errors import BadInputError
from tests.support.making import SampleLog, sample_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOG = SampleLog().publish(4)
NEXT = LOG.succeed()
CONTENT = sample_content()
KEY = LOG.epoch.key


def statement(raw: bytes) -> None:
    verify_statement(parse_statement(raw), KEY)


def proof_file(raw: bytes) -> None:
    """Open a proof file as the proof of entry 2, whose bytes the reader has."""
    proof = open_proof_file(raw)
    head = open_checkpoint(proof.note, LOG.epoch)
    verify_inclusion(leaf_hash(LOG.lines[2]), proof.index, head.size, proof.path, head.root)


def edge(raw: bytes) -> None:
    """Open a stored edge as one that must have the size and root which the origin signed."""
    found, head = Edge.from_bytes(raw), LOG.checkpoint()
    if (found.size, found.root()) != (head.size, head.root):
        raise BadInputError("another tree")


THINGS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "a statement": (LOG.lines[1], statement),
    "a genesis": (LOG.lines[0], lambda raw: open_genesis(raw, LOG.epoch.oid)),
    "a succession": (NEXT.lines[0], lambda raw: open_succession(LOG.epoch, raw)),
    "a checkpoint": (LOG.note(), lambda raw: open_checkpoint(raw, LOG.epoch)),
    "a proof file": (LOG.proof(2), proof_file),
    "a content": (
        CONTENT,
        lambda raw: open_content(raw, digest=digest(CONTENT), size=len(CONTENT)),
    ),
    "an edge": (LOG.edge().to_bytes(), edge),
    "a public key": (
        KEY.multikey.encode(),
        lambda raw: PublicKey.from_multikey(raw.decode("latin-1")).verify(SIGNED, b"message"),
    ),
}
SIGNED = LOG.key.sign(b"message")

things = pytest.mark.parametrize("thing", THINGS)


def replacements(byte: int) -> Iterator[bytes]:
    """Give what takes a byte's place: other bits, other letters, nothing, itself twice."""
    yield from (bytes([byte ^ bit]) for bit in (1, 2, 4, 16, 32, 128))
    yield from (bytes([other]) for other in b'\0 \n"0A=/' if other != byte)
    yield b""
    yield bytes([byte, byte])


def changes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    for at, byte in enumerate(raw):
        for new in replacements(byte):
            yield at, raw[:at] + new + raw[at + 1 :]


def passes(opened: Callable[[bytes], object], raw: bytes) -> bool:
    """Answer whether `raw` is taken; any error but our own is a failure of the test."""
    try:
        opened(raw)
    except BadInputError:
        return False
    return True


@things
def test_unchanged_it_passes(thing: str) -> None:
    raw, opened = THINGS[thing]
    assert passes(opened, raw)


@things
def test_no_changed_byte_passes(thing: str) -> None:
    raw, opened = THINGS[thing]
    passed = [at for at, changed in changes(raw) if changed != raw and passes(opened, changed)]
    assert passed == []


@things
def test_no_cut_passes(thing: str) -> None:
    raw, opened = THINGS[thing]
    cuts = [raw[:at] for at in range(len(raw))] + [raw[at:] for at in range(1, len(raw))]
    assert [len(cut) for cut in cuts if passes(opened, cut)] == []


@things
@pytest.mark.parametrize("more", [b"\0", b" ", b"\n", b"\r\n", b"x", b"\xef\xbb\xbf"], ids=repr)
def test_nothing_may_be_added(thing: str, more: bytes) -> None:
    raw, opened = THINGS[thing]
    assert not passes(opened, raw + more)
    assert not passes(opened, more + raw)


def test_two_neighbours_may_not_change_places() -> None:
    for raw, opened in THINGS.values():
        for at in range(len(raw) - 1):
            swapped = raw[:at] + raw[at + 1 : at + 2] + raw[at : at + 1] + raw[at + 2 :]
            assert swapped == raw or not passes(opened, swapped)
