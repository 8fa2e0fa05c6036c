"""Earlier revisions of a record, and what changed between two of them, readable for people."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as member
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName
    from node.catalogue.context import Catalogue
    from node.catalogue.records import RevisionSummary
    from node.contract import Description, Field, Kind
    from node.core.contents import BlobRef


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision with its content. Only a revision that can be read has a view."""

    record: str
    origin: OriginName
    revision: int
    current: bool
    kind: Kind | None
    schema: str
    epoch: int
    seq: int
    #: "sha256:…" of the content's bytes.
    digest: str
    created: datetime
    language: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    body: Mapping[str, Any]
    blobs: tuple[BlobRef, ...]
    description: Description
    known: bool


@dataclass(frozen=True, slots=True)
class TextSegment:
    """A piece of text that is the same in both revisions, or only in one."""

    text: str
    change: Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """What changed in one field. Exactly one of `texts`, `added`/`removed`, `values` tells it."""

    #: Name of the field in the body; "blobs" for the attached files.
    name: str
    #: The schema's field, or None for a member the schema does not know.
    field: Field | None
    change: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    #: For text: by language, the pieces in order.
    texts: Mapping[str, tuple[TextSegment, ...]] = member(default_factory=dict)
    #: For lists: the items that came and went, as they stand in the bodies.
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    #: For lists: the same items in another order.
    reordered: bool = False


def list_revisions(
    c: Catalogue, record_id: str, origin: str | None = None
) -> tuple[RevisionSummary, ...]:
    """Return all revisions, newest first. Raises `NotFoundError`, `GoneError` as get_record."""
    raise NotImplementedError


def get_revision(
    c: Catalogue, record_id: str, revision: int, origin: str | None = None
) -> RevisionView:
    """Return one revision with its content.

    Raises `NotFoundError` when there is no such revision or its content is not held, `GoneError`
    when it was erased.
    """
    raise NotImplementedError


def differences(a: RevisionView, b: RevisionView) -> tuple[FieldDifference, ...]:
    """Return what changed from `a` to `b`, in the order of the schema's fields."""
    raise NotImplementedError
