"""Duplicates and translations as one result, in a real index that follows a real store."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from node.core.sameness import MAX_GROUP
from node.exchange.drafts import Draft
from node.exchange.duplicates import forget, join, keep_apart
from node.exchange.peers import block_origin
from node.exchange.publishing import erase, publish, revise, withdraw
from node.search import SearchIndex
from node.search.follower import follow, rebuild
from node.search.joining import MAX_TRANSLATIONS, plan
from node.search.query import Query
from tests.search.making import found
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import make_exchange, practice

if TYPE_CHECKING:
    from pathlib import Path

    from node.core.sameness import Key
    from node.exchange.context import Exchange
    from node.storage import Database


@pytest.fixture
def x(database: Database, tmp_path: Path) -> Exchange:
    """Give a node on SQLite and on PostgreSQL."""
    return make_exchange(tmp_path, database=database)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return SearchIndex.open(tmp_path / "index")


def reference(key: Key) -> dict[str, str]:
    return {"origin": key[0], "record": key[1]}


def claim(one: Key, other: Key) -> Draft:
    return Draft(kind="same-as", body=claim_body(one, other))


def claim_body(one: Key, other: Key) -> dict[str, Any]:
    return {
        "subject": reference(one),
        "same_as": reference(other),
        "language": "en",
        "sameness": "copy",
        "reason": {"en": "Both tell of it"},
    }


def translation(of: Key, **texts: str) -> Draft:
    return Draft(kind="translation", body=translation_body(of, **texts))


def translation_body(of: Key, **texts: str) -> dict[str, Any]:
    return {
        "subject": {**reference(of), "revision": 1},
        "language": "el",
        "licence": "CC-BY-4.0",
        "fields": {f"/{name}": text for name, text in texts.items()},
    }


def say(x: Exchange, *drafts: Draft) -> list[Key]:
    return [(x.own_oid(), done.record) for done in publish(x, drafts)]


def kinds(index: SearchIndex, **members: Any) -> dict[str, int]:
    return dict(index.search(Query(**members)).facets.get("kind", {}))


def up(x: Exchange, index: SearchIndex, policy: str = "authors") -> None:
    follow(x.database, x.contract, index, policy=policy)


def test_a_word_that_stands_only_in_a_duplicate_finds_the_one_result(
    x: Exchange, index: SearchIndex
) -> None:
    one, two = say(x, practice("Knitting circle"), practice("Yarn and words", country=["DK"]))
    say(x, claim(two, one))
    up(x, index)
    for word in ("knitting", "yarn", "yarn knitting"):
        results = index.search(Query(text=word, facets={"kind": ["good-practice"]}))
        assert [(results.total, hit.record) for hit in results.hits] == [(1, one[1])]
    # What is counted beside the results is what the results are.
    results = index.search(Query(facets={"kind": ["good-practice"]}))
    assert results.total == results.facets["kind"]["good-practice"] == 1
    assert results.facets["country"] == {"ES": 1, "DK": 1}
    assert found(index, facets={"country": ["DK"]}) == [one[1]]


def test_each_record_can_still_be_asked_for_by_itself(x: Exchange, index: SearchIndex) -> None:
    one, two = say(x, practice("Knitting circle"), practice("Yarn and words"))
    say(x, claim(two, one))
    up(x, index)
    assert found(index, "yarn", folded=False) == [two[1]]
    assert found(index, "knitting", folded=False) == [one[1]]
    assert kinds(index, folded=False) == {"good-practice": 2, "same-as": 1}
    assert kinds(index) == {"good-practice": 1, "same-as": 1}


def test_a_translation_is_found_with_its_original_unless_translations_are_asked_for(
    x: Exchange, index: SearchIndex
) -> None:
    (one,) = say(x, practice("Knitting circle"))
    (greek,) = say(x, translation(one, title="Κύκλος πλεξίματος", summary="Πλέκουμε μαζί"))
    up(x, index)
    assert found(index, "πλεξίματος") == [one[1]]
    assert index.search(Query()).total == 1
    assert found(index, facets={"language": ["el"]}) == [one[1]]
    assert kinds(index) == {"good-practice": 1, "translation": 1}
    chosen = index.search(Query(facets={"kind": ["translation"]}))
    assert [hit.record for hit in chosen.hits] == [greek[1]]
    assert (chosen.total, dict(chosen.facets["kind"])) == (1, kinds(index))
    both = Query(text="πλεξίματος", facets={"kind": ["translation", "good-practice"]})
    assert {hit.record for hit in index.search(both).hits} == {one[1], greek[1]}


@pytest.mark.parametrize("vanish", [withdraw, erase])
def test_the_words_of_a_translation_go_with_it(
    x: Exchange, index: SearchIndex, vanish: Any
) -> None:
    (one,) = say(x, practice("Knitting circle"))
    (greek,) = say(x, translation(one, title="Κύκλος πλεξίματος"))
    up(x, index)
    vanish(x, greek[1])
    up(x, index)
    assert found(index, "πλεξίματος") == []
    assert found(index, facets={"language": ["el"]}) == []
    assert found(index, "knitting") == [one[1]]


def test_a_revised_translation_is_found_by_its_new_words(x: Exchange, index: SearchIndex) -> None:
    (one,) = say(x, practice("Knitting circle"))
    (greek,) = say(x, translation(one, title="Κύκλος πλεξίματος"))
    up(x, index)
    revise(x, greek[1], translation(one, title="Κουβέντα"))
    up(x, index)
    assert found(index, "κουβέντα") == [one[1]]
    assert found(index, "πλεξίματος") == []


def test_a_translation_of_what_is_not_here_stands_alone_until_it_comes(
    x: Exchange, index: SearchIndex
) -> None:
    far = Foreign()
    (greek,) = say(x, translation((far.oid, record_id(1)), title="Κύκλος πλεξίματος"))
    up(x, index)
    assert found(index, "πλεξίματος") == [greek[1]]
    far.publish(1, "Knitting circle")
    far.store(x)
    up(x, index)
    assert found(index, "πλεξίματος") == [record_id(1)]
    block_origin(x, far.oid)
    up(x, index)
    assert found(index, "πλεξίματος") == [greek[1]]


def test_translations_of_translations_and_of_one_another_stand_alone(
    x: Exchange, index: SearchIndex
) -> None:
    far = Foreign()
    for number, of in ((1, 2), (2, 1), (3, 3)):
        body = translation_body((far.oid, record_id(of)), title="Πλέξιμο")
        far.publish(number, schema="translation/1", body=body)
    far.store(x)
    up(x, index)
    assert index.search(Query(text="πλέξιμο")).total == 3


def test_a_translation_stands_with_the_group_of_its_original(
    x: Exchange, index: SearchIndex
) -> None:
    one, two = say(x, practice("Knitting circle"), practice("Yarn and words"))
    say(x, claim(two, one), translation(two, title="Κύκλος πλεξίματος"))
    up(x, index)
    assert found(index, "πλεξίματος") == [one[1]]
    with x.database.reading() as uow:
        planned = plan(uow, [two], "authors")
    assert [each.relation for each in planned.group(two)] == ["same_as", "same_as", "translation"]


def test_more_translations_than_a_result_can_hold_stand_alone(
    x: Exchange, index: SearchIndex
) -> None:
    (one,) = say(x, practice("Knitting circle"))
    many = [translation(one, title=f"Πλέξιμο {n}") for n in range(MAX_TRANSLATIONS + 2)]
    say(x, *many)
    up(x, index)
    assert index.search(Query(text="πλέξιμο")).total == 3
    assert index.search(Query(facets={"kind": ["translation"]})).total == MAX_TRANSLATIONS + 2


def test_a_strangers_claim_joins_nothing_and_the_keeper_can_follow_it(
    x: Exchange, index: SearchIndex
) -> None:
    ours, bro, far = say(x, practice("Knitting circle"))[0], Foreign("Bro"), Foreign("Far")
    bro.publish(1, "Yarn and words")
    bro.store(x)
    far.publish(1, schema="same-as/1", body=claim_body(ours, (bro.oid, record_id(1))))
    far.store(x)
    up(x, index)
    assert found(index, "yarn") == [record_id(1)]
    join(x, ours[1], f"{bro.oid}/{record_id(1)}")
    up(x, index)
    assert found(index, "yarn") == [ours[1]]
    keep_apart(x, f"{bro.oid}/{record_id(1)}", ours[1])
    up(x, index)
    assert found(index, "yarn") == [record_id(1)]
    forget(x, f"{bro.oid}/{record_id(1)}", ours[1])
    up(x, index)
    assert found(index, "yarn") == [record_id(1)]


@pytest.mark.parametrize(("policy", "total"), [("none", 2), ("authors", 2), ("all", 1)], ids=str)
def test_the_policy_decides_and_a_new_policy_makes_the_index_anew(
    x: Exchange, index: SearchIndex, policy: str, total: int
) -> None:
    far = Foreign()
    far.publish(1, "Yarn and words")
    far.publish(
        2, schema="same-as/1", body=claim_body(*say(x, practice()), (far.oid, record_id(1)))
    )
    far.store(x)
    up(x, index)
    up(x, index, policy)
    assert index.search(Query(facets={"kind": ["good-practice"]})).total == total


def test_the_nodes_own_record_stands_for_all_however_early_another_says_it_was(
    x: Exchange, index: SearchIndex
) -> None:
    far = Foreign()
    far.publish(1, "Yarn and words")
    far.store(x)
    (ours,) = say(x, practice("Knitting circle"))
    say(x, claim((far.oid, record_id(1)), ours))
    up(x, index)
    assert found(index, "yarn") == [ours[1]]


def test_records_of_two_kinds_are_not_one(x: Exchange, index: SearchIndex) -> None:
    one, two = say(
        x, practice("Knitting circle"), claim(*[("o" * 52, record_id(n)) for n in (1, 2)])
    )
    say(x, claim(one, two), claim(one, one), claim(one, ("o" * 52, record_id(3))))
    up(x, index)
    assert kinds(index) == {"good-practice": 1, "same-as": 4}


def test_a_chain_parts_where_its_middle_is_withdrawn(x: Exchange, index: SearchIndex) -> None:
    a, b, c = say(x, *[practice(title) for title in ("Knitting", "Weaving", "Felting")])
    say(x, claim(a, b), claim(b, c))
    up(x, index)
    assert found(index, "felting") == [a[1]]
    withdraw(x, b[1])
    up(x, index)
    assert found(index, "felting") == [c[1]]
    assert found(index, "weaving") == []


def test_one_claim_too_many_lets_each_stand_alone_again(x: Exchange, index: SearchIndex) -> None:
    """Whoever was folded into a result that is no more must be found again."""
    keys = say(x, *[practice(f"Knitting {n}") for n in range(MAX_GROUP + 1)])
    claims = [claim(keys[0], key) for key in keys[1:]]
    say(x, *claims[:-1])
    up(x, index)
    assert index.search(Query(text="knitting")).total == 2
    (last,) = say(x, claims[-1])
    up(x, index)
    assert index.search(Query(text="knitting")).total == MAX_GROUP + 1
    withdraw(x, last[1])
    up(x, index)
    assert index.search(Query(text="knitting")).total == 2


WORDS = ("knitting", "weaving", "felting", "πλέξιμο", "")


def seen(index: SearchIndex) -> list[object]:
    """Return all that somebody can see of an index by these words."""
    answers: list[object] = []
    for folded in (True, False):
        for chosen in ({}, {"kind": ["translation"]}, {"kind": ["good-practice", "translation"]}):
            for word in WORDS:
                results = index.search(
                    Query(text=word, folded=folded, facets=chosen, limit=100, sort="newest")
                )
                hits = [hit.record for hit in results.hits]
                answers.append((folded, chosen, word, results.total, hits, results.facets))
    return answers


@pytest.mark.parametrize("seed", range(4))
def test_following_gives_the_index_that_rebuilding_gives(
    x: Exchange, index: SearchIndex, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    keys = say(x, *[practice(f"{word} {n}") for n in range(3) for word in WORDS[:3]])
    claims: list[Key] = []
    others: list[Key] = []
    decided: list[tuple[str, str]] = []
    for step in range(24):
        one, two = chance.sample(keys, 2)
        what = chance.randrange(7)
        if what <= 1:
            claims += say(x, claim(one, two))
        elif what == 2:
            others += say(x, translation(one, title=f"Πλέξιμο {step}"))
        elif what == 3 and claims:
            withdraw(x, claims.pop(chance.randrange(len(claims)))[1])
        elif what == 4 and others:
            erase(x, others.pop(chance.randrange(len(others)))[1])
        elif what == 5:
            chance.choice([join, keep_apart])(x, one[1], two[1])
            decided = [pair for pair in decided if set(pair) != {one[1], two[1]}]
            decided.append((one[1], two[1]))
        elif decided:
            forget(x, *decided.pop())
        if chance.random() < 0.7:
            up(x, index)
    up(x, index)
    again = SearchIndex.open(tmp_path / "again")
    rebuild(x.database, x.contract, again)
    assert seen(index) == seen(again)
    for chosen in ({}, {"kind": ["translation"]}):
        total = index.search(Query(facets=chosen)).total
        assert len(set(found(index, facets=chosen, limit=100))) == total
