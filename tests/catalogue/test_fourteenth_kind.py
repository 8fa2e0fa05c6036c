"""A kind is data: three files in a folder, and it is published, exchanged, found and shown."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from node.app import create_app
from node.contract import load_contract, schemas_path
from node.exchange.drafts import Draft
from node.exchange.publishing import publish
from node.exchange.rounds import sync_peer
from tests.support.nodes import InProcess, make_exchange, practice
from tests.web.making import node_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from node.contract import Contract
    from node.exchange.context import Exchange
    from node.home import Node

COMMON = "../../common/1.json#/$defs/"
PODCAST = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "podcast/1",
    "type": "object",
    "required": ["title", "summary", "language", "format"],
    "properties": {
        "title": {"$ref": f"{COMMON}line"},
        "summary": {"$ref": f"{COMMON}abstract"},
        "language": {"$ref": f"{COMMON}language"},
        "format": {
            "$ref": f"{COMMON}code",
            "x-footbridge": {"vocabulary": "podcast-formats", "facet": "podcast_format"},
        },
        "country": {"$ref": f"{COMMON}countries", "x-footbridge": {"facet": "country"}},
        "practices": {"$ref": f"{COMMON}references", "x-footbridge": {"relation": "heard"}},
        "chapters": {"$ref": f"{COMMON}steps"},
    },
    "x-footbridge": {
        "title": "title",
        "summary": "summary",
        "icon": "speech",
        "sections": [
            {"id": "main", "fields": ["title", "summary", "language", "format", "country"]},
            {"id": "episode", "fields": ["practices", "chapters"]},
        ],
    },
}
LABELS = {
    "kind": {"label": {"en": "Podcast", "es": "Pódcast"}, "plural": {"en": "Podcasts"}},
    "sections": {"episode": {"label": {"en": "The episode", "es": "El episodio"}}},
    "fields": {
        "format": {"label": {"en": "Format"}},
        "practices": {"label": {"en": "Practices heard of"}},
        "chapters": {"label": {"en": "Chapters", "es": "Capítulos"}},
    },
}
FORMATS = {
    "scheme": "podcast-formats",
    "title": {"en": "Formats"},
    "description": {"en": "How it is made."},
    "concepts": [
        {
            "code": "talk",
            "prefLabel": {"en": "Talk for two", "da": "Samtale til to"},
            "altLabel": {"da": ["tomandssnak"]},
            "definition": {"en": "Two people talk."},
        }
    ],
}


def with_podcasts(folder: Path) -> Contract:
    """Load the shared contract with one kind and one vocabulary more."""
    schemas = shutil.copytree(schemas_path(), folder / "schemas")
    files = {
        "records/podcast/1.json": PODCAST,
        "records/podcast/labels.json": LABELS,
        "vocabularies/podcast-formats.json": FORMATS,
    }
    for name, value in files.items():
        (schemas / name).parent.mkdir(exist_ok=True)
        (schemas / name).write_text(json.dumps(value), encoding="utf-8")
    return load_contract(schemas)


@dataclass
class Reading:
    """A node that fetched a podcast from another one."""

    node: Node
    client: FlaskClient
    podcast: str
    practice: str

    def page(self, address: str, language: str = "en") -> str:
        answer = self.client.get(address, headers={"Accept-Language": language})
        assert answer.status_code == 200
        return answer.text


def fetch_from(author: Exchange, reader: Exchange) -> Node:
    """Let `reader` do one round with `author`, and bring its index up to what it holds."""
    with reader.database.writing() as unit:
        peer = unit.peers.add(
            author.settings.url, author.own_oid(), name="Broen", added=reader.clock.now()
        )
    assert sync_peer(reader, peer, InProcess(author)).outcome == "complete"
    node = node_of(reader)
    node.follow_index()
    return node


def published(author: Exchange) -> tuple[str, str]:
    (heard,) = publish(author, [practice("Evenings of talk")])
    body: dict[str, Any] = {
        "title": {"en": "Two voices from Aarhus"},
        "summary": {"en": "A neighbour and a newcomer talk about the first job."},
        "language": "en",
        "format": "talk",
        "country": ["DK"],
        "practices": [{"origin": author.own_oid(), "record": heard.record}],
        "chapters": [{"title": {"en": "How we met"}, "text": {"en": "On a Tuesday, over soup."}}],
    }
    (podcast,) = publish(author, [Draft(kind="podcast", body=body)])
    return podcast.record, heard.record


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    folder = tmp_path_factory.mktemp("fourteenth")
    contract = with_podcasts(folder)
    author = replace(make_exchange(folder, "Broen", country="DK"), contract=contract)
    reader = replace(make_exchange(folder, "Puente"), contract=contract)
    podcast, heard = published(author)
    node = fetch_from(author, reader)
    app = create_app(node)
    app.config["TESTING"] = True
    yield Reading(node, app.test_client(), podcast, heard)
    author.database.dispose()
    reader.database.dispose()


def test_its_page_is_made_from_its_schema(reading: Reading) -> None:
    page = reading.page(f"/records/{reading.podcast}")
    for words in (
        "Two voices from Aarhus", "A neighbour and a newcomer", "Podcast", "Talk for two",
        "Denmark", "The episode", "Chapters", "How we met", "On a Tuesday, over soup.",
        "Practices heard of", "Evenings of talk",
    ):  # fmt: skip
        assert words in page, words


def test_its_steps_are_numbered_because_its_schema_says_so(reading: Reading) -> None:
    page = reading.page(f"/records/{reading.podcast}")
    steps = page[page.index('<ol class="path">') :].split("</ol>", maxsplit=1)[0]
    assert "How we met" in steps


def test_its_words_follow_the_reader(reading: Reading) -> None:
    page = reading.page(f"/records/{reading.podcast}", "es")
    assert "Pódcast" in page
    assert "El episodio" in page
    assert "Dinamarca" in page


def test_what_it_refers_to_leads_back_to_it(reading: Reading) -> None:
    assert "Two voices from Aarhus" in reading.page(f"/records/{reading.practice}")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/search?q=soup", id="by a word deep inside it"),
        pytest.param("/search?q=tomandssnak", id="by another language's word for its concept"),
        pytest.param("/search?podcast_format=talk", id="by its own facet"),
        pytest.param("/search?kind=podcast&country=DK", id="by its kind and country"),
    ],
)
def test_it_is_found(reading: Reading, address: str) -> None:
    page = reading.page(address)
    assert f"/records/{reading.podcast}" in page
    assert "Podcasts" in page


def test_the_open_interface_knows_it(reading: Reading) -> None:
    found = reading.client.get("/api/1/records?podcast_format=talk").get_json()
    assert [item["id"] for item in found["items"]] == [reading.podcast]
    assert found["facets"]["podcast_format"][0]["label"] == "Talk for two"
    shape = reading.client.get("/api/1/kinds/podcast/1").get_json()
    assert shape["title"] == "podcast/1"
    kinds = reading.client.get("/api/1/kinds").get_json()["kinds"]
    assert "podcast" in [each["kind"] for each in kinds]
    held = reading.client.get(f"/api/1/records/{reading.podcast}").get_json()
    assert held["links"][0]["relation"] == "heard"


def test_it_is_linked_data_too(reading: Reading) -> None:
    answer = reading.client.get(
        f"/records/{reading.podcast}", headers={"Accept": "application/ld+json"}
    )
    document = json.loads(answer.data)
    assert (document["@type"], document["format"]) == ("podcast", "talk")
    assert document["practices"][0]["@id"] == f"http://localhost/records/{reading.practice}"


def test_a_node_without_these_files_keeps_it_shows_its_head_and_passes_it_on(
    tmp_path: Path,
) -> None:
    contract = with_podcasts(tmp_path)
    author = replace(make_exchange(tmp_path, "Broen", country="DK"), contract=contract)
    between = make_exchange(tmp_path, "Puente")
    podcast, _ = published(author)
    node = fetch_from(author, between)
    app = create_app(node)
    app.config["TESTING"] = True
    page = app.test_client().get(f"/records/{podcast}").text
    assert "Two voices from Aarhus" in page
    assert "does not know this kind of record" in page
    assert "How we met" not in page
    with author.database.reading() as there, between.database.reading() as here:
        row = there.records.get(author.own_oid(), podcast)
        assert row is not None
        entry = there.entries.revisions(author.own_oid(), podcast)[-1]
        assert here.contents.get(entry.digest) == there.contents.get(entry.digest)
    author.database.dispose()
    between.database.dispose()
