"""Reading a table that somebody made: any common encoding and separator, or a workbook.

Rows are given one by one as texts, as their maker sees them; nothing in a file is executed, looked
up or unpacked beyond the limits here. A workbook's formulas count with the values that were kept
with them. What is too large is refused whole, with the limit named: half a table is no table.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from node.editorial.encodings import NAMES, decoded
from node.editorial.formnames import clean
from node.editorial.formnumbers import write_decimal
from node.editorial.tablefaults import TableRefusedError
from node.editorial.workbooks import open_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

CSV, XLSX = "csv", "xlsx"
MAX_FILE = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
#: Rows times columns: what can be read while somebody waits.
MAX_CELLS = 1_000_000
MAX_CELL = 40_000
MAX_HEADING = 300
#: So many empty rows in a row are the end: spreadsheets remember rows that were only coloured.
EMPTY_AT_END = 2_000
DELIMITERS = ",;\t|"
#: How much of a text is looked at to find out what separates its columns.
_SAMPLE = 8 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is being read: its headings, and an iterator over its rows of texts."""

    format: str
    headings: tuple[str, ...]
    #: Number of the row in the file, counted from 1, and its cells, as many as there are headings.
    rows: Iterator[tuple[int, list[str]]]
    #: How the letters of a CSV file were read; "" for a workbook.
    encoding: str = ""


def read_table(file: BinaryIO, lang: str = "en", encoding: str = "") -> Sheet:
    """Begin to read a table; the rows follow while `file` stays open.

    `lang` is how numbers of a workbook are written as texts; `encoding` overrules the guess for a
    CSV file. Raises `TableRefusedError`, also between rows.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MAX_FILE:
        raise TableRefusedError("too-large", MAX_FILE)
    begin = file.read(8)
    file.seek(0)
    if not begin:
        raise TableRefusedError("empty")
    if begin.startswith(_OLD_OFFICE):
        raise TableRefusedError("old-office")
    if begin.startswith(_ZIP):
        found = _workbook_rows(file, lang)
        return _sheet(XLSX, found, "")
    text, name = decoded(file.read(), encoding if encoding in NAMES else "")
    if "\x00" in text:
        raise TableRefusedError("not-a-table")
    return _sheet(CSV, _csv_rows(text), name)


def _sheet(form: str, found: Iterator[tuple[int, list[str]]], encoding: str) -> Sheet:
    headings: list[str] = []
    for _number, cells in found:
        headings = [" ".join(cell.split())[:MAX_HEADING] for cell in cells]
        break
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise TableRefusedError("empty")
    if len(headings) > MAX_COLUMNS:
        raise TableRefusedError("too-many-columns", MAX_COLUMNS)
    return Sheet(form, tuple(headings), _bounded(found, len(headings)), encoding)


def _bounded(found: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Give rows of one width; cells that stand under no heading are left out."""
    for count, (number, cells) in enumerate(found, 1):
        if count > MAX_ROWS:
            raise TableRefusedError("too-many-rows", MAX_ROWS)
        if count * width > MAX_CELLS:
            raise TableRefusedError("too-many-cells", MAX_CELLS)
        yield number, (cells + [""] * width)[:width]


def _filled(
    rows: Iterable[tuple[int, list[str]]],
) -> Iterator[tuple[int, list[str]]]:
    """Leave out empty rows; many of them in a row are the end."""
    empty = 0
    for number, cells in rows:
        if any(len(cell) > MAX_CELL for cell in cells):
            raise TableRefusedError("cell-too-long", MAX_CELL)
        if any(cells):
            empty = 0
            yield number, cells
        else:
            empty += 1
            if empty > EMPTY_AT_END:
                return


# --- CSV ---------------------------------------------------------------------------------------


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines, start = io.StringIO(text, newline=""), 1
    first = text[:40].partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:  # noqa: PLR2004 - Excel's own line
        lines.readline()
        delimiter, start = first[4], 2
    else:
        delimiter = _delimiter(text[:_SAMPLE])
    reader = csv.reader(lines, delimiter=delimiter)

    def rows() -> Iterator[tuple[int, list[str]]]:
        number = start - 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableRefusedError("cell-too-long", MAX_CELL) from error
            number += 1
            if len(cells) > MAX_COLUMNS * 2:
                raise TableRefusedError("too-many-columns", MAX_COLUMNS)
            yield number, [clean(cell).strip() for cell in cells]

    return _filled(rows())


def _delimiter(sample: str) -> str:
    """Return what separates columns: as the headings say where they can, else as `csv` guesses."""
    first = next((line for line in sample.splitlines() if line.strip()), "")
    counts = {mark: _outside(first, mark) for mark in DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best] and sum(1 for count in counts.values() if count == counts[best]) == 1:
        return best
    try:
        return csv.Sniffer().sniff(sample[:_SAMPLE], DELIMITERS).delimiter
    except csv.Error:
        return ","


def _outside(line: str, mark: str) -> int:
    """Count a mark outside of quotes."""
    return sum(part.count(mark) for part in line.split('"')[::2])


# --- workbooks ---------------------------------------------------------------------------------


def _workbook_rows(file: BinaryIO, lang: str) -> Iterator[tuple[int, list[str]]]:
    found = open_sheet(file, MAX_COLUMNS + 1)
    return _filled(
        (number, [cell_text(value, lang) for value in values])
        for number, values in enumerate(found, 1)
    )


def cell_text(value: Any, lang: str) -> str:
    """Return a cell of a workbook as its maker sees it; dates in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15  # noqa: PLR2004 - beyond it no integer
        return str(int(value)) if whole else write_decimal(f"{value:.12g}", lang)
    return _moment(value)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return (
            value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds() // 60)}M"
    return str(value)
