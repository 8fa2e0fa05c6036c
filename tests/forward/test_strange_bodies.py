"""Bodies that no schema of ours describes: nothing in them may break or steer a page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.drafts import Draft
from tests.forward.future import diary, future_node, new, old, published, pull, today
from tests.forward.test_upgrading import Careless
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.exchange.context import Exchange


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Exchange, Exchange, Exchange]]:
    """One of the future that signs anything, and two of today behind it."""
    future = Careless.like(future_node(tmp_path))
    middle, far = make_exchange(tmp_path, "Puente"), make_exchange(tmp_path, "Gefyra")
    yield future, middle, far
    for x in (future, middle, far):
        x.database.dispose()


def relay(nodes: tuple[Exchange, Exchange, Exchange]) -> Any:
    future, middle, far = nodes
    pull(middle, future)
    pull(far, middle)
    return today(far)


STRANGE: list[dict[str, Any]] = [
    {"machine_translated": 3, "sample": {"a": 1}, "evidence_type": 3, "procedure": [[]]},
    {"machine_translated": [1, {"en": 2}], "fields": {"/title": 3}, "media": "x"},
    {"title": 7, "summary": ["x"], "country": {"DK": 1}, "name": None, "node_url": {}},
    {"@context": "https://example.org/steer", "@id": "javascript:alert(1)", "@type": "Person"},
    {"heading": {"en": "<script>alert(1)</script>"}, "gist": {"en": "\u202e<b>bold</b>"}},
    {"language": "zxx-Zzzz-999-x-more"},
]


@pytest.mark.parametrize("members", STRANGE, ids=", ".join)
@pytest.mark.parametrize("draft", [diary(), new()], ids=["an unknown kind", "an unknown version"])
def test_every_face_of_it_opens(
    nodes: tuple[Exchange, Exchange, Exchange], draft: Draft, members: dict[str, Any]
) -> None:
    title = {"title": draft.body.get("title")} if draft.kind != "video-diary" else {}
    body = {**draft.body, **{k: v for k, v in members.items() if k not in title}}
    (record,) = published(nodes[0], replace(draft, body=body))
    reader = relay(nodes)
    for address in ("", "/revisions/1", "/genuine", "/revisions"):
        page = reader.page(f"/records/{record}{address}", "ar")
        assert "<script>alert" not in page
        assert "<b>bold" not in page
        assert "javascript:" not in page
    linked = json.loads(reader.get(f"/records/{record}", accept="application/ld+json").data)
    assert linked["@id"] == f"http://localhost/records/{record}"
    assert linked["@context"].startswith("http://localhost/")
    held = reader.get(f"/api/1/records/{record}", accept="application/json").get_json()
    assert held["known"] is False
    assert record in reader.page("/search")


def organisation(**members: Any) -> Draft:
    """An organisation of a second version that nobody here knows."""
    body = {
        "name": {"en": "Tomorrow House"},
        "mission": {"en": "We begin earlier."},
        "language": "en",
        "type": ["ngo"],
        "countries": ["DK"],
        "languages": ["da"],
        "licence": "CC-BY-4.0",
    }
    return Draft(kind="organisation/2", body=body | members)


def test_the_origin_tells_two_hops_away_where_all_of_it_is(
    nodes: tuple[Exchange, Exchange, Exchange],
) -> None:
    (record, _) = published(nodes[0], diary(), organisation(node_url="https://morgen.example/n/"))
    reader = relay(nodes)
    page = reader.page(f"/records/{record}")
    assert f'href="https://morgen.example/n/records/{record}"' in page
    assert ">morgen.example</bdi>" in page
    assert "Tomorrow House" in page, "its name comes from the fallback of a profile in a new form"
    assert "We begin earlier." in reader.page(f"/organisations/{nodes[0].own_oid()}")


BAD_ADDRESSES = ["javascript:alert(1)", "file:///etc/passwd", "//evil.example", "https://", 7, ""]


@pytest.mark.parametrize("address", BAD_ADDRESSES, ids=repr)
def test_what_is_no_web_address_is_not_linked(
    nodes: tuple[Exchange, Exchange, Exchange], address: Any
) -> None:
    (record, _) = published(nodes[0], diary(), organisation(node_url=address))
    page = relay(nodes).page(f"/records/{record}")
    assert "It can be read in full at its publisher" in page
    assert str(address) not in page or address in {7, "", "https://"}


def test_an_unknown_outcome_of_an_adaptation_is_words_on_its_card(
    nodes: tuple[Exchange, Exchange, Exchange],
) -> None:
    future = nodes[0]
    (practice,) = published(future, old())
    body = {
        "title": {"en": "Evenings of talk, by the sea"},
        "summary": {"en": "We did it on a pier."},
        "language": "en",
        "practice": {"origin": future.own_oid(), "record": practice, "revision": 1},
        "country": ["GR"],
        "context": {"en": "A small port."},
        "what_changed": {"en": "Less talk."},
        "outcome": "worked-after-a-year",
        "why": {"en": "Fishermen have time in winter."},
        "licence": "CC-BY-4.0",
    }
    (adapted,) = published(future, Draft(kind="adaptation", body=body))
    reader = relay(nodes)
    for address in (f"/records/{adapted}", "/search?q=pier", f"/records/{practice}"):
        assert "worked after a year" in reader.page(address).lower(), address
    assert reader.page("/search?outcome=worked-after-a-year").count(adapted) > 0


def test_an_old_record_stands_though_newer_ones_speak_of_it(
    nodes: tuple[Exchange, Exchange, Exchange],
) -> None:
    """What refers to it in a form that is not known here says nothing about it yet."""
    future = nodes[0]
    (practice,) = published(future, old())
    about = [{"origin": future.own_oid(), "record": practice, "revision": 1}]
    (film,) = published(future, diary(scenes=[], based_on=about))
    reader = relay(nodes)
    page = reader.page(f"/records/{practice}")
    assert "Half of them found work within a year." in page
    assert film not in page
