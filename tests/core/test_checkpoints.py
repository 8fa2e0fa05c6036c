"""Checkpoints and proof files: three lines, two signatures by the epoch's key, nothing else."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from node.core.checkpoints import (
    BadCheckpointError,
    BadProofFileError,
    make_checkpoint,
    make_proof_file,
    open_checkpoint,
    open_proof_file,
    origin_line,
    peek_checkpoint,
    read_checkpoint_text,
    read_tlog_text,
    renew_checkpoint,
)
from node.core.limits import MAX_PATH, MAX_PROOF_FILE
from node.core.merkle import EMPTY_ROOT, leaf_hash, verify_inclusion
from node.core.notes import join_note, parse_note, sign_line
from tests.support.making import NOON, SampleLog, secret

LOG = SampleLog().publish(4)
OID = LOG.epoch.oid
NAME = origin_line(OID, 0)
NOTE = LOG.note()
TEXT = parse_note(NOTE).text
SECONDS = int(NOON.timestamp())


def signed(text: bytes, *, plain: bool = True, dates: tuple[int, ...] = (SECONDS,)) -> bytes:
    """Return a truly signed note of any text."""
    lines = [sign_line(text, NAME, LOG.key)] if plain else []
    return join_note(text, lines + [sign_line(text, NAME, LOG.key, dated=at) for at in dates])


def test_a_checkpoint_opens_as_it_was_made() -> None:
    checkpoint = open_checkpoint(NOTE, LOG.epoch)
    assert (checkpoint.oid, checkpoint.epoch, checkpoint.size) == (OID, 0, 5)
    assert checkpoint.root == LOG.edge().root()
    assert checkpoint.dated == SECONDS
    assert checkpoint.note == NOTE
    assert peek_checkpoint(NOTE) == (OID, 0, 5, checkpoint.root)
    assert f"footbridge/1/{OID}/0\n5\n".encode() == NOTE[: len(NAME) + 3]


def test_an_empty_log_has_the_empty_root() -> None:
    raw = make_checkpoint(OID, 0, 0, EMPTY_ROOT, LOG.key, NOON)
    assert open_checkpoint(raw, LOG.epoch).size == 0
    with pytest.raises(BadCheckpointError, match="without entries"):
        make_checkpoint(OID, 0, 0, leaf_hash(b""), LOG.key, NOON)


def test_a_renewed_checkpoint_differs_only_in_its_date() -> None:
    old = open_checkpoint(NOTE, LOG.epoch)
    new = open_checkpoint(renew_checkpoint(old, LOG.key, NOON + timedelta(days=1)), LOG.epoch)
    assert new.dated == old.dated + 86_400
    assert (new.size, new.root) == (old.size, old.root)


def test_of_several_dated_lines_the_newest_counts() -> None:
    raw = signed(TEXT, dates=(5, SECONDS + 9, 7))
    assert open_checkpoint(raw, LOG.epoch).dated == SECONDS + 9


def test_lines_of_witnesses_are_ignored() -> None:
    witness = sign_line(TEXT, "witness.example", secret("witness"), dated=SECONDS + 99)
    assert open_checkpoint(NOTE + witness, LOG.epoch).dated == SECONDS


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(signed(TEXT, dates=()), id="no dated line: its age would be hidden"),
        pytest.param(signed(TEXT, plain=False), id="only a dated line"),
        pytest.param(
            join_note(TEXT, [sign_line(TEXT, "w", secret("w"))]), id="only a line of somebody else"
        ),
        pytest.param(
            join_note(TEXT, [sign_line(TEXT, NAME, secret("thief"))]), id="another key of its name"
        ),
    ],
)
def test_both_lines_of_the_origin_must_be_there(raw: bytes) -> None:
    assert peek_checkpoint(raw)[0] == OID
    with pytest.raises(BadCheckpointError, match="lacks a signature"):
        open_checkpoint(raw, LOG.epoch)


def test_a_wrong_line_of_the_origin_refuses_the_note() -> None:
    wrong = sign_line(b"else\n", NAME, LOG.key, dated=SECONDS)
    with pytest.raises(BadCheckpointError, match="does not verify"):
        open_checkpoint(NOTE + wrong, LOG.epoch)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    following = LOG.succeed()
    for raw in (SampleLog("other").note(), following.note()):
        with pytest.raises(BadCheckpointError, match="another log"):
            open_checkpoint(raw, LOG.epoch)


def test_what_is_no_note_is_no_checkpoint() -> None:
    with pytest.raises(BadCheckpointError):
        open_checkpoint(b"x", LOG.epoch)
    with pytest.raises(BadCheckpointError):
        peek_checkpoint(TEXT)


ROOT = base64.b64encode(LOG.edge().root()).decode()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([f"footbridge/2/{OID}/0", "5", ROOT], id="another protocol version"),
        pytest.param([f"footbridge/1/{OID}", "5", ROOT], id="no epoch"),
        pytest.param([f"footbridge/1/{OID}/", "5", ROOT], id="an empty epoch"),
        pytest.param([f"footbridge/1/{OID}/00", "5", ROOT], id="an epoch with a zero before"),
        pytest.param([f"footbridge/1/{OID}/0/", "5", ROOT], id="a slash more"),
        pytest.param([f"footbridge/1/{OID.upper()}/0", "5", ROOT], id="an oid in capitals"),
        pytest.param([NAME, "05", ROOT], id="a size with a zero before"),
        pytest.param([NAME, "+5", ROOT], id="a size with a sign"),
        pytest.param([NAME, "", ROOT], id="an empty size"),
        pytest.param([NAME, "5 ", ROOT], id="a size with a space"),
        pytest.param([NAME, "\u0665", ROOT], id="digits of another script"),
        pytest.param([NAME, "9007199254740992", ROOT], id="2^53"),
        pytest.param([NAME, "10000000000000000", ROOT], id="seventeen digits"),
        pytest.param([NAME, "5", ROOT[:-4]], id="a root too short"),
        pytest.param([NAME, "5", ROOT.rstrip("=")], id="a root without padding"),
        pytest.param([NAME, "5", "!" + ROOT[1:]], id="a root that is no base64"),
        pytest.param([NAME, "5", ROOT, "extension"], id="an extension line"),
        pytest.param([NAME, "5"], id="no root"),
        pytest.param([NAME, "5", "", ROOT], id="an empty line"),
    ],
)
def test_a_text_of_another_form_is_refused_although_it_is_signed(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    with pytest.raises(BadCheckpointError):
        read_checkpoint_text(text)
    with pytest.raises(BadCheckpointError):
        open_checkpoint(signed(text), LOG.epoch)


def test_the_largest_size_is_the_largest_safe_integer() -> None:
    text = f"{NAME}\n9007199254740991\n{ROOT}\n".encode()
    assert read_checkpoint_text(text)[2] == 2**53 - 1
    assert read_tlog_text(text)[1] == 2**53 - 1


@pytest.mark.parametrize("text", [b"", b"a\n1\n", b"a\n1\nx", b"\xff\n1\nx\n"], ids=repr)
def test_a_text_of_less_than_three_lines_is_refused(text: bytes) -> None:
    with pytest.raises(BadCheckpointError):
        read_tlog_text(text)


def test_a_proof_file_opens_and_proves_its_entry() -> None:
    for index in range(LOG.size):
        proof = open_proof_file(LOG.proof(index))
        head = open_checkpoint(proof.note, LOG.epoch)
        assert proof.index == index
        leaf = leaf_hash(LOG.lines[index])
        verify_inclusion(leaf, index, head.size, proof.path, head.root)


def test_a_proof_file_of_a_log_with_one_entry_has_no_path() -> None:
    log = SampleLog("one")
    raw = log.proof(0)
    assert raw.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nfootbridge/1/")
    assert open_proof_file(raw).path == ()


PROOF = LOG.proof(2)
HASH = base64.b64encode(bytes(32)) + b"\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PROOF.replace(b"@v1", b"@v2"), id="another version"),
        pytest.param(PROOF.replace(b"index 2", b"index 02"), id="a zero before the index"),
        pytest.param(PROOF.replace(b"index 2", b"index -2"), id="a negative index"),
        pytest.param(PROOF.replace(b"index 2", b"index"), id="no index"),
        pytest.param(PROOF.replace(b"index 2\n", b""), id="no index line"),
        pytest.param(PROOF.replace(b"index 2", b"extra AA==\nindex 2"), id="an extra line"),
        pytest.param(PROOF.replace(b"\n\n", b"\nx\n\n", 1), id="a line that is no hash"),
        pytest.param(PROOF.replace(b"\n\n", b"\n" + HASH[4:] + b"\n", 1), id="a short hash"),
        pytest.param(PROOF.replace(b"\n\n", b"\n", 1), id="no empty line before the note"),
        pytest.param(PROOF.replace(b"\n\n", b"\n" + HASH * 65 + b"\n", 1), id="a path too long"),
        pytest.param(PROOF.replace(b"\n", b"\r\n"), id="carriage returns"),
        pytest.param(PROOF.partition(b"\n\n")[0] + b"\n\n", id="no note"),
        pytest.param(PROOF + b" " * MAX_PROOF_FILE, id="too large"),
        pytest.param(b"\xff" + PROOF, id="not UTF-8"),
        pytest.param(b"c2sp.org/tlog-proof@v1\n\n" + NOTE, id="nothing before the note"),
    ],
)
def test_what_is_malformed_is_no_proof_file(raw: bytes) -> None:
    with pytest.raises(BadProofFileError):
        open_proof_file(raw)


@pytest.mark.parametrize(
    ("index", "path", "note"),
    [
        (-1, [], NOTE),
        (2**53, [], NOTE),
        (0, [b"short"], NOTE),
        (0, [bytes(32)] * (MAX_PATH + 1), NOTE),
        (0, [], b"no note"),
    ],
    ids=["negative", "too large", "no hash", "too long", "no note"],
)
def test_no_wrong_proof_file_is_made(index: int, path: list[bytes], note: bytes) -> None:
    with pytest.raises(BadProofFileError):
        make_proof_file(index, path, note)
