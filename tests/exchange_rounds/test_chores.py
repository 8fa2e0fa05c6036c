"""Chores of the desk: once a minute, and one that stumbles holds up nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.exchange.schedule import CHORES_INTERVAL, Worker
from tests.support.nodes import connect, make_exchange

if TYPE_CHECKING:
    from pathlib import Path


def test_chores_are_done_once_a_minute_and_a_stumble_holds_up_nothing(tmp_path: Path) -> None:
    x = make_exchange(tmp_path)
    done: list[int] = []

    def chores() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise RuntimeError

    worker = Worker(x, connect({}), name="one", chores=chores)
    worker.run_once()
    assert done == []
    for count in (1, 2, 3):
        x.clock.forward(seconds=CHORES_INTERVAL)  # type: ignore[attr-defined]
        worker.run_once()
        worker.run_once()
        assert len(done) == count
    worker.close()
    x.database.dispose()
