"""Rows that come back: a file of the kind that was sent, with the reasons, ready to be mended.

The columns are those that were sent, so that the mended file can be sent as it is: what stands
under the heading of the reasons belongs to no field.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a cell of a workbook holds at most.
MAX_CELL = 32_767
_FILL, _EDGE = "FFFFD9D0", "FFB3261E"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row with what is wrong with it: sentences by column, -1 for the row as a whole."""

    number: int
    cells: Sequence[str]
    reasons: Mapping[int, Sequence[str]]

    def all(self, headings: Sequence[str]) -> str:
        """Return everything as one text, each sentence after the name of its column."""
        return "\n".join(
            f"{headings[column]}: {text}" if 0 <= column < len(headings) else text
            for column, texts in sorted(self.reasons.items())
            for text in texts
        )


def write_csv(
    headings: Sequence[str], rows: Iterable[BadRow], row_word: str, reason_word: str
) -> bytes:
    """Return the rows as CSV in UTF-8, with two more columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if any("," in each for each in headings) else ",")
    writer.writerow([*headings, row_word, reason_word])
    for row in rows:
        writer.writerow([*row.cells, row.number, row.all(headings)])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    headings: Sequence[str], rows: Iterable[BadRow], row_word: str, reason_word: str
) -> bytes:
    """Return the rows as a workbook: bad cells are coloured and say why in a comment."""
    import openpyxl  # noqa: PLC0415 - only where a workbook is made

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, each, bold=True) for each in (*headings, row_word, reason_word)])
    for row in rows:
        cells = [
            _cell(sheet, text, said=row.reasons.get(column, ()))
            for column, text in enumerate(row.cells)
        ]
        sheet.append([*cells, row.number, _cell(sheet, row.all(headings))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool = False, said: Sequence[str] = ()) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Border, Font, PatternFill, Side  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, value=text[:MAX_CELL])
    # A text that begins like a formula is a text all the same.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    if said:
        # Colour alone would not tell everybody.
        edge = Side(style="medium", color=_EDGE)
        cell.fill = PatternFill("solid", fgColor=_FILL)
        cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
        cell.comment = Comment("\n".join(said), "Footbridge", height=120, width=320)
    return cell
