"""Erasure at a holder: hidden at once, deleted after the delay, never in a flood unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.core.contents import BlobRef
from node.errors import GoneError, NotFoundError
from node.exchange.erasures import (
    carry_out,
    confirm_erasures,
    erase_now,
    waiting_erasures,
)
from node.exchange.hiding import ERASURE, WAITING
from node.storage.records import ERASED, SHOWN
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import InProcess

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock


@pytest.fixture
def origin() -> Foreign:
    return Foreign()


def erase(origin: Foreign, *records: int) -> None:
    for record in records:
        origin.append(type="erase", record=record_id(record))


def work_off(x: Exchange) -> int:
    """Do all erasures that are due now, as a worker would; return how many."""
    done = 0
    while True:
        with x.database.writing() as uow:
            row = uow.work.claim([ERASURE], "test", x.clock.now(), 60)
        if row is None:
            return done
        carry_out(x, row.payload["oid"], row.payload["record"])
        done += 1


def applied(x: Exchange, origin: Foreign) -> int:
    with x.database.reading() as uow:
        log = uow.logs.current(origin.oid)
        assert log is not None
        return log.applied


def test_erased_words_are_hidden_at_once_and_deleted_after_three_days(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    digest = origin.publish(1, "Mentors")
    origin.store(x)
    erase(origin, 1)
    origin.store(x)
    assert origin.state(x) == ERASED
    peer = InProcess(x)
    assert peer.get(f"contents/{digest}", limit=1000).status == 410
    assert peer.get(f"logs/{origin.oid}/0/contents/0", limit=1000).body == b""
    with x.database.reading() as uow:
        log = uow.logs.current(origin.oid)
        assert log is not None
        assert uow.contents.of_entry(log.id, 1), "for three days the words can still be restored"
    clock.forward(hours=71)
    assert work_off(x) == 0
    clock.forward(hours=1)
    assert work_off(x) == 1
    with x.database.reading() as uow, pytest.raises(GoneError):
        uow.contents.of_entry(log.id, 1)
    assert peer.get(f"contents/{digest}", limit=1000).status == 410


def test_a_log_counts_as_applied_only_up_to_an_erasure_that_is_still_due(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    origin.publish(1)
    origin.store(x)
    assert applied(x, origin) == 2
    erase(origin, 1)
    origin.publish(2)
    origin.store(x)
    assert applied(x, origin) == 2, "the erase stands at 2 and is not carried out yet"
    clock.forward(hours=72)
    work_off(x)
    assert applied(x, origin) == 4


def test_an_erasure_of_what_was_never_held_counts_as_applied_at_once(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1)
    erase(origin, 1)
    origin.store(x, contents=False)
    assert applied(x, origin) == 3


def test_deleted_words_are_not_taken_in_again(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    origin.publish(1)
    origin.store(x)
    erase(origin, 1)
    origin.store(x)
    clock.forward(hours=72)
    work_off(x)
    (raw,) = origin.contents.values()
    origin.publish(2, raw=raw)
    origin.store(x)
    assert origin.state(x, 2) != SHOWN
    assert origin.bring(x) == []


def test_carrying_out_twice_does_no_harm(x: Exchange, origin: Foreign, clock: FixedClock) -> None:
    origin.publish(1)
    origin.store(x)
    erase(origin, 1)
    origin.store(x)
    carry_out(x, origin.oid, record_id(1))
    carry_out(x, origin.oid, record_id(1))
    assert origin.state(x) == ERASED
    assert applied(x, origin) == 3


def test_a_second_erase_of_the_same_record_changes_nothing(x: Exchange, origin: Foreign) -> None:
    origin.publish(1)
    origin.store(x)
    erase(origin, 1, 1)
    origin.store(x)
    with x.database.reading() as uow:
        (work,) = uow.work.waiting(ERASURE)
    assert work.payload["seq"] == 2


def test_files_held_for_an_erased_record_alone_go_with_it(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    digests = [x.blobs.put_stream([text]) for text in (b"alone", b"shared")]
    alone, shared = (BlobRef(d, 5, "text/plain", "f.txt") for d in digests)
    origin.publish(1, blobs=[alone, shared])
    origin.publish(2, blobs=[shared])
    origin.store(x)
    with x.database.writing() as uow:
        for digest in digests:
            uow.blobs.mark_held(digest)
    erase(origin, 1)
    origin.store(x)
    peer = InProcess(x)
    clock.forward(hours=72)
    work_off(x)
    assert [x.blobs.has(digest) for digest in digests] == [False, True]
    assert peer.get(f"blobs/{alone.digest}", limit=1000).status == 410
    assert peer.get(f"blobs/{shared.digest}", limit=100).body == b"shared"


def test_the_keeper_may_delete_at_once_what_its_origin_has_erased(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1)
    origin.publish(2)
    origin.store(x)
    erase(origin, 1)
    origin.store(x)
    erase_now(x, origin.oid, record_id(1))
    assert applied(x, origin) == 4
    for number in (1, 2):
        with pytest.raises(NotFoundError):
            erase_now(x, origin.oid, record_id(number))
    assert origin.state(x, 2) == SHOWN


def test_more_erasures_than_a_day_may_have_wait_for_the_keeper(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    x = replace(x, settings=replace(x.settings, erasures_a_day=3))
    for number in range(1, 7):
        origin.publish(number)
    origin.store(x)
    erase(origin, 1, 2, 3, 4, 5)
    origin.store(x)
    assert [origin.state(x, n) for n in range(1, 7)] == [ERASED] * 5 + [SHOWN]
    (waiting,) = waiting_erasures(x)
    assert waiting.oid == origin.oid
    assert sorted(waiting.records) == [record_id(4), record_id(5)]
    clock.forward(days=30)
    assert work_off(x) == 3
    assert waiting_erasures(x) != [], "nothing but the keeper's word releases them"
    assert applied(x, origin) == 10
    assert confirm_erasures(x, origin.oid) == 2
    assert work_off(x) == 2
    assert waiting_erasures(x) == []
    assert applied(x, origin) == 12


def test_the_count_of_a_day_starts_afresh_the_day_after(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    x = replace(x, settings=replace(x.settings, erasures_a_day=2))
    for number in range(1, 6):
        origin.publish(number)
    origin.store(x)
    erase(origin, 1, 2)
    origin.store(x)
    clock.forward(hours=24, seconds=1)
    erase(origin, 3, 4)
    origin.store(x)
    assert waiting_erasures(x) == []
    erase(origin, 5)
    origin.store(x)
    assert [w.records for w in waiting_erasures(x)] == [(record_id(5),)]


def test_an_old_log_full_of_erasures_does_not_trouble_the_keeper(
    x: Exchange, origin: Foreign
) -> None:
    x = replace(x, settings=replace(x.settings, erasures_a_day=2))
    for number in range(1, 8):
        origin.publish(number)
    erase(origin, *range(1, 8))
    origin.store(x, contents=False)
    assert waiting_erasures(x) == []


def test_a_flood_by_a_thief_is_undone_by_the_next_epoch(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    for number in range(1, 31):
        origin.publish(number)
    origin.store(x)
    honest = origin.log.size
    erase(origin, *range(1, 31))
    origin.store(x)
    assert len(waiting_erasures(x)[0].records) == 10
    clock.forward(hours=48)
    origin.succeed(size=honest)
    origin.store(x)
    assert {origin.state(x, n) for n in range(1, 31)} == {SHOWN}
    assert waiting_erasures(x) == []
    clock.forward(hours=48)
    assert work_off(x) == 0
    with x.database.reading() as uow:
        assert uow.work.waiting(WAITING) == uow.work.waiting(ERASURE) == []


def test_the_delay_is_the_keepers_to_choose(
    x: Exchange, origin: Foreign, clock: FixedClock
) -> None:
    x = replace(x, settings=replace(x.settings, erase_delay=60))
    origin.publish(1)
    origin.store(x)
    erase(origin, 1)
    origin.store(x)
    clock.forward(seconds=timedelta(seconds=60).total_seconds())
    assert work_off(x) == 1
