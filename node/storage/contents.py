"""Contents: the words themselves, in blocks of lines beside the log's pages.

A block holds contents of one page, up to 1 MiB before compression, each pointed to by its entry's
row. Nothing is read from a block but what a row points to. An erasure writes the block again
without the erased line, so the words are gone from the file and not only hidden.

An erasure reaches only entries of the origin that asked for it. Digests stand in public logs, so
otherwise anybody could name another's content in an own entry, erase that, and take it from all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from node.core.canonical import is_digest
from node.core.limits import MAX_CONTENTS_ANSWER, PAGE_LINES
from node.core.statements import is_record_id
from node.errors import GoneError, NotFoundError
from node.storage.blocks import (
    BLOCK_BYTES,
    PLACES,
    POINT,
    OpenBlock,
    cut,
    on_page,
    read,
    rewrite,
    stored,
)
from node.storage.entries import ERASED, FAULTY, HELD, MISSING
from node.storage.store import AnyRow, Store
from node.storage.tables.logs import content_blocks, entries, logs, refused_digests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from node.storage.origins import Origins

_SERVED = (HELD, FAULTY)


class Contents(Store):
    """Contents by digest, and by page of a log."""

    def __init__(self, connection: Connection, origins: Origins) -> None:
        super().__init__(connection)
        self._origins = origins
        #: Whether this transaction erased anything; its traces are removed after the commit.
        self.erased = False
        #: The block unpacked last: entries are mostly asked for in their order, and then each block
        #: is unpacked once. What writes blocks forgets it.
        self._unpacked: tuple[int, bytes] | None = None

    def put(self, log_id: int, page: int, items: Sequence[tuple[int, bytes]]) -> int:
        """Store contents of entries of one page as (seq, bytes); return how many lines were new.

        The caller has checked digest and size. What is not missing (held already, erased since) is
        left out, so the same call may be made twice. Entries of the page that name the same digest
        share one line.
        """
        digests: dict[int, str] = {}
        waiting: dict[str, list[int]] = {}
        for seq, digest in self._missing(log_id, page):
            digests[seq] = digest
            waiting.setdefault(digest, []).append(seq)
        pointers: list[dict[str, Any]] = []
        block = OpenBlock(self._connection, log_id, page)
        self._unpacked = None
        new = 0
        for seq, raw in items:
            seqs = waiting.pop(digests.get(seq, ""), None)
            if seqs is None:
                continue
            offset = block.add(raw)
            pointers += [{"s": s, "at": block, "offset": offset, "length": len(raw)} for s in seqs]
            new += 1
            if block.size >= BLOCK_BYTES:
                block.write()
                block = OpenBlock(self._connection, log_id, page, fresh=True)
        block.write()
        if pointers:
            rows = [p | {"l": log_id, "block_id": p.pop("at").id, "state": HELD} for p in pointers]
            self._connection.execute(POINT, rows)
        return new

    def get(self, digest: str) -> bytes:
        """Return the exact bytes. Raises `GoneError` when erased, `NotFoundError` when not held."""
        row = None
        if is_digest(digest):
            row = self._connection.execute(
                PLACES.where(entries.c.digest == digest, entries.c.state.in_(_SERVED)).limit(1)
            ).first()
        if row is not None:
            return cut(self._block(row.block_id), row)
        if is_digest(digest) and self._was_erased(digest):
            raise GoneError("This content was erased by its origin.", digest=digest)
        raise NotFoundError("This content is not held here.", digest=digest)

    def of_entry(self, log_id: int, seq: int) -> bytes:
        """Return the content of one entry. Raises as `get` does."""
        row = self._connection.execute(
            select(entries).where(entries.c.log_id == log_id, entries.c.seq == seq)
        ).one_or_none()
        if row is not None and row.block_id is not None:
            return cut(self._block(row.block_id), row)
        if row is not None and row.state == ERASED:
            raise GoneError("This content was erased by its origin.", digest=row.digest)
        raise NotFoundError("This content is not held here.", seq=seq)

    def page(
        self, log_id: int, page: int, after: int = -1, limit: int = MAX_CONTENTS_ANSWER
    ) -> list[bytes]:
        """Return contents of a page's entries beyond seq `after`, in order, without newlines.

        Erased, withheld, missing and repeated ones are left out. Lines and their newlines come to
        at most `limit` bytes together, but the first line is always given.
        """
        return [raw for _, raw in self.page_items(log_id, page, after, limit)]

    def page_items(
        self, log_id: int, page: int, after: int = -1, limit: int = MAX_CONTENTS_ANSWER
    ) -> list[tuple[int, bytes]]:
        """Return what `page` does, each with its entry's seq."""
        items: list[tuple[int, bytes]] = []
        size = 0
        blocks: dict[int, bytes] = {}
        for row in self._served(log_id, page):
            if row.seq <= after:
                continue
            size += row.length + 1
            if items and size > limit:
                break
            if row.block_id not in blocks:
                blocks[row.block_id] = read(self._connection, row.block_id)
            items.append((row.seq, cut(blocks[row.block_id], row)))
        return items

    def page_stored(self, log_id: int, page: int) -> bytes | None:
        """Return the page's contents as the zstd frame they are stored in.

        None when they stand in several blocks, in another order, or not all may be served; then
        `page` gives them line by line.
        """
        blocks = self._connection.execute(
            select(content_blocks.c.id, content_blocks.c.size)
            .where(content_blocks.c.log_id == log_id, content_blocks.c.page == page)
            .limit(2)
        ).all()
        if len(blocks) != 1:
            return None
        end = 0
        for row in self._served(log_id, page):
            if row.offset != end:
                return None
            end += row.length + 1
        if end != blocks[0].size:
            return None
        return stored(self._connection, blocks[0].id)

    def mark_faulty(self, log_id: int, seq: int, reason: str) -> None:
        """Mark a content as wrong (of an unknown or broken form): kept, relayed, not shown."""
        self._connection.execute(
            update(entries)
            .where(entries.c.log_id == log_id, entries.c.seq == seq, entries.c.state != ERASED)
            .values(state=FAULTY, fault=reason)
        )

    def erase_record(self, oid: str, record: str) -> list[str]:
        """Delete the contents of all revisions of a record for good; return their digests.

        Their entries become ERASED, and this origin's later entries that name one of the digests
        start as ERASED. Doing it twice is harmless.
        """
        origin = self._origins.find_id(oid)
        if origin is None or not is_record_id(record):
            return []
        own_logs = select(logs.c.id).where(logs.c.origin_id == origin).scalar_subquery()
        digests = list(
            self._connection.execute(
                select(entries.c.digest)
                .distinct()
                .where(
                    entries.c.record == record,
                    entries.c.log_id.in_(own_logs),
                    entries.c.digest.is_not(None),
                )
            ).scalars()
        )
        for digest in digests:
            self._erase(origin, digest)
            self.erased = True
        return digests

    def size_of(self, oid: str) -> int:
        """Return how many bytes of contents, before compression, are held of an origin."""
        return int(
            self._connection.execute(
                select(func.coalesce(func.sum(content_blocks.c.size), 0))
                .join(logs, logs.c.id == content_blocks.c.log_id)
                .where(logs.c.origin_id == self._origins.find_id(oid))
            ).scalar_one()
        )

    def _erase(self, origin: int, digest: str) -> None:
        self._connection.execute(
            self._upsert(refused_digests)
            .values(digest=digest, origin_id=origin)
            .on_conflict_do_nothing()
        )
        own_logs = select(logs.c.id).where(logs.c.origin_id == origin).scalar_subquery()
        named = (entries.c.digest == digest, entries.c.log_id.in_(own_logs))
        places = self._connection.execute(
            select(entries.c.log_id, entries.c.seq, entries.c.block_id).where(*named)
        ).all()
        self._connection.execute(
            update(entries)
            .where(*named)
            .values(state=ERASED, block_id=None, offset=None, length=None)
        )
        touched = {
            (place.block_id, place.log_id, place.seq // PAGE_LINES)
            for place in places
            if place.block_id is not None
        }
        self._unpacked = None
        for block_id, log_id, page in touched:
            rewrite(self._connection, block_id, log_id, page)

    def _block(self, block_id: int) -> bytes:
        if self._unpacked is None or self._unpacked[0] != block_id:
            self._unpacked = (block_id, read(self._connection, block_id))
        return self._unpacked[1]

    def _missing(self, log_id: int, page: int) -> Iterator[tuple[int, str]]:
        for row in self._connection.execute(
            select(entries.c.seq, entries.c.digest)
            .where(*on_page(log_id, page), entries.c.state == MISSING)
            .order_by(entries.c.seq)
        ):
            yield row.seq, row.digest

    def _served(self, log_id: int, page: int) -> list[AnyRow]:
        """Return the places of what may be served of a page, in order, repeated ones once."""
        rows = self._connection.execute(
            PLACES.where(*on_page(log_id, page), entries.c.state.in_(_SERVED)).order_by(
                entries.c.seq
            )
        )
        return list({row.digest: row for row in reversed(rows.all())}.values())[::-1]

    def _was_erased(self, digest: str) -> bool:
        return (
            self._connection.execute(
                select(refused_digests.c.digest).where(refused_digests.c.digest == digest).limit(1)
            ).first()
            is not None
        )
