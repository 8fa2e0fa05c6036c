"""Hashes of ranges of a log's tree from the roots of perfect subtrees that are kept.

Level 8 is a full page of 256 leaves; level 16 joins 256 of those, level 24 again. So the hash of
any range needs at most one page's leaves and a few hundred kept hashes, whatever the size: RFC 6962
splits every range at a power of two, and pages begin at multiples of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from node.core.limits import PAGE_LINES
from node.core.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from node.errors import DamageError
from node.storage.packing import lines_of
from node.storage.tables.logs import tree_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

#: Kept nodes join this many of the level below: 2⁸, so levels go in steps of 8.
FAN = PAGE_LINES
STEP = 8
TOP = 24


class Trees:
    """Kept subtree roots on one transaction."""

    def __init__(self, connection: Connection, read_page: Callable[[int, int], bytes]) -> None:
        self._connection = connection
        self._read_page = read_page

    def add_page(self, log_id: int, page: int, lines: list[bytes]) -> None:
        """Keep the root of a page that has just become full, and what it completes above."""
        level, position = STEP, page
        root = root_of([leaf_hash(line) for line in lines])
        while True:
            self._keep(log_id, level, position, root)
            position, rest = divmod(position + 1, FAN)
            if rest or level == TOP:
                return
            position -= 1
            root = root_of(self._kept(log_id, level, position * FAN, (position + 1) * FAN))
            level += STEP

    def of(self, log_id: int) -> Callable[[int, int], bytes]:
        """Return the function from a range ``[start, end)`` of leaves to its hash.

        It keeps the leaves of the last page it read, so that a proof reads each page once.
        """
        leaves: dict[int, list[bytes]] = {}

        def page_leaves(page: int) -> list[bytes]:
            if page not in leaves:
                leaves.clear()
                leaves[page] = [leaf_hash(line) for line in lines_of(self._read_page(log_id, page))]
            return leaves[page]

        def subtree(start: int, end: int) -> bytes:
            count = end - start
            if count <= 0:
                return EMPTY_ROOT
            if count & (count - 1) == 0 and start % count == 0 and count >= FAN:
                return self._perfect_range(log_id, start, count)
            page = start // FAN
            if (end - 1) // FAN == page:
                part = page_leaves(page)[start - page * FAN : end - page * FAN]
                if len(part) != count:
                    raise DamageError(
                        f"The log's page {page} is shorter than the log's size says.",
                        hint="Run `footbridge verify`.",
                    )
                return root_of(part)
            split = 1 << ((count - 1).bit_length() - 1)
            return node_hash(subtree(start, start + split), subtree(start + split, end))

        return subtree

    def _perfect_range(self, log_id: int, start: int, count: int) -> bytes:
        """Return the root of a perfect subtree of at least a page, from the highest kept level."""
        height = count.bit_length() - 1
        level = min(height - height % STEP, TOP)
        width = 1 << level
        return root_of(self._kept(log_id, level, start // width, (start + count) // width))

    def _kept(self, log_id: int, level: int, start: int, end: int) -> list[bytes]:
        found = list(
            self._connection.execute(
                select(tree_nodes.c.hash)
                .where(
                    tree_nodes.c.log_id == log_id,
                    tree_nodes.c.level == level,
                    tree_nodes.c.position >= start,
                    tree_nodes.c.position < end,
                )
                .order_by(tree_nodes.c.position)
            ).scalars()
        )
        if len(found) != end - start:
            raise DamageError(
                "Hashes of a log's tree are missing from the database.",
                hint="Run `footbridge verify`, then restore the last backup.",
            )
        return found

    def _keep(self, log_id: int, level: int, position: int, root: bytes) -> None:
        self._connection.execute(
            insert(tree_nodes).values(log_id=log_id, level=level, position=position, hash=root)
        )
