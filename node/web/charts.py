"""Charts as real tables with a drawn column: no script, no library, themed by the stylesheet.

A bar chart here *is* its table: each row has its name, its bar and its number, so nobody depends
on seeing the bar and nobody needs a second copy of the numbers. The geometry is computed here in
the units of a 100 by 10 drawing; the template only places it. Right to left mirrors the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A value above zero is drawn at least this wide, in hundredths, so that it can be seen.
SMALLEST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart. `start` and `width` are hundredths of the drawing's width."""

    label: str
    value: int
    #: How the value is written, such as "12" or "12 days".
    text: str
    width: str
    start: str = "0"
    href: str = ""
    #: The language of the label, where it is not the page's.
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a chart is made from."""

    label: str
    value: int
    text: str
    href: str = ""
    language: str = ""


def bars(rows: Iterable[Row]) -> list[Bar]:
    """Return bars from a common start; the largest value fills the width."""
    rows = list(rows)
    most = max((row.value for row in rows), default=0)
    return [
        Bar(row.label, row.value, row.text, _share(row.value, most), "0", row.href, row.language)
        for row in rows
    ]


def waterfall(rows: Sequence[Row]) -> list[Bar]:
    """Return bars that each begin where the one before ended: steps of a procedure in time."""
    total = sum(row.value for row in rows)
    found: list[Bar] = []
    before = 0
    for row in rows:
        start = f"{100 * before / total:.4g}" if total else "0"
        width = _share(row.value, total)
        found.append(Bar(row.label, row.value, row.text, width, start, row.href, row.language))
        before += row.value
    return found


def _share(value: int, whole: int) -> str:
    if value <= 0 or whole <= 0:
        return "0"
    return f"{max(SMALLEST, 100 * value / whole):.4g}"
