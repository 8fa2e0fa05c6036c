"""Heads of logs: kept exactly as they were verified."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.core.merkle import Edge
from node.errors import NotFoundError
from tests.storage.holding import hold, start
from tests.support.making import NOON, SampleLog

if TYPE_CHECKING:
    from node.storage import Database


def test_a_log_is_read_back_with_the_types_of_the_core(database: Database) -> None:
    sample = SampleLog().publish(5)
    log = hold(database, sample)
    with database.reading() as unit:
        assert unit.logs.get(sample.epoch.oid, 0) == log
        assert unit.logs.by_id(log.id) == log
    assert log.epoch == sample.epoch
    assert log.edge == sample.edge()
    assert log.checkpoint == sample.checkpoint()
    assert log.held() == sample.held()


def test_a_new_log_is_empty(database: Database) -> None:
    with database.writing() as unit:
        log = start(unit, SampleLog())
    assert (log.size, log.edge, log.checkpoint, log.target) == (0, Edge(), None, None)
    assert (log.applied, log.own, log.frozen) == (0, False, False)


def test_a_log_of_an_unknown_origin_is_not_begun(database: Database) -> None:
    with database.writing() as unit, pytest.raises(NotFoundError):
        unit.logs.create(SampleLog().epoch, own=False)


def test_epochs_are_given_in_order_and_the_newest_is_current(database: Database) -> None:
    first = SampleLog().publish(3)
    second = first.succeed(2)
    hold(database, second)
    hold(database, first)
    with database.reading() as unit:
        assert [log.epoch for log in unit.logs.of(first.epoch.oid)] == [first.epoch, second.epoch]
        current = unit.logs.current(first.epoch.oid)
        assert current is not None
        assert current.epoch == second.epoch
        assert current.epoch.continues == second.epoch.continues
        assert [log.epoch for log in unit.logs.all()] == [second.epoch, first.epoch]


def test_unknown_logs_are_none(database: Database) -> None:
    sample = SampleLog()
    hold(database, sample)
    with database.reading() as unit:
        assert unit.logs.get(sample.epoch.oid, 1) is None
        assert unit.logs.get("b" * 52, 0) is None
        assert unit.logs.current("b" * 52) is None
        assert unit.logs.of("b" * 52) == []
        assert unit.logs.by_id(99) is None


def test_a_target_is_kept_beside_the_checkpoint_that_is_held(database: Database) -> None:
    sample = SampleLog().publish(5)
    held, target = sample.checkpoint(3), sample.checkpoint(6, NOON + timedelta(hours=1))
    with database.writing() as unit:
        log = start(unit, sample)
        unit.logs.save_head(
            log.id, size=4, edge=sample.edge(4), checkpoint=held, target=target, change=1
        )
        found = unit.logs.by_id(log.id)
        assert found is not None
        assert (found.size, found.edge, found.checkpoint, found.target) == (
            4,
            sample.edge(4),
            held,
            target,
        )
        assert found.held().target == target
        unit.logs.save_head(
            log.id, size=6, edge=sample.edge(6), checkpoint=target, target=None, change=2
        )
        found = unit.logs.by_id(log.id)
        assert found is not None
        assert (found.checkpoint, found.target) == (target, None)


def test_changed_logs_are_given_in_the_order_of_their_changes(database: Database) -> None:
    logs = [hold(database, SampleLog(name)) for name in "abc"]
    with database.writing() as unit:
        unit.logs.set_applied(logs[0].id, 1, change=unit.next_change())
    with database.reading() as unit:
        assert [log.id for log in unit.logs.changed_since(0, 9)] == [
            logs[1].id,
            logs[2].id,
            logs[0].id,
        ]
        assert [log.id for log in unit.logs.changed_since(2, 1)] == [logs[2].id]
        assert unit.logs.changed_since(4, 9) == []


def test_what_was_applied_never_goes_back(database: Database) -> None:
    log = hold(database, SampleLog().publish(5))
    with database.writing() as unit:
        unit.logs.set_applied(log.id, 4, change=unit.next_change())
        unit.logs.set_applied(log.id, 2, change=unit.next_change())
        found = unit.logs.by_id(log.id)
        assert found is not None
        assert (found.applied, found.change) == (4, 2)


def test_one_log_can_be_frozen_and_thawed(database: Database) -> None:
    log = hold(database, SampleLog())
    with database.writing() as unit:
        unit.logs.freeze(log.id)
        assert [found.frozen for found in unit.logs.all()] == [True]
        unit.logs.thaw(log.id)
        assert [found.frozen for found in unit.logs.all()] == [False]
