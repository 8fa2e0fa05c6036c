"""What a record says about others and others say about it, each resolved to a card."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from node.catalogue.bound import TRANSLATES
from node.catalogue.listing import Names, card_of
from node.storage.records import HIDDEN_HERE
from node.storage.sameness import SAME_AS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.catalogue.bound import Bodies, Since
    from node.catalogue.cards import OriginName, RecordCard
    from node.storage import LinkRow, RecordRow, UnitOfWork

#: What others say in these is read with the record: who recommends it, whether it still runs.
SUMMED_UP = frozenset({"reviews", "confirms"})


@dataclass(frozen=True, slots=True)
class LinkView:
    """A relation between this record and another, resolved to a card where that is held."""

    #: adapts, reviews, translates, based_on, related, supports.
    relation: str
    #: out: this record says it about the other; in: the other says it about this one.
    direction: Literal["in", "out"]
    origin: str
    record: str
    #: The exact revision the statement is bound to, where it is.
    revision: int | None
    #: The other record; None when it is not shown here, for which `state` says why.
    card: RecordCard | None
    #: The target has moved on and says something else since, or nobody can tell whether it does.
    stale: bool = False
    #: The other record's: shown, withdrawn, erased, hidden, pending; absent: not known here;
    #: hidden-here: this node's staff do not show it.
    state: str = "absent"
    #: Who published the other record, also where that is not shown.
    publisher: OriginName | None = None
    #: What has changed since that revision; None when it is the one that is shown.
    since: Since | None = None
    #: What the other record says, for relations that are summed up (`SUMMED_UP`); else empty.
    body: Mapping[str, Any] = field(default_factory=dict)


LinkViews = tuple[LinkView, ...]

#: Claims of sameness about one record that are read; its page tells of them by `duplicates`.
MAX_CLAIMS = 50


def links_of(unit: UnitOfWork, names: Names, row: RecordRow, bodies: Bodies) -> LinkViews:
    """Return the links of a record both ways; what was withdrawn says nothing any more."""
    out = unit.records.links_from(row.oid, row.record)
    into = _without_flood(unit.records.links_to(row.oid, row.record))
    ids: dict[str, list[str]] = defaultdict(list)
    for link in out:
        ids[link.target_oid].append(link.target_record)
    for link in into:
        ids[link.oid].append(link.record)
    rows = {
        (oid, record): other
        for oid, records in ids.items()
        for record, other in unit.records.get_many(oid, records).items()
    }
    views = []
    for link in out:
        other = rows.get((link.target_oid, link.target_record))
        since = None
        if other is not None:
            since = bodies.since(link.relation, link.target_revision, other, row)
        views.append(_view(link, "out", names, other, since))
    for link in into:
        other = rows.get((link.oid, link.record))
        if other is not None and other.state == "shown":
            since = bodies.since(link.relation, link.target_revision, row, other)
            # However much others say, the origin's own word is always read.
            wanted = link.relation in SUMMED_UP and (bodies.left or link.oid == row.oid)
            content = bodies.content(other) if wanted else None
            views.append(_view(link, "in", names, other, since, content.body if content else {}))
    return tuple(views)


def _without_flood(into: list[LinkRow]) -> list[LinkRow]:
    """Leave out what no reader reads: of claims of sameness, all after the first ones."""
    claims = [link for link in into if link.relation == SAME_AS]
    surplus = set(claims[MAX_CLAIMS:])
    return [link for link in into if link not in surplus] if surplus else into


def translations_of(unit: UnitOfWork, names: Names, row: RecordRow, revision: int) -> LinkViews:
    """Return the translations that were made of exactly this revision of a record."""
    links = [
        link
        for link in unit.records.links_to(row.oid, row.record, TRANSLATES)
        if link.target_revision == revision
    ]
    ids: dict[str, list[str]] = defaultdict(list)
    for link in links:
        ids[link.oid].append(link.record)
    rows = {oid: unit.records.get_many(oid, records) for oid, records in ids.items()}
    found = [(link, rows[link.oid].get(link.record)) for link in links]
    return tuple(
        _view(link, "in", names, other, None)
        for link, other in found
        if other is not None and other.state == "shown"
    )


def _view(
    link: LinkRow,
    direction: Literal["in", "out"],
    names: Names,
    other: RecordRow | None,
    since: Since | None,
    body: Mapping[str, Any] | None = None,
) -> LinkView:
    far = (link.target_oid, link.target_record) if direction == "out" else (link.oid, link.record)
    return LinkView(
        relation=link.relation,
        direction=direction,
        origin=far[0],
        record=far[1],
        revision=link.target_revision,
        card=card_of(other, names) if other is not None and other.state == "shown" else None,
        stale=since is not None and since.stale,
        state=state_of(other),
        publisher=names.of(far[0]),
        since=since,
        body=body or {},
    )


def state_of(other: RecordRow | None) -> str:
    """Return how another record stands, as `LinkView.state` has it."""
    if other is None:
        return "absent"
    return "hidden-here" if other.fault == HIDDEN_HERE else other.state
