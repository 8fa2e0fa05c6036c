"""The high-water mark outlives the database and only grows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from node.errors import DamageError
from node.storage import HighWater

OID = "a" * 52
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "high-water.json"


def test_without_a_file_nothing_was_signed(path: Path) -> None:
    assert HighWater(path).get(OID, 0) == 0
    assert HighWater(path).all() == {}


def test_a_mark_is_there_for_the_next_process(path: Path) -> None:
    HighWater(path).raise_to(OID, 0, 7)
    HighWater(path).raise_to(OID, 1, 3)
    HighWater(path).raise_to("b" * 52, 0, 0)
    assert HighWater(path).get(OID, 0) == 7
    assert HighWater(path).all() == {OID: {0: 7, 1: 3}, "b" * 52: {0: 0}}


def test_a_mark_never_goes_down(path: Path) -> None:
    mark = HighWater(path)
    for size in (5, 9, 2):
        mark.raise_to(OID, 0, size)
    assert mark.get(OID, 0) == 9


def test_processes_at_once_leave_the_largest(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from node.storage.highwater import HighWater\n"
        "mark = HighWater(Path(sys.argv[1]))\n"
        "for n in range(int(sys.argv[2]), 60, 2): mark.raise_to('a' * 52, n % 4, n)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), first], cwd=ROOT)
        for first in ("0", "1")
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert HighWater(path).all() == {OID: {0: 56, 1: 57, 2: 58, 3: 59}}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b'{"a": 1}', id="no epochs"),
        pytest.param(b'{"a": {"x": 1}}', id="an epoch that is no number"),
        pytest.param(b'{"a": {"0": "1"}}', id="a size that is no number"),
        pytest.param(b'{"a": {"0": -1}}', id="a size below nothing"),
        pytest.param(b'{"a": {"0": true}}', id="a truth value"),
    ],
)
def test_a_damaged_file_stops_signing_instead_of_starting_from_nothing(
    path: Path, data: bytes
) -> None:
    path.write_bytes(data)
    with pytest.raises(DamageError, match="damaged"):
        HighWater(path).get(OID, 0)
    with pytest.raises(DamageError):
        HighWater(path).raise_to(OID, 0, 5)
    assert path.read_bytes() == data


def test_a_disk_that_refuses_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamageError, match="cannot be written"):
        HighWater(tmp_path / "none" / "high-water.json").raise_to(OID, 0, 1)
