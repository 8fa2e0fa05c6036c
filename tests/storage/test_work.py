"""Work as rows: none is lost, and none is done by two at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.making import NOON

if TYPE_CHECKING:
    from node.storage import Database, WorkRow


def _at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def _claim(database: Database, worker: str = "one", seconds: int = 0) -> WorkRow | None:
    with database.writing() as unit:
        return unit.work.claim(["erase", "announce"], worker, _at(seconds), 60)


def _add(database: Database, key: str = "k", seconds: int = 0, payload: object = None) -> None:
    with database.writing() as unit:
        unit.work.add("erase", key, _at(seconds), payload)


def test_work_is_taken_when_it_is_due_and_done_once(database: Database) -> None:
    _add(database, seconds=10, payload={"record": "x"})
    assert _claim(database, seconds=9) is None
    taken = _claim(database, seconds=10)
    assert taken is not None
    assert (taken.kind, taken.key, taken.payload) == ("erase", "k", {"record": "x"})
    assert (taken.attempts, taken.worker, taken.leased_until) == (1, "one", _at(70))
    assert _claim(database, "two", seconds=11) is None
    with database.writing() as unit:
        unit.work.done(taken.id)
        assert unit.work.get("erase", "k") is None
    assert _claim(database, seconds=100) is None


def test_a_worker_takes_only_the_kinds_it_knows(database: Database) -> None:
    _add(database)
    with database.writing() as unit:
        assert unit.work.claim(["import"], "one", _at(0), 60) is None
        assert unit.work.claim([], "one", _at(0), 60) is None


def test_the_work_due_longest_comes_first(database: Database) -> None:
    for key, seconds in (("late", 5), ("early", 1), ("later", 7)):
        _add(database, key, seconds)
    taken = [_claim(database, seconds=10) for _ in range(4)]
    assert [row and row.key for row in taken] == ["early", "late", "later", None]


def test_the_work_of_a_worker_that_died_is_taken_over(database: Database) -> None:
    _add(database)
    first = _claim(database, "dies")
    assert first is not None
    assert _claim(database, "two", seconds=59) is None
    second = _claim(database, "two", seconds=60)
    assert second is not None
    assert (second.id, second.attempts, second.worker) == (first.id, 2, "two")


def test_work_put_off_is_due_later_and_says_why(database: Database) -> None:
    _add(database)
    taken = _claim(database)
    assert taken is not None
    with database.writing() as unit:
        unit.work.retry(taken.id, _at(30), "It did not answer.")
    assert _claim(database, seconds=29) is None
    again = _claim(database, seconds=30)
    assert again is not None
    assert (again.attempts, again.why) == (2, "It did not answer.")


def test_work_given_back_is_due_as_before(database: Database) -> None:
    _add(database)
    taken = _claim(database)
    assert taken is not None
    with database.writing() as unit:
        unit.work.release(taken.id)
    assert _claim(database, "two") is not None


def test_asking_twice_is_one_piece_of_work_at_the_earlier_time(database: Database) -> None:
    _add(database, seconds=10, payload=1)
    _add(database, seconds=20, payload=2)
    with database.reading() as unit:
        assert [(row.due, row.payload) for row in unit.work.waiting("erase")] == [(_at(10), 2)]
    _add(database, seconds=5, payload=3)
    with database.reading() as unit:
        assert [(row.due, row.payload) for row in unit.work.waiting("erase")] == [(_at(5), 3)]


def test_work_asked_for_while_it_is_done_is_done_once_more(database: Database) -> None:
    _add(database, payload="old")
    first = _claim(database)
    assert first is not None
    _add(database, seconds=1, payload="new")
    assert _claim(database, "two", seconds=1) is None
    with database.writing() as unit:
        unit.work.done(first.id)
    second = _claim(database, seconds=1)
    assert second is not None
    assert second.payload == "new"
    with database.writing() as unit:
        unit.work.done(second.id)
        assert unit.work.get("erase", "k") is None


def test_work_asked_for_while_it_fails_is_not_put_off(database: Database) -> None:
    _add(database)
    first = _claim(database)
    assert first is not None
    _add(database, seconds=1)
    with database.writing() as unit:
        unit.work.retry(first.id, _at(3600), "It did not answer.")
    assert _claim(database, seconds=1) is not None


def test_looking_for_work_takes_none(database: Database) -> None:
    with database.reading() as unit:
        assert not unit.work.any_due(["erase"], _at(9))
    _add(database, seconds=5)
    with database.reading() as unit:
        assert not unit.work.any_due(["erase"], _at(4))
        assert unit.work.any_due(["erase"], _at(5))
        assert not unit.work.any_due(["import"], _at(5))
    assert _claim(database, seconds=5) is not None
    with database.reading() as unit:
        assert not unit.work.any_due(["erase"], _at(5))


def test_work_that_is_no_longer_wanted_is_cancelled(database: Database) -> None:
    _add(database)
    with database.writing() as unit:
        assert unit.work.cancel("erase", "k")
        assert not unit.work.cancel("erase", "k")
    assert _claim(database) is None


def test_a_late_worker_cannot_end_other_work_by_an_old_number(database: Database) -> None:
    _add(database)
    late = _claim(database)
    assert late is not None
    with database.writing() as unit:
        unit.work.done(late.id)
    _add(database, "other")
    with database.writing() as unit:
        unit.work.done(late.id)
        assert unit.work.get("erase", "other") is not None


def test_workers_at_once_each_take_different_work(database: Database) -> None:
    for number in range(30):
        _add(database, str(number))
    taken: list[str] = []

    def work(name: str) -> None:
        while (row := _claim(database, name)) is not None:
            taken.append(row.key)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(number) for number in range(30)]
