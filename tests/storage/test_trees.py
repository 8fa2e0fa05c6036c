"""Hashes of ranges from kept roots equal those over all leaves, and read little."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event

from node.core.limits import PAGE_LINES
from node.core.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from node.errors import DamageError
from node.storage.tables.logs import tree_nodes
from tests.storage.holding import start, unreadable
from tests.support.databases import Databases
from tests.support.making import SampleLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.storage import Database

#: A perfect tree of level 16, a page beyond, and a few.
LARGE = PAGE_LINES**2 + PAGE_LINES + 3
LEAVES = [leaf_hash(b"line %d" % seq) for seq in range(LARGE)]


def _fill(database: Database, size: int) -> int:
    with database.writing() as unit:
        log = start(unit, SampleLog())
        for at in range(0, size, 4096):
            unit.entries.append(log.id, unreadable(min(4096, size - at), at))
    return log.id


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, int]]:
    """Fill one large log for all tests that only read it."""
    maker = Databases("sqlite", tmp_path_factory.mktemp("large"))
    database = maker()
    yield database, _fill(database, LARGE)
    maker.close()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 1025])
def test_the_root_of_every_beginning_is_that_of_its_leaves(database: Database, size: int) -> None:
    log = _fill(database, size)
    with database.reading() as unit:
        subtree = unit.entries.subtree(log)
        assert subtree(0, size) == root_of(LEAVES[:size])
        for end in {size // 2, size // 3, max(0, size - 1)}:
            assert subtree(0, end) == root_of(LEAVES[:end])


def test_proofs_in_a_large_log_verify_and_read_few_bytes(large: tuple[Database, int]) -> None:
    database, log = large
    root = root_of(LEAVES)
    chance = random.Random(23)
    picks = [0, 255, 256, 65_535, 65_536, LARGE - 1, *chance.sample(range(LARGE), 20)]
    with database.reading() as unit:
        asked: list[str] = []
        event.listen(
            unit.connection, "before_cursor_execute", lambda *about: asked.append(about[2])
        )
        for index in picks:
            asked.clear()
            path = inclusion_path(index, LARGE, unit.entries.subtree(log))
            verify_inclusion(LEAVES[index], index, LARGE, path, root)
            pages = [statement for statement in asked if "entry_pages" in statement]
            # Its own page, and the open one whose leaves are in no kept root.
            assert len(pages) <= 2
            assert len(asked) <= 20


@pytest.mark.parametrize("old", [1, 255, 256, 257, 40_000, 65_536, 65_537, LARGE - 1, LARGE])
def test_consistency_proofs_come_from_kept_roots_too(large: tuple[Database, int], old: int) -> None:
    database, log = large
    with database.reading() as unit:
        path = consistency_path(old, LARGE, unit.entries.subtree(log))
    verify_consistency(old, LARGE, root_of(LEAVES[:old]), root_of(LEAVES), path)


def test_the_empty_range_is_the_empty_tree(database: Database) -> None:
    log = _fill(database, 3)
    with database.reading() as unit:
        assert unit.entries.subtree(log)(2, 2) == EMPTY_ROOT


def test_a_range_beyond_the_log_is_damage_and_not_a_wrong_hash(database: Database) -> None:
    log = _fill(database, 300)
    with database.reading() as unit:
        subtree = unit.entries.subtree(log)
        for start_, end in ((256, 301), (0, 512), (299, 302)):
            with pytest.raises(DamageError):
                subtree(start_, end)


def test_a_kept_root_that_is_missing_is_damage_and_not_a_wrong_hash(database: Database) -> None:
    log = _fill(database, 600)
    with database.writing() as unit:
        unit.connection.execute(delete(tree_nodes).where(tree_nodes.c.position == 1))
    with database.reading() as unit, pytest.raises(DamageError, match="missing"):
        unit.entries.subtree(log)(0, 512)
