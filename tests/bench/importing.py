"""Importing a table: ``python -m tests.bench.importing``.

Ten thousand good practices as CSV, tried and made into drafts in steps as the worker does it; and
the same table again. The limit is two minutes for the drafts.
"""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

from node.editorial import importing
from tests.support.staff import staffed
from tests.support.tabling import as_csv, practice

ROWS = 10_000
LIMIT = 120.0


def main(rows: int = ROWS) -> None:
    """Run and print."""
    raw = as_csv([practice(number) for number in range(rows)])
    with tempfile.TemporaryDirectory() as folder:
        made = staffed(Path(folder))
        d, by = made.d, made.contributor.by
        begun = time.perf_counter()
        row = importing.upload(d, by, "good-practice", "list.csv", io.BytesIO(raw), "en")
        importing.arrange(d, by, row.id, importing.arrangement(row))
        print(f"upload of {rows:,} rows: {time.perf_counter() - begun:.1f} s")
        for name, dry in (("try", True), ("make drafts", False), ("the same again", False)):
            begun = time.perf_counter()
            importing.begin(d, by, row.id, dry=dry)
            while not importing.step(d, row.id):
                pass
            seconds = time.perf_counter() - begun
            counts = importing.mine(d, by, row.id).report["counts"]
            ratio = seconds / (LIMIT * rows / ROWS)
            print(f"{name}: {seconds:.1f} s, {ratio:.2f} of the limit, {counts}", flush=True)
        d.database.dispose()


if __name__ == "__main__":
    main()
