"""One row becomes a draft, or changes the one it has become before, or is left alone.

What the row said the last time is a version of its draft (``imported``). So three things can be
compared: what it said, what it says, what people made of it meanwhile; and nothing that a person
wrote is overwritten (see `merging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.editorial.drafting import desk_of, new_draft, write
from node.editorial.merging import merge
from node.editorial.rights import may_change
from node.editorial.rowreading import read_row
from node.storage.drafts import DISCARDED, DRAFT, RETURNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.rowreading import Plan, ReadRow
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.drafts import DraftRow, VersionRow

IMPORTED, MERGED = "imported", "merged"
#: What became of a row.
MADE, UPDATED, UNCHANGED = "made", "updated", "unchanged"
#: Left alone: it was submitted or published since, is a colleague's, lies in the bin, says
#: something else than people wrote into its draft.
CLOSED, OTHERS, BINNED, CLASHED = "closed", "others", "binned", "clashed"
REFUSED = "refused"
OUTCOMES = (MADE, UPDATED, UNCHANGED, CLOSED, OTHERS, BINNED, CLASHED, REFUSED)


def settle(
    d: Editorial,
    uow: UnitOfWork,
    by: Signed,
    p: Plan,
    key: str,
    cells: Sequence[str],
    found: ReadRow,
) -> tuple[str, DraftRow | None]:
    """Make or change the draft of a row, and return what became of it; done twice it is the same.

    `found` is the row read for itself. Raises `PermissionDeniedError` for somebody who may not
    write this kind.
    """
    held = uow.drafts.by_import_key(key)
    if held is None:
        row = new_draft(d, by, p.kind.name, body=found.body, import_key=key)
        uow.drafts.add(row, what=IMPORTED)
        return MADE, row
    said = uow.imports.last_version(held.id, IMPORTED)
    new = read_row(p, cells, said.body).body if said else None
    if said is None or new is None or new == said.body:
        return UNCHANGED, held
    return _left_alone(by, held) or _change(d, uow, by, held, said, new), held


def _left_alone(by: Signed, held: DraftRow) -> str:
    """Return why a draft is not touched, "" where it may be changed."""
    if held.state == DISCARDED:
        return BINNED
    if held.state not in {DRAFT, RETURNED}:
        return CLOSED
    return "" if may_change(by.who, desk_of(held)) else OTHERS


def _change(
    d: Editorial,
    uow: UnitOfWork,
    by: Signed,
    held: DraftRow,
    said: VersionRow,
    new: dict[str, Any],
) -> str:
    if held.version == said.version:
        write(d, uow, by, held, new, IMPORTED)
        return UPDATED
    merged = merge(said.body, new, held.body)
    if merged.clashes:
        return CLASHED
    # What the row says is kept by itself too: the next import compares with it.
    write(d, uow, by, held, new, IMPORTED)
    write(d, uow, by, uow.drafts.require(held.id), merged.body, MERGED)
    return UPDATED
