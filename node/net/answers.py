"""What a peer's answers look like, read strictly: anything else is the peer's fault.

Answers about answers (`node`, `heads`, `evidence`) are plain JSON and not signed; they steer what
is asked for next and prove nothing. So only the fields needed are read, each with its exact form,
and unknown ones are ignored so that newer peers can add some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeGuard

from node.core.canonical import parse_human
from node.core.limits import MAX_SAFE_INTEGER
from node.core.statements import is_oid
from node.errors import BadInputError, PeerMisbehavesError

_MAX_NAME = 200
_MAX_TOKEN = 200
_MAX_LOGS = 10_000


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """Who answers at an address, as it says itself (`GET node`)."""

    oid: str
    name: str
    country: str
    protocols: tuple[int, ...]
    software: str
    limits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One log that a peer holds: its size there, its checkpoint, how far the peer applied it."""

    oid: str
    epoch: int
    size: int
    checkpoint: bytes
    applied: int


@dataclass(frozen=True, slots=True)
class Heads:
    """A page of logs that changed since a token. `unchanged` when the peer answered 304."""

    token: str
    logs: tuple[HeadLine, ...]
    more: bool
    etag: str | None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """Two notes of one log that cannot both be true, and why."""

    epoch: int
    kind: str
    why: str
    notes: tuple[bytes, ...]
    seen: str


def read_node(body: bytes) -> NodeInfo:
    """Read the answer to `GET node`; raises `PeerMisbehavesError`."""
    document = _document(body, "node")
    limits = document.get("limits", {})
    if not isinstance(limits, dict):
        raise _wrong("node", "limits")
    protocols = document.get("protocols")
    if not isinstance(protocols, list) or not all(_is_number(each) for each in protocols):
        raise _wrong("node", "protocols")
    return NodeInfo(
        oid=_oid(document, "node"),
        name=_text(document, "name", _MAX_NAME, "node"),
        country=_text(document, "country", 2, "node"),
        protocols=tuple(protocols),
        software=_text(document, "software", _MAX_NAME, "node"),
        limits={name: value for name, value in limits.items() if _is_number(value)},
    )


def read_heads(body: bytes, etag: str | None) -> Heads:
    """Read the answer to `GET heads`; raises `PeerMisbehavesError`.

    The notes are not verified here: they are the only part of the answer that will be.
    """
    document = _document(body, "heads")
    logs = document.get("logs")
    if not isinstance(logs, list) or len(logs) > _MAX_LOGS:
        raise _wrong("heads", "logs")
    more = document.get("more", False)
    if not isinstance(more, bool):
        raise _wrong("heads", "more")
    return Heads(
        token=_text(document, "token", _MAX_TOKEN, "heads"),
        logs=tuple(_head_line(each) for each in logs),
        more=more,
        etag=etag,
    )


def read_evidence(body: bytes) -> tuple[EvidenceLine, ...]:
    """Read the answer to `GET evidence/{oid}`; raises `PeerMisbehavesError`."""
    lines = _document(body, "evidence").get("evidence")
    if not isinstance(lines, list):
        raise _wrong("evidence", "evidence")
    return tuple(_evidence_line(each) for each in lines)


def _evidence_line(value: Any) -> EvidenceLine:
    if not isinstance(value, dict):
        raise _wrong("evidence", "evidence")
    notes = value.get("notes")
    if not isinstance(notes, list) or not all(isinstance(each, str) for each in notes):
        raise _wrong("evidence", "notes")
    return EvidenceLine(
        epoch=_number(value, "epoch", "evidence"),
        kind=_text(value, "kind", _MAX_NAME, "evidence"),
        why=_text(value, "why", 2000, "evidence"),
        notes=tuple(each.encode() for each in notes),
        seen=_text(value, "seen", 40, "evidence"),
    )


def _head_line(value: Any) -> HeadLine:
    if not isinstance(value, dict):
        raise _wrong("heads", "logs")
    note = value.get("checkpoint")
    if not isinstance(note, str):
        raise _wrong("heads", "checkpoint")
    return HeadLine(
        oid=_oid(value, "heads"),
        epoch=_number(value, "epoch", "heads"),
        size=_number(value, "size", "heads"),
        checkpoint=note.encode(),
        applied=_number(value, "applied", "heads"),
    )


def _document(body: bytes, what: str) -> dict[str, Any]:
    try:
        document = parse_human(body, limit=len(body))
    except BadInputError as error:
        raise PeerMisbehavesError(
            f"The peer's answer to {what!r} is not the JSON it should be: {error.message}"
        ) from error
    if not isinstance(document, dict):
        raise _wrong(what, "answer")
    return document


def _oid(document: dict[str, Any], what: str) -> str:
    value = document.get("oid")
    if not is_oid(value):
        raise _wrong(what, "oid")
    return str(value)


def _text(document: dict[str, Any], name: str, longest: int, what: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise _wrong(what, name)
    return value


def _number(document: dict[str, Any], name: str, what: str) -> int:
    value = document.get(name)
    if not _is_number(value):
        raise _wrong(what, name)
    return value


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= MAX_SAFE_INTEGER


def _wrong(what: str, name: str) -> PeerMisbehavesError:
    return PeerMisbehavesError(
        f"The peer's answer to {what!r} has no proper {name!r}.", answer=what, field=name
    )
