"""The pages of an import: every step without JavaScript, and what hostile requests get."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest

from node.editorial import importing
from node.editorial.access_views import CSRF
from node.editorial.tables import read_table
from tests.support.tabling import HEADINGS, as_csv, as_xlsx, practice

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.support.staff import Staff, Staffed


def upload(
    who: Staff, raw: bytes, name: str = "list.csv", kind: str = "good-practice"
) -> TestResponse:
    data = {CSRF: who.csrf, "kind": kind, "file": (io.BytesIO(raw), name)}
    return who.client.post("/desk/import", data=data, content_type="multipart/form-data")


def uploaded(who: Staff, raw: bytes, name: str = "list.csv") -> str:
    answer = upload(who, raw, name)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def columns(who: Staff, address: str, **other: str) -> dict[str, str]:
    """Return what the wizard sends when nothing is changed."""
    row = importing.mine(who.d, who.by, address.rpartition("/")[2])
    found = importing.arrangement(row)
    sent = {f"column-{n}": re.sub(r"\.(da|en)$", "", each) for n, each in enumerate(found.columns)}
    languages = {
        f"language-{n}": each[-2:] for n, each in enumerate(found.columns) if each[-3:-2] == "."
    }
    rest = {"language": "en", "key": str(found.key), "list": found.list}
    return sent | languages | rest | other


def test_a_table_is_uploaded_arranged_tried_and_imported(desk: Staffed) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1), practice(2, country="Narnia")]))
    wizard = who.get(address).text
    assert "Title (da)" in wizard
    assert "No country is called “Narnia”." in wizard
    assert "understood as:" in wizard
    tried = who.post(f"{address}/columns", columns(who, address) | {"do": "try"})
    assert tried.status_code == 303
    page = who.get(address).text
    assert "One row is good." in page
    assert "One row cannot be used as it is." in page
    assert "Make the drafts" in page
    assert who.post(f"{address}/run").status_code == 303
    page = who.get(address).text
    assert "One draft was made." in page
    assert "One row was not imported and comes back." in page
    draft = re.search(r'href="(/desk/drafts/[0-9a-f-]{36})"', page)
    assert draft is not None
    assert "Language café 1" in who.get(draft[1]).text
    assert "Imported" in who.get("/desk/import").text


def test_the_rows_to_mend_come_back_as_a_workbook_with_the_reason_at_each_cell(
    desk: Staffed,
) -> None:
    who = desk.contributor
    rows = [practice(1), practice(2, country="Narnia")]
    address = uploaded(who, as_xlsx(rows), "list.xlsx")
    who.post(f"{address}/columns", columns(who, address))
    who.post(f"{address}/run")
    answer = who.get(f"{address}/rows")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [*HEADINGS, "Row in your file", "What is wrong"]
    cell = sheet.cell(2, heads.index("Country") + 1)
    assert (cell.value, cell.comment.text) == ("Narnia", "No country is called “Narnia”.")
    assert cell.fill.fgColor.rgb == "FFFFD9D0"
    assert sheet.cell(2, 1).comment is None
    assert [c.value for c in sheet[2]][-2:] == [3, "Country: No country is called “Narnia”."]
    assert sheet.max_row == 2


def test_a_formula_in_a_cell_comes_back_as_a_text(desk: Staffed) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1, title="=cmd|'/c calc'!A1", country="Narnia")]))
    row = importing.mine(who.d, who.by, address.rpartition("/")[2])
    with who.d.database.writing() as uow:
        uow.imports.change(row.id, report={**row.report, "format": "xlsx"})
    who.post(f"{address}/columns", columns(who, address))
    raw = who.get(f"{address}/rows").data
    cell = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=cmd|'/c calc'!A1", "s")


def test_the_rows_to_mend_can_be_sent_again_as_they_are(desk: Staffed) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1, country="Narnia")], delimiter=";"))
    who.post(f"{address}/columns", columns(who, address))
    answer = who.get(f"{address}/rows")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    sheet = read_table(io.BytesIO(answer.data))
    assert sheet.headings[:-2] == HEADINGS
    mended = uploaded(who, answer.data.replace(b"Narnia", b"Denmark"), "list-to mend.csv")
    who.post(f"{mended}/columns", columns(who, mended))
    assert "One row is good." in who.get(mended).text


def test_two_columns_for_one_field_are_refused_beside_both_and_the_choice_is_kept(
    desk: Staffed,
) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1)]))
    sent = columns(who, address) | {"column-3": "results", "list": "Our list"}
    answer = who.post(f"{address}/columns", sent)
    assert answer.status_code == 422
    assert answer.text.count("Two columns would fill this field") == 3
    assert 'value="Our list"' in answer.text


def test_letters_that_look_wrong_are_read_again(desk: Staffed) -> None:
    who = desk.contributor
    cells = [cell.replace("é", "e") for cell in practice(1, title="Νέο")]
    address = uploaded(who, as_csv([cells], encoding="cp1253"))
    who.post(f"{address}/letters", {"encoding": "cp1252"})
    assert "ÍÝï" in who.get(address).text
    who.post(f"{address}/letters", {"encoding": "cp1253"})
    assert "Νέο" in who.get(address).text


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "a.csv", "There is nothing in this file."),
        (b"Title\n", "a.csv", "This table has headings and no rows below them."),
        (b"\xd0\xcf\x11\xe0 old", "a.xls", "a workbook of the old kind"),
        (b"PK\x03\x04 broken", "a.xlsx", "This workbook is damaged."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d\x00", "a.csv", "neither a CSV file nor a workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_beside_the_field(
    desk: Staffed, raw: bytes, name: str, said: str
) -> None:
    answer = upload(desk.contributor, raw, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="good-practice" selected' in answer.text
    assert importing.all_mine(desk.d, desk.contributor.by) == []


def test_nothing_chosen_is_said_at_both_fields(desk: Staffed) -> None:
    answer = desk.contributor.post("/desk/import")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text
    assert "Choose what the rows of your table are." in answer.text


def test_an_unknown_kind_or_one_made_elsewhere_is_refused(desk: Staffed) -> None:
    for kind in ("nothing", "translation", "../x"):
        assert upload(desk.contributor, as_csv([practice(1)]), kind=kind).status_code == 422


def test_a_colleagues_import_is_not_there(desk: Staffed) -> None:
    address = uploaded(desk.contributor, as_csv([practice(1)]))
    for path in ("", "/rows"):
        assert desk.editor.get(address + path).status_code == 404
    for path in ("/columns", "/run", "/remove", "/letters"):
        assert desk.editor.post(address + path).status_code == 404
    assert desk.contributor.get(address).status_code == 200


def test_hostile_names_and_cells_are_shown_as_texts(desk: Staffed) -> None:
    who = desk.contributor
    evil = "<script>alert(1)</script>"
    address = uploaded(who, as_csv([[evil, "x"]], [evil, "Title"]), f"{evil}.csv")
    page = who.get(address).text
    assert evil not in page
    assert "&lt;script&gt;" in page
    who.post(f"{address}/columns", {"column-1": "title", "language": "en", "key": "-1"})
    answer = who.get(f"{address}/rows")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert evil not in who.get(address).text


def test_a_workbook_to_fill_in_is_in_the_persons_language(desk: Staffed) -> None:
    answer = desk.contributor.get("/desk/import/template/good-practice.xlsx", Accept_Language="es")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["A1"].value.startswith("Título")
    assert desk.contributor.get("/desk/import/template/nothing.xlsx").status_code == 404


def test_the_example_row_of_a_workbook_becomes_no_draft(desk: Staffed) -> None:
    who = desk.contributor
    raw = who.get("/desk/import/template/good-practice.xlsx").data
    assert "no rows below them" in upload(who, raw, "good-practice.xlsx").text


def test_progress_is_shown_and_the_page_looks_again_without_a_script(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1), practice(2)]))
    who.post(f"{address}/columns", columns(who, address))
    page = who.get(address).text
    assert "0 of 2 rows" in page
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page
    assert who.post(f"{address}/run").status_code == 412


def test_a_removed_table_is_gone_and_its_drafts_stay(desk: Staffed) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1)]))
    who.post(f"{address}/columns", columns(who, address))
    who.post(f"{address}/run")
    assert who.post(f"{address}/remove").headers["Location"] == "/desk/import"
    assert who.get(address).status_code == 404
    assert "Language café 1" in who.get("/desk/drafts").text


def test_a_file_whose_name_is_in_another_script_comes_back_under_it(desk: Staffed) -> None:
    who = desk.contributor
    address = uploaded(who, as_csv([practice(1, country="Narnia")]), 'Πρακτικές "2".csv')
    who.post(f"{address}/columns", columns(who, address))
    named = who.get(f"{address}/rows").headers["Content-Disposition"]
    assert named.isascii()
    assert "filename*=UTF-8''%CE%A0" in named
