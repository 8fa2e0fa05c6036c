"""A node with people of every role (see `tests.support.staff`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.staff import Staffed, staffed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Staffed]:
    """Make the node and its people anew for a test."""
    made = staffed(tmp_path)
    yield made
    made.d.database.dispose()
