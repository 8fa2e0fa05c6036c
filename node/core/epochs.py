"""Epochs: who an origin is, and how its key may change.

Rules (`schemas/protocol.md`, "Origin, epochs, keys"):

1. A log is divided into epochs. Entry 0 of each is a statement of type `epoch`: `key` signs this
   epoch; `next` holds one to three digests of recovery keys, which are kept offline, on paper.
2. The first is the **genesis**: it carries 32 random bytes, `nonce`, and is signed by its own
   `key`. The `oid` is base32 (lower case, no padding) of SHA-256 over its canonical bytes without
   `proof` and `origin`; so whoever knows the oid knows the first key.
3. Each later one is a **succession**: signed by a recovery key whose digest stands in the `next`
   of the epoch before, with a fresh `key`, fresh `next`, and `continues {epoch, size, root}`.
   Entries of the old epoch at index ≥ `continues.size` are void, and those of any other tree than
   the one with this root.
4. So a stolen server key can append but never take over. Rotation, theft, a fork and a move to a
   new machine are all this one mechanism.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from node.core.base64text import BadBase64Error, decode_base64url, encode_base64url
from node.core.canonical import is_digest, jcs
from node.core.keys import BadKeyError, PublicKey, key_digest
from node.core.limits import MAX_NEXT
from node.core.merkle import HASH_SIZE
from node.core.proofs import BadProofError
from node.core.statements import (
    EPOCH,
    BadStatementError,
    Statement,
    build_statement,
    is_count,
    parse_statement,
    sign_statement,
    verify_statement,
)
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from node.core.merkle import Subtree
    from node.core.ports import Signer

NONCE_SIZE: Final = 32
_NO_OID: Final = "a" * 52
_GROUP: Final = 4


class BadEpochError(BadInputError):
    """The statement does not open an epoch, or not after the one before."""

    code = "bad-epoch"


@dataclass(frozen=True, slots=True)
class Continues:
    """Up to where the epoch before counts: its number, its size and the root at that size."""

    epoch: int
    size: int
    root: bytes

    def voids(self, seq: int) -> bool:
        """Answer whether entry `seq` of the epoch before is void (hidden, kept as evidence)."""
        return seq >= self.size

    def counted(self, held: int, subtree: Subtree) -> int:
        """Return before which index entries of the epoch before count, of a log held up to `held`.

        None do, so 0, when the tree held is not the one that this epoch signed: whoever stole the
        old key can sign another. A log that is held in part cannot be compared yet and counts for
        the time being. `subtree` gives the hashes of the log held. (`schemas/protocol.md`, 2)
        """
        if held < self.size or subtree(0, self.size) == self.root:
            return self.size
        return 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch whose opening statement was verified. `raw` is entry 0 of its log."""

    oid: str
    number: int
    key: PublicKey
    next: tuple[str, ...]
    continues: Continues | None
    raw: bytes = field(repr=False)


def make_genesis(
    signer: Signer, next_digests: Sequence[str], nonce: bytes, created: datetime
) -> bytes:
    """Return the statement that founds an origin (rule 2).

    `nonce` is 32 random bytes, `next_digests` come from `key_digest` of recovery keys. Raises
    `BadEpochError` when a part is wrong.
    """
    if len(nonce) != NONCE_SIZE:
        raise BadEpochError("A genesis needs a nonce of 32 bytes.")
    members = _members(signer.public, next_digests)
    members["nonce"] = encode_base64url(nonce)
    document = build_statement(
        type=EPOCH, origin=_NO_OID, epoch=0, seq=0, created=created, extra=members
    )
    document["origin"] = _oid(document)
    raw = sign_statement(document, signer)
    open_genesis(raw)
    return raw


def make_succession(
    previous: Epoch,
    recovery: Signer,
    new_key: PublicKey,
    next_digests: Sequence[str],
    size: int,
    root: bytes,
    created: datetime,
) -> bytes:
    """Return the statement that ends `previous` at `size` and `root` and opens the next (rule 3).

    Raises `BadEpochError` when `recovery` is not one of the recovery keys of `previous`, or when
    another part is wrong.
    """
    members = _members(new_key, next_digests)
    members["continues"] = {"epoch": previous.number, "size": size, "root": encode_base64url(root)}
    document = build_statement(
        type=EPOCH,
        origin=previous.oid,
        epoch=previous.number + 1,
        seq=0,
        created=created,
        extra=members,
    )
    raw = sign_statement(document, recovery)
    open_succession(previous, raw)
    return raw


def oid_of(raw: bytes) -> str:
    """Return the oid that a genesis statement founds, whatever it says itself (rule 2).

    Raises `BadEpochError` when the bytes are not a statement.
    """
    return _oid(_parse(raw).document)


def open_genesis(raw: bytes, oid: str | None = None) -> Epoch:
    """Return the first epoch of an origin.

    With `oid`, it must be that origin's. Raises `BadEpochError` when the statement is not a
    genesis, names another origin than its own, or its proof is not by its `key`.
    """
    statement = _parse(raw)
    document = statement.document
    if statement.epoch != 0 or "continues" in document:
        raise BadEpochError("This is not the first epoch of an origin.")
    if len(_decode(document.get("nonce"))) != NONCE_SIZE:
        raise BadEpochError("The nonce of the genesis is not 32 bytes.")
    if statement.origin != _oid(document) or oid not in (None, statement.origin):
        raise BadEpochError("This genesis founds another origin than the one named.", oid=oid)
    epoch = _epoch(statement, None)
    _verify(statement, epoch.key)
    return epoch


def open_succession(previous: Epoch, raw: bytes) -> Epoch:
    """Return the epoch after `previous`.

    Raises `BadEpochError` when the statement is not its successor, or when its proof is not by a
    recovery key that `previous` names.
    """
    statement = _parse(raw)
    if statement.origin != previous.oid or statement.epoch != previous.number + 1:
        raise BadEpochError("This epoch does not follow the one before.")
    if "nonce" in statement.document:
        raise BadEpochError("Only a genesis has a nonce.")
    continues = _continues(statement.document.get("continues"), previous)
    epoch = _epoch(statement, continues)
    recovery = _named_key(statement.document)
    if key_digest(recovery) not in previous.next:
        raise BadEpochError("This epoch is not signed by a recovery key of the one before.")
    if epoch.key == previous.key or key_digest(epoch.key) in previous.next:
        raise BadEpochError("A new epoch needs a fresh key.")
    if key_digest(recovery) in epoch.next:
        raise BadEpochError("A new epoch needs fresh recovery keys.")
    _verify(statement, recovery)
    return epoch


def group_oid(oid: str) -> str:
    """Return the oid in groups of four, as two people compare it."""
    return " ".join(oid[at : at + _GROUP] for at in range(0, len(oid), _GROUP))


def _parse(raw: bytes) -> Statement:
    try:
        statement = parse_statement(raw)
    except BadStatementError as error:
        raise BadEpochError(error.message) from error
    if statement.type != EPOCH or statement.seq != 0:
        raise BadEpochError("This is not the statement that opens an epoch.")
    if statement.crit:
        raise BadEpochError(
            "This epoch asks for something that this version does not know.",
            hint="Upgrade this node.",
            crit=statement.crit,
        )
    return statement


def _oid(document: Mapping[str, Any]) -> str:
    bare = {name: value for name, value in document.items() if name not in ("proof", "origin")}
    return base64.b32encode(hashlib.sha256(jcs(bare)).digest()).decode().lower().rstrip("=")


def _members(key: PublicKey, next_digests: Sequence[str]) -> dict[str, Any]:
    return {"key": key.multikey, "next": list(next_digests)}


def _epoch(statement: Statement, continues: Continues | None) -> Epoch:
    document = statement.document
    key, digests = document.get("key"), document.get("next")
    if not isinstance(digests, list) or not 1 <= len(digests) <= MAX_NEXT:
        raise BadEpochError(f"An epoch names one to {MAX_NEXT} recovery keys.")
    if not all(is_digest(item) for item in digests) or len(set(digests)) != len(digests):
        raise BadEpochError("The recovery keys must be different digests.")
    try:
        signing = PublicKey.from_multikey(key if isinstance(key, str) else "")
    except BadKeyError as error:
        raise BadEpochError(f"The key of this epoch is wrong: {error.message}") from error
    if key_digest(signing) in digests:
        raise BadEpochError("The key of an epoch must not be its own recovery key.")
    return Epoch(
        statement.origin, statement.epoch, signing, tuple(digests), continues, statement.raw
    )


def _continues(value: object, previous: Epoch) -> Continues:
    if not isinstance(value, dict) or value.keys() != {"epoch", "size", "root"}:
        raise BadEpochError("A later epoch says where the one before ends.")
    root = _decode(value["root"])
    if value["epoch"] != previous.number or not is_count(value["size"], 1):
        raise BadEpochError("A later epoch ends the one before, at a size of 1 or more.")
    if len(root) != HASH_SIZE:
        raise BadEpochError("The root where the epoch before ends is not 32 bytes.")
    return Continues(previous.number, value["size"], root)


def _named_key(document: Mapping[str, Any]) -> PublicKey:
    """Return the key that the proof names; whether it counts is for the caller to decide."""
    method = document["proof"].get("verificationMethod")
    multikey = method.rpartition("#")[2] if isinstance(method, str) else ""
    try:
        return PublicKey.from_multikey(multikey)
    except BadKeyError as error:
        raise BadEpochError(f"The proof names no key: {error.message}") from error


def _verify(statement: Statement, key: PublicKey) -> None:
    try:
        verify_statement(statement, key)
    except BadProofError as error:
        raise BadEpochError(error.message) from error


def _decode(value: object) -> bytes:
    """Return the bytes of a base64url text, or nothing for anything else."""
    try:
        return decode_base64url(value) if isinstance(value, str) else b""
    except BadBase64Error:
        return b""
