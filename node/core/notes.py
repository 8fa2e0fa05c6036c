r"""C2SP signed notes: a text with signature lines below it.

::

    footbridge/1/<oid>/0          the text: UTF-8, no control characters but newline,
    3                             ends in a newline
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
                                  an empty line: the last one of the note
    — <name> <base64>             one line a signature: em dash, space, name, space, base64 of
                                  four bytes key ID and the signature

The key ID is the first four bytes of SHA-256(name ‖ 0A ‖ type ‖ public key). Type 01 is Ed25519
over the text; type 04 is a dated cosignature: eight bytes of POSIX time and Ed25519 over
``cosignature/v1\ntime <time>\n`` and the text (C2SP tlog-cosignature).

Rules (C2SP signed-note, `schemas/protocol.md`, "Checkpoint"): a line whose name and key ID we do
not know is ignored; a failing line of a known key refuses the whole note; a note without any
verified line says nothing. Base64 must be the one standard writing of its bytes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from node.core.base64text import BadBase64Error, decode_base64, encode_base64
from node.core.keys import KEY_SIZE, BadKeyError, BadSignatureError, PublicKey
from node.core.limits import MAX_NOTE, MAX_NOTE_SIGNATURES
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from node.core.ports import Signer

PLAIN: Final = 0x01
DATED: Final = 0x04
_ID_SIZE: Final = 4
_TIME_SIZE: Final = 8
_MAX_TIME: Final = 2**63 - 1
_DASH: Final = "— "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNoteError(BadInputError):
    """The bytes are not a signed note, or a known key's line does not verify."""

    code = "bad-note"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: who says to have signed, with which key, and the rest of its bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A well-formed note. Nothing in it is verified yet."""

    text: bytes
    signatures: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that counts, under a name and for one type of signature."""

    name: str
    type: int
    key: PublicKey

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or self.type not in (PLAIN, DATED):
            raise BadNoteError("A note's key has a name without spaces, and type 01 or 04.")

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that stand for this key in a signature line."""
        return key_id(self.name, self.type, self.key)

    @property
    def vkey(self) -> str:
        """Return the text ``<name>+<key ID in hex>+<base64 of type and key>`` (C2SP)."""
        tail = encode_base64(bytes([self.type]) + self.key.raw)
        return f"{self.name}+{self.key_id.hex()}+{tail}"


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that was checked: by whom and, for type 04, its POSIX time in seconds."""

    verifier: Verifier
    dated: int | None


def key_id(name: str, type: int, key: PublicKey) -> bytes:  # noqa: A002 - the specification's word
    """Return the four-byte key ID (C2SP signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([type]) + key.raw).digest()[:_ID_SIZE]


def parse_vkey(text: str) -> Verifier:
    """Return the verifier of a vkey text.

    Raises `BadNoteError` when it is malformed, of another type than 01 or 04, when its key ID is
    not that of its key, or when the key is one that we never accept.
    """
    name, _, rest = text.partition("+")
    hex_id, _, tail = rest.partition("+")
    data = _decode(tail)
    if len(data) != 1 + KEY_SIZE:
        raise BadNoteError("This is not the text of a note's key.")
    try:
        verifier = Verifier(name, data[0], PublicKey(data[1:]))
    except BadKeyError as error:
        raise BadNoteError(error.message) from error
    if verifier.key_id.hex() != hex_id:
        raise BadNoteError("The key ID in this text is not that of its key.")
    return verifier


def parse_note(raw: bytes) -> Note:
    """Return the parts of a note. Raises `BadNoteError` when it is malformed or too large."""
    if len(raw) > MAX_NOTE:
        raise BadNoteError(f"A note has at most {MAX_NOTE} bytes.", limit=MAX_NOTE)
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNoteError("The note is not UTF-8.") from error
    if _CONTROL.search(content):
        raise BadNoteError("The note holds a control character.")
    text, gap, lines = content.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNoteError("The note has no signature lines, or its end is missing.")
    found = lines[:-1].split("\n")
    if len(found) > MAX_NOTE_SIGNATURES:
        raise BadNoteError(f"A note has at most {MAX_NOTE_SIGNATURES} signature lines.")
    return Note((text + "\n").encode(), tuple(_parse_line(line) for line in found))


def verify_note(note: Note, verifiers: Iterable[Verifier]) -> list[Verified]:
    """Return the checked signatures of a note, in its order; lines of unknown keys are left out.

    Raises `BadNoteError` when a line of a known key does not verify. An empty answer means that
    the note says nothing to us. (C2SP signed-note, "Signatures")
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified: list[Verified] = []
    for line in note.signatures:
        verifier = known.get((line.name, line.key_id))
        if verifier is not None:
            verified.append(Verified(verifier, _check_line(note.text, line, verifier)))
    return verified


def sign_line(text: bytes, name: str, signer: Signer, *, dated: int | None = None) -> bytes:
    """Return a signature line for the note `text`, with its newline.

    Type 01, or with `dated` (POSIX seconds) type 04. Raises `BadNoteError` for a name that may
    not stand in a line or a time that cannot be written.
    """
    type_ = PLAIN if dated is None else DATED
    verifier = Verifier(name, type_, signer.public)
    if dated is None:
        signature = signer.sign(text)
    else:
        if not 0 <= dated <= _MAX_TIME:
            raise BadNoteError("This time cannot stand in a note.")
        signature = dated.to_bytes(_TIME_SIZE, "big") + signer.sign(_dated_message(text, dated))
    return f"{_DASH}{name} {encode_base64(verifier.key_id + signature)}\n".encode()


def join_note(text: bytes, lines: Iterable[bytes]) -> bytes:
    """Return the note of a text, which ends in a newline, and its signature lines."""
    return text + b"\n" + b"".join(lines)


def is_key_name(name: str) -> bool:
    """Answer whether `name` may name a key: not empty, no white space, no plus, no control."""
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)


def _parse_line(line: str) -> Line:
    name, gap, tail = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap or not is_key_name(name):
        raise BadNoteError("A signature line is malformed.")
    data = _decode(tail)
    if len(data) <= _ID_SIZE:
        raise BadNoteError("A signature line holds no signature.")
    return Line(name, data[:_ID_SIZE], data[_ID_SIZE:])


def _decode(text: str) -> bytes:
    try:
        return decode_base64(text)
    except BadBase64Error as error:
        raise BadNoteError(error.message) from error


def _check_line(text: bytes, line: Line, verifier: Verifier) -> int | None:
    dated, signature, message = None, line.signature, text
    if verifier.type == DATED:
        dated = int.from_bytes(line.signature[:_TIME_SIZE], "big")
        if dated > _MAX_TIME:
            raise BadNoteError("The date of a signature line is out of range.")
        signature, message = line.signature[_TIME_SIZE:], _dated_message(text, dated)
    try:
        verifier.key.verify(signature, message)
    except BadSignatureError as error:
        raise BadNoteError(
            "A signature line of a known key does not verify.", name=verifier.name
        ) from error
    return dated


def _dated_message(text: bytes, dated: int) -> bytes:
    return f"cosignature/v1\ntime {dated}\n".encode() + text
