"""Duplicates and translations in search results and beside a record; nothing is ever hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.catalogue.browsing import SearchRequest, search_records
from node.catalogue.cards import Also
from node.catalogue.duplicates import MAX_SHOWN, duplicates_of
from node.catalogue.records import get_record
from node.core.sameness import MAX_GROUP
from node.exchange.drafts import Draft
from node.exchange.duplicates import join, keep_apart
from node.exchange.publishing import erase, withdraw
from tests.catalogue.making import organisation, translation
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import practice

if TYPE_CHECKING:
    from node.catalogue.duplicates import Duplicates
    from tests.catalogue.making import Shelf


def claim(one: dict[str, str], other: dict[str, str]) -> Draft:
    return Draft(kind="same-as", body=claim_body(one, other))


def claim_body(one: dict[str, str], other: dict[str, str]) -> dict[str, object]:
    return {
        "subject": one,
        "same_as": other,
        "language": "en",
        "sameness": "identical",
        "reason": {"en": "One library, described twice"},
    }


@pytest.fixture
def two(shelf: Shelf) -> tuple[str, str]:
    one, other = shelf.publish(practice("Talk café"), practice("Language table"))
    return one, other


def beside(shelf: Shelf, record: str, origin: str | None = None) -> Duplicates:
    return duplicates_of(shelf.catalogue, get_record(shelf.catalogue, record, origin))


def titles(found: Duplicates) -> list[str]:
    return [each.card.title["en"] for each in found.joined]


def test_a_result_names_what_stands_with_it(shelf: Shelf, two: tuple[str, str]) -> None:
    shelf.publish(
        organisation("Casa"),
        claim(shelf.reference(two[0]), shelf.reference(two[1])),
        translation(shelf.reference(two[0], 1), "el", title="Καφενείο"),
    )
    page = search_records(shelf.catalogue, SearchRequest(q="café"))
    (card,) = page.items
    assert (page.total, card.id) == (1, two[0])
    assert [(also.relation, also.language) for also in card.also] == [
        ("same_as", "en"),
        ("translation", "el"),
    ]
    assert isinstance(card.also[0], Also)
    assert card.also[0].id == two[1]
    assert card.also[0].origin.name == "Casa"


def test_a_word_of_a_duplicate_or_translation_is_shown_from_there(
    shelf: Shelf, two: tuple[str, str]
) -> None:
    shelf.publish(
        claim(shelf.reference(two[0]), shelf.reference(two[1])),
        translation(
            shelf.reference(two[0], 1), "el", title="Καφενείο", results="Η γειτονιά άνθισε"
        ),
    )
    (card,) = search_records(shelf.catalogue, SearchRequest(q="table")).items
    assert card.snippet is not None
    assert card.snippet.text == "Language table"
    (card,) = search_records(shelf.catalogue, SearchRequest(q="γειτονιά")).items
    assert card.snippet is not None
    assert (card.snippet.language, card.snippet.text) == ("el", "Η γειτονιά άνθισε")


def test_unfolded_each_record_is_a_result_without_others(
    shelf: Shelf, two: tuple[str, str]
) -> None:
    shelf.publish(claim(shelf.reference(two[0]), shelf.reference(two[1])))
    page = search_records(
        shelf.catalogue, SearchRequest(facets={"kind": ["good-practice"]}, folded=False)
    )
    assert {card.id for card in page.items} == set(two)
    assert [card.also for card in page.items] == [(), ()]


def test_both_pages_name_the_other_and_who_says_so(shelf: Shelf, two: tuple[str, str]) -> None:
    (word,) = shelf.publish(claim(shelf.reference(two[0]), shelf.reference(two[1])))
    for mine, other in (two, tuple(reversed(two))):
        found = beside(shelf, mine)
        (same,) = found.joined
        assert same.card.id == other
        assert [(said.by.oid, said.claim) for said in same.said] == [(shelf.oid, word)]
        assert not same.decided
        assert (found.claims, found.more, found.crowded) == ((), False, False)


def test_the_keepers_decision_is_the_reason_where_there_is_no_claim(
    shelf: Shelf, two: tuple[str, str]
) -> None:
    join(shelf.x, *two)
    (same,) = beside(shelf, two[0]).joined
    assert same.decided
    assert same.said == ()


def test_a_claim_that_is_not_followed_stands_apart(shelf: Shelf, two: tuple[str, str]) -> None:
    far = Foreign()
    far.publish(1, "The copy")
    body = claim_body(shelf.reference(two[0]), {"origin": far.oid, "record": record_id(1)})
    far.publish(2, schema="same-as/1", body=body)
    far.store(shelf.x)
    found = beside(shelf, two[0])
    assert found.joined == ()
    (said,) = found.claims
    assert (said.claim, said.by.oid) == (record_id(2), far.oid)
    assert said.card is not None
    assert said.card.title == {"en": "The copy"}
    assert len(beside(shelf, record_id(1)).claims) == 1


def test_a_claim_about_what_is_not_here_names_no_record(shelf: Shelf, two: tuple[str, str]) -> None:
    nowhere = {"origin": Foreign("Far").oid, "record": record_id(1)}
    shelf.publish(claim(shelf.reference(two[0]), nowhere))
    (said,) = beside(shelf, two[0]).claims
    assert said.card is None


def test_what_the_keeper_keeps_apart_is_a_claim_not_followed(
    shelf: Shelf, two: tuple[str, str]
) -> None:
    shelf.publish(claim(shelf.reference(two[0]), shelf.reference(two[1])))
    keep_apart(shelf.x, *two)
    found = beside(shelf, two[0])
    assert found.joined == ()
    assert len(found.claims) == 1


@pytest.mark.parametrize("vanish", [withdraw, erase])
def test_what_is_no_longer_offered_is_no_longer_named(
    shelf: Shelf, two: tuple[str, str], vanish: object
) -> None:
    shelf.publish(claim(shelf.reference(two[0]), shelf.reference(two[1])))
    vanish(shelf.x, two[1])  # type: ignore[operator]
    assert beside(shelf, two[0]).joined == ()
    assert beside(shelf, two[0]).claims[0].card is None


def test_a_third_record_that_both_are_the_same_as_is_the_way(shelf: Shelf) -> None:
    a, b, c = shelf.publish(practice("A"), practice("B"), practice("C"))
    shelf.publish(
        claim(shelf.reference(a), shelf.reference(b)),
        claim(shelf.reference(b), shelf.reference(c)),
    )
    found = beside(shelf, a)
    assert titles(found) == ["B", "C"]
    assert [(bool(each.said), each.decided) for each in found.joined] == [
        (True, False),
        (False, False),
    ]


def test_a_flood_of_claims_shows_some_and_says_that_there_are_more(
    shelf: Shelf, two: tuple[str, str]
) -> None:
    far = Foreign()
    for number in range(1, MAX_SHOWN + 3):
        other = {"origin": far.oid, "record": record_id(900 + number)}
        body = claim_body(shelf.reference(two[0]), other)
        far.publish(number, schema="same-as/1", body=body)
    far.store(shelf.x)
    found = beside(shelf, two[0])
    assert len(found.claims) == MAX_SHOWN
    assert found.more


def test_too_many_that_hang_together_are_said_to_be_too_many(shelf: Shelf) -> None:
    ids = shelf.publish(*[practice(f"Café {n}") for n in range(MAX_GROUP + 1)])
    first = shelf.reference(ids[0])
    shelf.publish(*[claim(first, shelf.reference(each)) for each in ids[1:]])
    found = beside(shelf, ids[0])
    assert found.crowded
    assert found.joined == ()
