"""Files by digest. What is under a digest has that digest, or is not there.

``root/ab/cd/abcd…`` by the hex digits, so no folder grows beyond what people's tools can list.
A file gets its name only when all its bytes are on the disk and were hashed on their way; a stop
in the middle leaves a ``.new-`` file that the next start removes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from node.core.canonical import is_digest
from node.errors import BadInputError, NotFoundError
from node.storage.durable import disk_errors, flush_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 64 * 1024
#: A half-written file that nobody touched for this long, in seconds, belongs to a dead process.
ABANDONED = 24 * 3600


class WrongBytesError(BadInputError):
    """The bytes given are not those of the digest or size they were given for; none was kept."""

    code = "wrong-bytes"


class BlobStore(Protocol):
    """Where files lie; another one may keep them in S3-compatible storage."""

    def put_stream(
        self, chunks: Iterable[bytes], *, digest: str | None = None, size: int | None = None
    ) -> str:
        """Keep the bytes and return their digest.

        With `digest` or `size` they must fit, else `WrongBytesError`; a stream that goes on beyond
        `size` is not read further.
        """

    def open(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the bytes from `start` to before `end` in chunks; `NotFoundError` when not held."""

    def has(self, digest: str) -> bool:
        """Say whether the file is held."""

    def size(self, digest: str) -> int:
        """Return its length in bytes; `NotFoundError` when it is not held."""

    def delete(self, digest: str) -> None:
        """Remove the file; harmless when it is not held."""

    def digests(self) -> Iterator[str]:
        """Give the digests of all files, in order."""

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; return how many files that were."""


class FileBlobStore:
    """A `BlobStore` on the local disk. Errors of the disk are `DamageError`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_stream(
        self, chunks: Iterable[bytes], *, digest: str | None = None, size: int | None = None
    ) -> str:
        """Keep the bytes and return their digest (see `BlobStore`)."""
        with disk_errors(self.root, "be written"):
            self.root.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".new-", dir=self.root)
        new = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                found = _receive(file, chunks, size)
                _compare(found, digest, file.tell(), size)
                with disk_errors(self.root, "be written"):
                    file.flush()
                    os.fsync(file.fileno())
            with disk_errors(self.root, "be written"):
                self._name(new, found)
        finally:
            new.unlink(missing_ok=True)
        return found

    def open(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give bytes in chunks (see `BlobStore`). The file is opened before this returns."""
        with disk_errors(self.root, "be read"):
            try:
                file = self._path(digest).open("rb")
            except FileNotFoundError as error:
                raise _missing(digest) from error
            file.seek(start)
        return _chunks(file, None if end is None else max(0, end - start))

    def has(self, digest: str) -> bool:
        """Say whether the file is held."""
        return is_digest(digest) and self._path(digest).is_file()

    def size(self, digest: str) -> int:
        """Return its length in bytes; `NotFoundError` when it is not held."""
        with disk_errors(self.root, "be read"):
            try:
                return self._path(digest).stat().st_size
            except FileNotFoundError as error:
                raise _missing(digest) from error

    def delete(self, digest: str) -> None:
        """Remove the file; harmless when it is not held."""
        with disk_errors(self.root, "be written"):
            self._path(digest).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Give the digests of all files, in order."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if is_digest(f"sha256:{path.name}"):
                yield f"sha256:{path.name}"

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; return how many files that were."""
        swept = 0
        for path in self.root.glob("**/.new-*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > ABANDONED:
                    path.unlink()
                    swept += 1
        return swept

    def _path(self, digest: str) -> Path:
        """Return where a digest's file lies. Checked, so that no name leads out of the folder."""
        if not is_digest(digest):
            raise _missing(digest)
        name = digest.removeprefix("sha256:")
        return self.root / name[:2] / name[2:4] / name

    def _name(self, new: Path, digest: str) -> None:
        """Give a finished file its name, and make that name durable."""
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        new.chmod(0o644)
        new.replace(path)
        for folder in (path.parent, path.parent.parent, self.root):
            flush_folder(folder)


def _receive(file: BinaryIO, chunks: Iterable[bytes], size: int | None) -> str:
    """Write a stream and return its digest; stop as soon as it is longer than it may be."""
    hasher = hashlib.sha256()
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if size is not None and length > size:
            raise WrongBytesError(f"The file is longer than the {size} bytes it was said to have.")
        hasher.update(chunk)
        with disk_errors(Path(str(file.name)), "be written"):
            file.write(chunk)
    return f"sha256:{hasher.hexdigest()}"


def _compare(found: str, digest: str | None, length: int, size: int | None) -> None:
    if size is not None and length != size:
        raise WrongBytesError(f"The file has {length} bytes and was said to have {size}.")
    if digest is not None and found != digest:
        raise WrongBytesError("The file's bytes are not those of its digest.", digest=digest)


def _chunks(file: BinaryIO, count: int | None) -> Iterator[bytes]:
    """Read a file to its end, or `count` bytes of it, and close it."""
    with file:
        while count is None or count > 0:
            chunk = file.read(CHUNK if count is None else min(CHUNK, count))
            if not chunk:
                return
            if count is not None:
                count -= len(chunk)
            yield chunk


def _missing(digest: str) -> NotFoundError:
    return NotFoundError("This file is not held here.", digest=digest)
