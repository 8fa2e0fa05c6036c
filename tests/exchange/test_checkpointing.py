"""The date of the own checkpoint is renewed, and nothing else about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from node.exchange.checkpointing import renew_checkpoint
from node.exchange.ownlog import OldBackupError
from node.exchange.publishing import publish
from tests.support.nodes import make_exchange, practice

if TYPE_CHECKING:
    from node.core.checkpoints import Checkpoint
    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock


def checkpoint(x: Exchange) -> Checkpoint:
    with x.database.reading() as uow:
        log = uow.logs.current(x.own_oid())
    assert log is not None
    assert log.checkpoint is not None
    return log.checkpoint


def test_an_old_date_is_renewed_over_the_same_tree(x: Exchange, clock: FixedClock) -> None:
    publish(x, [practice()])
    before = checkpoint(x)
    clock.forward(hours=12)
    assert renew_checkpoint(x)
    after = checkpoint(x)
    assert (after.size, after.root) == (before.size, before.root)
    assert after.dated - before.dated == 12 * 3600


def test_a_young_date_is_left_alone(x: Exchange, clock: FixedClock) -> None:
    before = checkpoint(x)
    clock.forward(hours=11, minutes=59)
    assert not renew_checkpoint(x)
    assert checkpoint(x) == before


def test_a_clock_that_was_set_back_gets_an_honest_date(x: Exchange, clock: FixedClock) -> None:
    clock.forward(days=-30)
    assert renew_checkpoint(x)
    assert checkpoint(x).dated == int(clock.now().timestamp())


def test_a_renewal_is_not_announced(x: Exchange, clock: FixedClock) -> None:
    clock.forward(days=2)
    renew_checkpoint(x)
    with x.database.reading() as uow:
        assert uow.work.waiting("announce") == []


def test_a_restored_old_backup_renews_nothing(small: Exchange, clock: FixedClock) -> None:
    small.highwater.raise_to(small.own_oid(), 0, 9)
    clock.forward(days=2)
    with pytest.raises(OldBackupError):
        renew_checkpoint(small)


def test_a_node_without_an_identity_has_nothing_to_renew(tmp_path, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    x = make_exchange(tmp_path, "Nemo", clock, identity=False)
    assert not renew_checkpoint(replace(x, signer=None))
