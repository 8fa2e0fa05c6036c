"""Links from a record to others, such as "adapts" and "reviews"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link as its record says it; the target need not be held, or exist."""

    oid: str
    record: str
    relation: str
    target_oid: str
    target_record: str
    target_revision: int | None = None
