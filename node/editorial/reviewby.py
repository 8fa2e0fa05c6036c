"""Records that promised to be looked at again by a day: told once, when that day has come.

The day is the record's own (`review_by`). Told are the editors, by a notice that leads to the
record, where "still running" is one click. A revision with a later day begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.contents import parse_content
from node.editorial.people import reviewers
from node.exchange.context import own_origin
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.editorial.context import Editorial
    from node.storage import RecordRow, UnitOfWork

NOTICE = "review-by"
#: What was told, by record: the day it promised. And on which day all were looked through last.
TOLD, LOOKED = "desk-review-by", "desk-review-by-looked"


def remind_review_by(d: Editorial) -> int:
    """Tell the editors of records whose day has come; return how many. Work for the worker.

    Records are looked through once a day, since a day is all that they promise.
    """
    today = d.now().date().isoformat()
    with d.database.reading() as uow:
        if uow.settings.get(LOOKED) == today:
            return 0
        told: dict[str, str] = uow.settings.get(TOLD, {})
        promised = [(row, day) for row, day in _promised(uow) if day <= today]
        due = [(row, day) for row, day in promised if told.get(row.record) != day]
    with d.database.writing() as uow:
        editors = [person.id for person in reviewers(uow)]
        for row, day in due:
            title = next(iter(row.title.values()), "")
            detail = {"record": row.record, "title": row.title.get(row.language, title), "day": day}
            uow.desk.tell(editors, NOTICE, detail, d.now())
        uow.settings.put(TOLD, told | {row.record: day for row, day in due})
        uow.settings.put(LOOKED, today)
    return len(due)


def _promised(uow: UnitOfWork) -> Iterator[tuple[RecordRow, str]]:
    """Give own records with the day by which they are to be looked at again."""
    for row in uow.records.by_origin(own_origin(uow)):
        log = uow.logs.get(row.oid, row.epoch)
        if row.state != SHOWN or log is None:
            continue
        day = parse_content(uow.contents.of_entry(log.id, row.seq)).body.get("review_by")
        if isinstance(day, str):
            # A month alone means its first day, a year its first month: told early, never late.
            yield row, day
