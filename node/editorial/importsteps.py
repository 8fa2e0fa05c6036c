"""One step of an import: some hundred rows, and one transaction. Work for the worker."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.editorial import importfiles
from node.editorial.acting import acting
from node.editorial.arranging import Arrangement, import_key
from node.editorial.formvalues import Manner
from node.editorial.oaisteps import is_oai, pull
from node.editorial.rowreading import plan, read_row
from node.editorial.settling import CLASHED, REFUSED, settle
from node.errors import FootbridgeError
from node.storage.imports import DONE, FAILED, RUNNING, TRIED, ImportRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.contract import Kind
    from node.editorial.context import Editorial
    from node.editorial.importfiles import Line
    from node.editorial.rowreading import Plan, ReadRow, Wrong
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork

#: The work row by which steps are asked for; its key is the import's id.
IMPORT = "import"
ROWS_A_STEP = 250
#: Seconds between two steps, in which the worker does what else is due.
PAUSE = 0.1
#: Drafts that the result names one by one.
NAMED = 50
#: What a dry run says of a row.
GOOD, INCOMPLETE, WRONG = "good", "incomplete", "wrong"
#: A row that has the key of one before it.
TWICE = "key-twice"


class _MovedOn(Exception):  # noqa: N818 - a signal, no error
    """Somebody else did this step."""


@dataclass
class _Pass:
    """What a step came to so far."""

    counts: Counter[str]
    drafts: list[dict[str, str]]
    bad: list[dict[str, Any]] = field(default_factory=list)


def step(d: Editorial, number: str) -> bool:
    """Go through the next rows of an import; True when it is through, or is gone.

    May be done twice and by several workers: of two that began at the same row, one counts.
    """
    with d.database.reading() as uow:
        row = uow.imports.get(number)
        person = uow.people.get(row.person) if row and row.person is not None else None
    if row is None or not row.busy:
        return True
    kind = d.contract.kind(row.schema)
    try:
        if person is None or not person.active or kind is None:
            raise _stopped(row)
        return _go_on(d, row, kind, acting(d, person))
    except _MovedOn:
        # Another worker did this very step; this one's transaction came to nothing.
        return False
    except (FootbridgeError, OSError) as error:
        with d.database.writing() as uow:
            why = error.explain() if isinstance(error, FootbridgeError) else str(error)
            code = error.facts.get("oai", "") if isinstance(error, FootbridgeError) else ""
            report = {**row.report, "why": why[:500], "why_code": code}
            uow.imports.advance(
                number, seen_state=row.state, seen=row.done, state=FAILED, report=report
            )
            uow.audit.add("worker", "import stopped", {"import": number, "why": why[:200]}, d.now())
        return True


def plan_of(d: Editorial, kind: Kind, arranged: Arrangement) -> Plan:
    """Return how the rows of a table are read."""
    manner = Manner(d.contract, arranged.lang, d.settings.country, _origin_of(d))
    return plan(kind, manner, arranged.columns, arranged.fixed, arranged.language)


def _origin_of(d: Editorial) -> Callable[[str], str]:
    def find(record: str) -> str:
        with d.database.reading() as uow:
            return next((held.oid for held in uow.records.find(record)), "")

    return find


def _go_on(d: Editorial, row: ImportRow, kind: Kind, by: Signed) -> bool:
    arranged, offset = Arrangement.read(row.mapping), int(row.report.get("offset", 0))
    p, twice = plan_of(d, kind, arranged), set(row.report.get("twice", ()))
    taken: list[tuple[Line, ReadRow]] = []
    pulled = pull(d, row, kind, p.manner) if is_oai(row) else None
    refused = {line.number: why for line, why in pulled.lines} if pulled else {}
    source = [line for line, _why in pulled.lines] if pulled else None
    for line in source if source is not None else importfiles.lines(d, row.id, offset):
        # Before the transaction: reading takes time, and the store has one writer.
        taken.append((line, read_row(p, line.cells)))
        if pulled is None and len(taken) == ROWS_A_STEP:
            break
    ended = pulled.ended if pulled else len(taken) < ROWS_A_STEP
    result = _Pass(Counter(row.report.get("counts", {})), [*row.report.get("drafts", ())])
    with d.database.writing() as uow:
        for line, found in taken:
            if refused.get(line.number):
                _refuse(result, arranged, line, found, refused[line.number])
            elif line.number in twice:
                _refuse(result, arranged, line, found, TWICE)
            elif row.state == RUNNING:
                _settle(d, uow, by, p, arranged, line, found, result)
            else:
                _judge(result, arranged, line, found)
        report = {
            **row.report,
            "counts": dict(result.counts),
            "drafts": result.drafts,
            "offset": taken[-1][0].after if taken else offset,
        }
        gone = pulled.deleted if pulled else 0
        if pulled:
            report |= pulled.report | {"counts": dict(result.counts + Counter(deleted=gone))}
        after = (DONE if row.state == RUNNING else TRIED) if ended else row.state
        moved = uow.imports.advance(
            row.id,
            seen_state=row.state,
            seen=row.done,
            state=after,
            done=row.done + len(taken) + gone,
            rows=pulled.rows if pulled else row.rows,
            report=report,
        )
        if not moved:
            raise _MovedOn
        importfiles.keep_bad(d, row.id, row.done, result.bad)
        if ended and row.state == RUNNING:
            detail = {"import": row.id, **result.counts}
            uow.audit.add(by.person.name, "import finished", detail, d.now())
    return ended


def _settle(
    d: Editorial,
    uow: UnitOfWork,
    by: Signed,
    p: Plan,
    arranged: Arrangement,
    line: Line,
    found: ReadRow,
    result: _Pass,
) -> None:
    if found.wrong and not (arranged.incomplete and found.incomplete):
        _refuse(result, arranged, line, found)
        return
    key = import_key(p.kind.schema, arranged, line.cells)
    outcome, draft = settle(d, uow, by, p, key, line.cells, found)
    if outcome == CLASHED:
        _refuse(result, arranged, line, found, CLASHED, draft.id if draft else "")
        return
    result.counts[outcome] += 1
    if draft is not None and len(result.drafts) < NAMED and outcome in {"made", "updated"}:
        result.drafts.append({"id": draft.id, "title": draft.title, "what": outcome})


def _judge(result: _Pass, arranged: Arrangement, line: Line, found: ReadRow) -> None:
    if not found.wrong:
        result.counts[GOOD] += 1
        return
    result.counts[INCOMPLETE if found.incomplete else WRONG] += 1
    result.bad.append(_told(arranged, line, found))


def _refuse(
    result: _Pass,
    arranged: Arrangement,
    line: Line,
    found: ReadRow,
    why: str = "",
    draft: str = "",
) -> None:
    result.counts[CLASHED if why == CLASHED else REFUSED] += 1
    told = _told(arranged, line, found)
    if why:
        told["wrong"] = [{"column": arranged.key, "code": why, "draft": draft}]
    result.bad.append(told)


def _told(arranged: Arrangement, line: Line, found: ReadRow) -> dict[str, Any]:
    """Return a row that comes back, as it is kept until somebody asks for it."""
    return {
        "row": line.number,
        "cells": line.cells,
        "incomplete": found.incomplete,
        "wrong": [_of(arranged, each) for each in found.wrong],
    }


def _of(arranged: Arrangement, wrong: Wrong) -> dict[str, Any]:
    told: dict[str, Any] = {
        "column": wrong.column,
        "pointer": wrong.pointer,
        "code": wrong.code,
    }
    if wrong.misread is not None:
        return told | {"typed": wrong.misread.typed[:300], "facts": [*wrong.misread.facts]}
    if wrong.fault is not None:
        return told | {"text": wrong.fault.sentence(arranged.lang)}
    return told


def _stopped(row: ImportRow) -> FootbridgeError:
    return FootbridgeError(
        "The person who began this import may not go on with it, or its kind is not known here.",
        id=row.id,
    )
