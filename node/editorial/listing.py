"""Which drafts somebody sees in which list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial.drafting import desk_of
from node.editorial.rights import REVIEW, may_change, may_open
from node.storage.drafts import DISCARDED, OPEN, SUBMITTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.drafts import DraftRow


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    row: DraftRow
    author: str
    changeable: bool


def mine(d: Editorial, by: Signed) -> list[DraftLine]:
    """Return the open drafts of one's own, and those that colleagues have shared."""
    with d.database.reading() as uow:
        names = uow.people.names()
        rows = uow.drafts.many(states=OPEN)
    own = by.person.id
    kept = [r for r in rows if r.author == own or (r.shared and may_open(by.who, desk_of(r)))]
    return [_line(row, names, by) for row in kept]


def waiting(d: Editorial, by: Signed) -> list[DraftLine]:
    """Return what was submitted and waits for an editor; empty for everybody else."""
    if not by.who.may(REVIEW):
        return []
    with d.database.reading() as uow:
        names = uow.people.names()
        rows = uow.drafts.many(states=(SUBMITTED,))
    return [_line(row, names, by) for row in rows]


def newest(
    d: Editorial, by: Signed, states: Sequence[str], limit: int, *, own: bool = False
) -> list[DraftLine]:
    """Return the drafts in these states that were changed last: one's own, or colleagues'.

    Colleagues' drafts are for who reviews; others get an empty list.
    """
    if not own and not by.who.may(REVIEW):
        return []
    me = by.person.id
    with d.database.reading() as uow:
        names = uow.people.names()
        rows = uow.drafts.many(
            states=states, author=me if own else None, other_than=None if own else me, limit=limit
        )
    return [_line(row, names, by) for row in rows]


def everything(d: Editorial, by: Signed, *, bin_: bool = False) -> list[DraftLine]:
    """Return every open draft that somebody may open, or with `bin_` what was discarded."""
    states = (DISCARDED,) if bin_ else OPEN
    with d.database.reading() as uow:
        names = uow.people.names()
        rows = uow.drafts.many(states=states)
    return [_line(row, names, by) for row in rows if may_open(by.who, desk_of(row))]


def _line(row: DraftRow, names: dict[int, str], by: Signed) -> DraftLine:
    return DraftLine(row, names.get(row.author, ""), may_change(by.who, desk_of(row)))
