"""One use case, one transaction, one commit, and what may be relied on around it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from node.errors import BadInputError, DamageError
from node.storage import Database
from node.storage.failures import DatabaseBusyError

if TYPE_CHECKING:
    from tests.support.databases import Databases


def test_what_is_written_is_there_for_the_next_reader(database: Database) -> None:
    with database.writing() as unit:
        unit.settings.put("a", 1)
    with database.reading() as unit:
        assert unit.settings.get("a") == 1


def test_an_error_undoes_everything_and_passes_unchanged(database: Database) -> None:
    with pytest.raises(BadInputError, match="mine"), database.writing() as unit:
        unit.settings.put("a", 1)
        unit.next_change()
        raise BadInputError("mine")
    with database.reading() as unit:
        assert unit.settings.get("a") is None
    assert database.stamp() == 0


def test_writing_in_a_reading_unit_of_work_is_refused(database: Database) -> None:
    with pytest.raises(DamageError, match="read-only"), database.reading() as unit:
        unit.settings.put("a", 1)
    with database.writing() as unit:
        assert unit.settings.get("a") is None
        unit.settings.put("a", 2)


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    with database.writing() as unit:
        unit.settings.put("a", 1)
    with database.reading() as before:
        assert before.settings.get("a") == 1
        with database.writing() as unit:
            unit.settings.put("a", 2)
        assert before.settings.get("a") == 1
    with database.reading() as after:
        assert after.settings.get("a") == 2


def test_what_follows_a_commit_sees_it_committed(database: Database) -> None:
    seen = []

    def look() -> None:
        with database.reading() as unit:
            seen.append(unit.settings.get("a"))

    with database.writing() as unit:
        unit.after_commit(look)
        unit.settings.put("a", 1)
        assert seen == []
    assert seen == [1]


def test_nothing_follows_a_transaction_that_was_undone(database: Database) -> None:
    ran = []
    with pytest.raises(BadInputError), database.writing() as unit:
        unit.after_commit(lambda: ran.append(1))
        raise BadInputError("no")
    assert ran == []


def test_followers_run_in_order_and_one_that_fails_stops_no_other(database: Database) -> None:
    ran = []

    def fail() -> None:
        ran.append("fails")
        raise BadInputError("follower")

    with pytest.raises(BadInputError, match="follower"), database.writing() as unit:
        unit.settings.put("a", 1)
        unit.after_commit(fail)
        unit.after_commit(lambda: ran.append("second"))
    assert ran == ["fails", "second"]
    with database.reading() as unit:
        assert unit.settings.get("a") == 1


def test_a_follower_may_write_again(database: Database) -> None:
    def again() -> None:
        with database.writing() as unit:
            unit.settings.put("b", 2)

    with database.writing() as unit:
        unit.after_commit(again)
    with database.reading() as unit:
        assert unit.settings.get("b") == 2


def test_a_second_transaction_inside_the_first_is_a_mistake_that_shows_at_once(
    database: Database,
) -> None:
    with database.writing(), pytest.raises(RuntimeError, match="one transaction"):
        database.writing().__enter__()
    with database.writing() as unit:
        unit.settings.put("a", 1)


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
    databases: Databases,
) -> None:
    address = databases.address()
    first = databases.open(address)
    second = Database.open(address, patience=0.2)
    try:
        with first.writing() as unit:
            unit.settings.put("a", 1)
            errors = _in_a_thread(second)
        assert [type(error) for error in errors] == [DatabaseBusyError]
        assert _in_a_thread(second) == []
    finally:
        second.dispose()


def _in_a_thread(database: Database) -> list[Exception]:
    """Try to write in another thread; return what went wrong."""
    errors: list[Exception] = []

    def write() -> None:
        try:
            with database.writing() as unit:
                unit.settings.put("b", 1)
        except DamageError as error:
            errors.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    return errors


def test_threads_that_read_decide_and_write_lose_no_update(database: Database) -> None:
    def count() -> None:
        for _ in range(20):
            with database.writing() as unit:
                unit.settings.put("count", unit.settings.get("count", 0) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as unit:
        assert unit.settings.get("count") == 80


def test_changes_are_numbered_without_gaps_across_transactions(database: Database) -> None:
    with database.writing() as unit:
        assert [unit.next_change() for _ in range(3)] == [1, 2, 3]
        assert unit.last_change() == 3
    with database.writing() as unit:
        assert unit.next_change() == 4
    assert database.stamp() == 4


def test_numbers_of_an_undone_transaction_are_given_again(database: Database) -> None:
    with pytest.raises(BadInputError), database.writing() as unit:
        unit.next_change()
        raise BadInputError("no")
    with database.writing() as unit:
        assert unit.next_change() == 1


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("mysql://localhost/x", id="another kind of database"),
        pytest.param("sqlite://", id="SQLite in memory, which would lose the logs"),
        pytest.param("sqlite:///:memory:", id="SQLite in memory by its other name"),
        pytest.param("not an address", id="no address at all"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused(address: str) -> None:
    with pytest.raises(BadInputError):
        Database.open(address)
