"""An import, from the upload to the last row.

::

    uploaded ──arrange──▶ mapped ──try──▶ trying ══steps══▶ tried ──run──▶ running ══steps══▶ done
                            ▲                                 │                         ╲──▶ failed
                            ╰──────────── arrange ────────────╯

Steps are done by the worker; each takes some hundred rows and is one transaction with the count of
rows that are through. A worker that dies leaves a whole number of steps behind it, and the next one
goes on. A row is recognised by its key (`arranging.import_key`), so nothing is made twice even
where a step is.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from node.editorial import importfiles
from node.editorial.arranging import Arrangement, checked, first_guess, headings_key, import_key
from node.editorial.formvalues import Manner
from node.editorial.importsteps import IMPORT, step
from node.editorial.oaisteps import is_oai
from node.editorial.rights import act_for
from node.editorial.templating import is_example
from node.errors import BadInputError, ConflictError, NotFoundError
from node.storage.imports import DONE, FAILED, MAPPED, RUNNING, TRIED, TRYING, UPLOADED, ImportRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from node.contract import Kind
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork

__all__ = ["IMPORT", "arrange", "arrangement", "begin", "import_key", "step", "upload"]

#: Imports of one person that are kept; the oldest that are through make room.
MAX_KEPT = 30
MAX_NAME = 200
#: Tables of so few rows are gone through at once, while the person waits.
AT_ONCE = 100


def upload(d: Editorial, by: Signed, kind: str, name: str, file: BinaryIO, lang: str) -> ImportRow:
    """Take a table for records of a kind. Raises `TableRefusedError`, `PermissionDeniedError`."""
    by.who.require(act_for(kind))
    known = kind_called(d, kind)
    make_room(d, by)
    number = str(uuid.uuid4())
    manner = Manner(d.contract, lang, d.settings.country)

    def example(headings: Sequence[str], cells: Sequence[str]) -> bool:
        return is_example(known, manner, headings, cells)

    stored = importfiles.store(d, number, file, lang, example)
    with d.database.writing() as uow:
        kept = uow.imports.mapping(headings_key(known.schema, stored.headings))
        guessed = first_guess(known, stored.headings, name, lang, kept)
        row = ImportRow(
            id=number,
            person=by.person.id,
            name=" ".join(name.split())[:MAX_NAME] or "table",
            schema=known.schema,
            state=UPLOADED,
            mapping=guessed.as_json(),
            rows=stored.rows,
            done=0,
            report=_report(stored) | {"remembered": kept is not None},
            at=d.now(),
        )
        uow.imports.add(row)
        detail = {"import": number, "kind": kind, "rows": stored.rows}
        uow.audit.add(by.person.name, "table uploaded", detail, d.now())
    return row


def read_as(d: Editorial, by: Signed, number: str, encoding: str) -> ImportRow:
    """Read the letters of an uploaded CSV file in another encoding."""
    row = mine(d, by, number)
    _not_busy(row)
    lang = arrangement(row).lang
    stored = importfiles.read_again(d, number, lang, encoding)
    kind = kind_of(d, row)
    with d.database.writing() as uow:
        kept = uow.imports.mapping(headings_key(row.schema, stored.headings))
        guessed = first_guess(kind, stored.headings, row.name, lang, kept)
        uow.imports.change(
            number,
            state=UPLOADED,
            mapping=guessed.as_json(),
            rows=stored.rows,
            done=0,
            report=_report(stored) | {"remembered": kept is not None},
        )
        return uow.imports.require(number)


def arrange(d: Editorial, by: Signed, number: str, given: Arrangement) -> ImportRow:
    """Keep what the columns mean, also for the next table with these headings.

    Raises `BadInputError` with ``targets`` where something does not fit.
    """
    row = mine(d, by, number)
    _not_busy(row)
    kind = kind_of(d, row)
    good = checked(kind, given, len(row.report["headings"]))
    with d.database.writing() as uow:
        uow.imports.change(number, mapping=good.as_json(), state=MAPPED, done=0)
        key = headings_key(row.schema, row.report["headings"])
        uow.imports.remember(key, good.as_json(), d.now())
        return uow.imports.require(number)


def begin(d: Editorial, by: Signed, number: str, *, dry: bool, incomplete: bool = False) -> None:
    """Begin to go through the rows: to try them, or to make drafts of them.

    Small tables are through when it returns. Raises `ConflictError` for one that is being gone
    through already, or was not arranged.
    """
    row = mine(d, by, number)
    by.who.require(act_for(row.schema.partition("/")[0]))
    _not_busy(row)
    if row.state == UPLOADED:
        raise ConflictError("Say first what the columns of this table mean.")
    arranged = replace(arrangement(row), incomplete=incomplete)
    importfiles.forget_bad(d, number)
    with d.database.writing() as uow:
        fresh = {name: row.report[name] for name in ("format", "encoding", "headings", "first")}
        uow.imports.change(
            number,
            state=TRYING if dry else RUNNING,
            done=0,
            mapping=arranged.as_json(),
            report={**fresh, "twice": _twice(d, row, arranged), "counts": {}, "drafts": []},
        )
        if not dry:
            detail = {"import": number, "rows": row.rows}
            uow.audit.add(by.person.name, "import begun", detail, d.now())
        ask_for_work(d, uow, number)
    if row.rows <= AT_ONCE:
        while not step(d, number):
            pass


def forget(d: Editorial, by: Signed, number: str) -> None:
    """Stop an import and take its table off the node; the drafts that it made stay."""
    mine(d, by, number)
    with d.database.writing() as uow:
        uow.work.cancel(IMPORT, number)
        uow.imports.remove(number)
        uow.audit.add(by.person.name, "import removed", {"import": number}, d.now())
    importfiles.remove(d, number)


def mine(d: Editorial, by: Signed, number: str) -> ImportRow:
    """Return an import of one's own; raises `NotFoundError`, also for a colleague's."""
    with d.database.reading() as uow:
        row = uow.imports.get(number)
    if row is None or row.person != by.person.id:
        raise NotFoundError("There is no import with this id here.", id=number)
    return row


def all_mine(d: Editorial, by: Signed) -> list[ImportRow]:
    """Return one's own imports, the newest first."""
    with d.database.reading() as uow:
        return uow.imports.of(by.person.id)


def arrangement(row: ImportRow) -> Arrangement:
    """Return what the columns of an import mean."""
    return Arrangement.read(row.mapping)


def kind_of(d: Editorial, row: ImportRow) -> Kind:
    """Return the kind that the rows become; raises `BadInputError` when it is not known here."""
    kind = d.contract.kind(row.schema)
    if kind is None:
        raise BadInputError(f"This node does not know {row.schema}.")
    return kind


def kind_called(d: Editorial, name: str) -> Kind:
    """Return the newest version of a kind by its name; raises `BadInputError`."""
    kind = d.contract.kinds.get(name)
    if kind is None:
        raise BadInputError(f"This node knows no kind of record named {name}.", kind=name)
    return kind


def ask_for_work(d: Editorial, uow: UnitOfWork, number: str, after: float = 0) -> None:
    """Ask the worker for the next step, in so many seconds."""
    uow.work.add(IMPORT, number, d.now() + timedelta(seconds=after))


def _report(stored: importfiles.Stored) -> dict[str, Any]:
    return {
        "format": stored.format,
        "encoding": stored.encoding,
        "headings": [*stored.headings],
        "first": [[*cells] for cells in stored.first],
        "counts": {},
    }


def _twice(d: Editorial, row: ImportRow, arranged: Arrangement) -> list[int]:
    """Return the numbers of rows whose key another row has had before, with other words."""
    if arranged.key < 0:
        return []
    seen: set[str] = set()
    found = []
    for line in importfiles.lines(d, row.id):
        own = line.cells[arranged.key]
        if own and own in seen:
            found.append(line.number)
        seen.add(own)
    return found


def _not_busy(row: ImportRow) -> None:
    if is_oai(row):
        raise ConflictError("This import has no table. Nothing was changed.")
    if row.busy:
        raise ConflictError(
            "This table is being gone through just now. Nothing was changed.",
            hint="Wait until it is through.",
        )


def make_room(d: Editorial, by: Signed) -> None:
    rows = all_mine(d, by)
    for row in [row for row in rows if row.state in {UPLOADED, MAPPED, TRIED, DONE, FAILED}][
        MAX_KEPT - 1 :
    ]:
        with d.database.writing() as uow:
            uow.imports.remove(row.id)
        importfiles.remove(d, row.id)
