"""The family of a practice: who took it over, where, how it went; whatever others publish."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.family import ADAPTS, BASED_ON, Family, get_family
from node.catalogue.kinship import Bounds, Key, Tie, Tree, grow
from node.errors import GoneError, NotFoundError
from node.exchange.drafts import Draft
from node.exchange.publishing import erase, revise, withdraw
from node.storage import LinkRow
from tests.catalogue.making import Shelf, adaptation, make_shelf
from tests.support.clock import FixedClock
from tests.support.making import record_id
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = make_shelf(tmp_path)
    yield made
    made.x.database.dispose()


def tried(
    shelf: Shelf, practice_id: str, country: str, outcome: str, revision: int = 1, **more: Any
) -> str:
    """Publish that a practice was tried in a country, and return the record's id."""
    assert isinstance(shelf.x.clock, FixedClock)
    shelf.x.clock.forward(hours=1)
    draft = adaptation(shelf.reference(practice_id, revision), f"Tried in {country}")
    (record,) = shelf.publish(
        Draft(
            kind=draft.kind,
            body={**draft.body, "country": [country], "outcome": outcome, **more},
        )
    )
    return record


def outline(family: Family) -> dict[str, list[str]]:
    """Return the ids below each record that has any."""
    return {
        member.record: [child.record for child in member.children]
        for member in family.members
        if member.children
    }


def test_every_member_sees_the_same_family_and_itself_in_it(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice("Evenings of talk"))
    greek = tried(shelf, old, "GR", "worked")
    spanish = tried(shelf, old, "ES", "did-not-work")
    (built,) = shelf.publish(practice("Mornings of work", based_on=[shelf.reference(greek)]))
    irish = tried(shelf, built, "IE", "too-early")
    expected = {old: [greek, spanish], greek: [built], built: [irish]}
    for record in (old, greek, spanish, built, irish):
        family = get_family(shelf.catalogue, record)
        assert outline(family) == expected
        assert [member.record for member in family.members if member.here] == [record]
        assert family.complete


def test_a_member_tells_how_it_went_when_and_why(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    tried(
        shelf, old, "ES", "did-not-work", why={"en": "Too far apart."}, start="2023-09", end="2024"
    )
    (member,) = get_family(shelf.catalogue, old).root.children
    assert (member.relation, member.revision, member.stale) == (ADAPTS, 1, False)
    assert (member.outcome, member.reason) == ("did-not-work", {"en": "Too far apart."})
    assert (member.since, member.until) == ("2023", "2024")
    assert member.card is not None
    assert member.card.countries == ("ES",)


def test_an_adaptation_of_an_earlier_revision_is_marked(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    tried(shelf, old, "ES", "worked")
    revise(shelf.x, old, practice(summary={"en": "Said better."}))
    (member,) = get_family(shelf.catalogue, old).root.children
    assert (member.revision, member.stale) == (1, True)


def test_trials_are_counted_by_country_and_outcome(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    for country, outcome in (
        ("GR", "worked"),
        ("IE", "worked"),
        ("GR", "worked"),
        ("PL", "worked-in-part"),
        ("ES", "did-not-work"),
    ):
        tried(shelf, old, country, outcome)
    family = get_family(shelf.catalogue, old)
    assert family.countries == ("ES", "GR", "IE", "PL")
    assert family.tally == {
        "worked": ("GR", "IE"),
        "worked-in-part": ("PL",),
        "did-not-work": ("ES",),
    }


def test_a_practice_nobody_took_over_is_a_family_of_its_own(shelf: Shelf) -> None:
    (alone,) = shelf.publish(practice())
    family = get_family(shelf.catalogue, alone)
    assert [member.record for member in family.members] == [alone]
    assert family.complete
    assert family.countries == ()


def test_what_was_withdrawn_stays_as_a_gap_above_those_who_speak_of_it(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    middle = tried(shelf, old, "GR", "worked")
    (late,) = shelf.publish(practice("Later", based_on=[shelf.reference(middle)]))
    withdraw(shelf.x, middle, "mistaken")
    family = get_family(shelf.catalogue, late)
    assert (family.root.record, family.root.state, family.root.card) == (middle, "withdrawn", None)
    assert family.root.publisher.oid == shelf.oid
    assert family.root.outcome == ""
    assert [child.record for child in family.root.children] == [late]


def test_what_was_erased_or_never_came_stays_as_a_gap_too(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    child = tried(shelf, old, "GR", "worked")
    erase(shelf.x, old)
    assert get_family(shelf.catalogue, child).root.state == "erased"
    unknown = {"origin": "q" * 52, "record": record_id(9), "revision": 4}
    draft = adaptation(unknown)
    (orphan,) = shelf.publish(draft)
    root = get_family(shelf.catalogue, orphan).root
    assert (root.origin, root.record, root.state) == ("q" * 52, record_id(9), "absent")
    with pytest.raises(GoneError):
        get_family(shelf.catalogue, old)
    with pytest.raises(NotFoundError):
        get_family(shelf.catalogue, record_id(404))


def test_records_that_each_claim_to_come_from_the_other_have_a_family_with_an_end(
    shelf: Shelf,
) -> None:
    one, two = shelf.publish(practice("One"), practice("Two"))
    for record, title, other in ((one, "One", two), (two, "Two", one)):
        own = [shelf.reference(record), shelf.reference(other)]
        revise(shelf.x, record, practice(title, based_on=own))
    family = get_family(shelf.catalogue, one)
    assert outline(family) == {two: [one]}
    assert [(m.record, m.relation) for m in family.members] == [(two, ""), (one, BASED_ON)]


def test_a_family_larger_than_the_bounds_says_so_and_keeps_the_record_asked_for(
    shelf: Shelf,
) -> None:
    (old,) = shelf.publish(practice())
    every = [tried(shelf, old, "GR", "worked") for _ in range(5)]
    for asked in every:
        family = get_family(shelf.catalogue, asked, bounds=Bounds(members=2))
        assert asked in [member.record for member in family.members]
        assert len(family.members) == 4
        assert family.wider
        assert not family.complete


def test_links_that_a_body_of_the_future_holds_otherwise_do_not_harm(shelf: Shelf) -> None:
    (old,) = shelf.publish(practice())
    strange = record_id(77)
    with shelf.x.database.writing() as unit:
        link = LinkRow(shelf.oid, strange, ADAPTS, shelf.oid, old, -5)
        unit.records.set_links(shelf.oid, strange, [link])
    (member,) = get_family(shelf.catalogue, old).root.children
    assert (member.record, member.state, member.card) == (strange, "absent", None)


# The walk itself, over webs of links that nobody honest would publish.

NODES = 9


def key(number: int) -> Key:
    return ("origin", str(number))


webs = st.lists(
    st.tuples(st.integers(0, NODES), st.integers(0, NODES)), max_size=40, unique=True
).map(lambda pairs: [Tie(key(child), key(parent), ADAPTS) for child, parent in pairs])


class Web:
    """Links in memory, which counts how often it is asked."""

    def __init__(self, ties: Sequence[Tie]) -> None:
        self.ties = ties
        self.asked = 0

    def parents(self, of: Key) -> list[Tie]:
        self.asked += 1
        return [tie for tie in self.ties if tie.child == of]

    def children(self, of: Sequence[Key], most: int) -> list[Tie]:
        self.asked += 1
        return [tie for tie in self.ties if tie.parent in of][:most]

    def tree(self, start: int, bounds: Bounds) -> Tree:
        return grow(key(start), self.parents, self.children, bounds)


limits = st.builds(Bounds, st.integers(0, 4), st.integers(0, 5), st.integers(0, 8))


@given(webs, st.integers(0, NODES), limits)
def test_any_web_of_links_gives_a_tree_within_the_bounds(
    ties: list[Tie], start: int, bounds: Bounds
) -> None:
    web = Web(ties)
    tree = web.tree(start, bounds)
    places = Counter(tree.keys)
    assert set(places.values()) == {1}
    assert key(start) in places
    assert len(places) <= 1 + bounds.climb + bounds.members
    assert web.asked <= bounds.climb + bounds.depth + 2
    said = {(tie.child, tie.parent) for tie in ties}
    reached = {tree.root}
    level, depth = [tree.root], 0
    while level:
        below = [tie for parent in level for tie in tree.below.get(parent, ())]
        assert {(tie.child, tie.parent) for tie in below} <= said
        level = [tie.child for tie in below]
        reached |= set(level)
        depth += bool(level)
    assert reached == set(places)
    assert depth <= bounds.climb + bounds.depth


@given(webs, st.integers(0, NODES))
def test_within_wide_bounds_nothing_below_the_root_is_left_out(ties: list[Tie], start: int) -> None:
    tree = Web(ties).tree(start, Bounds(50, 50, 500))
    below, waiting = {tree.root}, [tree.root]
    while waiting:
        parent = waiting.pop()
        new = {tie.child for tie in ties if tie.parent == parent} - below
        below |= new
        waiting += new
    assert set(tree.keys) == below
    assert (tree.above, tree.deeper, tree.wider) == (False, False, False)


@pytest.mark.parametrize(
    ("length", "bounds", "above", "deeper", "wider"),
    [
        pytest.param(5, Bounds(), False, False, False, id="a short line is whole"),
        pytest.param(20, Bounds(), False, True, False, id="a long line has more below"),
    ],
)
def test_a_line_of_ancestors_that_is_too_long_says_where_it_is_cut(
    length: int, bounds: Bounds, above: bool, deeper: bool, wider: bool
) -> None:
    line = [Tie(key(n + 1), key(n), ADAPTS) for n in range(length)]
    tree = Web(line).tree(0, bounds)
    assert (tree.above, tree.deeper, tree.wider) == (above, deeper, wider)
    last = Web(line).tree(length, bounds)
    assert last.above == (length > bounds.climb)
    assert key(length) in last.keys


def test_a_record_with_a_thousand_adaptations_shows_some_and_says_that_there_are_more() -> None:
    tree = Web([Tie(key(n), key(0), ADAPTS) for n in range(1, 1001)]).tree(500, Bounds())
    assert len(tree.keys) == 1 + 1 + Bounds().members
    assert tree.wider
