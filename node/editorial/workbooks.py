"""Opening a workbook (XLSX) that a stranger may have made.

An XLSX file is a ZIP archive of XML. Before anything is read from it, its table of contents is
judged (how many parts, how large unpacked, how strongly packed), and the beginning of each XML part
is looked at: a document type is where entities are declared, which bring in other files or blow up
without end, and no spreadsheet program writes one.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from node.editorial.tablefaults import TableRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_PARTS = 500
#: Bytes that all parts may have unpacked, and texts of the cells, which are held at once.
MAX_UNPACKED = 80 * 1024 * 1024
MAX_STRINGS = 32 * 1024 * 1024
#: A part that is larger unpacked than this must not be packed more strongly than that.
_SMALL, _STRONGEST = 1024 * 1024, 150
_STRINGS = "xl/sharedStrings.xml"
_BOOK = "xl/workbook.xml"
_PIECE = 16 * 1024
#: Where a document type would have to stand; XML's own head is shorter by far.
_HEAD = 256 * 1024


def open_sheet(file: BinaryIO, columns: int) -> Iterator[tuple[Any, ...]]:
    """Give the rows of the first sheet that is shown, of at most `columns` cells.

    Raises `TableRefusedError`, also between rows.
    """
    _judge(file)
    file.seek(0)
    import openpyxl  # noqa: PLC0415 - only where a workbook is

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = (shown or book.worksheets)[0]
        # What a sheet says of its own size is a claim.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True, max_col=columns)
    except TableRefusedError:
        raise
    except Exception as error:
        # Whatever the library stumbles over in a file it cannot read.
        raise TableRefusedError("damaged") from error


def _judge(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if _BOOK not in names:
                raise TableRefusedError("not-a-table")
            if _too_much(parts) or any(name.endswith("vbaProject.bin") for name in names):
                raise TableRefusedError("dangerous")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares(packed, part):
                    raise TableRefusedError("dangerous")
    except (zipfile.BadZipFile, expat.ExpatError, OSError, RuntimeError, ValueError) as error:
        raise TableRefusedError("damaged") from error
    except NotImplementedError as error:
        raise TableRefusedError("dangerous") from error


def _too_much(parts: list[zipfile.ZipInfo]) -> bool:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return True
    if len({part.filename for part in parts}) != len(parts):
        return True
    return any(
        part.flag_bits & 1
        or (part.filename == _STRINGS and part.file_size > MAX_STRINGS)
        or (part.file_size > _SMALL and part.file_size > part.compress_size * _STRONGEST)
        for part in parts
    )


class _Seen(Exception):  # noqa: N818 - a signal, no error
    """The root element has begun."""


def _declares(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Say whether an XML part has a document type, however its letters are encoded."""
    found = []
    parser = expat.ParserCreate()

    def begun(_name: str, _attributes: Any) -> None:
        raise _Seen

    def declared(*_what: Any) -> None:
        found.append(True)
        raise _Seen

    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = declared
    read = 0
    with packed.open(part) as stream:
        try:
            while piece := stream.read(_PIECE):
                read += len(piece)
                if read > _HEAD:
                    return True
                parser.Parse(piece, False)  # noqa: FBT003 - expat's own
        except _Seen:
            pass
    return bool(found)
