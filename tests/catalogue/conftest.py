from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.catalogue.making import Shelf, make_shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give a node with an empty catalogue."""
    made = make_shelf(tmp_path)
    yield made
    made.x.database.dispose()
