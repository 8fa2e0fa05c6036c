"""Evidence: what shows that an origin told two truths. It is never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from node.storage.store import Store
from node.storage.tables.logs import evidence

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Two notes that cannot both be true, and why, in words for people."""

    id: int
    oid: str
    epoch: int
    kind: str
    why: str
    note_a: bytes
    note_b: bytes
    peer_id: int | None
    seen: datetime


class EvidenceStore(Store):
    """Evidence by origin."""

    def add(
        self,
        oid: str,
        epoch: int,
        kind: str,
        note_a: bytes,
        note_b: bytes,
        why: str,
        peer_id: int | None,
        at: datetime,
    ) -> bool:
        """Keep evidence; False when the same two notes are kept already."""
        for known in self.of(oid):
            if {known.note_a, known.note_b} == {note_a, note_b} and known.kind == kind:
                return False
        self._connection.execute(
            insert(evidence).values(
                oid=oid,
                epoch=epoch,
                kind=kind,
                why=why,
                note_a=note_a,
                note_b=note_b,
                peer_id=peer_id,
                seen=at,
            )
        )
        return True

    def all(self) -> list[EvidenceRow]:
        """Return everything that is kept, the newest first."""
        query = select(evidence).order_by(evidence.c.id.desc())
        return [EvidenceRow(*row) for row in self._connection.execute(query)]

    def of(self, oid: str) -> list[EvidenceRow]:
        """Return what is kept about an origin, the oldest first."""
        query = select(evidence).where(evidence.c.oid == oid).order_by(evidence.c.id)
        return [EvidenceRow(*row) for row in self._connection.execute(query)]
