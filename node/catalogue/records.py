"""One record with everything its page needs: body, revisions, and what refers to what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from node.catalogue.listing import Names, card_of, facets_of
from node.catalogue.reading import content_at
from node.core.statements import PUBLISH
from node.errors import GoneError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.contract import Description, Kind
    from node.core.contents import BlobRef
    from node.storage import LinkRow, RecordRow, UnitOfWork

State = Literal["shown", "withdrawn", "hidden", "pending"]


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """One published revision in the list of all, as the log states it."""

    revision: int
    schema: str
    #: As the origin dated it.
    created: datetime
    epoch: int
    seq: int
    #: held: can be read; missing: not fetched yet; faulty, withheld: kept or left out, not shown.
    state: str
    fault: str | None
    current: bool


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
    #: The target has moved on since: the statement speaks of an earlier revision.
    stale: bool = False
    #: The other record's: shown, withdrawn, erased, hidden, pending; absent: not known here.
    state: str = "absent"
    #: Who published the other record, also where that is not shown.
    publisher: OriginName | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record at its newest revision."""

    id: str
    origin: OriginName
    kind: Kind | None
    schema: str
    revision: int
    epoch: int
    seq: int
    #: "sha256:…" of the content's bytes.
    digest: str
    #: withdrawn: no longer offered by its origin; hidden: kept but wrong, see `fault`; pending:
    #: the log names it, its content has not arrived. Only `shown` has a body to present.
    state: State
    fault: str | None
    language: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    body: Mapping[str, Any]
    blobs: tuple[BlobRef, ...]
    description: Description | None
    #: False when this node does not know the schema: title and summary come from the fallback.
    known: bool
    countries: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    published: datetime
    first_published: datetime
    #: When this node received it.
    arrived: datetime
    #: Newest first.
    revisions: tuple[RevisionSummary, ...]
    links: tuple[LinkView, ...]
    #: Other origins that use the same record id; empty in an honest network.
    rivals: tuple[OriginName, ...] = ()

    def linked(self, relation: str, direction: Literal["in", "out"]) -> tuple[LinkView, ...]:
        """Return the links of one relation and direction, in order of arrival."""
        return tuple(
            link for link in self.links if link.relation == relation and link.direction == direction
        )

    @property
    def adaptations(self) -> tuple[LinkView, ...]:
        """Return the adaptations of this record that others published."""
        return self.linked("adapts", "in")

    @property
    def reviews(self) -> tuple[LinkView, ...]:
        """Return the reviews of this record."""
        return self.linked("reviews", "in")

    @property
    def translations(self) -> tuple[LinkView, ...]:
        """Return the translations of this record."""
        return self.linked("translates", "in")


def get_record(c: Catalogue, record_id: str, origin: str | None = None) -> RecordView:
    """Return the record, by its id and, where several origins use that id, its origin.

    Without `origin` the node's own record wins, then the one that arrived first.
    Raises `NotFoundError` when it is not held, `GoneError` when it was erased.
    """
    with c.database.reading() as unit:
        row, others = choose(unit, record_id, origin)
        names = Names(unit)
        content = content_at(unit, row.oid, row.epoch, row.seq) if row.state == "shown" else None
        return RecordView(
            id=row.record,
            origin=names.of(row.oid),
            kind=c.contract.kind(row.schema),
            schema=row.schema,
            revision=row.revision,
            epoch=row.epoch,
            seq=row.seq,
            digest=_digest(unit, row),
            state=cast("State", row.state),
            fault=row.fault,
            language=row.language,
            title=row.title,
            summary=row.summary,
            body=content.body if content else {},
            blobs=content.blobs if content else (),
            description=c.contract.describe(content, row.schema) if content else None,
            known=row.known,
            countries=tuple(row.countries),
            facets=facets_of(row),
            published=row.published,
            first_published=row.first_published,
            arrived=row.arrived,
            revisions=revisions_of(unit, row),
            links=_links(unit, names, row),
            rivals=tuple(names.of(other.oid) for other in others),
        )


def choose(
    unit: UnitOfWork, record_id: str, origin: str | None
) -> tuple[RecordRow, list[RecordRow]]:
    """Return the record that is meant, and those of other origins under the same id.

    Raises `NotFoundError` and `GoneError`.
    """
    rows = unit.records.find(record_id)
    if origin is not None:
        meant = [row for row in rows if row.oid == origin]
    else:
        own = {row.oid for row in unit.origins.all() if row.status == "own"} if rows[1:] else set()
        meant = sorted(rows, key=lambda row: (row.oid not in own, row.arrived))
    if not meant:
        raise NotFoundError("No record with this id is held here.", record=record_id)
    row = meant[0]
    if row.state == "erased":
        raise GoneError(
            "This record was erased by its origin and cannot be shown again.", record=record_id
        )
    return row, [other for other in rows if other.oid != row.oid and other.state != "erased"]


def revisions_of(unit: UnitOfWork, row: RecordRow) -> tuple[RevisionSummary, ...]:
    """Return what the logs say was published of a record, newest first."""
    logs = {log.id: log for log in unit.logs.of(row.oid)}
    held = {log.epoch.number: log for log in logs.values()}
    ends = {
        number - 1: log.epoch.continues.counted(
            held[number - 1].size, unit.entries.subtree(held[number - 1].id)
        )
        for number, log in held.items()
        if log.epoch.continues is not None and number - 1 in held
    }
    found = []
    for entry in unit.entries.revisions(row.oid, row.record):
        epoch = logs[entry.log_id].epoch.number
        # What an old epoch's log holds beyond the point where the next one took over is void, and
        # all of it when it is not the log that the next one closed.
        if entry.type != PUBLISH or entry.seq >= ends.get(epoch, entry.seq + 1):
            continue
        if entry.revision is None or entry.schema is None or entry.created is None:
            continue
        found.append(
            RevisionSummary(
                revision=entry.revision,
                schema=entry.schema,
                created=entry.created,
                epoch=epoch,
                seq=entry.seq,
                state=entry.state,
                fault=entry.fault,
                current=(epoch, entry.seq) == (row.epoch, row.seq) and row.state == "shown",
            )
        )
    return tuple(reversed(found))


def _digest(unit: UnitOfWork, row: RecordRow) -> str:
    log = unit.logs.get(row.oid, row.epoch)
    entry = unit.entries.row(log.id, row.seq) if log is not None else None
    return entry.digest or "" if entry is not None else ""


def _links(unit: UnitOfWork, names: Names, row: RecordRow) -> tuple[LinkView, ...]:
    out = unit.records.links_from(row.oid, row.record)
    into = unit.records.links_to(row.oid, row.record)
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
        stale = (
            other is not None
            and other.state == "shown"
            and (link.target_revision or other.revision) < other.revision
        )
        views.append(_view(link, "out", names, other, stale=stale))
    for link in into:
        other = rows.get((link.oid, link.record))
        # What was withdrawn says nothing about others any more.
        if other is not None and other.state == "shown":
            stale = (link.target_revision or row.revision) < row.revision
            views.append(_view(link, "in", names, other, stale=stale))
    return tuple(views)


def _view(
    link: LinkRow,
    direction: Literal["in", "out"],
    names: Names,
    other: RecordRow | None,
    *,
    stale: bool,
) -> LinkView:
    far = (link.target_oid, link.target_record) if direction == "out" else (link.oid, link.record)
    return LinkView(
        relation=link.relation,
        direction=direction,
        origin=far[0],
        record=far[1],
        revision=link.target_revision,
        card=card_of(other, names) if other is not None and other.state == "shown" else None,
        stale=stale,
        state=other.state if other is not None else "absent",
        publisher=names.of(far[0]),
    )
