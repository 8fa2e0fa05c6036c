"""What the desk wants done, joined to a real home: tidying, and the scanner that is set."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from node.errors import BadInputError, PeerUnreachableError
from node.home import open_home
from node.operations.setup import initialise

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    initialise(tmp_path / "home", name="Puente", country="ES", url="https://puente.example")
    return tmp_path / "home"


def test_the_worker_of_a_home_tidies_its_uploads(home: Path) -> None:
    node = open_home(home)
    left = home / "uploads" / "17.part"
    left.parent.mkdir()
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    node.do_chores()
    assert not left.exists()
    node.close()


def test_the_scanner_that_is_set_is_the_one_that_is_asked(home: Path) -> None:
    node = open_home(home)
    assert node.editorial.scan is None
    node.close()
    node = open_home(home, clamd=str(home / "clamd.ctl"))
    assert node.editorial.scan is not None
    with pytest.raises(PeerUnreachableError):
        node.editorial.scan([b"x"])
    node.close()
    node = open_home(home, clamd="nonsense")
    with pytest.raises(BadInputError, match="clamd"):
        _ = node.editorial
    node.close()
