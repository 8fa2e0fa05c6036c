"""What a keeper reads when the database or its disk fails, and that nothing is half-written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from node.errors import DamageError
from node.storage import Database
from node.storage.engines import open_engine
from node.storage.failures import DatabaseBusyError, explained
from tests.storage.holding import entries_of, hold
from tests.support.making import SampleLog

if TYPE_CHECKING:
    from tests.support.databases import Databases


def test_a_full_disk_is_named_and_the_transaction_leaves_nothing(sqlite_database: Database) -> None:
    sample = SampleLog().publish(3)
    log = hold(sqlite_database, sample)
    # SQLite's own limit gives the very error of a full disk.
    sqlite_database.dispose()
    event.listen(
        sqlite_database._engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA max_page_count = 1"),
    )
    sample.publish(500)
    with pytest.raises(DamageError) as caught, sqlite_database.writing() as unit:
        unit.entries.append(log.id, entries_of(sample, 4))
    assert "full" in caught.value.message
    assert "Free some space" in caught.value.hint
    with sqlite_database.reading() as unit:
        assert unit.entries.size(log.id) == 4
        assert unit.entries.rows(log.id, 4, 999) == []


def test_after_space_is_free_again_the_same_step_succeeds(sqlite_database: Database) -> None:
    log = hold(sqlite_database, SampleLog())
    sample = SampleLog().publish(500)
    sqlite_database.dispose()
    full = [True]
    event.listen(
        sqlite_database._engine,
        "checkout",
        lambda connection, *_: connection.execute(
            f"PRAGMA max_page_count = {1 if full[0] else 1_000_000}"
        ),
    )
    with pytest.raises(DamageError), sqlite_database.writing() as unit:
        unit.entries.append(log.id, entries_of(sample, 1))
    full[0] = False
    with sqlite_database.writing() as unit:
        unit.entries.append(log.id, entries_of(sample, 1))
        assert unit.entries.size(log.id) == 501


def test_a_read_only_database_can_be_read_and_says_why_it_cannot_be_written(
    databases: Databases,
) -> None:
    address = databases.address()
    hold(databases.open(address), SampleLog())
    if databases.kind == "sqlite":
        address = f"{address.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true"
    else:
        engine = open_engine(address)
        with engine.begin() as connection:
            connection.execute(
                text(f"ALTER DATABASE {engine.url.database} SET default_transaction_read_only = on")
            )
        engine.dispose()
    with databases.open(address).reading() as unit:
        assert len(unit.logs.all()) == 1
    with pytest.raises(DamageError) as caught, databases.open(address).writing() as unit:
        unit.settings.put("a", 1)
    assert "read-only" in caught.value.message
    assert "own the database's file" in caught.value.hint


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'none' / 'some.db'}")
    with pytest.raises(DamageError) as caught:
        database.migrate()
    assert "cannot be opened" in caught.value.message
    assert "folder exists" in caught.value.hint


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "some.db").write_bytes(b"not a database at all" * 1000)
    database = Database.open(f"sqlite:///{tmp_path / 'some.db'}")
    with pytest.raises(DamageError) as caught:
        database.check_version()
    assert "damaged" in caught.value.message
    assert "backup" in caught.value.hint


def test_a_database_file_with_foreign_bytes_in_it_is_damage(
    sqlite_databases: Databases,
) -> None:
    address = sqlite_databases.address()
    database = sqlite_databases.open(address)
    log = hold(database, SampleLog().publish(20))
    database.dispose()
    file = Path(address.removeprefix("sqlite:///"))
    with file.open("r+b") as broken:
        for page in range(1, broken.seek(0, 2) // 4096):
            broken.seek(page * 4096)
            broken.write(b"\xff" * 64)
    with pytest.raises(DamageError), database.reading() as unit:
        unit.entries.page(log.id, 0)


def test_a_connection_that_is_cut_loses_the_transaction_and_nothing_else(
    postgresql_databases: Databases,
) -> None:
    database = postgresql_databases()
    with pytest.raises(DamageError) as caught, database.writing() as unit:
        unit.settings.put("a", 1)
        unit.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert "connection to the database was lost" in caught.value.message
    with database.writing() as unit:
        assert unit.settings.get("a") is None
        unit.settings.put("a", 2)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param(
            "postgresql://nobody@127.0.0.1:1/x", "cannot be reached", id="nobody listens there"
        ),
        pytest.param(
            "postgres://nobody@127.0.0.1:1/x", "cannot be reached", id="by its other name"
        ),
        pytest.param(
            "postgresql://nobody@/x?host=/nowhere", "cannot be reached", id="no such socket"
        ),
    ],
)
def test_a_server_that_does_not_answer_is_named(address: str, message: str) -> None:
    database = Database.open(address)
    with pytest.raises(DamageError, match=message) as caught:
        database.stamp()
    assert "database_url" in caught.value.hint


def test_a_database_that_the_server_does_not_have_is_named(
    postgresql_databases: Databases,
) -> None:
    address = postgresql_databases.address().replace("footbridge_test_", "never_made_")
    database = postgresql_databases.open(address)
    with pytest.raises(DamageError, match="no database of that name"):
        database.stamp()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(psycopg.errors.DiskFull("x"), "full", id="the server's disk is full"),
        pytest.param(psycopg.errors.DataCorrupted("x"), "damaged", id="a page has a bad checksum"),
        pytest.param(psycopg.errors.IoError("x"), "disk failed", id="the server's disk failed"),
        pytest.param(psycopg.errors.InvalidPassword("x"), "password", id="a wrong password"),
        pytest.param(psycopg.errors.SyntaxError("odd"), "odd", id="anything else is quoted"),
    ],
)
def test_what_postgresql_reports_becomes_a_sentence(error: Exception, message: str) -> None:
    made = explained(OperationalError("SELECT 1", {}, error))
    assert type(made) is DamageError
    assert message in made.message
    assert made.hint


def test_a_lock_not_given_in_time_is_an_error_of_its_own() -> None:
    lock = psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
    assert type(explained(OperationalError("x", {}, lock))) is DatabaseBusyError
