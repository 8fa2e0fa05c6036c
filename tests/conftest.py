"""Fixtures for every room: fresh, real databases of both kinds (see `tests.support.databases`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import databases as machinery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.storage import Database


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        machinery.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        machinery.end_run()


@pytest.fixture(params=machinery.KINDS)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[machinery.Databases]:
    """Make any number of databases: `databases()` opens a new one, on SQLite and on PostgreSQL."""
    maker = machinery.Databases(request.param, tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def database(databases: machinery.Databases) -> Database:
    """Open one new database with all tables; the test runs on SQLite and on PostgreSQL."""
    return databases()


@pytest.fixture
def sqlite_databases(tmp_path: Path) -> Iterator[machinery.Databases]:
    """Make SQLite databases only: for what one kind alone can show."""
    maker = machinery.Databases("sqlite", tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def postgresql_databases(tmp_path: Path) -> Iterator[machinery.Databases]:
    """Make PostgreSQL databases only: for what one kind alone can show."""
    maker = machinery.Databases("postgresql", tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def sqlite_database(sqlite_databases: machinery.Databases) -> Database:
    """Open one new SQLite database, for what does not depend on the kind."""
    return sqlite_databases()
