from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.exchange.publishing import erase, publish, revise, withdraw
from node.search import SearchIndex, documents
from node.search import follower as module
from node.search.folder import folder_of
from node.search.follower import follow, made_by_of, rebuild
from node.search.index import State
from node.search.query import Query
from tests.search.making import found
from tests.support.nodes import make_exchange, practice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from node.exchange.context import Exchange
    from node.storage import Database


@pytest.fixture
def x(database: Database, tmp_path: Path) -> Exchange:
    """Give a node on SQLite and on PostgreSQL."""
    return make_exchange(tmp_path, database=database)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return SearchIndex.open(tmp_path / "index")


def up(x: Exchange, index: SearchIndex, **more: int) -> int:
    return follow(x.database, x.contract, index, **more)


def test_what_was_published_is_found_in_title_summary_and_body(
    x: Exchange, index: SearchIndex
) -> None:
    (one,) = publish(x, [practice("Evenings of talk", summary={"en": "Neighbours meet."})])
    assert up(x, index) == 1
    for word in ("evening", "neighbour", "newcomers"):
        assert found(index, word) == [one.record]


def test_nothing_new_costs_no_commit(x: Exchange, index: SearchIndex) -> None:
    publish(x, [practice()])
    up(x, index)
    before = index.state()
    stamp = index.view().searcher.num_segments
    assert up(x, index) == 0
    assert (index.state(), index.view().searcher.num_segments) == (before, stamp)


def test_a_revision_takes_the_place_of_the_one_before(x: Exchange, index: SearchIndex) -> None:
    (one,) = publish(x, [practice("Knitting circle")])
    up(x, index)
    revise(x, one.record, practice("Cooking together"))
    assert up(x, index) == 1
    assert found(index, "knitting") == []
    assert found(index, "cooking") == [one.record]


def test_a_withdrawn_record_leaves_and_comes_back(x: Exchange, index: SearchIndex) -> None:
    (one,) = publish(x, [practice("Knitting circle")])
    up(x, index)
    withdraw(x, one.record)
    up(x, index)
    assert found(index) == []
    revise(x, one.record, practice("Knitting again"))
    up(x, index)
    assert found(index, "knitting") == [one.record]


def test_an_erased_record_leaves(x: Exchange, index: SearchIndex) -> None:
    one, two = publish(x, [practice("Knitting circle"), practice("Cooking")])
    up(x, index)
    erase(x, one.record)
    up(x, index)
    assert found(index) == [two.record]
    assert up(x, index) == 0


def test_facets_kind_and_origin_can_be_filtered_by(x: Exchange, index: SearchIndex) -> None:
    publish(x, [practice("One", country=["DK", "GR"]), practice("Two", country=["DK"])])
    up(x, index)
    facets = index.search(Query()).facets
    assert facets["country"] == {"DK": 2, "GR": 1}
    assert facets["kind"] == {"good-practice": 2}
    assert facets["origin"] == {x.own_oid(): 2}
    assert facets["success_factor"] == {"social-capital": 2}
    assert "iag_practice" in facets


def test_a_limit_is_kept_and_gone_on_from(x: Exchange, index: SearchIndex) -> None:
    publish(x, [practice(f"Number {n}") for n in range(7)])
    seen = []
    while done := up(x, index, limit=3):
        assert done <= 3
        seen.append(index.search(Query()).total)
    assert seen[-1] == 7
    assert len(seen) >= 3


def test_many_records_come_in_batches_and_all_arrive(
    x: Exchange, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 5)
    monkeypatch.setattr(module, "COMMIT_AFTER", 8)
    published = publish(x, [practice(f"Number {n}") for n in range(23)])
    assert up(x, index) == 23
    assert set(found(index, limit=100)) == {one.record for one in published}
    assert index.state().cursor == x.database.stamp()


@pytest.mark.parametrize("at", [1, 4, 8, 9], ids="after {} records".format)
def test_a_follower_that_dies_anywhere_is_simply_called_again(
    x: Exchange, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    monkeypatch.setattr(module, "COMMIT_AFTER", 4)
    published = publish(x, [practice(f"Number {n}") for n in range(10)])
    withdraw(x, published[0].record)
    dying = _dying(documents.entry_of, at)
    monkeypatch.setattr(documents, "entry_of", dying)
    with pytest.raises(KeyboardInterrupt):
        up(x, index)
    monkeypatch.undo()
    up(x, SearchIndex.open(index.root))
    assert set(found(index)) == {one.record for one in published[1:]}


def _dying(real: Callable[..., object], at: int) -> Callable[..., object]:
    calls = [0]

    def die(*args: object) -> object:
        calls[0] += 1
        if calls[0] == at:
            raise KeyboardInterrupt
        return real(*args)

    return die


def test_records_changed_together_are_not_parted(x: Exchange, index: SearchIndex) -> None:
    published = publish(x, [practice(f"Number {n}") for n in range(6)])
    with x.database.writing() as uow:
        change = uow.next_change()
        rows = uow.records.changed_since(0, 100)
        from dataclasses import replace

        uow.records.upsert(*(replace(row, change=change) for row in rows))
    for _ in range(7):
        up(x, index, limit=2)
    assert set(found(index)) == {one.record for one in published}


def test_an_index_made_from_other_schemas_is_made_anew(x: Exchange, index: SearchIndex) -> None:
    (one,) = publish(x, [practice()])
    up(x, index)
    with index.writing() as writer:
        writer.remove(x.own_oid(), one.record)
        writer.commit(State(index.state().cursor, "an earlier version"))
    assert up(x, index) == 1
    assert found(index) == [one.record]
    assert index.state().made_by == made_by_of(x.contract)


def test_an_index_ahead_of_a_restored_store_is_made_anew(x: Exchange, index: SearchIndex) -> None:
    (one,) = publish(x, [practice()])
    up(x, index)
    with index.writing() as writer:
        writer.remove(x.own_oid(), one.record)
        writer.commit(State(10_000, made_by_of(x.contract)))
    assert up(x, index) == 1
    assert found(index) == [one.record]
    assert index.state().cursor == x.database.stamp()


def test_a_damaged_index_is_made_anew(x: Exchange, index: SearchIndex) -> None:
    (one,) = publish(x, [practice()])
    up(x, index)
    (index.root / "damaged").touch()
    assert up(x, index) == 1
    assert found(index) == [one.record]
    assert not index.is_damaged()


def test_an_index_that_is_damaged_under_the_follower_is_made_anew(
    x: Exchange, index: SearchIndex
) -> None:
    (one,) = publish(x, [practice()])
    up(x, index)
    assert found(index) == [one.record]
    (folder_of(index.root) / "meta.json").write_text("{")
    assert up(x, index) == 1
    assert found(index) == [one.record]


def test_an_index_that_was_deleted_is_made_anew(x: Exchange, tmp_path: Path) -> None:
    (one,) = publish(x, [practice()])
    up(x, SearchIndex.open(tmp_path / "first"))
    second = SearchIndex.open(tmp_path / "second")
    assert up(x, second) == 1
    assert found(second) == [one.record]


def test_rebuild_makes_the_same_index_again(x: Exchange, index: SearchIndex) -> None:
    published = publish(x, [practice(f"Number {n}") for n in range(4)])
    withdraw(x, published[3].record)
    up(x, index)
    before = index.search(Query())
    assert rebuild(x.database, x.contract, index) == 4
    after = index.search(Query())
    assert (after.hits, after.facets) == (before.hits, before.facets)


def test_readers_have_the_old_index_while_it_is_rebuilt(
    x: Exchange, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "COMMIT_AFTER", 2)
    publish(x, [practice(f"Number {n}") for n in range(6)])
    up(x, index)
    reader, seen = SearchIndex.open(index.root), []
    real = documents.entry_of

    def watching(*args: object) -> object:
        seen.append(reader.search(Query()).total)
        return real(*args)

    monkeypatch.setattr(documents, "entry_of", watching)
    rebuild(x.database, x.contract, index)
    assert seen == [6] * 6


def test_when_another_process_writes_it_is_left_to_that_one(
    x: Exchange, index: SearchIndex
) -> None:
    publish(x, [practice()])
    other = SearchIndex.open(index.root)
    with other.writing():
        assert follow(x.database, x.contract, index, wait=0.05) == 0
    assert up(x, index) == 1


def test_a_record_whose_content_is_gone_is_found_by_its_title(
    x: Exchange, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = publish(x, [practice("Knitting circle")])
    monkeypatch.setattr(documents, "_contents", lambda _unit, _rows: {})
    up(x, index)
    assert found(index, "knitting") == [one.record]
    assert index.search(Query(text="neighbours")).total == 0
