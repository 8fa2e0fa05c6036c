"""What peers say they hold of this node's own log, and how far they have obeyed it.

It is their word and decides nothing; it tells an organisation who has its newest words, and who has
carried out an erasure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from node.storage.store import Store
from node.storage.tables.network import mirrors

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRow:
    """One peer's word on one epoch of the own log; sizes are numbers of entries."""

    peer_id: int
    epoch: int
    size: int
    applied: int
    seen: datetime


class Mirrors(Store):
    """What each peer said last."""

    def note(self, row: MirrorRow) -> None:
        """Keep what a peer says, in place of what it said before."""
        new = self._upsert(mirrors).values(
            peer_id=row.peer_id,
            epoch=row.epoch,
            size=row.size,
            applied=row.applied,
            seen=row.seen,
        )
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[mirrors.c.peer_id, mirrors.c.epoch],
                set_={name: new.excluded[name] for name in ("size", "applied", "seen")},
            )
        )

    def of_epoch(self, epoch: int) -> dict[int, MirrorRow]:
        """Return what peers said of one epoch, by the peer's number."""
        query = select(mirrors).where(mirrors.c.epoch == epoch)
        rows = self._connection.execute(query).mappings()
        return {row["peer_id"]: MirrorRow(**row) for row in rows}
