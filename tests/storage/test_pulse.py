"""What wakes a worker: a change, a peer that is due, work that is due, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from node.storage import Database
from node.storage.pulse import Pulse, PulseTaker
from tests.support.clock import START

LATER = START + timedelta(hours=1)
TAKER = PulseTaker(["announce", "erasure"])


def pulse(database: Database, now=START) -> Pulse:
    with database.reading() as uow:
        return TAKER.take(uow, now)


def test_a_node_at_rest_has_a_pulse_of_nothing(database):
    assert pulse(database) == Pulse(0, peers_due=False, work_due=False)


def test_a_change_is_felt(database):
    with database.writing() as uow:
        uow.next_change()
    assert pulse(database).change == database.stamp() == 1


def test_a_peer_is_due_from_its_moment_on_unless_it_is_taken_or_paused(database):
    with database.writing() as uow:
        peer = uow.peers.add("https://a.example", "a" * 52, added=LATER)
    assert not pulse(database).peers_due
    assert pulse(database, LATER).peers_due
    with database.writing() as uow:
        assert uow.peers.claim(peer.id, "one", LATER, 60)
    assert not pulse(database, LATER).peers_due
    assert pulse(database, LATER + timedelta(seconds=60)).peers_due
    with database.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE peers SET state = 'paused'")
    assert not pulse(database, LATER + timedelta(days=1)).peers_due


def test_work_of_the_wanted_kinds_is_due_from_its_moment_on_unless_it_is_taken(database):
    with database.writing() as uow:
        uow.work.add("erasure-held", "x", START)
        uow.work.add("erasure", "x", LATER)
    assert not pulse(database).work_due
    assert pulse(database, LATER).work_due
    with database.writing() as uow:
        assert uow.work.claim(["erasure"], "one", LATER, 60)
    assert not pulse(database, LATER).work_due
    assert pulse(database, LATER + timedelta(seconds=60)).work_due
