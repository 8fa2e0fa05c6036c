"""The history of rounds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from node.storage.rounds import COMPLETE, FAILED, RUNNING, RoundRow
from tests.support.making import NOON

if TYPE_CHECKING:
    from node.storage import Database


def _peer(database: Database, name: str = "a") -> int:
    with database.writing() as unit:
        return unit.peers.add(f"https://{name}.example", "a" * 52, added=NOON).id


def test_a_round_runs_until_it_is_finished(database: Database) -> None:
    peer = _peer(database)
    refused = [{"what": "entry 7", "why": "Its proof is not by this key."}]
    with database.writing() as unit:
        number = unit.rounds.start(peer, NOON)
        assert unit.rounds.get(number) == RoundRow(
            id=number, peer_id=peer, started=NOON, outcome=RUNNING, refused=[]
        )
        unit.rounds.finish(
            number,
            ended=NOON + timedelta(seconds=3),
            outcome=COMPLETE,
            sentence="9 new records.",
            refused=refused,
            entries=10,
            contents=9,
            blobs=1,
            bytes=2**40,
            requests=4,
            verified=10,
        )
        assert unit.rounds.get(number) == RoundRow(
            id=number,
            peer_id=peer,
            started=NOON,
            ended=NOON + timedelta(seconds=3),
            outcome=COMPLETE,
            entries=10,
            contents=9,
            blobs=1,
            bytes=2**40,
            requests=4,
            verified=10,
            refused=refused,
            sentence="9 new records.",
        )


def test_the_last_rounds_of_a_peer_come_newest_first(database: Database) -> None:
    one, other = _peer(database, "a"), _peer(database, "b")
    with database.writing() as unit:
        numbers = [unit.rounds.start(peer, NOON) for peer in (one, other, one, one)]
        assert [row.id for row in unit.rounds.of_peer(one, 2)] == [numbers[3], numbers[2]]
        latest = unit.rounds.latest()
        assert {peer: row.id for peer, row in latest.items()} == {
            one: numbers[3],
            other: numbers[1],
        }


def test_old_rounds_are_forgotten_but_the_last_of_each_peer_stays(database: Database) -> None:
    one, other = _peer(database, "a"), _peer(database, "b")
    with database.writing() as unit:
        for hours, peer in enumerate((one, other, one, one)):
            unit.rounds.start(peer, NOON + timedelta(hours=hours))
        assert unit.rounds.prune(NOON + timedelta(hours=3)) == 2
        assert len(unit.rounds.of_peer(one, 9)) == 1
        assert len(unit.rounds.of_peer(other, 9)) == 1


def test_a_removed_peer_takes_its_history_along(database: Database) -> None:
    peer = _peer(database)
    with database.writing() as unit:
        number = unit.rounds.start(peer, NOON)
        unit.rounds.finish(number, ended=NOON, outcome=FAILED, sentence="It did not answer.")
        unit.peers.remove(peer)
        assert unit.rounds.get(number) is None
        assert unit.rounds.latest() == {}
