"""Other records in a form: what the chosen one is called, and which ones words find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from node.editorial.access_views import desk
from node.web.texts import pick_text

if TYPE_CHECKING:
    from node.editorial.formboxes import Box
    from node.storage.records import RecordRow


def origin_of(record: str) -> str:
    """Return who published a record that is held here, "" for one that is not."""
    with desk().database.reading() as uow:
        return next((held.oid for held in uow.records.find(record)), "")


def about_record(box: Box) -> dict[str, Any]:
    """Return what to show of the record that a box refers to."""
    if isinstance(box.value, dict):
        with desk().database.reading() as uow:
            row = uow.records.get(box.value["origin"], box.value["record"])
        return _about(row) if row else {}
    return {}


def _about(row: RecordRow) -> dict[str, Any]:
    title = pick_text(row.title, row.language)
    return {
        "title": str(title) if title else row.record,
        "href": url_for("catalogue.record", record_id=row.record, origin=row.oid),
    }
