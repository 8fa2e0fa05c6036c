"""The partners: who publishes here, their profile, and what they published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.dressing import dressed
from node.catalogue.listing import ORGANISATION, Names, card_of
from node.catalogue.records import get_record
from node.core.epochs import group_oid
from node.errors import NotFoundError

#: Standing of an origin that the keeper has shut out.
BLOCKED = "blocked"
#: Records of one organisation shown on its page; the rest are found by search.
MAX_RECORDS = 500

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.records import RecordView
    from node.storage import OriginRow


@dataclass(frozen=True, slots=True)
class OrganisationSummary:
    """An organisation in a list."""

    origin: OriginName
    #: own, active, frozen, disputed or blocked.
    status: str
    #: From its organisation record, or empty.
    summary: Mapping[str, str]
    languages: tuple[str, ...]
    #: Records shown.
    total: int


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation's page."""

    origin: OriginName
    #: The oid in groups of four, for comparing by eye or by telephone.
    oid_groups: str
    status: str
    first_seen: datetime
    #: The partner that introduced it, None for our own and for configured peers.
    introduced_by: OriginName | None
    #: Its organisation record, None when it has not published one.
    profile: RecordView | None
    #: Its other records, newest first.
    records: tuple[RecordCard, ...]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many of its records are shown."""
        return sum(self.counts.values())


def list_organisations(c: Catalogue) -> tuple[OrganisationSummary, ...]:
    """Return every organisation that is held and not blocked: our own first, then by name."""
    with c.database.reading() as unit:
        names = Names(unit)
        totals = unit.records.count_by_origin()
        found = [
            _summary(names, origin, totals.get(origin.oid, 0))
            for origin in unit.origins.all()
            if origin.status != BLOCKED
        ]
    return tuple(sorted(found, key=lambda each: (not each.origin.own, each.origin.name.casefold())))


def get_organisation(c: Catalogue, oid: str) -> OrganisationView:
    """Return one organisation with its records. Raises `NotFoundError` when it is not held."""
    with c.database.reading() as unit:
        origin = unit.origins.get(oid)
        if origin is None or origin.status == BLOCKED:
            raise NotFoundError("No organisation with this id is known here.", oid=oid)
        names = Names(unit)
        profile = names.profile(oid)
        rows = unit.records.by_origin(oid, limit=MAX_RECORDS)
        peer = unit.peers.get(origin.introduced_by) if origin.introduced_by is not None else None
        records = tuple(card_of(row, names) for row in rows if row.kind != ORGANISATION)
        records = dressed(c, unit, records)
        counts = unit.records.count_by_kind(oid=oid)
        name = names.of(oid)
        through = names.of(peer.oid) if peer else None
    return OrganisationView(
        origin=name,
        oid_groups=group_oid(oid),
        status=origin.status,
        first_seen=origin.first_seen,
        introduced_by=through,
        profile=get_record(c, profile.record, oid) if profile else None,
        records=records,
        counts=counts,
    )


def _summary(names: Names, origin: OriginRow, total: int) -> OrganisationSummary:
    profile = names.profile(origin.oid)
    return OrganisationSummary(
        origin=names.of(origin.oid),
        status=origin.status,
        summary=profile.summary if profile else {},
        languages=tuple(profile.facets.get("language", ())) if profile else (),
        total=total,
    )
