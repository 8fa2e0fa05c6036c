"""Published on one node, read on another: processes, sockets, kills."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.network.conftest import RealNode, until

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("network")]

Make = Callable[..., RealNode]


def join(here: RealNode, there: RealNode) -> None:
    here.cli("peer", "add", there.url)


def test_a_record_is_found_on_the_partners_node_within_seconds(make_node: Make) -> None:
    puente, broen = make_node("Puente"), make_node("Broen")
    for node in (puente, broen):
        node.start()
    join(puente, broen)
    join(broen, puente)
    until(lambda: all(peer["complete_as_of"] for peer in broen.json("peer", "list")), 20, broen.log)
    record = puente.publish("Mentors on Tuesdays")
    took = until(lambda: bool(broen.found("mentors")), 5, broen.log)
    (item,) = broen.found("mentors")
    assert item["id"] == record
    assert item["origin"] == puente.ask("/exchange/1/node")["oid"]
    assert item["title"] == {"en": "Mentors on Tuesdays"}
    assert broen.json("search", "tuesdays")["total"] == 1
    assert took < 5


def test_the_schedule_brings_it_when_announcing_is_off(make_node: Make) -> None:
    puente = make_node("Puente", announce=False)
    broen = make_node("Broen", announce=False, sync_interval=1)
    for node in (puente, broen):
        node.start()
    join(broen, puente)
    puente.publish("Language cafe")
    until(lambda: bool(broen.found("cafe")), 10, broen.log)


def test_a_third_node_gets_and_verifies_the_firsts_records_from_the_second(
    make_node: Make,
) -> None:
    first, second, third = make_node("First"), make_node("Second"), make_node("Third")
    for node in (first, second, third):
        node.start()
    join(second, first)
    join(first, second)
    join(third, second)
    join(second, third)
    first.publish("Before the chain was whole")
    until(lambda: bool(second.found("chain")), 10, second.log)
    third.cli("sync")
    until(lambda: bool(third.found("chain")), 10, third.log)
    # From now on news runs down the chain by itself.
    record = first.publish("Family mentoring")
    until(lambda: bool(third.found("family")), 8, third.log)
    (item,) = third.found("family")
    assert item["id"] == record
    assert item["origin"] == first.ask("/exchange/1/node")["oid"]
    third.cli("verify")


@pytest.mark.parametrize("victim", ["the one that publishes", "the one that reads"])
def test_after_a_kill_a_restart_and_a_round_bring_both_to_the_same_state(
    victim: str, make_node: Make
) -> None:
    puente, broen = make_node("Puente"), make_node("Broen")
    for node in (puente, broen):
        node.start()
    join(puente, broen)
    join(broen, puente)
    killed = puente if victim == "the one that publishes" else broen
    for number in range(3):
        puente.publish(f"Record number {number}")
        killed.kill()
        killed.start()
    broen.cli("sync")
    until(lambda: len(broen.found("record")) == 3, 10, broen.log)
    here = {(log["oid"], log["size"]) for log in puente.ask("/exchange/1/heads")["logs"]}
    there = {(log["oid"], log["size"]) for log in broen.ask("/exchange/1/heads")["logs"]}
    assert {each for each in here if each[1] > 1} <= there
    for node in (puente, broen):
        node.cli("verify")


def test_a_partner_that_is_down_is_named_and_comes_back_by_itself(make_node: Make) -> None:
    puente = make_node("Puente")
    broen = make_node("Broen", backoff_first=1, backoff_max=2, sync_interval=1)
    for node in (puente, broen):
        node.start()
    join(broen, puente)

    def peer() -> dict[str, object]:
        (row,) = broen.json("peer", "list")
        return dict(row)

    until(lambda: peer()["complete_as_of"] is not None, 20, broen.log)
    puente.kill()
    until(lambda: "nothing listens there" in str(peer()["last_error"]), 20, broen.log)
    puente.start()
    puente.publish("Back again")
    until(lambda: bool(broen.found("again")), 20, broen.log)
    until(lambda: peer()["last_error"] == "", 10, broen.log)
