"""Partners: adding with the oid compared, and everything a keeper may do with one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from node.core.epochs import group_oid
from node.errors import BadInputError, ConflictError, NotFoundError, PeerUnreachableError
from node.exchange.peers import (
    add_peer,
    block_origin,
    block_peer,
    clean_url,
    list_peers,
    look_at,
    pause_peer,
    remove_peer,
    resume_peer,
    show_peer,
    unblock_origin,
)
from node.exchange.publishing import publish
from node.storage.records import HIDDEN, SHOWN
from tests.support.foreign import Foreign
from tests.support.nodes import connect, make_exchange, practice

if TYPE_CHECKING:
    from pathlib import Path

    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock

URL = "https://gefyra.example"


@pytest.fixture
def other(tmp_path: Path, clock: FixedClock) -> Exchange:
    return make_exchange(tmp_path, "Gefyra", clock, url=URL, country="GR")


def test_a_partner_is_added_by_address_and_is_due_at_once(x: Exchange, other: Exchange) -> None:
    peer = add_peer(x, f" {URL}/ ", connect({URL: other}), private_ok=True)
    assert (peer.url, peer.oid, peer.name) == (URL, other.own_oid(), "Gefyra")
    assert (peer.state, peer.scope, peer.private_ok) == ("active", "all", True)
    with x.database.reading() as uow:
        assert [p.id for p in uow.peers.due(x.clock.now(), 10)] == [peer.id]
    assert list_peers(x) == [peer]


@pytest.mark.parametrize("write", [str, str.upper, group_oid], ids=["plain", "capitals", "groups"])
def test_the_oid_may_be_given_as_a_person_writes_it(
    small: Exchange, other: Exchange, write: object
) -> None:
    given = write(other.own_oid())  # type: ignore[operator]
    assert add_peer(small, URL, connect({URL: other}), oid=given).oid == other.own_oid()


def test_a_node_with_another_oid_than_the_one_compared_is_not_added(
    small: Exchange, other: Exchange
) -> None:
    with pytest.raises(BadInputError, match="another oid") as caught:
        add_peer(small, URL, connect({URL: other}), oid="a" * 52)
    assert caught.value.facts["found"] == other.own_oid()
    assert list_peers(small) == []


def test_a_node_cannot_be_its_own_partner(small: Exchange) -> None:
    with pytest.raises(BadInputError, match="this node itself"):
        add_peer(small, URL, connect({URL: small}))


def test_a_partner_is_added_only_once_by_address_and_by_oid(
    small: Exchange, other: Exchange
) -> None:
    nodes = connect({URL: other, "https://mirror.example": other})
    add_peer(small, URL, nodes)
    for url in (URL, "HTTPS://GEFYRA.EXAMPLE:443/", "https://mirror.example"):
        with pytest.raises(ConflictError, match="partner already"):
            add_peer(small, url, nodes)
    assert len(list_peers(small)) == 1


def test_an_address_where_nothing_answers_is_not_added(small: Exchange) -> None:
    with pytest.raises(PeerUnreachableError):
        add_peer(small, "https://nobody.example", connect({}))
    assert list_peers(small) == []


def test_a_node_of_another_protocol_is_not_added(
    small: Exchange, other: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    from node.exchange import serving

    monkeypatch.setattr(serving, "PROTOCOLS", (2, 3))
    with pytest.raises(BadInputError, match="does not speak version 1"):
        look_at(small, URL, connect({URL: other}))


def test_a_scope_that_there_is_not_is_refused(small: Exchange, other: Exchange) -> None:
    with pytest.raises(BadInputError, match="scope"):
        add_peer(small, URL, connect({URL: other}), scope="friends")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://node.example.org/", "https://node.example.org"),
        ("HTTP://Node.Example.org:80", "http://node.example.org"),
        ("https://node.example.org:8443/a/b/", "https://node.example.org:8443/a/b"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_kept_in_one_form(url: str, expected: str) -> None:
    assert clean_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example.org",
        "ftp://node.example.org",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@node.example.org",
        "https://node.example.org/?x=1",
        "https://node.example.org/#x",
        "https://node.example.org:99999",
        "https://[::1",
        "https://node.example.org/a\nb",
        "https://node example.org",
    ],
)
def test_what_is_no_address_of_a_node_is_refused(url: str) -> None:
    with pytest.raises(BadInputError):
        clean_url(url)


def test_pausing_stops_the_schedule_and_resuming_makes_due_at_once(
    x: Exchange, other: Exchange, clock: FixedClock
) -> None:
    peer = add_peer(x, URL, connect({URL: other}))
    assert pause_peer(x, "Gefyra").state == "paused"
    with x.database.reading() as uow:
        assert uow.peers.due(clock.now(), 10) == []
    clock.forward(hours=5)
    assert resume_peer(x, str(peer.id)).next_due == clock.now()
    with x.database.reading() as uow:
        assert [p.id for p in uow.peers.due(clock.now(), 10)] == [peer.id]


def test_removing_forgets_the_address_and_keeps_the_records(x: Exchange, other: Exchange) -> None:
    origin = Foreign()
    origin.publish()
    origin.store(x)
    add_peer(x, URL, connect({URL: other}))
    assert remove_peer(x, URL).name == "Gefyra"
    assert list_peers(x) == []
    assert origin.state(x) == SHOWN


def test_blocking_a_partner_hides_its_records_and_resuming_shows_them(
    x: Exchange, tmp_path: Path, clock: FixedClock
) -> None:
    origin = Foreign()
    origin.publish(1, "Mentors")
    origin.store(x)
    with x.database.writing() as uow:
        uow.peers.add("https://bro.example", origin.oid, added=clock.now(), name="Bro")
    assert block_peer(x, "bro", "spam").state == "blocked"
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title["en"]) == (HIDDEN, "Mentors")
    assert "blocked" in (row.fault or "")
    assert resume_peer(x, origin.oid).state == "active"
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.fault) == (SHOWN, None)


def test_an_origin_may_be_blocked_in_advance_and_only_once_unblocked(small: Exchange) -> None:
    oid = Foreign().oid
    block_origin(small, oid, "warned by a partner")
    with small.database.reading() as uow:
        origin = uow.origins.get(oid)
    assert origin is not None
    assert (origin.status, origin.reason) == ("blocked", "warned by a partner")
    unblock_origin(small, oid)
    with pytest.raises(NotFoundError, match="not blocked"):
        unblock_origin(small, oid)


def test_partners_are_asked_anew_once_an_origin_is_unblocked(small: Exchange) -> None:
    oid = Foreign().oid
    block_origin(small, oid)
    with small.database.writing() as uow:
        peer = uow.peers.add("https://relay.example", "c" * 52, added=small.clock.now())
        uow.peers.save(replace(peer, heads_token="abc-7", heads_etag='"7"'))
    unblock_origin(small, oid)
    with small.database.reading() as uow:
        (peer,) = uow.peers.all()
    assert (peer.heads_token, peer.heads_etag) == ("", "")


def test_what_arrives_of_a_blocked_origin_stays_hidden(x: Exchange) -> None:
    origin = Foreign()
    origin.publish()
    origin.store(x)
    block_origin(x, origin.oid)
    origin.publish(2)
    origin.store(x)
    assert [origin.state(x, n) for n in (1, 2)] == [HIDDEN, HIDDEN]


def test_ones_own_origin_cannot_be_blocked(small: Exchange) -> None:
    publish(small, [practice()])
    with pytest.raises(BadInputError, match="own origin"):
        block_origin(small, small.own_oid())
    with small.database.reading() as uow:
        assert uow.records.count(oid=small.own_oid()) == 1


def test_a_partner_is_found_by_number_address_oid_and_name(
    small: Exchange, other: Exchange
) -> None:
    peer = add_peer(small, URL, connect({URL: other}))
    for which in (str(peer.id), URL, URL + "/", peer.oid, group_oid(peer.oid), "gefyra"):
        assert show_peer(small, which).id == peer.id, which
    with pytest.raises(NotFoundError, match="no partner"):
        show_peer(small, "nobody")


def test_two_partners_of_one_name_must_be_told_apart(small: Exchange, clock: FixedClock) -> None:
    with small.database.writing() as uow:
        for letter in "bc":
            uow.peers.add(f"https://{letter}.example", letter * 52, added=clock.now(), name="Twin")
    with pytest.raises(BadInputError, match="2 partners"):
        show_peer(small, "Twin")


def test_every_act_of_the_keeper_is_in_the_audit_trail(small: Exchange, other: Exchange) -> None:
    add_peer(small, URL, connect({URL: other}))
    pause_peer(small, URL)
    remove_peer(small, URL)
    block_origin(small, "b" * 52)
    with small.database.reading() as uow:
        acts = [row.what for row in uow.audit.newest(10)]
    assert acts[:4] == ["origin blocked", "peer removed", "peer paused", "peer added"]
