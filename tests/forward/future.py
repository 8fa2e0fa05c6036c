"""A peer of the future: a real node whose schemas have grown, and what it publishes.

Its folder is a copy of ours with a second version of good practices (one field has another shape,
one new field is required), a kind more, and concepts more. Its Unicode data are newer too: it
knows a country that ours do not name.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from node.app import create_app
from node.contract import Contract, load_contract, schemas_path
from node.exchange.drafts import Draft
from node.exchange.publishing import publish
from node.exchange.rounds import sync_peer
from tests.support.nodes import InProcess, make_exchange, practice
from tests.web.making import node_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from node.exchange.context import Exchange
    from node.exchange.reports import RoundReport
    from node.home import Node

COMMON = "../../common/1.json#/$defs/"
DIARY = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "video-diary/1",
    "type": "object",
    "required": ["heading", "gist", "language"],
    "properties": {
        "heading": {"$ref": f"{COMMON}line"},
        "gist": {"$ref": f"{COMMON}abstract"},
        "language": {"$ref": f"{COMMON}language"},
        "country": {"$ref": f"{COMMON}countries", "x-footbridge": {"facet": "country"}},
        "scenes": {"$ref": f"{COMMON}steps"},
    },
    "x-footbridge": {
        "title": "heading",
        "summary": "gist",
        "icon": "speech",
        "sections": [
            {"id": "main", "fields": ["heading", "gist", "language", "country", "scenes"]}
        ],
    },
}
DIARY_WORDS = {
    "kind": {"label": {"en": "Video diary"}, "plural": {"en": "Video diaries"}},
    "fields": {
        "heading": {"label": {"en": "Heading"}},
        "gist": {"label": {"en": "Gist"}},
        "scenes": {"label": {"en": "Scenes"}},
    },
}
#: Words of the second version alone, for the field with another shape and the new one.
SECOND_WORDS = {
    "fields": {
        "results": {
            "label": {"en": "Results"},
            "example": {"after": "P6M", "text": {"en": "Eight of twelve had found work."}},
        },
        "results.after": {"label": {"en": "After"}, "example": "P6M"},
        "results.text": {"label": {"en": "What"}, "example": {"en": "Eight had found work."}},
        "why_now": {"label": {"en": "Why now"}, "example": {"en": "The harbour closes."}},
    }
}
NEW_CONCEPT = {
    "code": "displaced-by-floods",
    "prefLabel": {"en": "People displaced by floods", "el": "Πλημμυροπαθείς"},
    "definition": {"en": "Whoever lost a home to water."},
    "broader": "refugees",
}


def second_version() -> dict[str, Any]:
    """Return good-practice/2: results became a list with times, and “why now” is required."""
    path = schemas_path() / "records" / "good-practice" / "1.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    schema["title"] = "good-practice/2"
    schema["properties"]["results"] = {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["text"],
            "properties": {
                "after": {"$ref": f"{COMMON}duration"},
                "text": {"$ref": f"{COMMON}paragraphs"},
            },
            "x-footbridge": {"type": "object"},
        },
    }
    schema["properties"]["why_now"] = {"$ref": f"{COMMON}paragraphs"}
    schema["required"].remove("axis")
    schema["required"].append("why_now")
    schema["x-footbridge"]["sections"][0]["fields"].append("why_now")
    return schema


def future_schemas(folder: Path) -> Path:
    """Copy the shared contract and let it grow."""
    schemas = folder / "schemas-of-the-future"
    shutil.copytree(schemas_path(), schemas)
    vocabulary = schemas / "vocabularies" / "target-groups.json"
    grown = json.loads(vocabulary.read_text(encoding="utf-8"))
    grown["concepts"].append(NEW_CONCEPT)
    organisation = schemas / "records" / "organisation"
    shutil.copy(organisation / "1.json", organisation / "2.json")
    files = {
        "records/good-practice/2.json": second_version(),
        "records/good-practice/2.labels.json": SECOND_WORDS,
        "records/video-diary/1.json": DIARY,
        "records/video-diary/labels.json": DIARY_WORDS,
        "vocabularies/target-groups.json": grown,
    }
    for name, value in files.items():
        (schemas / name).parent.mkdir(exist_ok=True)
        (schemas / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return schemas


class NewerData(Contract):
    """The contract of a node whose CLDR names countries and languages that ours does not."""

    def validate(self, schema: str, body: Any) -> list[Any]:
        return self.validate_received(schema, body)


def future_contract(schemas: Path) -> Contract:
    loaded = load_contract(schemas)
    return NewerData(**{each.name: getattr(loaded, each.name) for each in fields(Contract)})


def old(heading: str = "Evenings of talk", /, **members: Any) -> Draft:
    """A good practice of the first version."""
    return Draft(kind="good-practice/1", body=dict(practice(heading).body) | members)


def new(heading: str = "Rowing to work", /, **members: Any) -> Draft:
    """A good practice of the second version."""
    body = dict(practice(heading).body)
    del body["axis"]
    body["results"] = [{"after": "P6M", "text": {"en": "Eight of twelve had found work."}}]
    body["why_now"] = {"en": "The harbour closes next year."}
    return Draft(kind="good-practice/2", body=body | members)


def diary(**members: Any) -> Draft:
    body = {
        "heading": {"en": "A week on the quay", "es": "Una semana en el muelle"},
        "gist": {"en": "Amber light and seagulls, filmed by newcomers."},
        "language": "en",
        "country": ["DK"],
        "scenes": [{"title": {"en": "Monday"}, "text": {"en": "The kettle sings at dawn."}}],
    }
    return Draft(kind="video-diary", body=body | members)


#: What each record brings that a node of today does not know.
NEWS: dict[str, Draft] = {
    "a second version": new(),
    "a kind": diary(),
    "a member": old("Bread and letters", mood={"en": "Quietly hopeful"}, weather=[1, {"a": True}]),
    "a concept": old("Dry ground", target_group=["refugees", "displaced-by-floods"]),
    "a language": old(
        "Words of the islands", title={"en": "Words of the islands", "qya": "Ai! laurië lantar"}
    ),
    "a country and a region": old("Beyond the map", country=["ES", "XQ"], regions=["XQ12"]),
}


@dataclass
class Today:
    """One node of today with its pages."""

    x: Exchange
    node: Node
    client: FlaskClient

    def get(self, address: str, language: str = "en", accept: str = "text/html") -> TestResponse:
        answer = self.client.get(address, headers={"Accept-Language": language, "Accept": accept})
        assert answer.status_code == 200, f"{address}: {answer.status}\n{answer.text[:2000]}"
        return answer

    def page(self, address: str, language: str = "en") -> str:
        return self.get(address, language).text


def today(x: Exchange) -> Today:
    """Open a node's pages, with its index up to what it holds."""
    node = node_of(x)
    node.follow_index()
    app = create_app(node)
    app.config["TESTING"] = True
    return Today(x, node, app.test_client())


def pull(here: Exchange, there: Exchange) -> RoundReport:
    """Let `here` do one round with `there`, a partner from now on."""
    with here.database.writing() as unit:
        peer = unit.peers.by_url(there.settings.url) or unit.peers.add(
            there.settings.url, there.own_oid(), name=there.settings.name, added=here.clock.now()
        )
    report = sync_peer(here, peer, InProcess(there))
    assert report.outcome in {"complete", "partial"}, report.sentence
    assert all(each.code == "faulty" for each in report.refused), report.sentence
    return report


def future_node(folder: Path, name: str = "Morgen") -> Exchange:
    made = make_exchange(folder, name, country="DK")
    return replace(made, contract=future_contract(future_schemas(folder)))


def published(x: Exchange, *drafts: Draft) -> list[str]:
    return [each.record for each in publish(x, drafts)]
