"""What is said to be the same as a record: what this catalogue follows, and what it does not.

Every record keeps its own page, and its page names the others: those that this node shows as one
with it, with the reason; and, apart from them, claims that this node does not follow. A stranger
may make any number of claims about a record, so only some of those are shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.listing import Names, card_of
from node.core.sameness import pair_of
from node.search.joining import MAX_CLAIMS, plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.records import RecordView
    from node.core.sameness import Key
    from node.storage import RecordRow, UnitOfWork

#: Claims not followed that a page shows.
MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Said:
    """Who says that two records are the same, and the id of the record that says it, or ""."""

    by: OriginName
    claim: str


@dataclass(frozen=True, slots=True)
class Same:
    """A record that this catalogue shows as one with another."""

    card: RecordCard
    #: Who says of these two that they are the same. Empty where each is the same as a third.
    said: tuple[Said, ...]
    #: The keeper of this node has decided it.
    decided: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of sameness that this catalogue does not follow."""

    by: OriginName
    #: The id of the record that makes the claim.
    claim: str
    #: What it is said to be the same as; None where that is not shown here.
    card: RecordCard | None


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What is said to be the same as a record."""

    joined: tuple[Same, ...] = ()
    claims: tuple[Claimed, ...] = ()
    #: There are more claims that are not followed.
    more: bool = False
    #: Nothing is joined, because too many records hang together.
    crowded: bool = False


def duplicates_of(c: Catalogue, view: RecordView) -> Duplicates:
    """Return what is said to be the same as a record that is shown."""
    key = (view.origin.oid, view.id)
    policy = c.settings.join_duplicates
    with c.database.reading() as unit:
        names = Names(unit)
        planned = plan(unit, [key], policy)
        group = [each for each in planned.group(key) if each.relation == "same_as"]
        together = {each.key for each in group}
        if key not in together:
            group, together = [], {key}  # alone, or a translation
        said = unit.sameness.said_of(key, MAX_CLAIMS)
        ids = {(other, claim[0]): claim[1] for claim, other in reversed(said)}
        apart = [(claim, other) for claim, other in said if other not in together]
        apart = list({(claim[0], other): (claim, other) for claim, other in apart}.values())
        claimants: defaultdict[Key, dict[str, None]] = defaultdict(dict)
        if together != {key}:
            for each in unit.sameness.claims(key, MAX_CLAIMS, anybody=policy == "all"):
                claimants[each.other][each.by] = None
        decided = {pair_of(d.one, d.other) for d in unit.sameness.decisions() if d.joined}
        rows = _rows(unit, (other for _claim, other in apart[:MAX_SHOWN]))
        return Duplicates(
            joined=tuple(
                Same(
                    card_of(each.row, names),
                    tuple(
                        Said(names.of(oid), ids.get((each.key, oid), ""))
                        for oid in claimants[each.key]
                    ),
                    pair_of(key, each.key) in decided,
                )
                for each in group
                if each.key != key
            ),
            claims=tuple(
                Claimed(
                    names.of(claim[0]),
                    claim[1],
                    card_of(rows[other], names) if other in rows else None,
                )
                for claim, other in apart[:MAX_SHOWN]
            ),
            more=len(apart) > MAX_SHOWN or len(said) == MAX_CLAIMS,
            crowded=key in planned.crowded,
        )


def _rows(unit: UnitOfWork, keys: Iterable[Key]) -> dict[Key, RecordRow]:
    """Return the rows of those that are shown."""
    found: dict[Key, RecordRow] = {}
    for oid, record in keys:
        row = unit.records.get(oid, record)
        if row is not None and row.state == "shown":
            found[oid, record] = row
    return found
