"""The audit trail for the keeper: who did what and when, in pages, and as a file to take away."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from node.core.canonical import format_time
from node.editorial.rights import KEEP
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.audit import AuditRow

PAGE = 50
#: Acts read from the store in one go for a file.
BATCH = 1000
COLUMNS = ("number", "at", "who", "what", "detail")
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which acts are wanted; empty members want all. Days are whole days in UTC."""

    who: str = ""
    what: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some acts, the newest first."""

    rows: list[AuditRow]
    #: The number that the next, older page begins before; None on the last.
    older: int | None
    #: Everybody and every sort of act there is to choose from.
    names: tuple[str, ...]
    acts: tuple[str, ...]


def trail(d: Editorial, by: Signed, wanted: Filter, before: int | None = None) -> TrailPage:
    """Return one page of acts. Raises `BadInputError` for what is no day."""
    by.who.require(KEEP)
    since, until = _day(wanted.since), _day(wanted.until, end=True)
    with d.database.reading() as uow:
        rows = uow.audit.find(
            who=wanted.who,
            what=wanted.what,
            since=since,
            until=until,
            before=before,
            limit=PAGE + 1,
        )
        names, acts = tuple(uow.audit.names()), tuple(uow.audit.acts())
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return TrailPage(rows[:PAGE], older, names, acts)


def as_csv(d: Editorial, by: Signed, wanted: Filter) -> Iterator[bytes]:
    """Give the acts as a table, piece by piece; cells that look like formulas are made text."""
    rows = _all(d, by, wanted)
    yield "\ufeff".encode() + _csv([COLUMNS])
    for batch in rows:
        yield _csv([_cells(row) for row in batch])


def as_json(d: Editorial, by: Signed, wanted: Filter) -> Iterator[bytes]:
    """Give the acts as one JSON list, piece by piece."""
    rows = _all(d, by, wanted)
    separator = b"["
    for batch in rows:
        for row in batch:
            document = {
                "number": row.id,
                "at": format_time(row.at),
                "who": row.who,
                "what": row.what,
                "detail": row.detail,
            }
            yield separator + orjson.dumps(document)
            separator = b",\n"
    yield b"[]" if separator == b"[" else b"]"


def _all(d: Editorial, by: Signed, wanted: Filter) -> Iterator[list[AuditRow]]:
    """Check at once, and then read batch by batch, each in a transaction of its own."""
    by.who.require(KEEP)
    since, until = _day(wanted.since), _day(wanted.until, end=True)

    def batches() -> Iterator[list[AuditRow]]:
        before: int | None = None
        while True:
            with d.database.reading() as uow:
                rows = uow.audit.find(
                    who=wanted.who,
                    what=wanted.what,
                    since=since,
                    until=until,
                    before=before,
                    limit=BATCH,
                )
            if not rows:
                return
            yield rows
            before = rows[-1].id

    return batches()


def _day(text: str, *, end: bool = False) -> datetime | None:
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInputError(f"{text!r} is no day. It looks like 2026-11-23.") from error
    return day + timedelta(days=1) if end else day


def _cells(row: AuditRow) -> tuple[str, ...]:
    cells = (str(row.id), format_time(row.at), row.who, row.what, orjson.dumps(row.detail).decode())
    return tuple(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
