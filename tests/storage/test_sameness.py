"""Claims that may count, translations, and the keeper's decisions, on both databases."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from node.core.sameness import Claim
from node.storage import LinkRow, RecordRow
from node.storage.origins import OWN
from tests.support.making import NOON

if TYPE_CHECKING:
    from node.core.sameness import Key
    from node.storage import Database, UnitOfWork


def rid(number: int) -> str:
    return str(UUID(int=number, version=4))


A, A2, B, X = ("anna", rid(1)), ("anna", rid(2)), ("bert", rid(1)), ("xena", rid(3))


@pytest.fixture
def held(database: Database) -> Database:
    with database.writing() as unit:
        unit.origins.add("ours", first_seen=NOON, status=OWN)
        for oid in ("anna", "bert", "xena"):
            unit.origins.add(oid, first_seen=NOON)
    return database


def say(unit: UnitOfWork, by: str, number: int, *targets: Key, relation: str = "same_as") -> None:
    said = [LinkRow(by, rid(number), relation, *target) for target in targets]
    unit.records.set_links(by, rid(number), said)


def test_of_claims_only_the_authors_and_our_own_are_asked_for(held: Database) -> None:
    with held.writing() as unit:
        say(unit, "xena", 10, A, X)
        say(unit, "xena", 11, A, B)
        say(unit, "anna", 12, A, B)
        say(unit, "anna", 13, B, A)
        say(unit, "ours", 14, X, A)
    with held.reading() as unit:
        found = unit.sameness.claims(A, 100, anybody=False)
        assert sorted(found, key=lambda c: (c.by, c.other)) == [
            Claim("anna", A, B),
            Claim("ours", A, X),
        ]
        assert unit.sameness.claimed([A, B, X, A2], anybody=False) == {A, X}
        assert unit.sameness.claimed([A, B, X, A2], anybody=True) == {A, B, X}


def test_the_other_authors_word_is_asked_for_once_ours_has_spoken(held: Database) -> None:
    with held.writing() as unit:
        say(unit, "bert", 10, B, A)
    with held.reading() as unit:
        assert unit.sameness.claims(A, 100, anybody=False) == []
        assert unit.sameness.claims(B, 100, anybody=False) == [Claim("bert", B, A)]
        assert unit.sameness.claims(A, 100, anybody=True) == [Claim("bert", A, B)]
    with held.writing() as unit:
        say(unit, "anna", 11, A, B)
        for key, other in ((A, B), (B, A)):
            found = unit.sameness.claims(key, 100, anybody=False)
            assert {claim.by for claim in found} == {"anna", "bert"}
            assert {claim.other for claim in found} == {other}


def test_a_claim_that_names_one_record_only_says_nothing(held: Database) -> None:
    with held.writing() as unit:
        say(unit, "anna", 10, A)
        assert unit.sameness.claims(A, 100, anybody=True) == []
        assert unit.sameness.claims(("anna", "no id"), 100, anybody=True) == []


def test_ten_thousand_claims_of_a_stranger_are_passed_over_quickly(held: Database) -> None:
    with held.writing() as unit:
        unit.records.set_links_many(
            [
                (
                    "xena",
                    rid(n),
                    [
                        LinkRow("xena", rid(n), "same_as", *A),
                        LinkRow("xena", rid(n), "same_as", "xena", rid(n + 1)),
                    ],
                )
                for n in range(100, 10_100)
            ]
        )
        say(unit, "anna", 10, A, A2)
    with held.reading() as unit:
        begun = time.perf_counter()
        assert unit.sameness.claims(A, 100, anybody=False) == [Claim("anna", A, A2)]
        assert len(unit.sameness.claims(A, 100, anybody=True)) == 100
        assert time.perf_counter() - begun < 2


def test_of_a_flood_of_claims_each_origin_comes_in_its_turn(held: Database) -> None:
    with held.writing() as unit:
        for number in range(20, 30):
            say(unit, "bert", number, A, X)
        say(unit, "xena", 40, B, A)
        found = unit.sameness.said_of(A, 3)
        assert [(claim[0], other) for claim, other in found] == [
            ("bert", X),
            ("xena", B),
            ("bert", X),
        ]
        assert unit.sameness.said_of(("anna", "no id"), 3) == []


def test_a_translation_is_known_by_what_it_names_first(held: Database) -> None:
    with held.writing() as unit:
        say(unit, "xena", 10, B, A, relation="translates")
        say(unit, "anna", 11, A, relation="reviews")
    with held.reading() as unit:
        assert unit.sameness.translated([("xena", rid(10)), ("anna", rid(10)), A]) == {
            ("xena", rid(10)): B
        }
        assert unit.sameness.translated([]) == {}


def test_of_many_translations_the_authors_and_ours_come_first(held: Database) -> None:
    with held.writing() as unit:
        for number in range(20, 30):
            say(unit, "bert", number, A, relation="translates")
        say(unit, "ours", 40, A, relation="translates")
        say(unit, "anna", 50, A, relation="translates")
        say(unit, "xena", 60, B, relation="translates")
    with held.reading() as unit:
        found = unit.sameness.translations([A, B], 3)
        assert [one for one, of in found if of == A] == [
            ("anna", rid(50)),
            ("ours", rid(40)),
            ("bert", rid(20)),
        ]
        assert [one for one, of in found if of == B] == [("xena", rid(60))]
        assert unit.sameness.translations([], 3) == []


def test_what_an_origins_records_speak_of_is_found(held: Database) -> None:
    with held.writing() as unit:
        say(unit, "anna", 10, A, B)
        say(unit, "anna", 11, X, relation="translates")
        say(unit, "anna", 12, A2, relation="reviews")
        ids = [rid(n) for n in (10, 11, 12)]
        assert unit.sameness.targets("anna", ids) == {A, B, X}
        assert unit.sameness.targets("anna", []) == set()
        assert unit.sameness.targets("nobody", ids) == set()


def test_a_decision_is_one_for_two_records_whichever_is_named_first(held: Database) -> None:
    with held.writing() as unit:
        unit.sameness.decide(B, A, joined=True, reason="the same \x00 café", at=NOON)
        unit.sameness.decide(A, B, joined=False, reason="no, two", at=NOON)
    with held.writing() as unit:
        (only,) = unit.sameness.decisions()
        assert (only.one, only.other, only.joined, only.reason) == (A, B, False, "no, two")
        assert only.decided == NOON
        assert unit.sameness.forget(B, A)
        assert not unit.sameness.forget(A, B)
        assert unit.sameness.decisions() == []


def test_touched_records_are_looked_at_again(held: Database) -> None:
    with held.writing() as unit:
        for oid, record in (A, B):
            unit.records.upsert(row(oid, record, unit.next_change()))
        before = unit.last_change()
        unit.sameness.touch([A, ("nobody", rid(1)), ("anna", "no id")], unit.next_change)
        assert [r.oid for r in unit.records.changed_since(before, 10)] == ["anna"]


def row(oid: str, record: str, change: int) -> RecordRow:
    return RecordRow(
        oid=oid,
        record=record,
        kind="good-practice",
        schema="good-practice/1",
        revision=1,
        epoch=0,
        seq=1,
        language="en",
        title={"en": "Talk"},
        summary={},
        countries=(),
        facets={},
        published=NOON,
        first_published=NOON,
        state="shown",
        arrived=NOON,
        change=change,
    )
