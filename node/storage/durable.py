"""Files that are there whole or not at all, also after a power cut.

Written beside their place, flushed to the disk, then renamed over it; the folder is flushed too,
because a rename is only a change of the folder.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from node.errors import DamageError

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

else:
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)


#: What a person reads for the errors a disk is known for.
_HINTS = {
    errno.ENOSPC: "The disk is full. Free some space; the node goes on by itself.",
    errno.EDQUOT: "The disk quota is used up. Free some space; the node goes on by itself.",
    errno.EROFS: "The disk is read-only. Check whether it was mounted so, or has failed.",
    errno.EACCES: "Let the user that runs the node own the node's home and all in it.",
    errno.EPERM: "Let the user that runs the node own the node's home and all in it.",
    errno.EIO: "The disk failed. Check it, then run `footbridge verify`.",
}


@contextmanager
def disk_errors(path: Path, doing: str) -> Iterator[None]:
    """Raise `DamageError` in place of any `OSError`; `doing` ends the sentence, as "be written"."""
    try:
        yield
    except OSError as error:
        raise DamageError(
            f"{path} cannot {doing}: {error.strerror or error}.",
            hint=_HINTS.get(error.errno or 0, "Check the disk and the folder's permissions."),
        ) from error


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Give a file to write that takes the place of `path` when the block ends without an error.

    Raises `OSError`; wrap it in `disk_errors`.
    """
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    flush_folder(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file, so that one process at a time is in the block. Raises `OSError`.

    The system lets go of it when the process ends, however it ends.
    """
    with path.open("ab") as file:
        _lock(file)
        yield


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can (Windows cannot, and need not)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
