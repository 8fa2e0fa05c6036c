from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.comparing import FieldDifference, compare_text, compare_values
from node.catalogue.revisions import differences, get_revision, list_revisions
from node.errors import GoneError, NotFoundError
from node.exchange.drafts import Attachment, Draft
from node.exchange.publishing import erase, revise, withdraw
from tests.catalogue.making import Shelf
from tests.support.nodes import practice

STEPS = [
    {"title": {"en": "Invite"}, "text": {"en": "Ask the neighbours."}},
    {"title": {"en": "Meet"}, "text": {"en": "Sit in a circle and talk."}},
]


def changed(shelf: Shelf, before: dict[str, Any], after: dict[str, Any]) -> list[FieldDifference]:
    """Publish a practice with these members, revise it to those, and compare."""
    (one,) = shelf.publish(practice(**before))
    revise(shelf.x, one, practice(**after))
    a, b = (get_revision(shelf.catalogue, one, n) for n in (1, 2))
    return list(differences(a, b))


def told(difference: FieldDifference, language: str = "en") -> str:
    """Return a text difference with [-removed-] and {+added+}."""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(forms[s.change].format(s.text) for s in difference.texts[language])


def test_each_revision_can_be_read_as_it_was(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("First"))
    revise(shelf.x, one, practice("Second"))
    first, second = (get_revision(shelf.catalogue, one, n) for n in (1, 2))
    assert (first.title, first.current) == ({"en": "First"}, False)
    assert (second.title, second.current) == ({"en": "Second"}, True)
    assert first.digest != second.digest
    assert [r.revision for r in list_revisions(shelf.catalogue, one)] == [2, 1]


def test_a_revision_that_was_never_published_is_not_found(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    for number in (0, 2, -1):
        with pytest.raises(NotFoundError):
            get_revision(shelf.catalogue, one, number)


def test_revisions_of_a_withdrawn_record_are_not_shown(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    withdraw(shelf.x, one)
    with pytest.raises(NotFoundError, match="withdrawn"):
        get_revision(shelf.catalogue, one, 1)


def test_revisions_of_an_erased_record_are_gone(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    erase(shelf.x, one)
    with pytest.raises(GoneError):
        get_revision(shelf.catalogue, one, 1)
    with pytest.raises(GoneError):
        list_revisions(shelf.catalogue, one)


def test_the_same_words_again_are_no_difference(shelf: Shelf) -> None:
    assert changed(shelf, {}, {}) == []


def test_a_changed_text_is_told_word_by_word(shelf: Shelf) -> None:
    (found,) = changed(
        shelf,
        {"results": {"en": "Half of them found work within a year."}},
        {"results": {"en": "Most of them found paid work within two years."}},
    )
    assert (found.name, found.change) == ("results", "changed")
    assert found.field is not None
    assert found.field.label("en")
    assert told(found) == (
        "[-Half-]{+Most+} of them found {+paid +}work within [-a year-]{+two years+}."
    )


def test_a_new_language_is_added_text_in_that_language_only(shelf: Shelf) -> None:
    before = {"results": {"en": "Good."}}
    (found,) = changed(shelf, before, {"results": {"en": "Good.", "da": "Godt."}})
    assert list(found.texts) == ["da"]
    assert told(found, "da") == "{+Godt.+}"


def test_items_of_a_list_come_and_go(shelf: Shelf) -> None:
    (found,) = changed(shelf, {"country": ["ES", "DK"]}, {"country": ["DK", "GR", "IT"]})
    assert (found.added, found.removed, found.reordered) == (("GR", "IT"), ("ES",), False)


def test_another_order_is_told_as_that(shelf: Shelf) -> None:
    (found,) = changed(shelf, {"country": ["ES", "DK", "GR"]}, {"country": ["DK", "GR", "ES"]})
    assert (found.added, found.removed, found.reordered) == ((), (), True)


def test_a_word_in_a_step_is_told_as_that_and_not_as_a_new_step(shelf: Shelf) -> None:
    after = [STEPS[0], STEPS[1] | {"text": {"en": "Sit in a circle and sing."}}]
    (found,) = changed(shelf, {"how_it_works": STEPS}, {"how_it_works": after})
    (step,) = found.parts
    assert (found.added, found.removed, step.position) == ((), (), 2)
    (text,) = step.parts
    assert text.name == "text"
    assert text.field is not None
    assert told(text) == "Sit in a circle and [-talk-]{+sing+}."


def test_a_step_put_in_between_is_one_added_step(shelf: Shelf) -> None:
    new = {"title": {"en": "Bake"}, "text": {"en": "A cake."}}
    (found,) = changed(shelf, {"how_it_works": STEPS}, {"how_it_works": [STEPS[0], new, STEPS[1]]})
    assert (found.added, found.removed, found.parts) == ((new,), (), ())


def test_a_field_that_came_or_went_says_so(shelf: Shelf) -> None:
    extra = {"lessons": {"en": "Begin small."}}
    (came,) = changed(shelf, {}, extra)
    assert (came.name, came.change, told(came)) == ("lessons", "added", "{+Begin small.+}")
    (went,) = changed(shelf, extra, {})
    assert (went.change, told(went)) == ("removed", "[-Begin small.-]")


def test_changed_fields_stand_in_the_order_of_the_form(shelf: Shelf) -> None:
    found = changed(shelf, {}, {"results": {"en": "x"}, "title": "y", "challenge": {"en": "z"}})
    kind = shelf.x.contract.kinds["good-practice"]
    order = [field.name for field in kind.fields]
    names = [each.name for each in found]
    assert names == sorted(names, key=order.index)
    assert set(names) == {"results", "title", "challenge"}


def test_files_are_compared_too(shelf: Shelf) -> None:
    draft = practice()
    (one,) = shelf.publish(draft)
    picture = Attachment(source=b"png", media_type="image/png", name="a.png", alt={"en": "Us"})
    revise(shelf.x, one, Draft(kind=draft.kind, body=draft.body, blobs=[picture]))
    a, b = (get_revision(shelf.catalogue, one, n) for n in (1, 2))
    (found,) = differences(a, b)
    assert (found.name, found.change) == ("blobs", "changed")
    assert [item["name"] for item in found.added] == ["a.png"]
    assert differences(b, a)[0].removed == found.added


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, 3, "added"),
        (3, None, "removed"),
        (3, 4, "changed"),
        ("a", ["a"], "changed"),
        ({"x": 1}, {"x": 2}, "changed"),
        ({"x": 1}, [1], "changed"),
        ({"en": "text"}, {"en": 5}, "changed"),
        ({"en": {}}, {"en": {"da": "x"}}, "changed"),
    ],
)
def test_values_of_any_form_that_no_schema_knows_can_be_compared(
    before: object, after: object, change: str
) -> None:
    found = compare_values("strange", None, before, after)
    assert found is not None
    assert (found.change, found.before is None) == (change, before is None)


NAMES = st.text("abcdz-é", max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON)
def test_comparing_never_fails_and_is_empty_only_for_equals(before: object, after: object) -> None:
    found = compare_values("any", None, before, after)
    assert (found is None) == (before == after)


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_off_their_difference(before: str, after: str) -> None:
    pieces = compare_text(before, after)
    assert "".join(p.text for p in pieces if p.change != "added") == before
    assert "".join(p.text for p in pieces if p.change != "removed") == after


def test_very_long_texts_are_compared_by_sentence() -> None:
    before = "word word word. " * 3000
    pieces = compare_text(before, before.replace("word", "term", 1))
    assert [p.change for p in pieces] == ["removed", "added", "same"]
