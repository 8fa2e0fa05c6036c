"""Tables for tests: rows of good practices, and workbooks made by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADINGS = (
    "ID",
    "Title",
    "Title (da)",
    "Summary",
    "Axis",
    "Success factors",
    "Target group",
    "Country",
    "Problem and goals",
    "How it works 1: Step",
    "How it works 1: Description",
    "Results",
    "Start",
)


def practice(number: int, **other: str) -> list[str]:
    """Return a good row; `other` replaces cells by their headings' first words, lowered."""
    cells = {
        "id": str(number),
        "title": f"Language café {number}",
        "title_da": f"Sprogcafé {number}",
        "summary": "Newcomers and neighbours talk over coffee.",
        "axis": "programmes",
        "factors": "social-capital",
        "target": "all-migrants",
        "country": "Denmark",
        "problem": "They knew the grammar and had nobody to talk to.",
        "step": "First talk",
        "text": "Two volunteers lead a table.",
        "results": "Half of them found work.",
        "start": "March 2024",
    }
    return [*(cells | other).values()]


def as_csv(
    rows: Sequence[Sequence[str]],
    headings: Sequence[str] = HEADINGS,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> bytes:
    """Return a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Return a workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(raw: bytes, parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """Return a workbook in which some parts say something else."""
    out = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", how) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()
