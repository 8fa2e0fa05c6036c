"""Blocks of content lines: written, read, and written again without what was erased.

A block belongs to one page of one log. Rows of `entries` point into it by offset and length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from node.core.limits import PAGE_LINES
from node.storage.packing import pack, unpack
from node.storage.tables.logs import content_blocks, entries

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from node.storage.store import AnyRow

#: A block that has reached this many bytes, before compression, takes no more.
BLOCK_BYTES = 1024 * 1024

#: Where contents lie.
PLACES = select(
    entries.c.seq,
    entries.c.digest,
    entries.c.state,
    entries.c.block_id,
    entries.c.offset,
    entries.c.length,
)
#: Sets the place of one content: `l` is the log, `s` the seq.
POINT = (
    update(entries)
    .where(entries.c.log_id == bindparam("l"), entries.c.seq == bindparam("s"))
    .values(
        block_id=bindparam("block_id"),
        offset=bindparam("offset"),
        length=bindparam("length"),
        state=bindparam("state"),
    )
)


class OpenBlock:
    """The block that a page's next contents go into: its last one while it has room, or a new."""

    def __init__(
        self, connection: Connection, log_id: int, page: int, *, fresh: bool = False
    ) -> None:
        self._connection = connection
        self._key = {"log_id": log_id, "page": page}
        self.id: int | None = None
        self._parts: list[bytes] = []
        self.size = 0
        last = None if fresh else self._last()
        if last is not None and last.size < BLOCK_BYTES:
            self.id = last.id
            self.size = last.size

    def add(self, raw: bytes) -> int:
        """Take a line and return its offset."""
        offset = self.size
        self._parts += (raw, b"\n")
        self.size += len(raw) + 1
        return offset

    def write(self) -> None:
        """Store the block, unless nothing was added."""
        if not self._parts:
            return
        data = b"".join(self._parts)
        if self.id is None:
            self.id = self._connection.execute(
                insert(content_blocks)
                .values(**self._key, size=self.size, data=pack(data))
                .returning(content_blocks.c.id)
            ).scalar_one()
            return
        where = content_blocks.c.id == self.id
        held = self._connection.execute(select(content_blocks.c.data).where(where)).scalar_one()
        self._connection.execute(
            update(content_blocks)
            .where(where)
            .values(size=self.size, data=pack(unpack(held) + data))
        )

    def _last(self) -> AnyRow | None:
        return self._connection.execute(
            select(content_blocks.c.id, content_blocks.c.size)
            .where(
                content_blocks.c.log_id == self._key["log_id"],
                content_blocks.c.page == self._key["page"],
            )
            .order_by(content_blocks.c.id.desc())
            .limit(1)
        ).first()


def read(connection: Connection, block_id: int) -> bytes:
    """Return a block's lines. Raises `DamageError` when its bytes have changed."""
    return unpack(stored(connection, block_id))


def stored(connection: Connection, block_id: int) -> bytes:
    """Return a block as the zstd frame it is kept in."""
    data: bytes = connection.execute(
        select(content_blocks.c.data).where(content_blocks.c.id == block_id)
    ).scalar_one()
    return data


def rewrite(connection: Connection, block_id: int, log_id: int, page: int) -> None:
    """Write a block again with only the lines that are still pointed to."""
    old = read(connection, block_id)
    rows = connection.execute(
        PLACES.where(*on_page(log_id, page), entries.c.block_id == block_id).order_by(
            entries.c.offset
        )
    ).all()
    moved: dict[int, int] = {}
    kept = bytearray()
    for row in rows:
        if row.offset not in moved:
            moved[row.offset] = len(kept)
            kept += cut(old, row) + b"\n"
    where = content_blocks.c.id == block_id
    if not kept:
        connection.execute(delete(content_blocks).where(where))
        return
    connection.execute(
        update(content_blocks).where(where).values(size=len(kept), data=pack(bytes(kept)))
    )
    connection.execute(
        POINT,
        [
            {
                "l": log_id,
                "s": row.seq,
                "block_id": block_id,
                "offset": moved[row.offset],
                "length": row.length,
                "state": row.state,
            }
            for row in rows
        ],
    )


def on_page(log_id: int, page: int) -> tuple[Any, ...]:
    """Return the condition that an entry stands on this page."""
    return (
        entries.c.log_id == log_id,
        entries.c.seq >= page * PAGE_LINES,
        entries.c.seq < (page + 1) * PAGE_LINES,
    )


def cut(block: bytes, row: AnyRow) -> bytes:
    """Return the line that a row points to."""
    return block[row.offset : row.offset + row.length]
