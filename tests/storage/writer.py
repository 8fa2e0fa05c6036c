"""A process of its own that writes into a database until it is stopped: `writer.py ADDRESS NAME`.

After each commit it prints how far it has come, so that who kills it knows what must be there.
"""

from __future__ import annotations

import sys

from node.storage import Database
from tests.storage.holding import entry, put, start
from tests.support.making import SampleLog


def main(address: str, name: str, rounds: int) -> None:
    database = Database.open(address)
    sample = SampleLog(name)
    with database.writing() as unit:
        log = start(unit, sample)
    for _ in range(rounds):
        with database.writing() as unit:
            first = unit.entries.size(log.id)
            if first:
                sample.publish(7)
            lines = sample.lines[first:]
            unit.entries.append(log.id, [entry(first + i, line) for i, line in enumerate(lines)])
            put(unit, log, range(max(first, 1), sample.size))
            unit.logs.save_head(
                log.id,
                size=sample.size,
                edge=sample.edge(),
                checkpoint=sample.checkpoint(),
                target=None,
                change=unit.next_change(),
            )
        print(sample.size, flush=True)
    database.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
