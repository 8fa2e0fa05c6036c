"""The index's folder: one subfolder for each schema version, replaced whole when damaged.

The index is never repaired. What cannot be opened is moved aside and deleted, an empty index is
put in its place, and the follower fills it from the store. A process that meets damage while
searching leaves a mark in the folder; the next process that follows sees it and does the same.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import time
from typing import TYPE_CHECKING

import tantivy

from node.errors import DamageError
from node.search.schema import VERSION, build_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_log = logging.getLogger("node.search")

_MARK = "damaged"
_ASIDE = ".aside-"


class IndexDamagedError(DamageError):
    """The index cannot be read. Nothing is lost: it is made again from the store."""

    code = "index-damaged"


@contextlib.contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what the index library raises when files are not as they must be into our error.

    A panic inside the library arrives as an exception that is not even an `Exception`.
    """
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise _damaged(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(path, error) from None


def _damaged(path: Path, error: BaseException) -> IndexDamagedError:
    return IndexDamagedError(
        "The search index is damaged; no record is lost.",
        hint="It is made again by itself within moments; `footbridge rebuild` does it at once.",
        folder=str(path),
        reason=str(error),
    )


def folder_of(root: Path) -> Path:
    """Return the folder that holds the index of this schema version."""
    return root / f"v{VERSION}"


def open_or_make(root: Path) -> tantivy.Index:
    """Open the index below `root`, or an empty one where there is none or a damaged one.

    Raises `DamageError` when the folder cannot be written.
    """
    folder = folder_of(root)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DamageError(
            f"The folder of the search index, {folder}, cannot be made: {error.strerror}.",
            hint="Check the disk's free space and that the folder belongs to this user.",
        ) from error
    try:
        return _open(folder)
    except IndexDamagedError as error:
        _log.warning("%s It is made again from the store. (%s)", error.message, error.facts)
        set_aside(root)
        folder.mkdir(parents=True, exist_ok=True)
        return _open(folder)


def _open(folder: Path) -> tantivy.Index:
    with damage_named(folder):
        index = tantivy.Index(build_schema(), str(folder))
        # Opening reads only the list of segments; this reads each segment's own directory.
        index.config_reader("manual")
        index.searcher().search(tantivy.Query.term_query(index.schema, "language", "*"), limit=1)
        return index


def set_aside(root: Path) -> None:
    """Move this version's folder out of the way and delete it.

    Readers in other processes keep the deleted files open until they look again.
    """
    folder = folder_of(root)
    aside = root / f"{_ASIDE}{time.time_ns()}"
    with contextlib.suppress(FileNotFoundError):
        folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
    (root / _MARK).unlink(missing_ok=True)


def mark_damaged(root: Path) -> None:
    """Leave word for whoever follows next that the index must be made again."""
    with contextlib.suppress(OSError):
        (root / _MARK).touch()


def is_marked(root: Path) -> bool:
    """Say whether somebody met damage."""
    return (root / _MARK).exists()


def remove_others(root: Path) -> None:
    """Delete indexes of other versions and what was set aside; called when ours is complete."""
    ours = folder_of(root).name
    for child in root.iterdir():
        if child.is_dir() and child.name != ours:
            shutil.rmtree(child, ignore_errors=True)


def fingerprint(root: Path) -> tuple[int, int]:
    """Return what changes whenever a commit was made or the folder was replaced."""
    try:
        found = os.stat(folder_of(root) / "meta.json")  # noqa: PTH116  the quickest way, per search
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)
