"""Whatever a body looks like: nothing raises, and every fault can be read."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from node.contract.checking import MAX_RECEIVED_FAULTS
from node.contract.describing import make_fallback
from node.contract.explaining import pointer_of, shown
from tests.contract.bodies import KINDS, LANGUAGES, change, contract, full_body

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def pointers(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value inside a body."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else ()
    entries = enumerate(value) if isinstance(value, list) else ()
    for key, inner in (*items, *entries):
        found += pointers(inner, (*path, key))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """Draw a right body in which one value, of any depth, was replaced by another."""
    name = draw(st.sampled_from(KINDS))
    whole = full_body(contract().kinds[name])
    pointer = pointer_of(draw(st.sampled_from(pointers(whole))))
    return f"{name}/1", pointer, change(whole, pointer, draw(json_values))


@st.composite
def strange(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a body that has the right names and anything at all in them."""
    name = draw(st.sampled_from(KINDS))
    names = [field.name for field in contract().kinds[name].fields]
    return f"{name}/1", draw(st.dictionaries(st.sampled_from(names), json_values, max_size=8))


@given(mutated())
@settings(max_examples=120, deadline=None)
def test_a_fault_lies_where_the_body_was_changed(case: tuple[str, str, dict[str, Any]]) -> None:
    schema, pointer, changed = case
    for fault in contract().validate(schema, changed):
        near = fault.pointer.startswith(pointer) or pointer.startswith(fault.pointer)
        # Two faults may lie elsewhere, since they are about two members together: an original
        # language that changed, and an end before a start.
        assert near or fault.code in {"missing-original", "ends-before-start"}, fault.sentence()


@given(mutated() | strange().map(lambda case: (case[0], "", case[1])))
@settings(max_examples=120, deadline=None)
def test_every_fault_can_be_read_in_every_language(case: tuple[str, str, dict[str, Any]]) -> None:
    schema, _, changed = case
    faults = contract().validate(schema, changed)
    assert len({fault.pointer for fault in faults}) == len(faults), "one fault for one place"
    for fault in faults:
        for language in LANGUAGES:
            sentence = fault.sentence(language)
            assert fault.messages[language] in sentence
            assert fault.expectations[language]
            assert len(sentence) < 1500
        json.dumps(fault.as_dict())


@given(mutated() | strange().map(lambda case: (case[0], "", case[1])))
@settings(max_examples=120, deadline=None)
def test_what_can_be_published_here_is_received_everywhere(
    case: tuple[str, str, dict[str, Any]],
) -> None:
    schema, _, changed = case
    published, received = (
        contract().validate(schema, changed),
        contract().validate_received(schema, changed),
    )
    assert not received or published
    if len(received) < MAX_RECEIVED_FAULTS:
        assert {f.pointer for f in received} <= {f.pointer for f in published}


@given(strange())
@settings(max_examples=120, deadline=None)
def test_describing_never_raises(case: tuple[str, dict[str, Any]]) -> None:
    schema, changed = case
    description = contract().describe_body(schema, changed)
    assert all(isinstance(text, str) for text in description.title.values())
    assert all(values for values in description.facets.values())
    assert all(isinstance(t, str) for texts in description.texts.values() for t in texts)
    fallback = make_fallback(contract().kinds[schema.partition("/")[0]], changed)
    assert set(fallback) == {"title", "summary"}


@given(mutated(), json_values)
@settings(max_examples=100, deadline=None)
def test_a_right_body_stays_right_with_more_members(
    case: tuple[str, str, dict[str, Any]], more: Any
) -> None:
    schema, _, changed = case
    before = [f.pointer for f in contract().validate(schema, changed)]
    after = [f.pointer for f in contract().validate(schema, changed | {"x-more": more})]
    assert before == after


@given(json_values)
def test_a_value_is_shown_on_one_short_line(value: Any) -> None:
    text = shown(value)
    assert len(text) <= 62
    assert all(c.isprintable() for c in text)
