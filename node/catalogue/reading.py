"""Reads one entry's content from the store, and what the contract makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.contents import Content, parse_content
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.context import Catalogue
    from node.storage import RecordRow, UnitOfWork


def content_at(unit: UnitOfWork, oid: str, epoch: int, seq: int) -> Content | None:
    """Return the content that an entry of a log names, None when it is not held or not readable."""
    log = unit.logs.get(oid, epoch)
    if log is None:
        return None
    try:
        return parse_content(unit.contents.of_entry(log.id, seq))
    except BadInputError:  # not held, erased, or never well-formed
        return None


def texts_of(c: Catalogue, unit: UnitOfWork, row: RecordRow) -> Mapping[str, Sequence[str]]:
    """Return all texts of a shown record by language."""
    content = content_at(unit, row.oid, row.epoch, row.seq)
    return {} if content is None else c.contract.describe(content, row.schema).texts
