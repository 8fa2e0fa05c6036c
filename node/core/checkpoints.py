"""Checkpoints: an origin's signed word on how long its log is, and proofs that build on it.

A checkpoint is a C2SP tlog-checkpoint in a signed note (see `notes`), of exactly three lines::

    footbridge/1/<oid>/<epoch>
    3
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — footbridge/1/<oid>/<epoch> <type 01: Ed25519 over the text>
    — footbridge/1/<oid>/<epoch> <type 04: the same, dated>

Rules (`schemas/protocol.md`, "Checkpoint"):

1. Size by ``^(0|[1-9][0-9]{0,15})$`` and at most 2**53 - 1; root in standard base64; the root of
   size 0 is the empty root. No extension lines.
2. Both lines by the epoch's key, under the origin line as key name, must be there and verify.
   The dated one is renewed at least daily, so that staleness can be seen; were it optional,
   whoever relays a note could hide its age by cutting it off. Of several, the newest counts.
3. Lines of other names are ignored (`notes` says when a line refuses the whole).

A **proof file** is a C2SP tlog-proof text: that entry `index` stands in the tree of a checkpoint::

    c2sp.org/tlog-proof@v1
    index 2
    <base64 of a hash>            the inclusion path, leaf's sibling first
                                  an empty line, and the checkpoint
    footbridge/1/…
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from node.core.base64text import BadBase64Error, decode_base64, encode_base64
from node.core.limits import MAX_PATH, MAX_PROOF_FILE, MAX_SAFE_INTEGER
from node.core.merkle import EMPTY_ROOT, HASH_SIZE
from node.core.notes import (
    DATED,
    PLAIN,
    BadNoteError,
    Note,
    Verifier,
    join_note,
    parse_note,
    sign_line,
    verify_note,
)
from node.core.statements import is_oid
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from node.core.epochs import Epoch
    from node.core.keys import PublicKey
    from node.core.ports import Signer

_PREFIX: Final = "footbridge/1/"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_PROOF_HEAD: Final = "c2sp.org/tlog-proof@v1"
_LINES: Final = 3


class BadCheckpointError(BadInputError):
    """The note is not a checkpoint, or not one of this log and key."""

    code = "bad-checkpoint"


class BadProofFileError(BadInputError):
    """The text is not a proof file."""

    code = "bad-proof-file"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified checkpoint. `note` are its bytes as received, `dated` is POSIX seconds."""

    oid: str
    epoch: int
    size: int
    root: bytes
    note: bytes = field(repr=False)
    dated: int


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The parts of a proof file; nothing in it is verified yet."""

    index: int
    path: tuple[bytes, ...]
    note: bytes


def origin_line(oid: str, epoch: int) -> str:
    """Return the first line of the log's checkpoints, which is also its key name."""
    return f"{_PREFIX}{oid}/{epoch}"


def make_checkpoint(
    oid: str, epoch: int, size: int, root: bytes, signer: Signer, now: datetime
) -> bytes:
    """Return the note that says that the log has `size` entries and `root` at `now`.

    Raises `BadCheckpointError` when the parts do not make a checkpoint.
    """
    line = origin_line(oid, epoch)
    text = f"{line}\n{size}\n{encode_base64(root)}\n".encode()
    read_checkpoint_text(text)
    dated = sign_line(text, line, signer, dated=int(now.timestamp()))
    return join_note(text, [sign_line(text, line, signer), dated])


def renew_checkpoint(checkpoint: Checkpoint, signer: Signer, now: datetime) -> bytes:
    """Return the same checkpoint with a dated line of `now`. Raises `BadCheckpointError`."""
    size, root = checkpoint.size, checkpoint.root
    return make_checkpoint(checkpoint.oid, checkpoint.epoch, size, root, signer, now)


def peek_checkpoint(raw: bytes) -> tuple[str, int, int, bytes]:
    """Return oid, epoch, size and root of a note whose signatures are *not* checked.

    Only to find out whose checkpoint it says to be. Raises `BadCheckpointError`.
    """
    return read_checkpoint_text(_parse(raw).text)


def open_checkpoint(raw: bytes, epoch: Epoch) -> Checkpoint:
    """Return the verified checkpoint of this epoch's log.

    Raises `BadCheckpointError` when the note is malformed, of another log, lacks one of the two
    lines by the epoch's key, or holds a line by that key that does not verify.
    """
    note = _parse(raw)
    oid, number, size, root = read_checkpoint_text(note.text)
    if (oid, number) != (epoch.oid, epoch.number):
        raise BadCheckpointError("This checkpoint is of another log.", oid=oid, epoch=number)
    plain, dated = _verifiers(oid, number, epoch.key)
    try:
        verified = verify_note(note, (plain, dated))
    except BadNoteError as error:
        raise BadCheckpointError(error.message, oid=oid, epoch=number) from error
    dates = [item.dated for item in verified if item.dated is not None]
    if not dates or all(item.verifier != plain for item in verified):
        raise BadCheckpointError("The checkpoint lacks a signature of its origin.", oid=oid)
    return Checkpoint(oid, number, size, root, raw, max(dates))


def read_checkpoint_text(text: bytes) -> tuple[str, int, int, bytes]:
    """Return oid, epoch, size and root of a checkpoint's text. Raises `BadCheckpointError`."""
    line, size, root = read_tlog_text(text)
    oid, gap, number = line.removeprefix(_PREFIX).partition("/")
    if not line.startswith(_PREFIX) or not is_oid(oid) or not gap:
        raise BadCheckpointError("The origin line is not one of this protocol.", line=line)
    if text.count(b"\n") != _LINES:
        raise BadCheckpointError("This protocol's checkpoints have no extension lines.")
    return oid, _number(number), size, root


def read_tlog_text(text: bytes) -> tuple[str, int, bytes]:
    """Return origin line, size and root of any C2SP tlog-checkpoint text, extensions or not.

    Raises `BadCheckpointError`. (C2SP tlog-checkpoint, "Note text"; our bound on the size)
    """
    lines = text.decode("utf-8", "replace").split("\n")
    if len(lines) <= _LINES or lines[-1] or not all(lines[:-1]):
        raise BadCheckpointError("A checkpoint has three lines, none of them empty.")
    size, root = _number(lines[1]), _hash(lines[2])
    if size == 0 and root != EMPTY_ROOT:
        raise BadCheckpointError("A log without entries has another root than this.")
    return lines[0], size, root


def make_proof_file(index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """Return the proof file that entry `index` stands in the tree of `note`'s checkpoint.

    Raises `BadProofFileError` when the parts do not make one.
    """
    lines = [_PROOF_HEAD, f"index {index}", *map(encode_base64, path), ""]
    raw = "\n".join(lines).encode() + b"\n" + note
    open_proof_file(raw)
    return raw


def open_proof_file(raw: bytes) -> ProofFile:
    """Return the parts of a proof file.

    Raises `BadProofFileError` when the text is malformed or too large, also for the `extra` line
    that C2SP allows, because nothing signs it. (C2SP tlog-proof, "Format")
    """
    if len(raw) > MAX_PROOF_FILE:
        raise BadProofFileError(f"A proof file has at most {MAX_PROOF_FILE} bytes.")
    head, gap, note = raw.partition(b"\n\n")
    first, *rest = head.decode("utf-8", "replace").split("\n")
    if first != _PROOF_HEAD or not gap or not rest or not rest[0].startswith("index "):
        raise BadProofFileError("This is not a proof file.")
    if len(rest) - 1 > MAX_PATH:
        raise BadProofFileError("The path in this proof file is too long.")
    try:
        path = tuple(_hash(line) for line in rest[1:])
        index = _number(rest[0].removeprefix("index "))
        peek_checkpoint(note)
    except BadCheckpointError as error:
        raise BadProofFileError(error.message) from error
    return ProofFile(index, path, note)


def _parse(raw: bytes) -> Note:
    try:
        return parse_note(raw)
    except BadNoteError as error:
        raise BadCheckpointError(error.message) from error


def _verifiers(oid: str, epoch: int, key: PublicKey) -> tuple[Verifier, Verifier]:
    name = origin_line(oid, epoch)
    return Verifier(name, PLAIN, key), Verifier(name, DATED, key)


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None or int(text) > MAX_SAFE_INTEGER:
        raise BadCheckpointError("A number is not written in the one way it can be.", text=text)
    return int(text)


def _hash(text: str) -> bytes:
    try:
        data = decode_base64(text)
    except BadBase64Error as error:
        raise BadCheckpointError(error.message) from error
    if len(data) != HASH_SIZE:
        raise BadCheckpointError("A hash has not 32 bytes.")
    return data
