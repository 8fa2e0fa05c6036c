"""Peers: when they are due, and who has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.errors import ConflictError, NotFoundError
from node.storage.peers import BLOCKED, OWN, PAUSED, PeerRow
from tests.support.making import NOON

if TYPE_CHECKING:
    from node.storage import Database

OID = "a" * 52
LEASE = timedelta(seconds=60)


def _add(database: Database, name: str = "a") -> PeerRow:
    with database.writing() as unit:
        return unit.peers.add(f"https://{name}.example", OID, added=NOON, name=name)


def _due(database: Database, when: int = 0) -> list[str]:
    with database.reading() as unit:
        return [peer.name for peer in unit.peers.due(NOON + timedelta(seconds=when), 9)]


def test_a_new_peer_is_read_back_and_due_at_once(database: Database) -> None:
    peer = _add(database)
    with database.reading() as unit:
        assert unit.peers.get(peer.id) == peer
        assert unit.peers.by_url("https://a.example") == peer
        assert unit.peers.by_oid(OID) == peer
        assert unit.peers.all() == [peer]
        assert unit.peers.due(NOON, 9) == [peer]
        assert unit.peers.due(NOON - timedelta(seconds=1), 9) == []


def test_an_address_is_added_once(database: Database) -> None:
    peer = _add(database)
    with pytest.raises(ConflictError, match="peer already"):
        _add(database)
    with database.reading() as unit:
        assert unit.peers.all() == [peer]


def test_everything_of_a_peer_can_be_changed(database: Database) -> None:
    peer = _add(database)
    changed = replace(
        peer,
        url="https://new.example",
        name="Neu",
        state=PAUSED,
        scope=OWN,
        private_ok=True,
        heads_token="17",
        heads_etag='"x"',
        next_due=NOON + timedelta(microseconds=1),
        failures=3,
        last_ok=NOON,
        complete_as_of=NOON,
        last_error="It did not answer.",
    )
    with database.writing() as unit:
        unit.peers.save(changed)
        assert unit.peers.get(peer.id) == changed


def test_a_removed_peer_is_gone_and_its_number_is_never_given_again(database: Database) -> None:
    peer = _add(database)
    with database.writing() as unit:
        unit.peers.remove(peer.id)
        assert unit.peers.get(peer.id) is None
        with pytest.raises(NotFoundError):
            unit.peers.save(peer)
    assert _add(database).id > peer.id


@pytest.mark.parametrize("state", [PAUSED, BLOCKED])
def test_a_peer_that_is_not_active_is_never_due(database: Database, state: str) -> None:
    peer = _add(database)
    with database.writing() as unit:
        unit.peers.save(replace(peer, state=state))
    assert _due(database) == []


def test_the_one_due_longest_comes_first(database: Database) -> None:
    for name in ("late", "early", "future"):
        peer = _add(database, name)
        wait = {"late": 5, "early": 1, "future": 99}[name]
        with database.writing() as unit:
            unit.peers.save(replace(peer, next_due=NOON + timedelta(seconds=wait)))
    assert _due(database, 10) == ["early", "late"]
    with database.reading() as unit:
        assert len(unit.peers.due(NOON + timedelta(seconds=10), 1)) == 1


def test_an_announcement_makes_a_peer_due_earlier_but_never_later(database: Database) -> None:
    peer = _add(database)
    later = NOON + timedelta(hours=1)
    with database.writing() as unit:
        unit.peers.save(replace(peer, next_due=later))
        unit.peers.set_due(peer.id, later + timedelta(hours=1))
        found = unit.peers.get(peer.id)
        assert found is not None
        assert found.next_due == later
        unit.peers.set_due(peer.id, NOON)
        found = unit.peers.get(peer.id)
        assert found is not None
        assert found.next_due == NOON


def test_one_worker_has_a_peer_until_it_gives_it_back(database: Database) -> None:
    peer = _add(database)
    with database.writing() as unit:
        assert unit.peers.claim(peer.id, "one", NOON, LEASE)
        assert not unit.peers.claim(peer.id, "two", NOON, LEASE)
        # The one that has it may prolong.
        assert unit.peers.claim(peer.id, "one", NOON, LEASE)
    assert _due(database) == []
    with database.writing() as unit:
        unit.peers.release(peer.id, "two")
        assert not unit.peers.claim(peer.id, "two", NOON, LEASE)
        unit.peers.release(peer.id, "one")
        assert unit.peers.claim(peer.id, "two", NOON, 60)


def test_a_lease_that_ran_out_is_taken_over(database: Database) -> None:
    peer = _add(database)
    with database.writing() as unit:
        assert unit.peers.claim(peer.id, "one", NOON, 60)
    assert _due(database, 59) == []
    assert _due(database, 60) == ["a"]
    with database.writing() as unit:
        assert not unit.peers.claim(peer.id, "two", NOON + timedelta(seconds=59), 60)
        assert unit.peers.claim(peer.id, "two", NOON + timedelta(seconds=60), 60)
        unit.peers.release(peer.id, "one")
        assert not unit.peers.claim(peer.id, "three", NOON + timedelta(seconds=61), 60)


def test_a_peer_that_was_removed_cannot_be_claimed(database: Database) -> None:
    with database.writing() as unit:
        assert not unit.peers.claim(7, "one", NOON, LEASE)
