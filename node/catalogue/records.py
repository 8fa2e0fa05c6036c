"""One record with everything its page needs: body, revisions, and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from node.catalogue.bound import Bodies
from node.catalogue.confirming import Standing, standing, word_of
from node.catalogue.history import RevisionSummary, revisions_of
from node.catalogue.links import LinkView, links_of
from node.catalogue.listing import Names, facets_of
from node.errors import GoneError, NotFoundError
from node.storage.records import HIDDEN_HERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName
    from node.catalogue.context import Catalogue
    from node.contract import Description, Kind
    from node.core.contents import BlobRef
    from node.storage import RecordRow, UnitOfWork

__all__ = [
    "LinkView",
    "RecordView",
    "RevisionSummary",
    "choose",
    "choose_readable",
    "get_record",
    "revisions_of",
]

State = Literal["shown", "withdrawn", "hidden", "pending"]


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
    #: Whether it still runs, as of today; None for a record that is not shown as it is now.
    standing: Standing | None = None

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
        bodies = Bodies(c, unit)
        content = bodies.content(row) if row.state == "shown" else None
        links = links_of(unit, names, row, bodies)
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
            revisions=bodies.revisions(row),
            links=links,
            rivals=tuple(names.of(other.oid) for other in others),
            standing=_standing(c, row, content.body, links) if content else None,
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


def choose_readable(
    unit: UnitOfWork, record_id: str, origin: str | None
) -> tuple[RecordRow, list[RecordRow]]:
    """Choose as `choose`; what this node's staff have hidden has no words here, old or new.

    Raises `NotFoundError` for it, too.
    """
    row, others = choose(unit, record_id, origin)
    if row.fault == HIDDEN_HERE:
        raise NotFoundError(HIDDEN_HERE, record=record_id)
    return row, others


def _standing(
    c: Catalogue, row: RecordRow, body: Mapping[str, Any], links: tuple[LinkView, ...]
) -> Standing:
    """Return how a record stands today, by its own word and what confirmations say of it."""
    words = (
        word_of(link.origin, link.record, link.body)
        for link in links
        if (link.relation, link.direction) == ("confirms", "in") and link.body
    )
    return standing(row.oid, body, [word for word in words if word], c.clock.now().date())


def _digest(unit: UnitOfWork, row: RecordRow) -> str:
    log = unit.logs.get(row.oid, row.epoch)
    entry = unit.entries.row(log.id, row.seq) if log is not None else None
    return entry.digest or "" if entry is not None else ""
