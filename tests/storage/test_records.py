"""Records as readers see them, and links between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.errors import BadInputError, NotFoundError
from node.storage import LinkRow, RecordRow
from node.storage.records import ERASED, SHOWN, WITHDRAWN
from tests.support.making import NOON, record_id

if TYPE_CHECKING:
    from node.storage import Database

ONE, TWO = "a" * 52, "b" * 52


@pytest.fixture(autouse=True)
def origins(database: Database) -> None:
    with database.writing() as unit:
        unit.origins.add(ONE, first_seen=NOON)
        unit.origins.add(TWO, first_seen=NOON)


def row(number: int, **members: Any) -> RecordRow:
    base = RecordRow(
        oid=ONE,
        record=record_id(number),
        kind="good-practice",
        schema="good-practice/1",
        revision=1,
        epoch=0,
        seq=number,
        language="el",
        title={"el": f"Πρακτική {number}"},
        summary={"el": "Τι κάναμε \x00", "en": "What we did"},
        countries=("GR", "CY"),
        facets={"axis": ["staff"], "country": ["GR", "CY"]},
        published=NOON + timedelta(minutes=number),
        first_published=NOON,
        state=SHOWN,
        arrived=NOON,
        change=number,
    )
    return replace(base, **members)


def _put(database: Database, *rows: RecordRow) -> None:
    with database.writing() as unit:
        unit.records.upsert(*rows)


def test_a_record_is_read_back_as_it_was_written(database: Database) -> None:
    written = row(1, fault="title: too long", known=False)
    _put(database, written)
    with database.reading() as unit:
        assert unit.records.get(ONE, record_id(1)) == written
        assert unit.records.find(record_id(1)) == [written]


def test_a_record_written_again_takes_the_place_of_the_first(database: Database) -> None:
    _put(database, row(1), row(2))
    later = row(1, revision=2, state=WITHDRAWN, title={"en": "x"}, countries=(), change=9)
    _put(database, later)
    with database.reading() as unit:
        assert unit.records.get(ONE, record_id(1)) == later
        assert unit.records.count(state=None) == 2


def test_one_id_used_by_two_origins_is_two_records(database: Database) -> None:
    mine, theirs = row(1), row(1, oid=TWO, first_published=NOON - timedelta(days=1))
    _put(database, mine, theirs)
    with database.reading() as unit:
        assert unit.records.find(record_id(1)) == [theirs, mine]
        assert unit.records.get(TWO, record_id(1)) == theirs
        assert unit.records.get_many(ONE, [record_id(1)]) == {record_id(1): mine}


def test_many_are_read_at_once_and_unknown_ones_are_left_out(database: Database) -> None:
    _put(database, row(1), row(2), row(3))
    with database.reading() as unit:
        found = unit.records.get_many(ONE, [record_id(3), record_id(1), record_id(9), "odd"])
        assert {key: each.seq for key, each in found.items()} == {record_id(1): 1, record_id(3): 3}
        assert unit.records.get_many("c" * 52, [record_id(1)]) == {}
        assert unit.records.get_many(ONE, []) == {}


@pytest.mark.parametrize("record", ["", "not an id", record_id(10).upper(), record_id(9)])
def test_what_is_no_record_here_is_none(database: Database, record: str) -> None:
    _put(database, row(1))
    with database.reading() as unit:
        assert unit.records.get(ONE, record) is None
        assert unit.records.find(record) == []
        assert unit.records.links_from(ONE, record) == []
        assert unit.records.links_to(ONE, record) == []


def test_a_record_of_an_unknown_origin_or_a_wrong_id_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError):
        _put(database, row(1, oid="c" * 52))
    with pytest.raises(BadInputError):
        _put(database, row(1, record="not an id"))


def test_no_records_are_written_without_harm(database: Database) -> None:
    _put(database)


def test_changes_are_followed_in_order_whatever_the_state(database: Database) -> None:
    _put(database, row(1, change=5), row(2, change=3, state=ERASED), row(3, change=4))
    with database.reading() as unit:
        assert [each.change for each in unit.records.changed_since(0, 9)] == [3, 4, 5]
        assert [each.change for each in unit.records.changed_since(3, 1)] == [4]
        assert unit.records.changed_since(5, 9) == []


def test_the_newest_are_shown_ones_of_the_kinds_asked_for(database: Database) -> None:
    _put(
        database,
        row(1),
        row(2, kind="review"),
        row(3, state=WITHDRAWN),
        row(4, kind="visit", oid=TWO),
        row(5),
    )
    with database.reading() as unit:

        def newest(limit: int, kinds: list[str] | None = None) -> list[int]:
            return [each.seq for each in unit.records.newest(limit, kinds)]

        assert newest(9) == [5, 4, 2, 1]
        assert newest(2) == [5, 4]
        assert newest(9, ["good-practice", "review", "review"]) == [5, 2, 1]
        assert newest(1, ["good-practice", "review"]) == [5]
        assert newest(9, ["none"]) == []
        assert newest(9, []) == []


def test_an_origins_records_come_newest_first(database: Database) -> None:
    _put(database, row(1), row(2, oid=TWO), row(3), row(4, state=WITHDRAWN))
    with database.reading() as unit:
        assert [each.seq for each in unit.records.by_origin(ONE)] == [3, 1]
        assert [each.seq for each in unit.records.by_origin(ONE, state=None)] == [4, 3, 1]
        assert [each.seq for each in unit.records.by_origin(ONE, limit=1)] == [3]
        assert unit.records.by_origin("c" * 52) == []


def test_counts_are_of_shown_records_unless_asked_otherwise(database: Database) -> None:
    _put(
        database,
        row(1),
        row(2, kind="review"),
        row(3, state=WITHDRAWN),
        row(4, oid=TWO),
    )
    with database.reading() as unit:
        count = unit.records
        assert count.count() == 3
        assert count.count(state=None) == 4
        assert count.count(oid=ONE) == 2
        assert count.count(oid="c" * 52) == 0
        assert count.count_by_kind() == {"good-practice": 2, "review": 1}
        assert count.count_by_kind(oid=TWO) == {"good-practice": 1}
        assert count.count_by_origin() == {ONE: 2, TWO: 1}
        assert count.count_by_state(oid=ONE) == {SHOWN: 2, WITHDRAWN: 1}


def _link(number: int, target: int, relation: str = "adapts", **members: Any) -> LinkRow:
    base = LinkRow(ONE, record_id(number), relation, TWO, record_id(target), 3)
    return replace(base, **members)


def test_links_are_found_from_both_ends(database: Database) -> None:
    links = [_link(1, 7), _link(1, 8, "related", target_revision=None), _link(1, 6)]
    with database.writing() as unit:
        unit.records.set_links(ONE, record_id(1), links)
        unit.records.set_links(ONE, record_id(2), [_link(2, 7, "reviews")])
    with database.reading() as unit:
        assert unit.records.links_from(ONE, record_id(1)) == links
        assert unit.records.links_from(ONE, record_id(1), "adapts") == [links[0], links[2]]
        assert unit.records.links_from(TWO, record_id(1)) == []
        assert unit.records.links_to(TWO, record_id(7)) == [links[0], _link(2, 7, "reviews")]
        assert unit.records.links_to(TWO, record_id(7), "reviews") == [_link(2, 7, "reviews")]
        assert unit.records.links_to(ONE, record_id(7)) == []


def test_links_to_several_records_are_found_at_once(database: Database) -> None:
    to_seven, to_eight = _link(1, 7), _link(2, 8, "based_on")
    other_origins_seven = _link(3, 7, target_oid=ONE)
    with database.writing() as unit:
        for link in (to_seven, to_eight, other_origins_seven, _link(4, 7, "reviews"), _link(5, 9)):
            unit.records.set_links(ONE, link.record, [link])
    asked = [(TWO, record_id(7)), (TWO, record_id(8)), (TWO, "no id")]
    with database.reading() as unit:
        found = unit.records.links_to_any(asked, ["adapts", "based_on"], 10)
        assert sorted(link.record for link in found) == sorted([record_id(1), record_id(2)])
        assert set(found) == {to_seven, to_eight}
        assert unit.records.links_to_any([(TWO, "no id")], ["adapts"], 10) == []
        assert unit.records.links_to_any([], ["adapts"], 10) == []


def test_an_origin_that_floods_a_record_with_links_crowds_out_nobody(database: Database) -> None:
    flood = [(ONE, record_id(n), [_link(n, 7)]) for n in range(100, 140)]
    flood += [(ONE, record_id(n), [_link(n, 8)]) for n in range(140, 180)]
    with database.writing() as unit:
        unit.records.set_links_many([*flood, (TWO, record_id(1), [_link(1, 7, oid=TWO)])])
    asked = [(TWO, record_id(7)), (TWO, record_id(8))]
    with database.reading() as unit:
        found = unit.records.links_to_any(asked, ["adapts"], 5)
    assert len(found) == 5
    assert {(link.oid, link.target_record) for link in found} == {
        (ONE, record_id(7)),
        (TWO, record_id(7)),
        (ONE, record_id(8)),
    }


def test_new_links_take_the_place_of_old_ones(database: Database) -> None:
    with database.writing() as unit:
        unit.records.set_links_many(
            [
                (ONE, record_id(1), [_link(1, 7), _link(1, 8)]),
                (TWO, record_id(1), [_link(1, 7, oid=TWO)]),
            ]
        )
        unit.records.set_links_many([(ONE, record_id(1), [_link(1, 9)]), (ONE, record_id(2), [])])
        assert unit.records.links_from(ONE, record_id(1)) == [_link(1, 9)]
        assert unit.records.links_from(TWO, record_id(1)) == [_link(1, 7, oid=TWO)]


def test_clearing_removes_records_and_links(database: Database) -> None:
    _put(database, row(1))
    with database.writing() as unit:
        unit.records.set_links(ONE, record_id(1), [_link(1, 7)])
        unit.records.clear()
        assert unit.records.count(state=None) == 0
        assert unit.records.links_to(TWO, record_id(7)) == []
