from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from node.app import create_app
from node.exchange.publishing import erase, revise, withdraw
from tests.catalogue.making import (
    Shelf,
    adaptation,
    make_shelf,
    organisation,
    set_state,
    translation,
)
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PROBLEM = "application/problem+json"


class AsNode:
    """As much of `node.home.Node` as the faces ask for."""

    def __init__(self, shelf: Shelf) -> None:
        self.exchange = shelf.x
        self.catalogue = shelf.catalogue
        for name in ("settings", "contract", "clock", "database", "blobs", "signer"):
            setattr(self, name, getattr(shelf.x, name))


@dataclass
class Api:
    """A node's interface, and what it published: `one` (two revisions), `two` adapts it."""

    shelf: Shelf
    client: FlaskClient
    one: str = ""
    two: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(f"/api/1{path}", headers=named)


#: A record that nobody has published; the same in every process that collects tests.
NOBODY = "3f1c2a5e-9a41-4c50-8f6e-6a1d2b7c9e01"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    shelf = make_shelf(tmp_path_factory.mktemp("api"))
    app = create_app(AsNode(shelf))
    app.config["TESTING"] = True
    made = Api(shelf, app.test_client())
    _profile, made.one = shelf.publish(organisation(), practice("Evenings of talk"))
    revise(shelf.x, made.one, practice("Evenings of talk and tea"))
    (made.two,) = shelf.publish(adaptation(shelf.reference(made.one, 1)))
    yield made
    shelf.x.database.dispose()


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """Return the problem details, checked for what RFC 9457 asks."""
    assert answer.status_code == status
    assert answer.mimetype == PROBLEM
    document: dict[str, Any] = json.loads(answer.data)
    assert document["status"] == status
    assert document["title"]
    assert document["type"]
    return document


def test_a_search_answers_total_items_and_facets(api: Api) -> None:
    answer = api.get("/records?q=evening&lang=es")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    found = answer.get_json()
    assert found["total"] == 1
    (item,) = found["items"]
    assert {name: item[name] for name in ("id", "kind", "revision", "origin", "language")} == {
        "id": api.one,
        "kind": "good-practice",
        "revision": 2,
        "origin": api.shelf.oid,
        "language": "en",
    }
    assert item["title"] == {"en": "Evenings of talk and tea"}
    assert item["published"] == "2026-11-23T10:00:00Z"
    assert found["facets"]["country"] == [{"value": "ES", "count": 1, "label": "España"}]


def test_without_words_everything_is_there(api: Api) -> None:
    assert api.get("/records").get_json()["total"] == 3
    assert len(api.get("/records?size=1&page=2").get_json()["items"]) == 1
    assert api.get("/records?page=9").get_json()["items"] == []


def test_a_facet_may_be_given_several_times(api: Api) -> None:
    assert api.get("/records?kind=adaptation").get_json()["total"] == 1
    assert api.get("/records?kind=adaptation&kind=organisation").get_json()["total"] == 2
    assert api.get("/records?kind=adaptation&country=ES").get_json()["total"] == 0
    assert api.get(f"/records?origin={api.shelf.oid}").get_json()["total"] == 3


def test_each_record_can_be_had_by_itself(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path)
    api = Api(shelf, create_app(AsNode(shelf)).test_client())
    (one,) = shelf.publish(practice("Evenings of talk"))
    (greek,) = shelf.publish(translation(shelf.reference(one, 1), "el", title="Βραδιές"))
    (item,) = api.get("/records?q=βραδιές").get_json()["items"]
    assert item["id"] == one
    assert item["also"] == [
        {
            "id": greek,
            "origin": shelf.oid,
            "origin_name": item["origin_name"],
            "relation": "translation",
            "language": "el",
        }
    ]
    (item,) = api.get("/records?q=βραδιές&folded=false").get_json()["items"]
    assert (item["id"], item["also"]) == (greek, [])
    assert api.get("/records?folded=false").get_json()["total"] == 2
    assert api.get("/records?folded=perhaps").status_code == 422
    shelf.x.database.dispose()


def test_labels_follow_the_accept_language_header(api: Api) -> None:
    answer = api.get("/records?kind=organisation", Accept_Language="el, en;q=0.5")
    assert answer.get_json()["facets"]["country"][0]["label"] == "Ισπανία"
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_record_has_its_body_and_links(api: Api) -> None:
    found = api.get(f"/records/{api.one}").get_json()
    assert (found["id"], found["revision"], found["state"]) == (api.one, 2, "shown")
    assert found["body"]["title"] == {"en": "Evenings of talk and tea"}
    (link,) = found["links"]
    assert (link["relation"], link["direction"], link["record"]) == ("adapts", "in", api.two)
    assert (link["revision"], link["stale"]) == (1, True)
    assert api.get(f"/records/{api.one}?origin={api.shelf.oid}").status_code == 200


def test_revisions_can_be_listed_and_read(api: Api) -> None:
    listed = api.get(f"/records/{api.one}/revisions").get_json()
    assert [each["revision"] for each in listed["revisions"]] == [2, 1]
    first = api.get(f"/records/{api.one}/revisions/1").get_json()
    assert (first["title"], first["current"]) == ({"en": "Evenings of talk"}, False)


def test_the_proof_file_is_that_of_the_revision_asked_for(api: Api) -> None:
    newest = api.get(f"/records/{api.one}/proof")
    assert newest.get_json()["revision"] == 2
    assert f'filename="{api.one}.proof.json"' in newest.headers["Content-Disposition"]
    assert api.get(f"/records/{api.one}/proof?revision=1").get_json()["revision"] == 1
    problem(api.get(f"/records/{api.one}/proof?revision=7"), 404)


def test_vocabularies_have_concepts_with_labels(api: Api) -> None:
    listed = {each["scheme"]: each for each in api.get("/vocabularies").get_json()["vocabularies"]}
    assert set(listed) == set(api.shelf.x.contract.vocabularies)
    assert "concepts" not in listed["axes"]
    axes = api.get("/vocabularies/axes").get_json()
    assert len(axes["concepts"]) == axes["count"] == listed["axes"]["count"]
    assert axes["concepts"][0]["prefLabel"]["el"]


def test_kinds_lead_to_their_json_schema(api: Api) -> None:
    listed = api.get("/kinds").get_json()["kinds"]
    assert {each["kind"] for each in listed} == set(api.shelf.x.contract.kinds)
    schema = api.get("/kinds/good-practice/1").get_json()
    body = api.get(f"/records/{api.one}").get_json()["body"]
    assert jsonschema_rs.validator_for(schema).is_valid(body)
    assert not jsonschema_rs.validator_for(schema).is_valid({})


@pytest.mark.parametrize(
    "path",
    [
        f"/records/{NOBODY}",
        f"/records/{NOBODY}/revisions",
        f"/records/{NOBODY}/revisions/1",
        f"/records/{NOBODY}/family",
        f"/records/{NOBODY}/proof",
        "/records/no-uuid",
        "/records/00000000-0000-0000-0000-000000000000",
        "/vocabularies/none",
        "/vocabularies/axes/none",
        "/vocabularies/none/none",
        "/kinds/none/1",
        "/kinds/good-practice/99",
        "/nothing",
    ],
)
def test_what_is_not_held_is_a_404_problem(api: Api, path: str) -> None:
    assert problem(api.get(path), 404)["detail"]


@pytest.mark.parametrize(
    ("query", "member"),
    [
        ("size=101", "size"),
        ("size=0", "size"),
        ("size=many", "size"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("sort=random", "sort"),
        ("contry=ES", "contry"),
        ("country=", "country"),
        ("q=" + "x" * 401, "q"),
        ("lang=", "lang"),
    ],
)
def test_a_wrong_or_misspelled_parameter_is_a_422_problem_that_names_it(
    api: Api, query: str, member: str
) -> None:
    assert member in json.dumps(problem(api.get(f"/records?{query}"), 422)["errors"])


def test_a_client_that_takes_no_json_gets_a_406_problem(api: Api) -> None:
    problem(api.get("/records", Accept="application/xml"), 406)
    for accepted in ("*/*", "text/html,*/*;q=0.8", "application/json", PROBLEM):
        assert api.get("/records", Accept=accepted).status_code == 200


def test_another_method_is_a_405_problem_that_says_which_are_right(api: Api) -> None:
    answer = api.client.post("/api/1/records")
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_withdrawn_and_erased_records_are_410_problems(api: Api) -> None:
    gone, erased = api.shelf.publish(practice("Gone"), practice("Erased"))
    withdraw(api.shelf.x, gone)
    erase(api.shelf.x, erased)
    api.shelf.follow()
    assert problem(api.get(f"/records/{gone}"), 410)["code"] == "withdrawn"
    assert problem(api.get(f"/records/{erased}"), 410)["code"] == "gone"
    for rest in ("/revisions", "/revisions/1", "/family", "/proof"):
        problem(api.get(f"/records/{erased}{rest}"), 410)


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_a_record_that_cannot_be_shown_is_a_404_problem_that_says_why(api: Api, state: str) -> None:
    (one,) = api.shelf.publish(practice(f"To be {state}"))
    set_state(api.shelf, one, state, "the reason")
    found = problem(api.get(f"/records/{one}"), 404)
    assert "arrived" in found["detail"] or found["facts"]["fault"] == "the reason"


def test_an_answer_that_did_not_change_is_not_sent_again(api: Api) -> None:
    for path in ("/records", f"/records/{api.one}", "/vocabularies/axes", "/kinds"):
        first = api.get(path)
        again = api.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert first.headers["Cache-Control"] == "no-cache"


def test_a_revision_changes_the_etag(api: Api) -> None:
    (one,) = api.shelf.publish(practice("Short"))
    before = api.get(f"/records/{one}").headers["ETag"]
    revise(api.shelf.x, one, practice("Shorter"))
    api.shelf.follow()
    assert api.get(f"/records/{one}", If_None_Match=before).status_code == 200


def test_the_description_is_valid_and_names_every_address(api: Api) -> None:
    spec = api.client.get("/api/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    assert {path.removeprefix("/api/1") for path in spec["paths"]} == {
        "/records",
        "/records/{record_id}",
        "/records/{record_id}/revisions",
        "/records/{record_id}/revisions/{revision}",
        "/records/{record_id}/family",
        "/records/{record_id}/proof",
        "/vocabularies",
        "/vocabularies/{scheme}",
        "/vocabularies/{scheme}/{code}",
        "/kinds",
        "/kinds/{name}/{version}",
    }
    named = {each["name"] for each in spec["paths"]["/api/1/records"]["get"]["parameters"]}
    assert {"q", "page", "size", "sort", "lang", "country", "kind", "origin"} <= named


def _schema_of(spec: dict[str, Any], path: str, status: str = "200") -> dict[str, Any]:
    """Return the schema of an answer as one piece that can be validated against."""
    contents = spec["paths"][f"/api/1{path}"]["get"]["responses"][status]["content"]
    (content,) = contents.values()
    return {**content["schema"], "components": spec["components"]}


@pytest.mark.parametrize(
    ("described", "asked"),
    [
        ("/records", "/records?q=evening"),
        ("/records", "/records"),
        ("/records/{record_id}", "/records/{one}"),
        ("/records/{record_id}", "/records/{two}"),
        ("/records/{record_id}/revisions", "/records/{one}/revisions"),
        ("/records/{record_id}/revisions/{revision}", "/records/{one}/revisions/1"),
        ("/records/{record_id}/family", "/records/{one}/family"),
        ("/vocabularies", "/vocabularies"),
        ("/vocabularies/{scheme}", "/vocabularies/axes"),
        ("/vocabularies/{scheme}/{code}", "/vocabularies/practice-types/volunteering"),
        ("/kinds", "/kinds"),
    ],
)
def test_answers_are_as_the_description_says(api: Api, described: str, asked: str) -> None:
    spec = api.client.get("/api/openapi.json").get_json()
    answer = api.get(asked.format(one=api.one, two=api.two)).get_json()
    jsonschema_rs.validator_for(_schema_of(spec, described)).validate(answer)
    schema = spec["components"]["schemas"]
    name = _schema_of(spec, described).get("$ref", "").rpartition("/")[2]
    assert set(answer) <= set(schema[name]["properties"])


def test_problems_are_as_the_description_says(api: Api) -> None:
    spec = api.client.get("/api/openapi.json").get_json()
    for described, asked, status in (
        ("/records", "/records?size=0", "422"),
        ("/records/{record_id}", f"/records/{NOBODY}", "404"),
    ):
        found = api.get(asked).get_json()
        jsonschema_rs.validator_for(_schema_of(spec, described, status)).validate(found)


def test_the_documentation_is_made_from_the_description_and_loads_nothing_from_elsewhere(
    api: Api,
) -> None:
    answer = api.client.get("/api/docs")
    page = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    for text in ("GET /api/1/records", "record_id", "success_factor", "ProblemSchema"[:7]):
        assert text in page
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for tag in ("src=", "<link"):
        for place in page.split(tag)[1:]:
            assert "//" not in place[:60].split(">")[0]


def test_the_command_line_and_the_interface_answer_alike(api: Api) -> None:
    from node.catalogue.browsing import SearchRequest, search_records
    from node.catalogue.wire import page_as_data

    page = search_records(api.shelf.catalogue, SearchRequest(q="talk", languages=("da",)))
    assert api.get("/records?q=talk&lang=da").get_json() == page_as_data(page)
