"""Reading tables: encodings, separators, workbooks; and files that mean harm."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest

from node.editorial import tables, workbooks
from node.editorial.encodings import guessed
from node.editorial.formdates import MisreadError, read_date
from node.editorial.tablefaults import TableRefusedError
from node.editorial.tables import read_table
from tests.support.tabling import as_csv, as_xlsx, with_parts

DANISH = "Sprogcafé på biblioteket; rødgrød med fløde, ærlig talt"
GREEK = "Παρέα στη βιβλιοθήκη με καφέ και κουβέντα για τη ζωή στην πόλη"
ARABIC = "مقهى اللغة في المكتبة حيث يلتقي الجيران والقادمون الجدد"


def read(raw: bytes, **how: str) -> tuple[tuple[str, ...], list[list[str]]]:
    sheet = read_table(io.BytesIO(raw), **how)
    return sheet.headings, [cells for _number, cells in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [DANISH, GREEK, ARABIC])
def test_unicode_is_read_with_and_without_a_mark(encoding: str, text: str) -> None:
    raw = as_csv([["1", text]], ["ID", "Title"], encoding=encoding)
    assert read(raw) == (("ID", "Title"), [["1", text]])


@pytest.mark.parametrize(
    ("text", "encoding"), [(DANISH, "cp1252"), (GREEK, "cp1253"), (ARABIC, "cp1256")]
)
def test_old_code_pages_are_told_apart_by_their_letters(text: str, encoding: str) -> None:
    raw = as_csv([["1", text]] * 5, ["ID", "Title"], encoding=encoding)
    assert guessed(raw) == encoding
    assert read(raw)[1][0] == ["1", text]


def test_a_wrong_guess_is_overruled_by_the_person() -> None:
    raw = as_csv([["1", "é"]], ["ID", "Title"], encoding="cp1252")
    assert read(raw, encoding="cp1253")[1] == [["1", "ι"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_separates_columns_is_found(delimiter: str) -> None:
    rows = [["1", "Coffee, tea; and|talk", "x"], ["2", 'He said "yes"\nand left', ""]]
    raw = as_csv(rows, ["ID", "Title, or name", "Note"], delimiter=delimiter)
    assert read(raw)[1] == rows


def test_excels_own_line_about_the_separator_is_no_heading() -> None:
    assert read(b"sep=;\r\nID;Title\r\n1;A, b\r\n") == (("ID", "Title"), [["1", "A, b"]])


def test_empty_rows_are_left_out_and_rows_keep_their_numbers() -> None:
    sheet = read_table(io.BytesIO(b"ID,Title\n\n1,A\n,\n2,B,beyond\n"))
    assert list(sheet.rows) == [(3, ["1", "A"]), (5, ["2", "B"])]


def test_cells_of_a_workbook_are_texts_as_people_see_them() -> None:
    cells = [1250.5, 3.0, date(2026, 3, 12), datetime(2026, 3, 12, 9, 30), True, None, " x "]  # noqa: DTZ001
    raw = as_xlsx([cells], list("abcdefg"))
    expected = ["1250,5", "3", "2026-03-12", "2026-03-12 09:30", "yes", "", "x"]
    assert read(raw, lang="da")[1] == [expected]


def test_a_formula_counts_with_the_value_kept_with_it_and_is_not_worked_out() -> None:
    raw = as_xlsx([["=1+1", '=HYPERLINK("http://127.0.0.1/")'], ["a", "b"]], ["A", "B"])
    assert read(raw)[1] == [["a", "b"]]


def test_a_hidden_sheet_is_not_the_table() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["Secret"])
    book.create_sheet("List").append(["Title"])
    book["List"].append(["A"])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()) == (("Title",), [["A"]])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Title\n", "no rows are read here"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\x00\x01\x02\x00\x00\x00\xff\xfe binary", "not-a-table"),
        (b"a," * 500 + b"a\n1\n", "too-many-columns"),
        (b"Title\n" + b"x" * 50_000 + b"\n", "cell-too-long"),
        (b'Title\n"' + b"x" * 200_000 + b"\n", "cell-too-long"),
    ],
)
def test_what_is_no_table_is_refused_by_name(raw: bytes, why: str) -> None:
    if why.startswith("no rows"):
        assert read(raw) == (("Title",), [])
        return
    with pytest.raises(TableRefusedError) as caught:
        read(raw)
    assert caught.value.why == why


def test_too_many_rows_are_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    with pytest.raises(TableRefusedError) as caught:
        read(as_csv([["1"]] * 4, ["ID"]))
    assert (caught.value.why, caught.value.most) == ("too-many-rows", 3)


def test_a_file_beyond_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(TableRefusedError) as caught:
        read(b"a" * (tables.MAX_FILE + 1))
    assert caught.value.why == "too-large"


# --- workbooks that mean harm ------------------------------------------------------------------

SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ROWS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def refused(raw: bytes) -> str:
    with pytest.raises(TableRefusedError) as caught:
        read(raw)
    return caught.value.why


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_workbook_that_declares_entities_is_not_opened(head: bytes, part: str) -> None:
    assert refused(with_parts(as_xlsx([["x"]], ["A"]), {part: head + b"<x>&b;</x>"})) == "dangerous"


def test_entities_hidden_in_another_encoding_are_found() -> None:
    hidden = (BOMB.decode().replace("?>", ' encoding="UTF-16"?>') + "<x/>").encode("utf-16")
    assert refused(with_parts(as_xlsx([["x"]], ["A"]), {SHEET: hidden})) == "dangerous"


def test_a_packed_bomb_is_not_unpacked() -> None:
    part = ROWS + b" " * (40 * 1024 * 1024) + b"</sheetData></worksheet>"
    assert refused(with_parts(as_xlsx([["x"]], ["A"]), {SHEET: part})) == "dangerous"


def test_more_unpacked_bytes_or_parts_than_a_table_needs_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = as_xlsx([["x"]], ["A"])
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1000)
    assert refused(raw) == "dangerous"
    monkeypatch.undo()
    monkeypatch.setattr(workbooks, "MAX_PARTS", 3)
    assert refused(raw) == "dangerous"


def test_macros_are_refused() -> None:
    assert refused(with_parts(as_xlsx([["x"]], ["A"]), {"xl/vbaProject.bin": b"x"})) == "dangerous"


def test_a_zip_that_is_no_workbook_is_no_table() -> None:
    raw = with_parts(as_xlsx([["x"]], ["A"]), {})
    assert refused(raw.replace(b"xl/workbook.xml", b"xl/workbooc.xml")) == "not-a-table"


def test_a_cell_far_out_does_not_make_a_giant_row() -> None:
    far = (
        ROWS + b'<row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="XFD2"><v>1</v></c></row>'
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>y</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    raw = with_parts(as_xlsx([["x"]], ["A"]), {SHEET: far})
    assert read(raw) == (("Title",), [["x"]])


def test_a_damaged_sheet_is_refused_in_words() -> None:
    raw = with_parts(as_xlsx([["x"]], ["A"]), {SHEET: ROWS + b"<row><c></row>"})
    assert refused(raw) == "damaged"


def test_a_year_and_a_number_that_is_no_month_are_no_date() -> None:
    for text in ("2024-13", "2024-00", "2024-31"):
        with pytest.raises(MisreadError):
            read_date(text, "en")
