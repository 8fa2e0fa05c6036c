"""The start page's lists: what waits, what grows old, what partners did with one's own records.

Each list is short, newest or most urgent first. The number of queries is the same however much
this organisation has published; the page says where the rest is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial import listing, missing, owning
from node.editorial.rights import KEEP, REVIEW, TRANSLATE, TRANSLATION, WRITE
from node.exchange.context import own_origin
from node.exchange.history import peer_states
from node.storage.drafts import APPROVED, DRAFT, RETURNED, SCHEDULED, SUBMITTED
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.editorial.context import Editorial
    from node.editorial.listing import DraftLine
    from node.editorial.owning import OwnLine
    from node.editorial.sessions import Signed
    from node.storage import RecordRow, UnitOfWork
    from node.storage.desk import MissRow, NoticeRow

#: Lines of each list on the start page.
SHOWN_LINES = 5
NOTICES = 10
#: Newest records of partners that are looked through for one's own themes.
LOOKED_AT = 60
#: Own records whose adaptations and reviews are looked for, the newest; and those found at most.
OWN_LOOKED_AT, FOUND = 4000, 400
#: Facets that make a record one of "our themes".
THEMES = ("success_factor", "practice_type", "target_group")
THEMED = ("good-practice", "training-material", "adaptation")
#: Drafts of one's own that are under way.
UNDER_WAY = (DRAFT, SUBMITTED, APPROVED, SCHEDULED)
#: States of a partner that need nobody's attention.
WELL = frozenset({"complete", "starting", "behind", "paused", "blocked"})


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A record about another: what a partner published about one's own, or a translation."""

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

    #: Drafts of one's own that came back and wait for their author.
    returned: list[DraftLine]
    #: Colleagues' drafts that wait for an editor.
    waiting: list[DraftLine]
    mine: list[DraftLine]
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
    stale: list[OwnLine] = []
    elsewhere: list[Elsewhere] = []
    outdated: list[Elsewhere] = []
    themes: list[RecordRow] = []
    with d.database.reading() as uow:
        oid = own_origin(uow)
        own = uow.records.by_origin(oid) if writes or translates else []
        if writes:
            stale = [line for line in owning.lines_of(d, uow, own) if line.stale]
            elsewhere = _elsewhere(uow, oid, own[:OWN_LOOKED_AT])
            themes = _themes(uow, oid, own)
        if translates:
            outdated = _outdated(uow, oid, own)
        notices = uow.desk.notices(by.person.id, unseen=True, limit=NOTICES)
    return Overview(
        returned=listing.newest(d, by, (RETURNED,), SHOWN_LINES, own=True),
        waiting=listing.newest(d, by, (SUBMITTED,), SHOWN_LINES) if by.who.may(REVIEW) else [],
        mine=listing.newest(d, by, UNDER_WAY, SHOWN_LINES, own=True),
        notices=notices,
        # The one that nobody has spoken of for longest comes first.
        stale=sorted(stale, key=_last_word)[:SHOWN_LINES],
        outdated=outdated[:SHOWN_LINES],
        elsewhere=elsewhere[:SHOWN_LINES],
        themes=themes[:SHOWN_LINES],
        misses=missing.misses(d, by, SHOWN_LINES),
        exchange=_exchange(d),
    )


def saw_notices(d: Editorial, by: Signed, upto: int) -> None:
    """Note that a person has seen their notices up to one."""
    with d.database.writing() as uow:
        uow.desk.saw(by.person.id, upto, d.now())


def may_keep(by: Signed) -> bool:
    """Say whether somebody keeps the node or edits, and so should hear of the exchange."""
    return by.who.may(KEEP) or by.who.may(REVIEW)


def _last_word(line: OwnLine) -> float:
    return max(filter(None, (line.confirmed, line.row.published))).timestamp()


def _elsewhere(uow: UnitOfWork, oid: str, own: Sequence[RecordRow]) -> list[Elsewhere]:
    mine = {(row.oid, row.record): row for row in own}
    links = [
        link
        for link in uow.records.links_to_any(mine, ("adapts", "reviews"), FOUND)
        if link.oid != oid
    ]
    rows = _rows(uow, ((link.oid, link.record) for link in links))
    found = [
        Elsewhere(row, mine[link.target_oid, link.target_record])
        for link in links
        for row in [rows.get((link.oid, link.record))]
        if row is not None and row.state == SHOWN
    ]
    return sorted(found, key=lambda each: each.row.arrived, reverse=True)


def _outdated(uow: UnitOfWork, oid: str, own: Sequence[RecordRow]) -> list[Elsewhere]:
    """Return one's own translations whose original has a newer revision.

    Whether its words have changed, the record's page tells; here the number is enough to look.
    """
    made = {row.record: row for row in own if row.kind == TRANSLATION}
    links = uow.records.links_from_any(oid, made, "translates")
    rows = _rows(uow, ((link.target_oid, link.target_record) for link in links))
    found = []
    for link in links:
        about, then = rows.get((link.target_oid, link.target_record)), link.target_revision
        if about is None or about.state != SHOWN or then is None or then >= about.revision:
            continue
        found.append(Elsewhere(made[link.record], about))
    return sorted(found, key=lambda each: each.about.published, reverse=True)


def _themes(uow: UnitOfWork, oid: str, own: Sequence[RecordRow]) -> list[RecordRow]:
    """Return partners' newest practices that share the most with what one publishes oneself."""
    ours = Counter(
        (name, value) for row in own for name in THEMES for value in row.facets.get(name, ())
    )
    if not ours:
        return []
    newest = [row for row in uow.records.newest(LOOKED_AT, THEMED) if row.oid != oid]
    shared = [
        (sum((n, v) in ours for n in THEMES for v in row.facets.get(n, ())), row) for row in newest
    ]
    near = [pair for pair in shared if pair[0]]
    # Newest first among those that share anything; two shared themes outweigh an hour or two.
    near.sort(key=lambda pair: (pair[1].arrived.date(), pair[0]), reverse=True)
    return [row for _count, row in near]


def _rows(uow: UnitOfWork, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], RecordRow]:
    """Return records by (oid, record), in one query for each organisation."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for oid, record in keys:
        wanted[oid].add(record)
    return {
        (oid, record): row
        for oid, ids in wanted.items()
        for record, row in uow.records.get_many(oid, ids).items()
    }


def _exchange(d: Editorial) -> Exchange:
    states = peer_states(d.exchange)
    bad = tuple(s.peer.name or s.peer.url for s in states if s.condition not in WELL)
    return Exchange(len(states), len(states) - len(bad), bad)
