"""A node of today is upgraded: what it kept unread is read, from its own store."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from node.contract import load_contract
from node.exchange.drafts import Draft
from node.exchange.projection import rebuild
from node.exchange.schedule import Worker
from node.exchange.upgrading import keep_to_contract
from node.operations.verify import verify_store
from tests.forward.future import (
    NewerData,
    Today,
    diary,
    future_node,
    new,
    old,
    published,
    pull,
    today,
)
from tests.support.nodes import connect, make_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.contract import Contract
    from node.exchange.context import Exchange
    from node.storage import RecordRow


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Exchange, Exchange]]:
    """One of the future, and one of today, which has looked at its own contract already."""
    future, here = future_node(tmp_path), make_exchange(tmp_path, "Puente")
    keep_to_contract(here)
    yield future, here
    future.database.dispose()
    here.database.dispose()


@pytest.fixture
def upgraded(tmp_path: Path) -> Contract:
    return load_contract(tmp_path / "schemas-of-the-future")


def row(x: Exchange, oid: str, record: str) -> RecordRow:
    with x.database.reading() as unit:
        found = unit.records.get(oid, record)
    assert found is not None
    return found


def start(x: Exchange, contract: Contract) -> Today:
    """Start the node anew over the same store, with other files; it can reach nobody."""
    begun = replace(x, contract=contract)
    worker = Worker(begun, connect({}), name="test")
    keep_to_contract(begun)
    worker.run_once()
    worker.close()
    return today(begun)


def test_the_same_record_shows_in_full_without_being_fetched_again(
    nodes: tuple[Exchange, Exchange], upgraded: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    future, here = nodes
    practice, film = published(future, new(), diary())
    pull(here, future)
    assert not row(here, future.own_oid(), practice).known
    with caplog.at_level(logging.INFO):
        after = start(here, upgraded)
    assert "The shared contract has changed; 2 records are told anew" in caplog.text
    page = after.page(f"/records/{practice}")
    for words in ("Eight of twelve had found work.", "Why now", "The harbour closes next year."):
        assert words in page
    assert 'id="unknown"' not in page
    assert "The kettle sings at dawn." in after.page(f"/records/{film}")
    assert practice in after.page("/search?q=harbour"), "its words are found now"
    assert film in after.page("/search?q=kettle&kind=video-diary")
    held = after.get(f"/api/1/records/{practice}", accept="application/json").get_json()
    assert (held["known"], held["countries"]) == (True, ["ES"])
    assert verify_store(after.x).findings == []


def test_the_worker_does_it_at_its_start(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    future, here = nodes
    (practice,) = published(future, new())
    pull(here, future)
    with here.database.writing() as unit:
        (peer,) = unit.peers.all()
        unit.peers.save(replace(peer, state="paused"))
    stop = threading.Event()
    worker = Worker(replace(here, contract=upgraded), connect({}), name="test")
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    try:
        for _ in range(200):
            if row(here, future.own_oid(), practice).known:
                break
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join(20)
    assert row(here, future.own_oid(), practice).known


def test_a_rebuild_does_it_too(nodes: tuple[Exchange, Exchange], upgraded: Contract) -> None:
    future, here = nodes
    (practice,) = published(future, new())
    pull(here, future)
    rebuild(replace(here, contract=upgraded))
    told = row(here, future.own_oid(), practice)
    assert (told.known, told.facets["country"]) == (True, ["ES"])


def test_a_new_concept_joins_its_broader_one(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    future, here = nodes
    (dry,) = published(future, old("Dry ground", target_group=["displaced-by-floods"]))
    pull(here, future)
    assert row(here, future.own_oid(), dry).facets["target_group"] == ["displaced-by-floods"]
    after = start(here, upgraded)
    found = row(here, future.own_oid(), dry).facets["target_group"]
    assert set(found) >= {"displaced-by-floods", "refugees"}
    assert dry in after.page("/search?target_group=refugees")
    page = after.page(f"/records/{dry}", "el")
    assert "Πλημμυροπαθείς" in page
    assert "(δεν είναι ακόμη γνωστό εδώ)" not in page


def test_a_fault_that_nobody_could_see_before_is_seen(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    """The same rows as on a node that knew the version from the beginning."""
    future, here = nodes
    careless = Careless.like(future)
    (right, wrong) = published(careless, new(), new("Without a reason", why_now=3))
    pull(here, future)
    assert row(here, future.own_oid(), wrong).state == "shown", "nothing is known against it"
    start(here, upgraded)
    told = row(here, future.own_oid(), wrong)
    assert told.state == "hidden"
    assert "/why_now" in (told.fault or "")
    assert row(here, future.own_oid(), right).state == "shown"


def test_an_earlier_revision_that_is_right_takes_a_faulty_ones_place(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    future, here = nodes
    careless = Careless.like(future)
    (record,) = published(careless, old("Evenings of talk"))
    published(careless, replace(new("Evenings of talk", why_now=3), record=record))
    pull(here, future)
    assert row(here, future.own_oid(), record).revision == 2
    start(here, upgraded)
    told = row(here, future.own_oid(), record)
    assert (told.state, told.revision, told.known) == ("shown", 1, True)


def test_what_is_told_as_before_is_left_alone(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    future, here = nodes
    same, other = published(future, old(), new())
    pull(here, future)
    before = row(here, future.own_oid(), same)
    start(here, upgraded)
    assert row(here, future.own_oid(), same) == before, "nobody who follows changes looks at it"
    assert row(here, future.own_oid(), other).change > before.change


def test_without_a_change_a_start_does_nothing(
    nodes: tuple[Exchange, Exchange], upgraded: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    future, here = nodes
    published(future, new())
    pull(here, future)
    assert keep_to_contract(here) == 0
    assert keep_to_contract(replace(here, contract=upgraded)) == 1
    caplog.clear()
    assert keep_to_contract(replace(here, contract=upgraded)) == 0
    assert caplog.text == ""


def test_a_start_that_was_cut_does_it_again(
    nodes: tuple[Exchange, Exchange], upgraded: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    future, here = nodes
    (practice,) = published(future, new())
    pull(here, future)
    after = replace(here, contract=upgraded)
    with monkeypatch.context() as cut:
        cut.setattr("node.exchange.upgrading._tell_log", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            keep_to_contract(after)
    assert not row(here, future.own_oid(), practice).known
    assert keep_to_contract(after) == 1


def _power_cut(*_all: Any) -> int:
    raise KeyboardInterrupt


def test_after_a_step_back_it_is_kept_and_shown_by_its_fallback_again(
    nodes: tuple[Exchange, Exchange], upgraded: Contract
) -> None:
    future, here = nodes
    (practice,) = published(future, new())
    pull(here, future)
    start(here, upgraded)
    back = start(here, here.contract)
    assert 'id="unknown"' in back.page(f"/records/{practice}")


class Careless(NewerData):
    """A node that signs whatever it is given."""

    def validate(self, schema: str, body: Any) -> list[Any]:
        return []

    @classmethod
    def like(cls, x: Exchange) -> Exchange:
        members = {name: getattr(x.contract, name) for name in x.contract.__dataclass_fields__}
        return replace(x, contract=cls(**members))


def test_a_draft_names_its_version_in_the_statement(nodes: tuple[Exchange, Exchange]) -> None:
    future, _here = nodes
    first, newest = published(future, old(), Draft(kind="good-practice", body=new().body))
    assert row(future, future.own_oid(), first).schema == "good-practice/1"
    assert row(future, future.own_oid(), newest).schema == "good-practice/2"
