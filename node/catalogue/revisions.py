"""Earlier revisions of a record, and what changed between two of them, readable for people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from node.catalogue.comparing import (
    FieldDifference,
    TextSegment,
    compare_objects,
    compare_values,
)
from node.catalogue.links import translations_of
from node.catalogue.listing import Names
from node.catalogue.reading import content_at
from node.catalogue.records import choose_readable, revisions_of
from node.errors import NotFoundError
from node.storage.entries import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName
    from node.catalogue.context import Catalogue
    from node.catalogue.links import LinkView
    from node.catalogue.records import RecordView, RevisionSummary
    from node.contract import Description, Kind
    from node.core.contents import BlobRef


__all__ = [
    "FieldDifference",
    "RevisionView",
    "TextSegment",
    "as_it_was",
    "differences",
    "get_revision",
    "list_revisions",
]


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
    #: Those made of exactly this revision.
    translations: tuple[LinkView, ...] = ()


def list_revisions(
    c: Catalogue, record_id: str, origin: str | None = None
) -> tuple[RevisionSummary, ...]:
    """Return all revisions, newest first. Raises `NotFoundError`, `GoneError` as get_record."""
    with c.database.reading() as unit:
        row, _others = choose_readable(unit, record_id, origin)
        return revisions_of(unit, row)


def get_revision(
    c: Catalogue, record_id: str, revision: int, origin: str | None = None
) -> RevisionView:
    """Return one revision with its content.

    Raises `NotFoundError` when there is no such revision or its content cannot be shown, and
    `GoneError` when it was erased.
    """
    with c.database.reading() as unit:
        row, _others = choose_readable(unit, record_id, origin)
        found = next((r for r in revisions_of(unit, row) if r.revision == revision), None)
        if found is None or row.state == "withdrawn":
            raise NotFoundError(
                "This record has no such revision."
                if found is None
                else "This record was withdrawn by its origin.",
                record=record_id,
                revision=revision,
            )
        content = None
        if found.state == HELD and found.fault is None:
            content = content_at(unit, row.oid, found.epoch, found.seq)
        if content is None:
            raise NotFoundError(
                "The content of this revision is not held here, or cannot be shown.",
                record=record_id,
                revision=revision,
            )
        names = Names(unit)
        origin_name = names.of(row.oid)
        translations = translations_of(unit, names, row, revision)
    description = c.contract.describe(content, found.schema)
    return RevisionView(
        record=row.record,
        origin=origin_name,
        revision=revision,
        current=found.current,
        kind=c.contract.kind(found.schema),
        schema=found.schema,
        epoch=found.epoch,
        seq=found.seq,
        digest=content.digest,
        created=found.created,
        language=description.language,
        title=description.title,
        summary=description.summary,
        body=content.body,
        blobs=content.blobs,
        description=description,
        known=description.known,
        translations=translations,
    )


def as_it_was(view: RecordView, then: RevisionView) -> RecordView:
    """Return a record as one of its revisions had it, so that it can be read as that was.

    Of the links only the translations of exactly this revision remain: what else others say is
    about what the record is now.
    """
    return replace(
        view,
        kind=then.kind,
        schema=then.schema,
        revision=then.revision,
        epoch=then.epoch,
        seq=then.seq,
        digest=then.digest,
        state="shown",
        fault=None,
        language=then.language,
        title=then.title,
        summary=then.summary,
        body=then.body,
        blobs=then.blobs,
        description=then.description,
        known=then.known,
        countries=then.description.countries,
        facets=then.description.facets,
        published=then.created,
        links=then.translations,
        standing=None,
    )


def differences(a: RevisionView, b: RevisionView) -> tuple[FieldDifference, ...]:
    """Return what changed from `a` to `b`, in the order of the schema's fields."""
    kind = b.kind or a.kind
    order = {field.name: place for place, field in enumerate(kind.fields)} if kind else {}
    found = compare_objects(a.body, b.body, kind.field if kind else lambda _name: None)
    files = compare_values(
        "blobs",
        None,
        [blob.as_json() for blob in a.blobs],
        [blob.as_json() for blob in b.blobs],
    )
    found.sort(key=lambda each: (order.get(each.name, len(order)), each.name))
    return (*found, *([files] if files else []))
