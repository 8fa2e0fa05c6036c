"""Why a table is not read."""

from __future__ import annotations

from node.errors import BadInputError


class TableRefusedError(BadInputError):
    """A table that cannot be read; `why` is a short name, for words in the person's language.

    too-large, too-many-rows, too-many-columns, too-many-cells, cell-too-long, empty, no-rows,
    not-a-table, old-office, damaged, dangerous.
    """

    code = "table-refused"

    def __init__(self, why: str, most: int = 0) -> None:
        self.why, self.most = why, most
        limit = f" At most {most:,} are read." if most else ""
        super().__init__(f"{_SENTENCES[why]}{limit} Nothing was imported.", why=why, most=most)


_SENTENCES = {
    "too-large": "This file has too many bytes.",
    "too-many-rows": "This table has too many rows.",
    "too-many-columns": "This table has too many columns.",
    "too-many-cells": "This table has too many cells.",
    "cell-too-long": "A cell of this table has too many characters.",
    "empty": "This file is empty.",
    "no-rows": "This table has headings and no rows.",
    "not-a-table": "This is neither a CSV file nor a workbook (XLSX).",
    "old-office": "This is a workbook of the old kind (XLS), or one with a password.",
    "damaged": "This workbook is damaged.",
    "dangerous": "This workbook holds something that no table needs, and was not opened.",
}
