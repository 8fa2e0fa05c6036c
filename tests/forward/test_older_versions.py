"""The other direction: a node with a newer version reads, revises and compares the older one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from node.contract import load_contract
from node.exchange.drafts import Draft, DraftsRefusedError
from node.exchange.publishing import revise
from tests.forward.future import Today, future_node, new, old, published, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.exchange.context import Exchange


@pytest.fixture
def x(tmp_path: Path) -> Iterator[Exchange]:
    made = future_node(tmp_path)
    # Its own strict rules, not only those for what others publish.
    yield replace(made, contract=load_contract(tmp_path / "schemas-of-the-future"))
    made.database.dispose()


def schema_of(x: Exchange, record: str) -> tuple[int, str]:
    with x.database.reading() as unit:
        row = unit.records.get(x.own_oid(), record)
    assert row is not None
    return row.revision, row.schema


def pages(x: Exchange) -> Today:
    return today(x)


def test_it_shows_by_its_own_versions_layout(x: Exchange) -> None:
    (record,) = published(x, old("Evenings of talk"))
    page = pages(x).page(f"/records/{record}")
    assert "Half of them found work within a year." in page
    assert "At a glance" in page
    assert 'id="unknown"' not in page
    assert "Why now" not in page


def test_the_contract_knows_both_and_means_the_newer_one(x: Exchange) -> None:
    assert x.contract.kinds["good-practice"].schema == "good-practice/2"
    first, second = x.contract.kind("good-practice/1"), x.contract.kind("good-practice/2")
    assert first is not None
    assert second is not None
    results = first.field("results"), second.field("results")
    assert [field.type if field else "" for field in results] == ["longtext", "object"]
    example = results[1].example if results[1] else None
    assert example == {"after": "P6M", "text": {"en": "Eight of twelve had found work."}}


def test_a_revision_without_a_version_is_held_to_the_newest(x: Exchange) -> None:
    (record,) = published(x, old())
    with pytest.raises(DraftsRefusedError) as refused:
        revise(x, record, Draft(kind="good-practice", body=old().body, source="talk.json"))
    faults = {item.fault.pointer: item.fault for item in refused.value.faults}
    assert set(faults) == {"/results", "/why_now"}, "field by field, and all of them"
    assert faults["/why_now"].code == "missing"
    assert "The harbour closes." in faults["/why_now"].example
    assert "a list" in faults["/results"].expected
    assert (
        "talk.json was checked as good-practice/2; it is right as good-practice/1"
        in refused.value.hint
    )
    assert '"kind": "good-practice/1"' in refused.value.hint
    assert schema_of(x, record) == (1, "good-practice/1")


def test_a_revision_stays_at_the_version_that_it_names(x: Exchange) -> None:
    (record,) = published(x, old())
    body = dict(old().body) | {"lessons": {"en": "Begin with soup."}}
    revise(x, record, Draft(kind="good-practice/1", body=body))
    assert schema_of(x, record) == (2, "good-practice/1")
    assert "Begin with soup." in pages(x).page(f"/records/{record}")


def test_a_revision_may_move_to_the_newer_version(x: Exchange) -> None:
    (record,) = published(x, old("Rowing to work"))
    revise(x, record, Draft(kind="good-practice", body=new().body))
    assert schema_of(x, record) == (2, "good-practice/2")
    reader = pages(x)
    assert "The harbour closes next year." in reader.page(f"/records/{record}")
    earlier = reader.page(f"/records/{record}/revisions/1")
    assert "Half of them found work within a year." in earlier
    changes = reader.page(f"/records/{record}/changes?from=1&to=2")
    assert "Why now" in changes
    assert "Results" in changes


def test_no_advice_is_given_where_the_older_version_would_not_do_either(x: Exchange) -> None:
    (record,) = published(x, old())
    body = {name: value for name, value in old().body.items() if name != "title"}
    with pytest.raises(DraftsRefusedError) as refused:
        revise(x, record, Draft(kind="good-practice", body=body))
    assert "good-practice/1" not in refused.value.hint


def test_facets_of_both_versions_are_counted_together(x: Exchange) -> None:
    first, second = published(x, old("Evenings of talk", axis="programmes"), new())
    reader = pages(x)
    page = reader.page("/search?target_group=refugees")
    assert first in page
    assert second in page
    answer = reader.get("/api/1/records", accept="application/json").get_json()
    groups = {each["value"]: each["count"] for each in answer["facets"]["target_group"]}
    assert groups["refugees"] == 2
    (axis,) = answer["facets"]["axis"]
    assert axis["count"] == 1
    assert axis["label"] != "programmes", "a field of the older version keeps its words"


def test_both_shapes_are_served(x: Exchange) -> None:
    reader = pages(x)
    for version, kind in ((1, "object"), (2, "array")):
        shape = reader.get(f"/api/1/kinds/good-practice/{version}", accept="application/json")
        results = shape.get_json()["properties"]["results"]
        assert results.get("type", "object") == kind
    listed = reader.get("/api/1/kinds", accept="application/json").get_json()["kinds"]
    schemas = [each["schema"] for each in listed if each["kind"] == "good-practice"]
    assert schemas == ["good-practice/2"]


def test_a_fallback_is_made_by_the_version_that_is_published(x: Exchange) -> None:
    body = old("Evenings of talk").body
    assert x.contract.make_fallback("good-practice/1", body)["title"] == {"en": "Evenings of talk"}
    with pytest.raises(KeyError):
        x.contract.make_fallback("good-practice/7", body)
