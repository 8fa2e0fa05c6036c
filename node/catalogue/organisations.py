"""The partners: who publishes here, their profile, and what they published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.catalogue.records import RecordView


@dataclass(frozen=True, slots=True)
class OrganisationSummary:
    """An organisation in a list."""

    origin: OriginName
    #: own, active, frozen, disputed or blocked.
    status: str
    #: From its organisation record, or empty.
    summary: Mapping[str, str]
    languages: tuple[str, ...]
    #: Records shown, by kind.
    counts: Mapping[str, int]
    #: The newest thing it published, or None.
    latest: datetime | None

    @property
    def total(self) -> int:
        """Return how many of its records are shown."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation's page."""

    origin: OriginName
    #: The oid in groups of four, for comparing by eye or by telephone.
    oid_groups: str
    status: str
    first_seen: datetime
    #: Name of the peer that introduced it, "" for our own and for configured peers.
    introduced_by: str
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
    raise NotImplementedError


def get_organisation(c: Catalogue, oid: str) -> OrganisationView:
    """Return one organisation with its records. Raises `NotFoundError` when it is not held."""
    raise NotImplementedError
