"""The rows of an import on disk, between upload and the last step.

``imports/<id>/`` in the node's home holds the file as it came, its rows as one JSON list of texts
on each line (so that a step begins where the last one ended), and for each step the rows that came
back. What a step writes it writes whole, under a name made of where it began: done twice, it is
the same file.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from node.editorial.tablefaults import TableRefusedError
from node.editorial.tables import Sheet, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from node.editorial.context import Editorial

    IsExample = Callable[[Sequence[str], Sequence[str]], bool]

SOURCE, ROWS, BAD = "source", "rows.jsonl", "bad-"
#: Rows that are shown before anything is imported.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Stored:
    """What a table came to when it was put on disk."""

    format: str
    headings: tuple[str, ...]
    encoding: str
    rows: int
    first: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file, its cells, and where the next one begins."""

    number: int
    cells: list[str]
    after: int


def folder_of(d: Editorial, number: str) -> Path:
    """Return where an import lies; nobody but this node reads there."""
    return d.settings.home / "imports" / number


def _no_example(_headings: Sequence[str], _cells: Sequence[str]) -> bool:
    return False


def store(
    d: Editorial, number: str, file: BinaryIO, lang: str, is_example: IsExample = _no_example
) -> Stored:
    """Put a table on disk, as it came and row by row. Raises `TableRefusedError`; nothing stays.

    A first row that `is_example`, given the headings and its cells, is left out.
    """
    folder = folder_of(d, number)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        sheet = read_table(file, lang)
        stored = _write(folder, sheet, is_example)
        file.seek(0)
        with (folder / SOURCE).open("wb") as kept:
            shutil.copyfileobj(file, kept)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return stored


def read_again(d: Editorial, number: str, lang: str, encoding: str) -> Stored:
    """Read a kept file once more, with its letters in another encoding."""
    folder = folder_of(d, number)
    with (folder / SOURCE).open("rb") as file:
        return _write(folder, read_table(file, lang, encoding), _no_example)


def _write(folder: Path, sheet: Sheet, is_example: IsExample) -> Stored:
    count = 0
    first: list[tuple[str, ...]] = []
    new = folder / (ROWS + ".new")
    with new.open("wb") as out:
        for place, cells in sheet.rows:
            if not count and is_example(sheet.headings, cells):
                continue
            out.write(orjson.dumps([place, *cells], option=orjson.OPT_APPEND_NEWLINE))
            count += 1
            if len(first) < SHOWN:
                first.append(tuple(cells))
    if not count:
        raise TableRefusedError("no-rows")
    new.replace(folder / ROWS)
    return Stored(sheet.format, sheet.headings, sheet.encoding, count, tuple(first))


def lines(d: Editorial, number: str, start: int = 0) -> Iterator[Line]:
    """Give the rows from a place in the file on."""
    with (folder_of(d, number) / ROWS).open("rb") as file:
        file.seek(start)
        after = start
        for raw in file:
            after += len(raw)
            place, *cells = orjson.loads(raw)
            yield Line(place, cells, after)


def keep_bad(d: Editorial, number: str, step: int, found: Sequence[dict[str, Any]]) -> None:
    """Keep the rows that come back from the step which began at row `step`."""
    path = folder_of(d, number) / f"{BAD}{step:06}"
    new = path.with_suffix(".new")
    with new.open("wb") as out:
        for each in found:
            out.write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def bad_rows(d: Editorial, number: str) -> Iterator[dict[str, Any]]:
    """Give the rows that came back, in their order."""
    for path in sorted(folder_of(d, number).glob(f"{BAD}[0-9]*")):
        if path.suffix != ".new":
            with path.open("rb") as file:
                for raw in file:
                    yield orjson.loads(raw)


def forget_bad(d: Editorial, number: str) -> None:
    """Forget what an earlier pass gave back."""
    for path in folder_of(d, number).glob(f"{BAD}*"):
        path.unlink(missing_ok=True)


def remove(d: Editorial, number: str) -> None:
    """Take the files of an import off the disk."""
    shutil.rmtree(folder_of(d, number), ignore_errors=True)
