"""The files of a draft as its record will name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.contents import BlobRef

if TYPE_CHECKING:
    from node.storage import UnitOfWork
    from node.storage.drafts import DraftRow


def blob_refs(uow: UnitOfWork, row: DraftRow) -> list[BlobRef]:
    """Return the files that have wholly arrived, in the order they were added."""
    return [
        BlobRef(file.digest, file.size, file.media_type, file.name, dict(file.alt))
        for file in uow.draft_files.of(row.id)
        if file.digest is not None
    ]
