"""What peers say they hold of the own log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from node.storage.mirrors import MirrorRow
from tests.support.clock import START

if TYPE_CHECKING:
    from node.storage import Database


def test_the_last_word_of_each_peer_counts_and_goes_with_the_peer(database: Database) -> None:
    with database.writing() as uow:
        one = uow.peers.add("https://one.example", "zOne", added=START)
        two = uow.peers.add("https://two.example", "zTwo", added=START)
        said = MirrorRow(peer_id=one.id, epoch=0, size=5, applied=4, seen=START)
        uow.mirrors.note(said)
        uow.mirrors.note(replace(said, size=9, applied=9))
        uow.mirrors.note(replace(said, peer_id=two.id, epoch=1))
    with database.writing() as uow:
        assert uow.mirrors.of_epoch(0) == {one.id: replace(said, size=9, applied=9)}
        assert set(uow.mirrors.of_epoch(1)) == {two.id}
        uow.peers.remove(one.id)
        assert uow.mirrors.of_epoch(0) == {}
