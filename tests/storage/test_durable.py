"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from node.errors import BadInputError, DamageError
from node.storage.durable import disk_errors, replacing


def test_a_file_takes_the_place_of_the_old_one_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with replacing(path, mode=0o600) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(BadInputError, match="mine"), replacing(path) as file:
        file.write(b"half")
        raise BadInputError("mine")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        pytest.param(errno.ENOSPC, "Free some space", id="the disk is full"),
        pytest.param(errno.EROFS, "mounted", id="the disk is read-only"),
        pytest.param(errno.EACCES, "own the node's home", id="the folder is another user's"),
        pytest.param(errno.EIO, "footbridge verify", id="the disk fails"),
        pytest.param(errno.ELOOP, "permissions", id="anything else"),
    ],
)
def test_what_the_disk_says_becomes_a_sentence_with_a_hint(number: int, hint: str) -> None:
    path = Path("some") / "file"
    with pytest.raises(DamageError) as caught, disk_errors(path, "be written"):
        raise OSError(number, os.strerror(number))
    assert str(path) in caught.value.message
    assert hint in caught.value.hint
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_disk_that_is_really_full_is_named() -> None:
    path = Path("/dev/full")
    with (
        pytest.raises(DamageError, match="No space left"),
        disk_errors(path, "be written"),
        path.open("wb", buffering=0) as file,
    ):
        file.write(b"x")
