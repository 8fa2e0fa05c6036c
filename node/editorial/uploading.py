"""Files come in pieces, so that a connection that breaks costs one piece and no more.

::

    announce ──▶ receive (offset, piece) … ──▶ finish ──▶ complete
                     │ wrong offset: told the right one   │ refused: gone, and said why
                     ╰── nobody goes on for a day: `tidying.cleanup`

What has arrived of file number *n* lies in ``uploads/n.part`` in the node's home. The database says
how many bytes count; what lies behind them is what a crash left and is written over. Each piece is
on the disk before its answer, so nothing that was confirmed is asked for again.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from node.core.limits import MIB
from node.editorial.attaching import swap
from node.editorial.drafting import changeable, readable, write
from node.editorial.processing import Processed, plain_name, process
from node.editorial.refusing import PASSING, FileRefusedError
from node.editorial.scanning import pieces
from node.editorial.tidying import PART, WORK, folder, loosen, part_of
from node.errors import BadInputError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from typing import BinaryIO

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.draftfiles import DraftFileRow
    from node.storage.drafts import DraftRow

__all__ = ["PART", "announce", "finish", "receive", "remove", "send_whole", "state"]

MAX_FILES = 40
MAX_PIECE = MIB
#: What a file is called while nobody knows what it is.
UNKNOWN = "application/octet-stream"


class WrongOffsetError(ConflictError):
    """A piece does not begin where the file ends so far; `offset` is where it has to begin."""

    code = "wrong-offset"

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(
            f"The next piece of this file begins at byte {offset}. Nothing was written.",
            offset=offset,
        )


def announce(
    d: Editorial, by: Signed, draft: str, *, name: str, size: int, replaces: int | None = None
) -> DraftFileRow:
    """Say that a file of `size` bytes will come; return its row, whose number the pieces name.

    `replaces` is the number of a file whose place it takes. Raises `FileRefusedError` for what can
    be known to be refused, `NotFoundError`, `PermissionDeniedError`.
    """
    name = plain_name(name)
    if size <= 0:
        raise FileRefusedError("empty", name)
    if size > d.settings.upload_max:
        raise FileRefusedError("too-large", name, most=human(d.settings.upload_max))
    with d.database.writing() as uow:
        changeable(uow, by, draft)
        files = uow.draft_files.of(draft)
        if replaces is not None and not any(f.id == replaces and f.complete for f in files):
            raise NotFoundError("The file that this one should replace is not there any more.")
        if len(files) >= MAX_FILES:
            raise FileRefusedError("too-many", name, most=str(MAX_FILES))
        if uow.draft_files.total() + size > d.settings.upload_quota:
            raise FileRefusedError("full", name, most=human(d.settings.upload_quota))
        return uow.draft_files.add(
            draft,
            name=name,
            size=size,
            media_type=UNKNOWN,
            person=by.person.id,
            at=d.now(),
            replaces=replaces,
        )


def receive(d: Editorial, by: Signed, draft: str, number: int, offset: int, piece: bytes) -> int:
    """Write a piece and return how many bytes are here now.

    Raises `WrongOffsetError`, `BadInputError` for a piece that is empty, too long or goes beyond
    the size that was announced, `NotFoundError`.
    """
    if not 0 < len(piece) <= MAX_PIECE:
        raise BadInputError(f"A piece has between 1 and {MAX_PIECE} bytes. Nothing was written.")
    with d.database.writing() as uow:
        changeable(uow, by, draft)
        row = file_of(uow, draft, number)
        here = arrived(d, row)
        if row.complete or offset != here:
            raise WrongOffsetError(here)
        if offset + len(piece) > row.size:
            raise BadInputError("This piece goes beyond the end of its file. Nothing was written.")
        _write(part_of(d, number), offset, piece)
        uow.draft_files.change(number, received=offset + len(piece), at=d.now())
    return offset + len(piece)


def state(d: Editorial, by: Signed, draft: str, number: int) -> tuple[DraftFileRow, int]:
    """Return a file and how many bytes of it are here. Raises `NotFoundError`."""
    with d.database.reading() as uow:
        readable(uow, by, draft)
        row = file_of(uow, draft, number)
    return row, arrived(d, row)


def finish(d: Editorial, by: Signed, draft: str, number: int) -> DraftFileRow:
    """Look at a file that has wholly arrived and keep it; may be asked for again.

    Raises `WrongOffsetError` while bytes are missing, and `FileRefusedError`: then the file is gone
    from the draft, unless the reason passes (a silent scanner), and everything else is kept.
    """
    with d.database.reading() as uow:
        changeable(uow, by, draft)
        row = file_of(uow, draft, number)
    if row.complete:
        return row
    if arrived(d, row) != row.size:
        raise WrongOffsetError(arrived(d, row))
    try:
        with tempfile.TemporaryDirectory(dir=folder(d), prefix=WORK) as work:
            return _keep(d, by, row, process(d, part_of(d, number), row.name, Path(work)))
    except FileRefusedError as error:
        if error.why not in PASSING:
            with d.database.writing() as uow:
                uow.draft_files.remove(number)
                detail = {"draft": draft, "file": row.name, "why": error.why}
                uow.audit.add(by.person.name, "file refused", detail, d.now())
            part_of(d, number).unlink(missing_ok=True)
        raise


def send_whole(
    d: Editorial, by: Signed, draft: str, *, name: str, file: BinaryIO, replaces: int | None = None
) -> DraftFileRow:
    """Take a file in one go, as a plain form sends it. Raises as `announce` and `finish` do."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    row = announce(d, by, draft, name=name, size=size, replaces=replaces)
    offset = 0
    while piece := file.read(MAX_PIECE):
        offset = receive(d, by, draft, row.id, offset, piece)
    return finish(d, by, draft, row.id)


def remove(d: Editorial, by: Signed, draft: str, number: int) -> DraftFileRow:
    """Take a file out of a draft, and out of the body that names it.

    Its bytes leave the disk an hour later, unless a record or another draft names them.
    """
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        file = file_of(uow, draft, number)
        _take_out(d, uow, by, row, file, None)
        detail = {"draft": draft, "file": file.name}
        uow.audit.add(by.person.name, "file removed", detail, d.now())
    part_of(d, number).unlink(missing_ok=True)
    return file


def file_of(uow: UnitOfWork, draft: str, number: int) -> DraftFileRow:
    """Return a draft's file; raises `NotFoundError`."""
    found = uow.draft_files.get(draft, number)
    if found is None:
        raise NotFoundError("This draft has no such file (any more).", file=number)
    return found


def arrived(d: Editorial, row: DraftFileRow) -> int:
    """Return how many bytes of a file are here: what was confirmed and is still on the disk."""
    if row.complete:
        return row.size
    try:
        return min(row.received, part_of(d, row.id).stat().st_size)
    except FileNotFoundError:
        return 0


def human(count: int) -> str:
    """Return a limit in megabytes, as a sentence names it in every language."""
    return f"{count / 1_000_000:,.0f} MB" if count >= MIB else f"{max(1, count // 1000)} kB"


def _write(part: Path, offset: int, piece: bytes) -> None:
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(offset)
        file.truncate()
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _keep(d: Editorial, by: Signed, row: DraftFileRow, made: Processed) -> DraftFileRow:
    """Put a file into the blob store and name it in its draft."""
    stored = [(made.digest, made.path)]
    if made.thumbnail and made.thumbnail_digest:
        stored.append((made.thumbnail_digest, made.thumbnail))
    with d.database.writing() as uow:
        # First of all, so that a stop in the middle leaves nothing that nobody will ever remove.
        loosen(d, uow, [digest for digest, _path in stored])
    _store(d, stored)
    with d.database.writing() as uow:
        draft = changeable(uow, by, row.draft)
        now = file_of(uow, row.draft, row.id)
        if now.complete:
            return now
        _store(d, stored)  # again, in case the worker tidied them away meanwhile
        old = uow.draft_files.get(row.draft, row.replaces) if row.replaces else None
        uow.draft_files.change(
            row.id,
            digest=made.digest,
            size=made.size,
            received=made.size,
            media_type=made.found.media_type,
            name=made.name,
            notes=list(made.notes),
            thumbnail=made.thumbnail_digest,
            replaces=None,
            alt=dict(old.alt) if old else {},
            credit=old.credit if old else "",
            captions_for=old.captions_for if old else None,
            language=old.language if old else "",
        )
        if old is not None:
            _take_out(d, uow, by, draft, old, made.digest)
            for each in uow.draft_files.of(row.draft):
                if each.captions_for == old.id:
                    uow.draft_files.change(each.id, captions_for=row.id)
        detail = {"draft": row.draft, "file": made.name, "bytes": made.size}
        uow.audit.add(by.person.name, "file added", detail, d.now())
        kept = file_of(uow, row.draft, row.id)
    part_of(d, row.id).unlink(missing_ok=True)
    return kept


def _store(d: Editorial, stored: list[tuple[str, Path]]) -> None:
    for digest, path in stored:
        if not d.blobs.has(digest):
            d.blobs.put_stream(pieces(path), digest=digest)


def _take_out(
    d: Editorial, uow: UnitOfWork, by: Signed, row: DraftRow, file: DraftFileRow, new: str | None
) -> None:
    """Take a file out of a draft; its body names `new` in its place, or nothing."""
    uow.draft_files.remove(file.id)
    for each in uow.draft_files.of(row.id):
        if each.captions_for == file.id and new is None:
            uow.draft_files.change(each.id, captions_for=None)
    if file.digest is None or file.digest == new:
        return
    still = any(each.digest == file.digest for each in uow.draft_files.of(row.id))
    body = row.body if still else swap(row.body, file.digest, new)
    if body != row.body:
        write(d, uow, by, row, body, "saved")
    loosen(d, uow, [each for each in (file.digest, file.thumbnail) if each])
