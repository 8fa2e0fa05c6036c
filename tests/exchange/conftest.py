"""A node on each kind of database, and a clock that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.clock import FixedClock
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from node.exchange.context import Exchange
    from node.storage import Database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def x(tmp_path: Path, clock: FixedClock, database: Database) -> Exchange:
    """Make a node with an identity, on SQLite and on PostgreSQL."""
    return make_exchange(tmp_path, "Puente", clock, database=database)


@pytest.fixture
def small(tmp_path: Path, clock: FixedClock, sqlite_database: Database) -> Exchange:
    """Make a node with an identity on SQLite, for what does not depend on the database."""
    return make_exchange(tmp_path, "Puente", clock, database=sqlite_database)
