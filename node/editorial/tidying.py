"""Bytes that nobody names any more leave the disk, and uploads that nobody finished.

Bytes are let go an hour after the last draft let go of them, and only when no record, no draft and
no thumbnail names them: within that hour a publication that was just being signed is surely done.
"""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from node.storage.files import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from node.editorial.context import Editorial
    from node.storage import UnitOfWork

#: Work rows by which bytes are let go; the key is their digest.
LOOSE = "loose-file"
GRACE = timedelta(hours=1)
#: An upload that nobody went on with for this long is given up.
UNFINISHED = timedelta(days=1)
PART, WORK = ".part", "work-"
_LEASE = 60


def folder(d: Editorial) -> Path:
    """Return where files lie while they arrive; nobody but this node reads there."""
    found = d.settings.home / "uploads"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def part_of(d: Editorial, number: int) -> Path:
    """Return where the pieces of a file are put together."""
    return folder(d) / f"{number}{PART}"


def loosen(d: Editorial, uow: UnitOfWork, digests: Iterable[str]) -> None:
    """Ask for these bytes to be removed in an hour, if nobody names them then."""
    for digest in digests:
        uow.work.add(LOOSE, digest, d.now() + GRACE)


def cleanup(d: Editorial) -> int:
    """Remove what nobody needs; return how many files that were. Work for the worker."""
    return _unfinished(d) + _loose(d) + _left_behind(d)


def named(uow: UnitOfWork, digest: str) -> bool:
    """Say whether a record, a draft or a thumbnail is made of these bytes."""
    row = uow.blobs.get(digest)
    return uow.draft_files.names(digest) or (row is not None and row.state != ERASED)


def _unfinished(d: Editorial) -> int:
    with d.database.reading() as uow:
        due = uow.draft_files.unfinished(d.now() - UNFINISHED)
    if not due:
        return 0
    with d.database.writing() as uow:
        # Asked again: a piece may have come meanwhile.
        rows = uow.draft_files.unfinished(d.now() - UNFINISHED)
        for row in rows:
            uow.draft_files.remove(row.id)
            detail = {"draft": row.draft, "file": row.name, "arrived": row.received}
            uow.audit.add("worker", "upload given up", detail, d.now())
    for row in rows:
        part_of(d, row.id).unlink(missing_ok=True)
    return len(rows)


def _loose(d: Editorial) -> int:
    gone = 0
    while True:
        with d.database.reading() as uow:
            if not uow.work.any_due([LOOSE], d.now()):
                return gone
        with d.database.writing() as uow:
            row = uow.work.claim([LOOSE], "desk", d.now(), _LEASE)
            if row is None:
                return gone
            if not named(uow, row.key):
                # Before the commit, so that nobody begins to name them in between.
                d.blobs.delete(row.key)
                gone += 1
            uow.work.done(row.id)


def _left_behind(d: Editorial) -> int:
    """Remove files in the folder of uploads that belong to no row, as a crash leaves them."""
    gone = 0
    for path in folder(d).iterdir():
        try:
            old = time.time() - path.stat().st_mtime > UNFINISHED.total_seconds() * 2
        except FileNotFoundError:
            continue
        if not old:
            continue
        if path.is_dir() and path.name.startswith(WORK):
            shutil.rmtree(path, ignore_errors=True)
            gone += 1
        elif path.suffix == PART:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
