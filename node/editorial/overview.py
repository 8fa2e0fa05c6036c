"""The start page's lists: what waits, what grows old, what partners did with one's own records.

Each list is short, newest or most urgent first, and made with a bounded number of queries; the page
says where the rest is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial import listing, owning
from node.editorial.rights import KEEP, REVIEW, TRANSLATE, WRITE
from node.exchange.context import own_origin
from node.exchange.history import peer_states
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.listing import DraftLine
    from node.editorial.owning import OwnLine
    from node.editorial.sessions import Signed
    from node.storage import RecordRow, UnitOfWork
    from node.storage.desk import MissRow, NoticeRow

#: Lines of each list on the start page.
SHOWN_LINES = 5
#: Newest records of partners that are looked through for one's own themes.
LOOKED_AT = 200
#: Facets that make a record one of "our themes".
THEMES = ("success_factor", "practice_type", "target_group")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a partner published about a record of one's own."""

    row: RecordRow
    about: RecordRow


@dataclass(frozen=True, slots=True)
class Exchange:
    """The state of the exchange in one line."""

    partners: int
    #: Partners with which everything is as it should be.
    well: int
    #: Names of those that need somebody's attention.
    attention: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the start page."""

    mine: list[DraftLine]
    waiting: list[DraftLine]
    notices: list[NoticeRow]
    stale: list[OwnLine]
    #: Translations that one's own organisation made of an earlier revision.
    outdated: list[Elsewhere]
    #: Adaptations and reviews of one's own records by partners.
    elsewhere: list[Elsewhere]
    themes: list[RecordRow]
    misses: list[MissRow]
    exchange: Exchange


def overview(d: Editorial, by: Signed) -> Overview:
    """Return what the start page shows this person; lists that are not theirs are empty."""
    writes, translates = by.who.may(WRITE), by.who.may(TRANSLATE)
    stale = [line for line in owning.own_records(d) if line.stale] if writes else []
    with d.database.reading() as uow:
        oid = own_origin(uow)
        own = [row for row in uow.records.by_origin(oid) if row.state == SHOWN]
        notices = uow.desk.notices(by.person.id, unseen=True, limit=20)
        misses = uow.desk.misses(SHOWN_LINES) if writes else []
        elsewhere = _elsewhere(uow, oid, own) if writes else []
        outdated = _outdated(uow, own) if translates else []
        themes = _themes(uow, oid, own) if writes else []
    return Overview(
        mine=listing.mine(d, by),
        waiting=listing.waiting(d, by),
        notices=notices,
        stale=stale[:SHOWN_LINES],
        outdated=outdated[:SHOWN_LINES],
        elsewhere=elsewhere[:SHOWN_LINES],
        themes=themes[:SHOWN_LINES],
        misses=misses,
        exchange=_exchange(d),
    )


def _elsewhere(uow: UnitOfWork, oid: str, own: list[RecordRow]) -> list[Elsewhere]:
    found = []
    for row in own:
        for link in uow.records.links_to(oid, row.record):
            if link.relation not in {"adapts", "reviews"} or link.oid == oid:
                continue
            other = uow.records.get(link.oid, link.record)
            if other is not None and other.state == SHOWN:
                found.append(Elsewhere(other, row))
    return sorted(found, key=lambda each: each.row.arrived, reverse=True)


def _outdated(uow: UnitOfWork, own: list[RecordRow]) -> list[Elsewhere]:
    """Return one's own translations whose original has a newer revision.

    Whether its words have changed, the record's page tells; here the number is enough to look.
    """
    found = []
    for row in own:
        if row.kind != "translation":
            continue
        for link in uow.records.links_from(row.oid, row.record):
            about = uow.records.get(link.target_oid, link.target_record)
            if link.relation != "translates" or about is None or about.state != SHOWN:
                continue
            if link.target_revision is not None and link.target_revision < about.revision:
                found.append(Elsewhere(row, about))
    return found


def _themes(uow: UnitOfWork, oid: str, own: list[RecordRow]) -> list[RecordRow]:
    """Return partners' newest practices that share the most with what one publishes oneself."""
    ours = Counter(
        (name, value) for row in own for name in THEMES for value in row.facets.get(name, ())
    )
    if not ours:
        return []
    kinds = ("good-practice", "training-material", "adaptation")
    newest = [row for row in uow.records.newest(LOOKED_AT, kinds) if row.oid != oid]
    shared = [
        (sum((n, v) in ours for n in THEMES for v in row.facets.get(n, ())), row) for row in newest
    ]
    near = [pair for pair in shared if pair[0]]
    # Newest first among those that share anything; two shared themes outweigh a day or two.
    near.sort(key=lambda pair: (pair[1].arrived.date(), pair[0]), reverse=True)
    return [row for _count, row in near]


def _exchange(d: Editorial) -> Exchange:
    states = peer_states(d.exchange)
    well = {"complete", "starting", "behind", "paused"}
    bad = tuple(s.peer.name or s.peer.url for s in states if s.condition not in well)
    return Exchange(len(states), len(states) - len(bad), bad)


def saw_notices(d: Editorial, by: Signed, upto: int) -> None:
    """Note that a person has seen their notices up to one."""
    with d.database.writing() as uow:
        uow.desk.saw(by.person.id, upto, d.now())


def may_keep(by: Signed) -> bool:
    """Say whether somebody keeps the node or edits, and so should hear of the exchange."""
    return by.who.may(KEEP) or by.who.may(REVIEW)
