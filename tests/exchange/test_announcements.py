"""An announcement makes partners due, and can do nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.core.checkpoints import make_checkpoint, peek_checkpoint
from node.core.limits import MAX_NOTE
from node.errors import BadInputError
from node.exchange.peers import block_origin, pause_peer
from node.exchange.receiving import receive_announcement
from node.net.client import PeerClient
from tests.support.foreign import Foreign
from tests.support.making import NOON, SampleLog, secret
from tests.support.nodes import InProcess, make_app

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock


@pytest.fixture
def origin() -> Foreign:
    origin = Foreign()
    origin.publish()
    return origin


def add_peer(x: Exchange, oid: str, *, url: str = "https://bro.example", scope: str = "all") -> int:
    """Add a partner that is next due in an hour."""
    with x.database.writing() as uow:
        peer = uow.peers.add(url, oid, added=x.clock.now(), name=url, scope=scope)
        uow.peers.save(replace(peer, next_due=x.clock.now() + timedelta(hours=1)))
        return peer.id


def due(x: Exchange) -> list[int]:
    with x.database.reading() as uow:
        return sorted(peer.id for peer in uow.peers.due(x.clock.now(), 10))


def test_a_partners_new_checkpoint_makes_that_partner_due(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    partner = add_peer(x, origin.oid)
    add_peer(x, "b" * 52, url="https://other.example")
    origin.publish(2)
    PeerClient(InProcess(x)).announce(origin.log.note())
    assert due(x) == [partner]


def test_the_first_word_of_a_partner_of_whom_nothing_is_held_counts(
    x: Exchange, origin: Foreign
) -> None:
    partner = add_peer(x, origin.oid)
    receive_announcement(x, origin.log.note())
    assert due(x) == [partner]


def test_news_of_a_relayed_origin_makes_those_due_that_relay(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    relays = add_peer(x, "b" * 52, url="https://relay.example")
    add_peer(x, "c" * 52, url="https://own-only.example", scope="own")
    origin.publish(2)
    receive_announcement(x, origin.log.note())
    assert due(x) == [relays]


def test_the_first_word_of_an_unknown_origin_asks_those_that_relay(
    x: Exchange, origin: Foreign
) -> None:
    relays = add_peer(x, "b" * 52, url="https://relay.example")
    add_peer(x, "c" * 52, url="https://own-only.example", scope="own")
    receive_announcement(x, origin.log.note())
    assert due(x) == [relays]


def test_what_is_held_already_makes_nobody_due(x: Exchange, origin: Foreign) -> None:
    origin.publish(2)
    origin.store(x)
    add_peer(x, origin.oid)
    receive_announcement(x, origin.log.note())
    receive_announcement(x, origin.log.note(2))
    assert due(x) == []


def test_a_checkpoint_by_another_key_is_refused(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    add_peer(x, origin.oid)
    origin.publish(2)
    forged = SampleLog("Bro")
    forged.publish(5)
    note = make_checkpoint(origin.oid, 0, 9, forged.edge().root(), secret("thief"), NOON)
    answer = make_app(x).test_client().post("/exchange/1/announce", data=note)
    assert answer.status_code == 400
    assert due(x) == []


def test_every_byte_of_an_announcement_matters(small: Exchange, origin: Foreign) -> None:
    origin.store(small)
    add_peer(small, origin.oid)
    origin.publish(2)
    note = origin.log.note()
    for place in range(0, len(note), 3):
        changed = note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]
        if peek(changed) not in {None, (origin.oid, 0)}:
            continue  # another origin, or an epoch whose key is not known yet; see below
        with pytest.raises(BadInputError):
            receive_announcement(small, changed)
    assert due(small) == []


def test_more_than_a_note_may_have_is_not_even_parsed(small: Exchange) -> None:
    with pytest.raises(BadInputError, match="at most"):
        receive_announcement(small, b"x" * (MAX_NOTE + 1))


def test_an_origin_that_no_partner_could_have_is_not_found(x: Exchange, origin: Foreign) -> None:
    add_peer(x, "b" * 52, scope="own")
    answer = make_app(x).test_client().post("/exchange/1/announce", data=origin.log.note())
    assert answer.status_code == 404
    assert due(x) == []


def test_a_blocked_origin_is_not_found_either(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    add_peer(x, origin.oid)
    block_origin(x, origin.oid)
    origin.publish(2)
    answer = make_app(x).test_client().post("/exchange/1/announce", data=origin.log.note())
    assert answer.status_code == 404
    assert due(x) == []


def test_a_paused_partner_is_left_alone(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    partner = add_peer(x, origin.oid)
    pause_peer(x, str(partner))
    origin.publish(2)
    receive_announcement(x, origin.log.note())
    assert due(x) == []


def test_the_next_epoch_is_a_hint_and_one_far_away_is_not(x: Exchange, origin: Foreign) -> None:
    origin.store(x)
    partner = add_peer(x, origin.oid)
    origin.succeed()
    following = origin.log
    far = following.succeed()
    receive_announcement(x, far.note())
    assert due(x) == []
    receive_announcement(x, following.note())
    assert due(x) == [partner]


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        ({"last_ok": True}, 60),
        ({"failures": 3}, 3600),
        ({}, 0),
    ],
    ids=["a partner just pulled", "a partner that fails", "a partner never pulled"],
)
def test_what_cannot_be_verified_yet_does_not_set_the_pace(
    x: Exchange, origin: Foreign, clock: FixedClock, state: dict[str, object], seconds: int
) -> None:
    origin.store(x)
    partner = add_peer(x, origin.oid)
    if "last_ok" in state:
        state = {"last_ok": clock.now()}
    with x.database.writing() as uow:
        peer = uow.peers.get(partner)
        assert peer is not None
        uow.peers.save(replace(peer, **state))
    origin.succeed()
    for _ in range(3):
        receive_announcement(x, origin.log.note())
    with x.database.reading() as uow:
        peer = uow.peers.get(partner)
    assert peer is not None
    assert peer.next_due == clock.now() + timedelta(seconds=seconds)


def peek(note: bytes) -> tuple[str, int] | None:
    try:
        return peek_checkpoint(note)[:2]
    except BadInputError:
        return None


def test_ones_own_checkpoint_coming_back_is_no_news(x: Exchange, clock: FixedClock) -> None:
    with x.database.reading() as uow:
        log = uow.logs.current(x.own_oid())
    assert log is not None
    assert log.checkpoint is not None
    add_peer(x, "b" * 52)
    receive_announcement(x, log.checkpoint.note)
    assert due(x) == []
