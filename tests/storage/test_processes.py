"""Several processes on one database, and processes that die while they write."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from node.core.limits import PAGE_LINES
from node.core.merkle import leaf_hash, root_of
from node.storage.entries import HELD
from node.storage.packing import lines_of
from tests.support.making import sample_content

if TYPE_CHECKING:
    from node.storage import Database, Log, UnitOfWork
    from tests.support.databases import Databases

ROOT = Path(__file__).parents[2]


def _writer(address: str, name: str, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writer", address, name, str(rounds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _check_whole(unit: UnitOfWork, log: Log) -> None:
    """Everything that the head promises is there, and nothing beyond it."""
    assert unit.entries.size(log.id) == log.size
    pages = range(-(-log.size // PAGE_LINES))
    lines = [line for page in pages for line in lines_of(unit.entries.page(log.id, page))]
    assert len(lines) == log.size
    assert root_of(leaf_hash(line) for line in lines) == log.edge.root()
    if log.size:
        assert log.checkpoint is not None
        assert log.checkpoint.root == log.edge.root()
        assert unit.entries.subtree(log.id)(0, log.size) == log.edge.root()
    rows = unit.entries.rows(log.id, 0, log.size + 1)
    assert [row.seq for row in rows] == list(range(log.size))
    for row in rows[1:]:
        assert row.state == HELD
        assert unit.contents.of_entry(log.id, row.seq) == sample_content(row.seq)


def _check_all(database: Database) -> int:
    with database.reading() as unit:
        logs = unit.logs.all()
        for log in logs:
            _check_whole(unit, log)
        return sum(log.size for log in logs)


def test_two_processes_that_write_at_once_do_not_fail(databases: Databases) -> None:
    address = databases.address()
    writers = [_writer(address, name, 12) for name in ("a", "b")]
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
        assert out.split()[-1] == str(1 + 11 * 7)
    database = databases.open(address)
    assert _check_all(database) == 2 * (1 + 11 * 7)
    assert database.stamp() == 24


@pytest.mark.parametrize("moment", range(4))
def test_a_process_killed_while_it_writes_leaves_what_it_had_committed(
    databases: Databases, moment: int
) -> None:
    address = databases.address()
    writer = _writer(address, "a", 10_000)
    assert writer.stdout is not None
    for _ in range(3 + moment):
        writer.stdout.readline()
    # Somewhere between two commits, elsewhere each time.
    time.sleep(0.003 * moment)
    writer.kill()
    told = [int(line) for line in writer.communicate(timeout=60)[0].split()]
    database = databases.open(address)
    size = _check_all(database)
    assert size >= (told[-1] if told else 1)
    with database.writing() as unit:
        unit.settings.put("goes on", True)
