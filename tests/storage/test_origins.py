"""Origins by oid, and what freezing one does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.errors import NotFoundError
from node.storage.origins import ACTIVE, BLOCKED, FROZEN, OriginRow
from tests.storage.holding import hold
from tests.support.making import NOON, SampleLog

if TYPE_CHECKING:
    from node.storage import Database

OID = "a" * 52


def test_an_origin_is_read_back_as_it_was_added(database: Database) -> None:
    with database.writing() as unit:
        peer = unit.peers.add("https://a.example", OID, added=NOON)
        added = unit.origins.add(
            OID, first_seen=NOON, name="Γέφυρα", introduced_by=peer.id, reason="new"
        )
    assert added == OriginRow(OID, ACTIVE, "new", "Γέφυρα", peer.id, NOON)
    with database.reading() as unit:
        assert unit.origins.get(OID) == added
        assert unit.origins.all() == [added]


def test_an_origin_that_is_known_stays_as_it_is_when_added_again(database: Database) -> None:
    with database.writing() as unit:
        unit.origins.add(OID, first_seen=NOON, status=BLOCKED)
        again = unit.origins.add(OID, first_seen=NOON + timedelta(days=1), name="other")
        assert again == OriginRow(OID, BLOCKED, "", "", None, NOON)
        assert unit.origins.all() == [again]


def test_an_unknown_origin_is_none_and_cannot_be_changed(database: Database) -> None:
    with database.writing() as unit:
        assert unit.origins.get(OID) is None
        with pytest.raises(NotFoundError):
            unit.origins.set_status(OID, FROZEN, "why")


def test_freezing_an_origin_freezes_its_logs_but_not_those_of_others(database: Database) -> None:
    mine, other = SampleLog("mine").publish(), SampleLog("other").publish()
    hold(database, mine)
    hold(database, other)
    with database.writing() as unit:
        unit.origins.set_status(mine.epoch.oid, FROZEN, "It told two truths.")
    with database.reading() as unit:
        frozen, free = unit.logs.current(mine.epoch.oid), unit.logs.current(other.epoch.oid)
        assert frozen is not None
        assert free is not None
        assert (frozen.frozen, frozen.held().frozen) == (True, True)
        assert (free.frozen, free.held().frozen) == (False, False)
        row = unit.origins.get(mine.epoch.oid)
        assert row is not None
        assert (row.status, row.reason) == (FROZEN, "It told two truths.")


def test_the_log_of_a_new_epoch_is_not_frozen_and_the_old_one_stays(database: Database) -> None:
    sample = SampleLog().publish()
    hold(database, sample)
    with database.writing() as unit:
        unit.origins.set_status(sample.epoch.oid, FROZEN, "fork")
    hold(database, sample.succeed())
    with database.writing() as unit:
        unit.origins.set_status(sample.epoch.oid, ACTIVE, "")
        assert [log.frozen for log in unit.logs.of(sample.epoch.oid)] == [True, False]
        unit.logs.thaw(unit.logs.of(sample.epoch.oid)[0].id)
        assert [log.frozen for log in unit.logs.of(sample.epoch.oid)] == [False, False]


def test_introductions_are_counted_for_each_peer_from_a_moment_on(database: Database) -> None:
    with database.writing() as unit:
        peer = unit.peers.add("https://a.example", OID, added=NOON).id
        other = unit.peers.add("https://b.example", OID, added=NOON).id
        for number, who in enumerate([peer, peer, other]):
            when = NOON + timedelta(hours=number)
            unit.origins.add(str(number), first_seen=when, introduced_by=who)
        assert unit.origins.introduced_since(peer, NOON) == 2
        assert unit.origins.introduced_since(peer, NOON + timedelta(seconds=1)) == 1
        assert unit.origins.introduced_since(other, NOON) == 1


def test_an_origin_outlives_the_peer_that_introduced_it(database: Database) -> None:
    with database.writing() as unit:
        peer = unit.peers.add("https://a.example", OID, added=NOON)
        unit.origins.add(OID, first_seen=NOON, introduced_by=peer.id)
        unit.peers.remove(peer.id)
        assert unit.origins.get(OID) == OriginRow(OID, ACTIVE, "", "", None, NOON)


def test_a_name_with_a_zero_byte_is_kept_without_it(database: Database) -> None:
    with database.writing() as unit:
        unit.origins.add(OID, first_seen=NOON)
        unit.origins.set_name(OID, "a\x00b")
        row = unit.origins.get(OID)
        assert row is not None
        assert row.name == "a\ufffdb"
