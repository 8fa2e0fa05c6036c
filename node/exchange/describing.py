"""From a content to the words, facets and links of a record's row, by the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from node.storage import LinkRow, RecordRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from node.contract import Contract
    from node.core.contents import Content
    from node.exchange.standing import Standing


def plain_row(oid: str, record: str, epoch: int, stands: Standing, arrived: datetime) -> RecordRow:
    """Give the row that needs no content: what the statements alone say."""
    entry, first = stands.entry, stands.first
    schema = entry.schema or ""
    published = entry.created or arrived
    return RecordRow(
        oid=oid,
        record=record,
        kind=schema.partition("/")[0],
        schema=schema,
        revision=entry.revision or 0,
        epoch=epoch,
        seq=entry.seq,
        language="",
        title={},
        summary={},
        countries=(),
        facets={},
        published=published,
        first_published=first.created or published,
        state=stands.state,
        fault=stands.fault,
        known=True,
        arrived=arrived,
        change=0,
    )


def describe(
    contract: Contract, row: RecordRow, content: Content
) -> tuple[RecordRow, Sequence[LinkRow]]:
    """Add the content's words; a kind or version not known here is told by its fallback."""
    told = contract.describe(content, row.schema)
    links = [
        LinkRow(row.oid, row.record, link.relation, link.origin, link.record, link.revision)
        for link in told.links
    ]
    described = replace(
        row,
        language=told.language,
        title=dict(told.title),
        summary=dict(told.summary),
        countries=tuple(told.countries),
        facets={name: list(values) for name, values in told.facets.items()},
        known=told.known,
    )
    return described, links
