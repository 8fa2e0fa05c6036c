"""Answers to other nodes, from the store, in exact bytes (protocol.md section 6).

Rules:

1. Bytes go out as they came in: a stored page is served as the zstd frame it lies in, or unpacked.
2. Logs of others are served like one's own. A blocked origin is served like one never heard of.
3. What is erased answers 410 from the moment it is hidden; what was never held, 404.
4. A full page of entries never changes and may be kept for ever by any cache; contents and files
   may be erased, so whoever keeps them asks again.
5. The token of `heads` is the change up to which a partner was told. It names this database, so a
   restored or exchanged one makes partners start afresh instead of missing what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from node.core import limits
from node.core.canonical import format_time, split_lines
from node.core.limits import MAX_CONTENTS_ANSWER, MAX_HEADS, PAGE_LINES
from node.errors import GoneError, NotFoundError
from node.exchange import proving
from node.exchange.identity import INSTANCE
from node.storage.entries import ERASED, WITHHELD
from node.storage.files import ERASED as FILE_ERASED
from node.storage.origins import BLOCKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from node.exchange.context import Exchange
    from node.storage import EntryRow, Log, UnitOfWork

JSON = "application/json"
LINES = "application/jsonl"
TEXT = "text/plain; charset=utf-8"

FOR_EVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

SOFTWARE = "footbridge/0.1.0"
PROTOCOLS = (1,)
#: Logs looked at for one page of `heads`; their notes are some 700 bytes each.
HEADS_BATCH = 500
#: Bytes of `heads` that are not logs.
ROOM = 1024


@dataclass(frozen=True, slots=True)
class Served:
    """A body, how it is encoded already, and how it may be cached."""

    body: bytes
    media_type: str
    encoding: str = "identity"
    #: Strong entity tag, without quotation marks and encoding; empty for none.
    tag: str = ""
    cache: str = REVALIDATE


def node_document(x: Exchange) -> Served:
    """Answer `GET node`: who this is, what it speaks, what it takes."""
    settings = x.settings
    return _json(
        {
            "oid": x.own_oid(),
            "name": settings.name,
            "country": settings.country,
            "protocols": PROTOCOLS,
            "software": SOFTWARE,
            "limits": {
                "page_lines": limits.PAGE_LINES,
                "page": limits.MAX_PAGE,
                "statement": limits.MAX_STATEMENT,
                "content": limits.MAX_CONTENT,
                "contents_answer": limits.MAX_CONTENTS_ANSWER,
                "note": limits.MAX_NOTE,
                "heads": limits.MAX_HEADS,
                "nesting": limits.MAX_NESTING,
                "blob": settings.blob_max,
            },
        }
    )


def heads(x: Exchange, since: str | None) -> Served:
    """Answer `GET heads`: the logs that changed after the token `since`, and a new token.

    A token that is not of this database, or from its future, is as good as none.
    """
    with x.database.reading() as uow:
        instance = str(uow.settings.get(INSTANCE, "0"))
        start = _change_of(since, instance, uow.last_change())
        changed = uow.logs.changed_since(start, HEADS_BATCH + 1)
        blocked = {o.oid for o in uow.origins.all() if o.status == BLOCKED} if changed else set()
    token, size = f"{instance}.{start}", 0
    lines: list[bytes] = []
    # Logs that changed together are told together, or a partner would miss the rest of them.
    groups = [list(group) for _, group in groupby(changed, key=lambda log: log.change)]
    more = len(changed) > HEADS_BATCH and len(groups) > 1
    for group in groups[:-1] if more else groups:
        told = [
            orjson.dumps(_head(log)) for log in group if log.checkpoint and log.oid not in blocked
        ]
        size += sum(len(line) + 1 for line in told)
        if lines and size > MAX_HEADS - ROOM:
            more = True
            break
        lines += told
        token = f"{instance}.{group[0].change}"
    flag = b"true" if more else b"false"
    body = b'{"logs":[%b],"more":%b,"token":"%b"}' % (b",".join(lines), flag, token.encode())
    return Served(body, JSON, tag=token)


def entries_page(
    x: Exchange, oid: str, epoch: int, page: int, *, after: int | None = None, zstd: bool = False
) -> Served:
    """Answer `GET entries`: the lines of a page, those beyond seq `after`.

    The page that comes next is there and empty; raises `NotFoundError` beyond that.
    """
    with x.database.reading() as uow:
        log = _log(uow, oid, epoch)
        size = uow.entries.size(log.id)
        if page * PAGE_LINES == size:
            return Served(b"", LINES, tag=f"{oid}.{epoch}.{page}.{size}")
        if page * PAGE_LINES > size:
            raise NotFoundError(f"This log has no page {page} here.", page=page)
        cut = after is not None and after >= page * PAGE_LINES
        stored, full = uow.entries.page_stored(log.id, page)
        body = b"" if zstd and not cut else uow.entries.page(log.id, page)
    end = min((page + 1) * PAGE_LINES, size)
    tag = f"{oid}.{epoch}.{page}.{end}" + (f".{after}" if cut else "")
    cache = FOR_EVER if full else REVALIDATE
    if zstd and not cut:
        return Served(stored, LINES, encoding="zstd", tag=tag, cache=cache)
    if cut and after is not None:
        lines = split_lines(body)[after + 1 - page * PAGE_LINES :]
        body = b"".join(line + b"\n" for line in lines)
    return Served(body, LINES, tag=tag, cache=cache)


def contents_page(
    x: Exchange, oid: str, epoch: int, page: int, *, after: int | None = None, zstd: bool = False
) -> Served:
    """Answer `GET contents`: the contents of a page's entries beyond seq `after`, one a line."""
    with x.database.reading() as uow:
        log = _log(uow, oid, epoch)
        if page * PAGE_LINES > uow.entries.size(log.id):
            raise NotFoundError(f"This log has no page {page} here.", page=page)
        if zstd and (after is None or after < page * PAGE_LINES):
            stored = uow.contents.page_stored(log.id, page)
            if stored is not None:
                return Served(stored, LINES, encoding="zstd")
        lines = uow.contents.page(log.id, page, -1 if after is None else after, MAX_CONTENTS_ANSWER)
    return Served(b"".join(line + b"\n" for line in lines), LINES)


def inclusion_proof(x: Exchange, oid: str, epoch: int, seq: int) -> Served:
    """Answer `GET proof`: the tlog-proof text of one entry."""
    with x.database.reading() as uow:
        return Served(proving.inclusion_proof(uow, _log(uow, oid, epoch), seq), TEXT)


def content(x: Exchange, digest: str) -> Served:
    """Answer `GET contents/{digest}`: exact bytes; `GoneError` when erased."""
    with x.database.reading() as uow:
        entries = uow.entries.by_digest(digest)
        if entries and all(_is_blocked(uow, entry) for entry in entries):
            raise NotFoundError("This content is not held here.", digest=digest)
        if entries and all(entry.state in {ERASED, WITHHELD} for entry in entries):
            raise GoneError("This content was erased by its origin.", digest=digest)
        return Served(uow.contents.get(digest), JSON, tag=digest)


def blob_size(x: Exchange, digest: str) -> int:
    """Return a file's size in bytes; raises `NotFoundError`, or `GoneError` when it was erased.

    A file that the database does not name is not served, even if it lies in the blob store.
    """
    with x.database.reading() as uow:
        known = uow.blobs.get(digest)
    if known is None:
        raise NotFoundError("This file is not held here.", digest=digest)
    if known.state == FILE_ERASED:
        raise GoneError("This file was erased by its origin.", digest=digest)
    return x.blobs.size(digest)


def blob_pieces(x: Exchange, digest: str, start: int, end: int) -> Iterator[bytes]:
    """Give the bytes of a file from `start` to before `end`, in pieces."""
    return x.blobs.open(digest, start, end)


def evidence(x: Exchange, oid: str) -> Served:
    """Answer `GET evidence`: every pair of notes that shows an origin's misbehaviour."""
    with x.database.reading() as uow:
        rows = uow.evidence.of(oid)
        if not rows and uow.origins.get(oid) is None:
            raise NotFoundError("Nothing is known here about this origin.", oid=oid)
    return _json(
        {
            "evidence": [
                {
                    "epoch": row.epoch,
                    "kind": row.kind,
                    "why": row.why,
                    "notes": [row.note_a.decode("utf-8"), row.note_b.decode("utf-8")],
                    "seen": format_time(row.seen),
                }
                for row in rows
            ]
        }
    )


def _head(log: Log) -> Mapping[str, Any]:
    checkpoint = log.checkpoint
    assert checkpoint is not None  # noqa: S101 - the caller leaves logs without one out
    return {
        "oid": log.oid,
        "epoch": log.epoch.number,
        "size": checkpoint.size,
        "checkpoint": checkpoint.note.decode("utf-8"),
        "applied": min(log.applied, checkpoint.size),
    }


def _change_of(since: str | None, instance: str, last: int) -> int:
    named, _, number = (since or "").rpartition(".")
    if named != instance or not number.isascii() or not number.isdecimal() or len(number) > 15:  # noqa: PLR2004
        return 0
    return int(number) if int(number) <= last else 0


def _log(uow: UnitOfWork, oid: str, epoch: int) -> Log:
    log = uow.logs.get(oid, epoch)
    origin = uow.origins.get(oid)
    if log is None or origin is None or origin.status == BLOCKED:
        raise NotFoundError("This log is not held here.", oid=oid, epoch=epoch)
    return log


def _is_blocked(uow: UnitOfWork, entry: EntryRow) -> bool:
    log = uow.logs.by_id(entry.log_id)
    origin = None if log is None else uow.origins.get(log.oid)
    return origin is None or origin.status == BLOCKED


def _json(document: Mapping[str, Any]) -> Served:
    return Served(orjson.dumps(document), JSON)
