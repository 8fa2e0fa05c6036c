"""Files by digest: what is under a digest has that digest, or is not there."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from node.errors import BadInputError, DamageError, NotFoundError
from node.storage import FileBlobStore
from node.storage.blobs import ABANDONED, CHUNK, WrongBytesError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 1000
DIGEST = f"sha256:{hashlib.sha256(DATA).hexdigest()}"
NONE = "sha256:" + "0" * 64


@pytest.fixture
def store(tmp_path: Path) -> FileBlobStore:
    return FileBlobStore(tmp_path / "blobs")


def _files(store: FileBlobStore) -> list[str]:
    return [path.name for path in store.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([DATA], id="in one piece"),
        pytest.param([DATA[at : at + 1000] for at in range(0, len(DATA), 1000)], id="in pieces"),
        pytest.param([b"", DATA, b""], id="with empty pieces"),
    ],
)
def test_a_file_is_kept_under_the_digest_of_its_bytes(
    store: FileBlobStore, chunks: list[bytes]
) -> None:
    assert store.put_stream(chunks, digest=DIGEST, size=len(DATA)) == DIGEST
    assert store.has(DIGEST)
    assert store.size(DIGEST) == len(DATA)
    assert b"".join(store.open(DIGEST)) == DATA
    assert list(store.digests()) == [DIGEST]
    assert _files(store) == [DIGEST.removeprefix("sha256:")]


def test_the_digest_is_found_when_it_is_not_known_before(store: FileBlobStore) -> None:
    assert store.put_stream([DATA]) == DIGEST
    empty = store.put_stream([])
    assert empty == f"sha256:{hashlib.sha256(b'').hexdigest()}"
    assert store.size(empty) == 0


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 0), (0, 1), (5, 10), (CHUNK - 1, CHUNK + 1), (10, None), (9, 3)],
)
def test_a_range_gives_just_its_bytes(store: FileBlobStore, start: int, end: int | None) -> None:
    store.put_stream([DATA])
    expected = DATA[start:end] if end is None or end > start else b""
    assert b"".join(store.open(DIGEST, start, end)) == expected


def test_a_range_beyond_the_end_gives_what_there_is(store: FileBlobStore) -> None:
    store.put_stream([DATA])
    assert b"".join(store.open(DIGEST, len(DATA) - 2, len(DATA) + 50)) == DATA[-2:]
    assert b"".join(store.open(DIGEST, len(DATA) + 5)) == b""


@pytest.mark.parametrize(
    ("data", "digest", "size"),
    [
        pytest.param(DATA, NONE, len(DATA), id="bytes of another digest"),
        pytest.param(DATA[:-1], DIGEST, len(DATA), id="a file cut short"),
        pytest.param(DATA + b"x", DIGEST, len(DATA), id="a file too long"),
        pytest.param(DATA, None, len(DATA) + 1, id="another length than said"),
    ],
)
def test_wrong_bytes_are_refused_and_leave_nothing(
    store: FileBlobStore, data: bytes, digest: str | None, size: int
) -> None:
    with pytest.raises(WrongBytesError):
        store.put_stream([data], digest=digest, size=size)
    assert _files(store) == []


def test_an_endless_stream_is_left_as_soon_as_it_is_too_long(store: FileBlobStore) -> None:
    given = []

    def endless() -> Iterator[bytes]:
        while True:
            given.append(1)
            yield b"x" * 1000

    with pytest.raises(WrongBytesError, match="longer"):
        store.put_stream(endless(), size=2500)
    assert len(given) == 3
    assert _files(store) == []


def test_a_stream_that_breaks_off_leaves_nothing_and_its_error_passes(
    store: FileBlobStore,
) -> None:
    def broken() -> Iterator[bytes]:
        yield DATA
        raise BadInputError("the peer hung up")

    with pytest.raises(BadInputError, match="hung up"):
        store.put_stream(broken())
    assert _files(store) == []


def test_the_same_file_twice_is_one_file(store: FileBlobStore) -> None:
    for _ in range(2):
        store.put_stream([DATA])
    assert _files(store) == [DIGEST.removeprefix("sha256:")]


def test_threads_that_store_the_same_file_at_once_agree(store: FileBlobStore) -> None:
    threads = [threading.Thread(target=store.put_stream, args=([DATA],)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert b"".join(store.open(DIGEST)) == DATA
    assert _files(store) == [DIGEST.removeprefix("sha256:")]


def test_a_deleted_file_is_gone_and_deleting_it_again_is_harmless(store: FileBlobStore) -> None:
    store.put_stream([DATA])
    for _ in range(2):
        store.delete(DIGEST)
    assert not store.has(DIGEST)
    assert list(store.digests()) == []


@pytest.mark.parametrize(
    "name", [NONE, "sha256:../../../etc/passwd", "../secret", "", "sha256:" + "A" * 64]
)
def test_what_is_not_held_or_no_digest_is_not_found(store: FileBlobStore, name: str) -> None:
    assert not store.has(name)
    with pytest.raises(NotFoundError):
        store.open(name)
    with pytest.raises(NotFoundError):
        store.size(name)


def test_an_open_file_can_be_read_to_its_end_while_it_is_deleted(store: FileBlobStore) -> None:
    store.put_stream([DATA])
    reading = store.open(DIGEST)
    first = next(reading)
    store.delete(DIGEST)
    assert first + b"".join(reading) == DATA


def test_a_disk_that_refuses_is_damage_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(DamageError, match="cannot be written") as caught:
        FileBlobStore(tmp_path / "blobs").put_stream([DATA])
    assert caught.value.hint


def test_what_killed_processes_left_is_swept_away_but_not_what_is_being_written(
    store: FileBlobStore,
) -> None:
    store.put_stream([DATA])
    old, new = store.root / ".new-old", store.root / ".new-new"
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = time.time() - ABANDONED - 10
    os.utime(old, (long_ago, long_ago))
    assert store.sweep() == 1
    assert not old.exists()
    assert new.exists()
    assert store.has(DIGEST)
