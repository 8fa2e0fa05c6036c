"""One record with everything its page needs: body, revisions, and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.contract import Description, Kind
    from node.core.contents import BlobRef

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
    #: The other record; None when it is not held, was withdrawn or erased.
    card: RecordCard | None
    #: The target has moved on since: the statement speaks of an earlier revision.
    stale: bool = False


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
    raise NotImplementedError
