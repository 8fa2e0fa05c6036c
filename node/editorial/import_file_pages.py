"""Files that an import gives: workbooks to fill in, and the rows that came back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

from node.editorial import import_presenting as words
from node.editorial import importfiles, importing, tablewriting
from node.editorial.access_views import desk, me, staff
from node.editorial.choices import choices
from node.editorial.form_pages import manner
from node.editorial.oaisteps import is_oai
from node.editorial.rights import WRITE
from node.editorial.tables import CSV
from node.editorial.templating import template
from node.errors import NotFoundError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint, Response


def add_to(blueprint: Blueprint) -> None:
    """Add the files to the desk's blueprint."""
    blueprint.add_url_rule("/import/template/<kind>.xlsx", "import_template", import_template)
    blueprint.add_url_rule("/import/<uuid:number>/rows", "import_rows", import_rows)


@staff(WRITE)
def import_template(kind: str) -> Response:
    """Give the workbook of a kind, in the person's language."""
    d = desk()
    known = d.contract.kinds.get(kind)
    if known is None:
        raise NotFoundError("This node knows no such kind of record.")
    with d.database.reading() as uow:
        wanted = choices(uow).languages
    languages = tuple(dict.fromkeys([interface_language(), *wanted]))[:6]
    raw = template(known, manner(), languages, (_("Lists"), d.settings.name or "Footbridge"))
    return _file(raw, tablewriting.XLSX_TYPE, f"{known.name}.xlsx")


def _file(raw: bytes, media_type: str, name: str) -> Response:
    # Flask writes names in letters of any script so that every browser reads them.
    return send_file(io.BytesIO(raw), media_type, as_attachment=True, download_name=name)


@staff(WRITE)
def import_rows(number: UUID) -> Response:
    """Give the rows that came back as a file of the kind that was sent."""
    row = importing.mine(desk(), me(), str(number))
    found = (words.bad_row(each) for each in importfiles.bad_rows(desk(), row.id))
    headings, own = row.report["headings"], (_("Row in your file"), _("What is wrong"))
    stem = f"{row.name.rpartition('.')[0] or row.name} - {own[1]}"
    if row.report["format"] == CSV or is_oai(row):
        raw = tablewriting.write_csv(headings, found, *own)
        return _file(raw, tablewriting.CSV_TYPE, f"{stem}.csv")
    raw = tablewriting.write_xlsx(headings, found, *own)
    return _file(raw, tablewriting.XLSX_TYPE, f"{stem}.xlsx")
