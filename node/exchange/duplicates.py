"""The keeper's word on two records that are said to be the same: show them as one, or apart.

A decision is this node's own: nothing is published, no record is changed or taken away. It comes
before all claims, whoever makes them. Each one leaves a line in the audit trail, and both records
get a new number of change, by which the search index learns of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.errors import BadInputError, ConflictError, NotFoundError
from node.storage.records import ERASED

if TYPE_CHECKING:
    from node.core.sameness import Key
    from node.exchange.context import Exchange
    from node.storage import RecordRow, UnitOfWork
    from node.storage.sameness import DecisionRow

#: Characters of a reason; more is not a reason but a story.
MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, with the two records as they stand here; None for one no longer known."""

    row: DecisionRow
    one: RecordRow | None
    other: RecordRow | None


def list_decisions(x: Exchange) -> list[Decided]:
    """Return what the keeper has decided, the newest first."""
    with x.database.reading() as uow:
        return [
            Decided(row, uow.records.get(*row.one), uow.records.get(*row.other))
            for row in uow.sameness.decisions()
        ]


def join(x: Exchange, one: str, other: str, reason: str = "") -> tuple[RecordRow, RecordRow]:
    """Show two records as one from now on, whether anybody claims it or not.

    A record is named by its id, or as ORIGIN/ID where several origins use that id. Raises
    `NotFoundError`, `ConflictError` for an id that names several, and `BadInputError` for two that
    cannot be one: the same twice, different kinds, a translation.
    """
    return _decide(x, one, other, reason, joined=True)


def keep_apart(x: Exchange, one: str, other: str, reason: str = "") -> tuple[RecordRow, RecordRow]:
    """Show two records apart from now on, whatever anybody claims. Raises as `join` does."""
    return _decide(x, one, other, reason, joined=False)


def forget(x: Exchange, one: str, other: str) -> None:
    """Take a decision back, so that claims count again; `NotFoundError` when there is none."""
    with x.database.writing() as uow:
        for row in uow.sameness.decisions():
            for first, second in ((row.one, row.other), (row.other, row.one)):
                if _means(one, first) and _means(other, second):
                    uow.sameness.forget(first, second)
                    _note(x, uow, "duplicates: decision taken back", first, second)
                    return
    raise NotFoundError(
        "Nothing was decided of these two records.",
        hint="See what was decided with `footbridge duplicates list`.",
    )


def _decide(
    x: Exchange, one: str, other: str, reason: str, *, joined: bool
) -> tuple[RecordRow, RecordRow]:
    if len(reason) > MAX_REASON:
        raise BadInputError(
            f"The reason has {len(reason):,} characters; at most {MAX_REASON} are kept.",
            hint="Nothing was decided. Say it in a sentence or two.",
        )
    with x.database.writing() as uow:
        first, second = _named(uow, one), _named(uow, other)
        _refuse_unequal(uow, first, second)
        keys = (first.oid, first.record), (second.oid, second.record)
        uow.sameness.decide(*keys, joined=joined, reason=reason, at=x.clock.now())
        what = "duplicates: joined" if joined else "duplicates: kept apart"
        _note(x, uow, what, *keys, reason=reason)
        return first, second


def _refuse_unequal(uow: UnitOfWork, first: RecordRow, second: RecordRow) -> None:
    keys = [(first.oid, first.record), (second.oid, second.record)]
    if keys[0] == keys[1]:
        raise BadInputError("Both names are those of one record.")
    if first.kind != second.kind:
        raise BadInputError(
            f"The one record is of the kind {first.kind}, the other of the kind {second.kind}; "
            "only records of one kind can describe the same thing.",
        )
    if uow.sameness.translated(keys):
        raise BadInputError(
            "One of the two is a translation, which already stands with what it translates."
        )


def _named(uow: UnitOfWork, name: str) -> RecordRow:
    _oid, record = _parts(name)
    found = [row for row in uow.records.find(record) if _means(name, (row.oid, row.record))]
    if not found or found[0].state == ERASED:
        raise NotFoundError(f"No record with the id {record} is held here.", record=record)
    if found[1:]:
        raise ConflictError(
            f"{len(found)} origins use the id {record}.",
            hint="Name the one you mean as ORIGIN/RECORD; see `footbridge origin list`.",
            record=record,
        )
    return found[0]


def _parts(name: str) -> tuple[str, str]:
    oid, _slash, record = name.strip().lower().rpartition("/")
    return oid, record


def _means(name: str, key: Key) -> bool:
    oid, record = _parts(name)
    return record == key[1] and oid in ("", key[0])


def _note(x: Exchange, uow: UnitOfWork, what: str, one: Key, other: Key, **more: str) -> None:
    uow.sameness.touch([one, other], uow.next_change)
    detail = {"one": "/".join(one), "other": "/".join(other)} | more
    uow.audit.add("keeper", what, detail, x.clock.now())
