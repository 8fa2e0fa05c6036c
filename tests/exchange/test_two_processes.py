"""Two processes on one home: both succeed, and the log is one log."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from node.exchange.hiding import ERASURE
from node.exchange.publishing import erase, publish
from node.storage import Database
from tests.exchange.test_publishing import check_whole_log, lines_of, own_log
from tests.support.nodes import make_exchange, practice

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from node.exchange.context import Exchange
    from tests.support.databases import Databases

CALLS, EACH = 6, 4


@pytest.fixture
def address(databases: Databases, tmp_path: Path) -> str:
    """Make a home with an identity, and give the address of its database."""
    address = databases.address()
    make_exchange(tmp_path, "Puente", database=databases.open(address))
    return address


@pytest.fixture
def home(databases: Databases, tmp_path: Path, address: str) -> Exchange:
    """Open the home once more, as the process of the test itself."""
    return _open(tmp_path, databases.open(address))


def _open(folder: Path, database: Database) -> Exchange:
    return make_exchange(folder, "Puente", database=database, identity=False)


def _publish_often(folder: Path, address: str, name: str) -> None:
    x = _open(folder, Database.open(address))
    for call in range(CALLS):
        publish(x, [practice(f"{name} {call} {n}") for n in range(EACH)])
    x.database.dispose()


def _publish_for_ever(folder: Path, address: str, name: str) -> None:
    x = _open(folder, Database.open(address))
    call = 0
    while True:
        call += 1
        done = publish(x, [practice(f"{name} {call} {n}") for n in range(3)])
        if call % 3 == 0:
            erase(x, done[0].record)


def _start(target: object, *arguments: object) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


def test_two_processes_that_publish_at_once_both_succeed(
    tmp_path: Path, address: str, home: Exchange
) -> None:
    processes = [_start(_publish_often, tmp_path, address, name) for name in ("one", "two")]
    for process in processes:
        process.join(timeout=120)
    assert [process.exitcode for process in processes] == [0, 0]
    x = home
    total = 1 + 2 * CALLS * EACH
    assert own_log(x).size == total
    check_whole_log(x)
    with x.database.reading() as uow:
        titles = {row.title["en"] for row in uow.records.newest(1000)}
    assert len(titles) == total - 1
    assert x.highwater.get(x.own_oid(), 0) == total


def test_a_process_killed_anywhere_leaves_a_whole_log_to_go_on_from(
    tmp_path: Path, address: str, home: Exchange
) -> None:
    x, sizes = home, []
    for attempt in range(3):
        process = _start(_publish_for_ever, tmp_path, address, f"attempt {attempt}")
        begun = own_log(x).size
        deadline = time.monotonic() + 60
        while own_log(x).size < begun + 3 + attempt and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.013 * attempt)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        check_whole_log(x)
        _check_together(x)
        size = own_log(x).size
        (done,) = publish(x, [practice(f"After the stop {attempt}")])
        assert done.seq == size
        sizes.append(size)
    assert sizes == sorted(set(sizes))
    assert len(lines_of(x)) == sizes[-1] + 1


def _check_together(x: Exchange) -> None:
    """Entries, contents and records landed together: none without the others."""
    log = own_log(x)
    with x.database.reading() as uow:
        assert uow.entries.size(log.id) == log.size
        assert uow.entries.missing(log.id, 10) == []
        published = {r.record for r in uow.entries.rows(log.id, 0, log.size) if r.type == "publish"}
        rows = {row.record: row for row in uow.records.by_origin(log.oid, state=None)}
        due = {work.payload["record"] for work in uow.work.waiting(ERASURE)}
        erased = {r.record for r in uow.entries.rows(log.id, 0, log.size) if r.type == "erase"}
        gone = {record for record, row in rows.items() if row.state == "erased"}
    assert set(rows) == published
    assert gone == erased
    assert due <= erased
    assert x.highwater.get(log.oid, 0) <= log.size
