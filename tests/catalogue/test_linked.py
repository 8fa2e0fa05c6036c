"""A record as linked data: its own body, under the context that every node serves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld

from node.app import create_app
from tests.catalogue.making import Shelf, adaptation, make_shelf
from tests.catalogue.test_api import AsNode
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

LINKED = "application/ld+json"


@dataclass
class Linked:
    shelf: Shelf
    client: FlaskClient
    one: str
    two: str

    def document(self, record: str) -> dict[str, Any]:
        answer = self.client.get(f"/records/{record}", headers={"Accept": LINKED})
        assert (answer.status_code, answer.mimetype) == (200, LINKED)
        document: dict[str, Any] = json.loads(answer.data)
        return document

    def expanded(self, record: str) -> dict[str, Any]:
        """Expand a document with a processor that fetches the context from this node alone."""

        def load(url: str, options: Any) -> dict[str, Any]:
            assert url.startswith("http://localhost/schemas/")
            served = self.client.get(url.removeprefix("http://localhost"))
            return {
                "contextUrl": None,
                "contentType": served.mimetype,
                "documentUrl": url,
                "document": json.loads(served.data),
            }

        (node,) = jsonld.expand(self.document(record), {"documentLoader": load})
        found: dict[str, Any] = node
        return found


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    shelf = make_shelf(tmp_path_factory.mktemp("linked"))
    app = create_app(AsNode(shelf))
    app.config["TESTING"] = True
    strange = {
        "mood": "good",
        "@context": "https://elsewhere.example/",
        "x-own": {
            "@id": "urn:theirs",
            "@type": "@json",
            "kept": [{"@context": "https://x.example"}],
        },
    }
    (one,) = shelf.publish(
        practice(
            "Evenings of talk", dos=[{"en": "Begin", "es": "Empiece"}, {"en": "Stay"}], **strange
        )
    )
    (two,) = shelf.publish(adaptation(shelf.reference(one, 1)))
    yield Linked(shelf, app.test_client(), one, two)
    shelf.x.database.dispose()


def test_the_context_lies_at_one_address_on_every_node_and_may_be_read_from_anywhere(
    linked: Linked,
) -> None:
    answer = linked.client.get("/schemas/context.jsonld")
    assert (answer.status_code, answer.mimetype) == (200, LINKED)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.data) == dict(linked.shelf.x.contract.linked_context)
    again = linked.client.get(
        "/schemas/context.jsonld", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_record_is_its_body_with_who_published_it_and_when(linked: Linked) -> None:
    document = linked.document(linked.one)
    assert document["@context"] == "http://localhost/schemas/context.jsonld"
    assert document["@id"] == f"http://localhost/records/{linked.one}"
    assert document["title"] == {"en": "Evenings of talk"}
    found = linked.expanded(linked.one)
    schema = "http://schema.org/"
    assert found["@type"] == [f"{schema}CreativeWork"]
    assert found[f"{schema}name"] == [{"@language": "en", "@value": "Evenings of talk"}]
    assert found[f"{schema}license"] == [{"@id": "https://spdx.org/licenses/CC-BY-4.0"}]
    assert {"@value": f"urn:uuid:{linked.one}"} in found[f"{schema}identifier"]
    assert found["http://purl.org/dc/terms/conformsTo"] == [
        {"@id": "http://localhost/api/1/kinds/good-practice/1"}
    ]
    assert found[f"{schema}publisher"][0]["@type"] == [f"{schema}Organization"]
    assert found[f"{schema}datePublished"]


def test_the_shape_it_conforms_to_can_be_fetched(linked: Linked) -> None:
    address = linked.document(linked.one)["conforms_to"].removeprefix("http://localhost")
    assert linked.client.get(address).get_json()["title"] == "good-practice/1"


def test_a_list_of_texts_keeps_each_language(linked: Linked) -> None:
    dos = linked.expanded(linked.one)["urn:footbridge:term:dos"]
    assert dos == [
        {"@language": "en", "@value": "Begin"},
        {"@language": "es", "@value": "Empiece"},
        {"@language": "en", "@value": "Stay"},
    ]


def test_a_reference_leads_to_the_page_of_the_record(linked: Linked) -> None:
    (adapted,) = linked.expanded(linked.two)["http://schema.org/isBasedOn"]
    assert adapted["@id"] == f"http://localhost/records/{linked.one}"
    assert adapted["http://schema.org/version"] == [{"@value": 1}]


def test_a_body_cannot_steer_the_processor(linked: Linked) -> None:
    document = linked.document(linked.one)
    assert "elsewhere.example" not in json.dumps(document)
    assert document["x-own"] == {"kept": [{}]}
    assert linked.expanded(linked.one)["urn:footbridge:term:mood"] == [{"@value": "good"}]
