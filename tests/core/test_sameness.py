"""What is shown as one: never what is kept apart, never by a stranger's word alone."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.sameness import (
    MAX_GROUP,
    POLICIES,
    Claim,
    Decision,
    Grouping,
    grouped,
    joined_pairs,
    pair_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.core.sameness import Key, Pair

OURS = "ours"
A, B, C, D = ("anna", "1"), ("bert", "1"), ("carl", "1"), ("dora", "1")


def order_of(keys: Iterable[Key]) -> dict[Key, tuple[bool, Key]]:
    return {key: (key[0] != OURS, key) for key in keys}


def groups(pairs: Iterable[Pair], *decisions: Decision) -> tuple[tuple[Key, ...], ...]:
    pairs = list(pairs)
    return grouped(pairs, decisions, order_of(key for pair in pairs for key in pair)).groups


@pytest.mark.parametrize(
    ("claims", "policy", "believed"),
    [
        ([Claim("xena", A, B)], "authors", False),
        ([Claim("bert", A, B)], "authors", False),
        ([Claim("bert", A, B), Claim("bert", B, A)], "authors", False),
        ([Claim("bert", A, B), Claim("anna", B, A)], "authors", True),
        ([Claim("anna", A, ("anna", "2"))], "authors", True),
        ([Claim("xena", A, ("anna", "2"))], "authors", False),
        ([Claim(OURS, A, B)], "authors", True),
        ([Claim(OURS, A, B)], "none", False),
        ([Claim("bert", A, B), Claim("anna", B, A)], "none", False),
        ([Claim("xena", A, B)], "all", True),
    ],
    ids=[
        "a stranger's word is not enough",
        "one author alone may not hang a copy on another's record",
        "nor by saying it twice, the other way round",
        "both authors agree",
        "both are by the one who says so",
        "both are by one who did not say so",
        "this node says so",
        "no claims, not even our own",
        "no claims, not even the authors'",
        "every claim",
    ],
)
def test_the_policy_says_whose_word_counts(
    claims: Sequence[Claim], policy: str, *, believed: bool
) -> None:
    pairs = joined_pairs(claims, (), policy, {OURS})
    assert pairs == ({pair_of(claims[0].one, claims[0].other)} if believed else set())


@pytest.mark.parametrize("policy", POLICIES)
def test_the_keepers_word_comes_before_every_claim(policy: str) -> None:
    claims = [Claim(by, A, B) for by in (OURS, "anna", "bert")]
    assert joined_pairs((), [Decision(B, A, joined=True)], policy, {OURS}) == {(A, B)}
    assert joined_pairs(claims, [Decision(B, A, joined=False)], policy, {OURS}) == set()


def test_a_record_is_no_duplicate_of_itself() -> None:
    own = Decision(A, A, joined=True)
    assert joined_pairs([Claim(OURS, A, A)], [own], "all", {OURS}) == set()


def test_a_chain_is_one_group_and_so_is_a_circle() -> None:
    chain = [pair_of(A, B), pair_of(B, C), pair_of(C, D)]
    assert groups(chain) == ((A, B, C, D),)
    assert groups([*chain, pair_of(D, A)]) == ((A, B, C, D),)


def test_the_nodes_own_record_stands_for_the_group() -> None:
    own = (OURS, "9")
    assert groups([pair_of(A, own), pair_of(A, B)]) == ((own, A, B),)


def test_what_is_kept_apart_does_not_meet_by_way_of_a_third_record() -> None:
    found = groups([pair_of(A, C), pair_of(B, C)], Decision(A, B, joined=False))
    assert found == ((A, C),)


def test_what_the_keeper_joined_is_joined_before_what_is_only_claimed() -> None:
    decisions = (Decision(C, B, joined=True), Decision(A, B, joined=False))
    assert groups([pair_of(A, C), pair_of(B, C)], *decisions) == ((B, C),)


def test_a_record_that_is_not_here_joins_nothing() -> None:
    assert grouped([pair_of(A, B), pair_of(B, C)], (), order_of([A, C])) == Grouping(
        (), frozenset()
    )


def test_ten_thousand_claims_about_one_record_join_nothing() -> None:
    copies = [("xena", str(number)) for number in range(10_000)]
    honest = [pair_of(B, C)]
    pairs = [pair_of(A, copy) for copy in copies] + honest
    found = grouped(pairs, (), order_of([A, B, C, *copies]))
    assert found.groups == ((B, C),)
    assert found.crowded == {A, *copies}


@pytest.mark.parametrize(("number", "joined"), [(MAX_GROUP, True), (MAX_GROUP + 1, False)])
def test_a_group_has_its_limit(number: int, *, joined: bool) -> None:
    keys = [("o", f"{place:03}") for place in range(number)]
    found = groups([pair_of(a, b) for a, b in pairwise(keys)])
    assert found == ((tuple(keys),) if joined else ())


# --- against a slow reference

keys = st.tuples(st.sampled_from([OURS, "anna", "bert"]), st.sampled_from("123"))
two = st.tuples(keys, keys).filter(lambda both: both[0] != both[1]).map(lambda b: pair_of(*b))
decided = st.builds(lambda p, j: Decision(*p, joined=j), two, st.booleans())


def slowly(pairs: set[Pair], decisions: Sequence[Decision], order: dict[Key, object]) -> Grouping:
    """Colour the records; the paint of the first pair in line runs over the next, if it may."""
    colour = {key: place for place, key in enumerate(order)}
    joined = {pair_of(d.one, d.other) for d in decisions if d.joined}
    apart = {pair_of(d.one, d.other) for d in decisions if not d.joined}

    def rank(pair: Pair) -> object:
        return (pair not in joined, *sorted(order[key] for key in pair))  # type: ignore[type-var]

    for one, other in sorted(pairs, key=rank):  # type: ignore[arg-type]
        after = {k: colour[one] if c == colour[other] else c for k, c in colour.items()}
        if not any(after[a] == after[b] for a, b in apart if a in after and b in after):
            colour = after
    by_colour = [[k for k in order if colour[k] == c] for c in set(colour.values())]
    made = [tuple(sorted(g, key=lambda k: order[k])) for g in by_colour if len(g) > 1]  # type: ignore[arg-type,return-value]
    return Grouping(tuple(sorted(made, key=lambda g: order[g[0]])), frozenset())  # type: ignore[arg-type,return-value]


@given(st.sets(two, max_size=12), st.lists(decided, max_size=6))
def test_groups_are_those_of_a_slow_reference(pairs: set[Pair], given: list[Decision]) -> None:
    apart = {pair_of(d.one, d.other) for d in given if not d.joined}
    order: dict[Key, object] = dict(order_of({key for pair in pairs for key in pair}))
    pairs -= apart
    assert grouped(pairs, given, order) == slowly(pairs, given, order)


@given(st.sets(two, max_size=12), st.lists(decided, max_size=6), st.randoms())
def test_no_group_holds_what_is_kept_apart_and_the_order_of_arrival_does_not_matter(
    pairs: set[Pair], given: list[Decision], chance: object
) -> None:
    order = order_of({key for pair in pairs for key in pair})
    found = grouped(pairs, given, order)
    apart = {pair_of(d.one, d.other) for d in given if not d.joined}
    for group in found.groups:
        assert not any(pair_of(a, b) in apart for a, b in permutations(group, 2))
        assert group[0] == min(group, key=lambda key: order[key])
    mixed, again = list(pairs), list(given)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert grouped(mixed, again, order) == found
