"""Further kinds of work, in steps: an import goes on between what else is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.exchange.schedule import Worker
from tests.support.nodes import connect, make_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from node.storage import WorkRow


def test_a_task_is_done_step_by_step_and_a_stumble_is_tried_again(tmp_path: Path) -> None:
    x = make_exchange(tmp_path)
    steps: list[str] = []

    def task(row: WorkRow) -> float | None:
        steps.append(row.key)
        if len(steps) == 2:
            raise RuntimeError
        return None if len(steps) == 4 else 1.0

    worker = Worker(x, connect({}), name="one", tasks={"table": task})
    with x.database.writing() as uow:
        uow.work.add("table", "a", x.clock.now())
    for count in (1, 2):
        worker.run_once()
        worker.run_once()
        assert len(steps) == count
        x.clock.forward(seconds=1)  # type: ignore[attr-defined]
    for count in (3, 4, 4):
        x.clock.forward(seconds=x.settings.backoff_max)  # type: ignore[attr-defined]
        worker.run_once()
        assert len(steps) == count
    with x.database.reading() as uow:
        assert uow.work.get("table", "a") is None
    worker.close()
    x.database.dispose()
