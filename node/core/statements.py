"""Statements: the entries of a log, each signed by its origin.

A statement says who did what to which record; it holds no personal data and no free text,
because it can never be taken back (`schemas/protocol.md`, "Statement")::

    {"@context":[…],"content":{"digest":"sha256:…","size":2514},"created":"2026-11-23T10:00:00Z",
     "epoch":0,"origin":"<oid>","proof":{…},"record":"<uuid>","revision":1,
     "schema":"good-practice/1","seq":7,"type":"publish","v":1}

=========  =========================================================================
type       members beside `@context`, `v`, `type`, `origin`, `epoch`, `seq`, `created`
=========  =========================================================================
epoch      `key`, `next`, and `nonce` (genesis) or `continues` (later); see `epochs`
publish    `record`, `revision`, `schema`, `content` {`digest`, `size`}
withdraw   `record`, optional `reason` (a code)
erase      `record`, optional `reason` (a code)
=========  =========================================================================

Optional everywhere: `crit`, names that a reader must understand before it acts on the statement,
and `ext`. Unknown members and unknown types are kept, relayed and covered by the proof; of an
unknown type only the common members are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from node.core.canonical import (
    BadTextError,
    NotCanonicalError,
    format_time,
    is_digest,
    jcs,
    parse,
    parse_time,
)
from node.core.limits import MAX_CONTENT, MAX_SAFE_INTEGER, MAX_STATEMENT
from node.core.proofs import add_proof, verify_proof
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from node.core.keys import PublicKey
    from node.core.ports import Signer

#: Never fetched; the second name has no address, so nobody can take it over.
CONTEXT: Final = ("https://w3id.org/security/data-integrity/v2", "urn:footbridge:statement:1")
VERSION: Final = 1
EPOCH: Final = "epoch"
PUBLISH: Final = "publish"
WITHDRAW: Final = "withdraw"
ERASE: Final = "erase"

_CONTEXT_LIST: Final = list(CONTEXT)
_OID: Final = re.compile(r"[a-z2-7]{52}")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SCHEMA: Final = re.compile(r"[a-z][a-z0-9-]{0,63}/[1-9][0-9]{0,5}")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")


class BadStatementError(BadInputError):
    """The bytes are not a statement of this version of the protocol."""

    code = "bad-statement"


@dataclass(frozen=True, slots=True)
class Statement:
    """A well-formed statement. Its proof is not checked by having one; see `verify_statement`.

    `raw` are the bytes as received, which are stored, hashed and passed on unchanged. `document`
    is what they say and must not be changed.
    """

    raw: bytes = field(repr=False)
    document: Mapping[str, Any] = field(repr=False, compare=False)
    type: str
    origin: str
    epoch: int
    seq: int
    created: datetime
    record: str | None = None
    revision: int | None = None
    schema: str | None = None
    content_digest: str | None = None
    content_size: int | None = None
    reason: str | None = None
    crit: tuple[str, ...] = ()


def is_oid(value: object) -> bool:
    """Answer whether `value` has the form of an origin's id."""
    return isinstance(value, str) and _OID.fullmatch(value) is not None


def is_record_id(value: object) -> bool:
    """Answer whether `value` is a UUID in lower case with hyphens."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_count(value: object, least: int = 0, most: int = MAX_SAFE_INTEGER) -> bool:
    """Answer whether `value` is an integer from `least` to `most` (true and false are none)."""
    return type(value) is int and least <= value <= most


def parse_statement(raw: bytes) -> Statement:
    """Return the statement that canonical bytes hold.

    Raises `BadStatementError` when they are not canonical JSON of at most `MAX_STATEMENT` bytes,
    when a common member or one of a known type is missing or malformed, or when `v` is not 1.
    (`schemas/protocol.md`, "Statement")
    """
    try:
        document = parse(raw, limit=MAX_STATEMENT)
    except NotCanonicalError as error:
        raise BadStatementError(error.message) from error
    if not isinstance(document, dict):
        raise BadStatementError("A statement is a JSON object.")
    if not isinstance(document.get("proof"), dict):
        raise BadStatementError("A statement has one proof.")
    return _read(raw, document)


def build_statement(
    *,
    type: str,  # noqa: A002 - the protocol's word
    origin: str,
    epoch: int,
    seq: int,
    created: datetime,
    record: str | None = None,
    revision: int | None = None,
    schema: str | None = None,
    content_digest: str | None = None,
    content_size: int | None = None,
    reason: str | None = None,
    crit: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an unsigned statement; `extra` holds members of an epoch, or `ext`.

    Raises `BadStatementError` when the parts do not make a statement of that type, so that
    nothing wrong is ever signed, and `BadTextError` when `created` has no time zone.
    """
    document: dict[str, Any] = {
        "@context": list(CONTEXT),
        "v": VERSION,
        "type": type,
        "origin": origin,
        "epoch": epoch,
        "seq": seq,
        "created": format_time(created),
    }
    optional = {"record": record, "revision": revision, "schema": schema, "reason": reason}
    document |= {name: value for name, value in optional.items() if value is not None}
    if content_digest is not None or content_size is not None:
        document["content"] = {"digest": content_digest, "size": content_size}
    if crit:
        document["crit"] = list(crit)
    document |= extra or {}
    _read(b"", document)
    return document


def sign_statement(document: dict[str, Any], signer: Signer) -> bytes:
    """Return the exact bytes of the signed statement, which are the leaf of the log.

    The proof's time is the statement's `created`. Raises `BadStatementError` when the document
    is not a statement, or too large when signed.
    """
    moment = _read(b"", document).created
    try:
        raw = jcs(add_proof(document, signer, moment))
    except NotCanonicalError as error:
        raise BadStatementError(error.message) from error
    if len(raw) > MAX_STATEMENT:
        raise BadStatementError(f"A statement has at most {MAX_STATEMENT} bytes.")
    return raw


def verify_statement(statement: Statement, key: PublicKey) -> None:
    """Check a statement's proof against the key of its epoch.

    Raises `BadProofError`. Whether the statement stands in the log is another question, which the
    Merkle tree answers.
    """
    verify_proof(statement.document, key)


def _read(raw: bytes, document: Mapping[str, Any]) -> Statement:
    """Check the common members, then those of the type, in the order of the specification."""
    want, get = _want, document.get
    want(get("@context") == _CONTEXT_LIST, "@context", "the protocol's constant")
    want(get("v") == VERSION and type(get("v")) is int, "v", "1")
    kind, origin, epoch, seq = get("type"), get("origin"), get("epoch"), get("seq")
    want(isinstance(kind, str) and _NAME.fullmatch(kind) is not None, "type", "a code")
    want(is_oid(origin), "origin", "an oid")
    want(is_count(epoch), "epoch", "a number from 0")
    want(is_count(seq), "seq", "a number from 0")
    common: dict[str, Any] = {
        "raw": raw,
        "document": document,
        "type": kind,
        "origin": origin,
        "epoch": epoch,
        "seq": seq,
        "created": _read_time(get("created")),
        "crit": _read_crit(get("crit")),
    }
    want(isinstance(get("ext", {}), dict), "ext", "an object")
    reader = _READERS.get(common["type"])
    return Statement(**common, **(reader(document) if reader else {}))


def _read_publish(document: Mapping[str, Any]) -> dict[str, Any]:
    want, get = _want, document.get
    record, revision, schema = get("record"), get("revision"), get("schema")
    want(is_record_id(record), "record", "a UUID in lower case")
    want(is_count(revision, 1), "revision", "a number from 1")
    want(isinstance(schema, str) and _SCHEMA.fullmatch(schema), "schema", "a kind and a version")
    content = get("content")
    if not isinstance(content, dict):
        raise BadStatementError("The member content must be an object.", member="content")
    digest, size = content.get("digest"), content.get("size")
    want(is_digest(digest), "content.digest", "sha256: and 64 hexadecimal digits")
    want(is_count(size, 1, MAX_CONTENT), "content.size", f"1 to {MAX_CONTENT}")
    return {
        "record": record,
        "revision": revision,
        "schema": schema,
        "content_digest": digest,
        "content_size": size,
    }


def _read_removal(document: Mapping[str, Any]) -> dict[str, Any]:
    record, reason = document.get("record"), document.get("reason")
    _want(is_record_id(record), "record", "a UUID in lower case")
    is_code = isinstance(reason, str) and _NAME.fullmatch(reason) is not None
    _want("reason" not in document or is_code, "reason", "a code")
    return {"record": record, "reason": reason}


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    PUBLISH: _read_publish,
    WITHDRAW: _read_removal,
    ERASE: _read_removal,
}


def _read_time(value: object) -> datetime:
    try:
        return parse_time(value if isinstance(value, str) else "")
    except BadTextError as error:
        raise BadStatementError(f"The member created is wrong: {error.message}") from error


def _read_crit(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    names = value if isinstance(value, list) else []
    good = bool(names) and all(isinstance(name, str) and name for name in names)
    _want(good and len(set(names)) == len(names), "crit", "a list of different names")
    return tuple(names)


def _want(good: object, member: str, expected: str) -> None:
    if not good:
        raise BadStatementError(f"The member {member} must be {expected}.", member=member)
