"""Key files: readable by their owner alone, written once, refused when others could have read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from node.errors import DamageError
from node.storage import read_key, write_key
from tests.support.making import secret

if TYPE_CHECKING:
    from pathlib import Path

KEY = secret("some key")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "origin.key"


def test_a_key_is_read_back_as_it_was_written(path: Path) -> None:
    write_key(path, KEY.seed)
    assert read_key(path).seed == KEY.seed


def test_the_file_and_its_folder_are_for_their_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        write_key(path, KEY.seed)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["origin.key"]


def test_a_key_is_never_written_over_another(path: Path) -> None:
    write_key(path, KEY.seed)
    with pytest.raises(DamageError, match="holds a key already"):
        write_key(path, secret("another").seed)
    assert read_key(path).seed == KEY.seed
    assert [each.name for each in path.parent.iterdir()] == ["origin.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601])
def test_a_file_that_others_can_use_is_refused_with_the_command_that_helps(
    path: Path, mode: int
) -> None:
    write_key(path, KEY.seed)
    path.chmod(mode)
    with pytest.raises(DamageError, match="other users") as caught:
        read_key(path)
    assert f"chmod 600 {path}`" in caught.value.hint


def test_a_folder_that_others_can_use_is_refused(path: Path) -> None:
    write_key(path, KEY.seed)
    path.parent.chmod(0o755)
    with pytest.raises(DamageError, match="other users") as caught:
        read_key(path)
    assert f"chmod 700 {path.parent}`" in caught.value.hint


def test_a_missing_key_says_how_to_get_it_back(path: Path) -> None:
    with pytest.raises(DamageError, match="missing") as caught:
        read_key(path)
    assert "recovery key" in caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(KEY.multikey.encode()[:-1], id="a key cut short"),
        pytest.param(KEY.public.multikey.encode(), id="the public half"),
        pytest.param(b"\xff" * 48, id="bytes that are no text"),
        pytest.param(b"z" * 5000, id="far too long"),
    ],
)
def test_a_file_that_is_no_key_is_refused(path: Path, data: bytes) -> None:
    write_key(path, KEY.seed)
    path.write_bytes(data)
    with pytest.raises(DamageError, match="does not hold a key"):
        read_key(path)


def test_no_error_shows_the_key(path: Path) -> None:
    write_key(path, KEY.seed)
    path.write_text(KEY.multikey[:-1])
    with pytest.raises(DamageError) as caught:
        read_key(path)
    assert KEY.multikey[4:20] not in f"{caught.value.explain()} {caught.value.facts}"


def test_a_folder_that_cannot_be_made_is_damage(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(DamageError, match="cannot be written"):
        write_key(tmp_path / "keys" / "origin.key", KEY.seed)
