"""The open interface under ``/api/1/``: search, records, revisions, proofs, vocabularies, kinds.

Everything is public and read-only. Each view parses, calls one use case, answers plain data.

* Answers carry a strong ETag of their bytes and must be asked for again (``no-cache``): an erased
  record must not live on in caches. With ``If-None-Match`` the answer is 304.
* Errors are problem details (RFC 9457): 404 not held, 406 when JSON is not accepted, 410 erased
  or withdrawn, 422 for a wrong or unknown parameter. A parameter that is spelled wrongly is an
  error, not ignored: a filter that silently does nothing gives wrong answers.
* The description for programs is ``/api/openapi.json``, for people ``/api/docs``, which is made
  from it and loads nothing from other hosts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, abort, current_app, render_template, request
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import RAISE

from node.catalogue import schemas_api as shapes
from node.catalogue import wire
from node.catalogue.browsing import SearchRequest, search_records
from node.catalogue.concepts import count_carriers, find_concept, find_vocabulary
from node.catalogue.contract_api import (
    CarriedConceptSchema,
    KindsSchema,
    VocabulariesSchema,
    VocabularySchema,
)
from node.catalogue.family import get_family
from node.catalogue.family_api import FamilySchema, family_as_data
from node.catalogue.linked import MEDIA_TYPE as LINKED
from node.catalogue.records import RecordView, get_record
from node.catalogue.revisions import get_revision, list_revisions
from node.errors import GoneError, NotFoundError
from node.search.dictionary import facets_by_scheme
from node.web.context import runtime

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from node.contract import Contract

PROBLEM = "application/problem+json"
PREFIX = "/api/1"
#: Facets and other parameters that are not facets.
PLAIN = ("q", "page", "size", "sort", "folded", "lang")

_CONFIG = {
    "API_TITLE": "Footbridge",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
}


class WithdrawnError(GoneError):
    """The record is no longer offered by its origin, which may offer it again."""

    code = "withdrawn"


def install_api(app: Flask) -> None:
    """Add the interface, its description and its documentation to the application."""
    for name, value in _CONFIG.items():
        app.config.setdefault(name, value)
    about = {"info": {"description": _DESCRIPTION, "license": {"name": "EUPL-1.2"}}}
    api = Api(app, spec_kwargs=about)
    api.register_blueprint(make_blueprint(runtime_contract(app)))
    app.add_url_rule("/api/docs", "api_docs", _docs)
    app.add_url_rule("/schemas/context.jsonld", "linked_context", linked_context)


def runtime_contract(app: Flask) -> Contract:
    """Return the contract of the node that the application was made for."""
    with app.app_context():
        return runtime().contract


def make_blueprint(contract: Contract) -> Blueprint:
    """Return the blueprint; the facets it takes as parameters are those of the contract."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX, description="The catalogue.")
    blueprint.before_request(_insist_on_json)
    query = shapes.search_query(contract)
    rules: list[tuple[str, Callable[..., Any], Any, Any, tuple[int, ...]]] = [
        ("/records", records, query, shapes.PageSchema, (422,)),
        ("/records/<uuid:record_id>", record, shapes.OriginQuery, shapes.RecordSchema, _ONE),
        (
            "/records/<uuid:record_id>/revisions",
            revisions,
            shapes.OriginQuery,
            shapes.RevisionsSchema,
            _ONE,
        ),
        (
            "/records/<uuid:record_id>/revisions/<int:revision>",
            revision,
            shapes.OriginQuery,
            shapes.RevisionSchema,
            _ONE,
        ),
        ("/records/<uuid:record_id>/family", family, shapes.OriginQuery, FamilySchema, _ONE),
        ("/records/<uuid:record_id>/proof", proof, shapes.ProofQuery, None, _ONE),
        ("/vocabularies", vocabularies, None, VocabulariesSchema, ()),
        ("/vocabularies/<scheme>", vocabulary, None, VocabularySchema, (404,)),
        ("/vocabularies/<scheme>/<code>", concept, None, CarriedConceptSchema, (404,)),
        ("/kinds", kinds, None, KindsSchema, ()),
        ("/kinds/<name>/<int:version>", json_schema, None, None, (404,)),
    ]
    for address, view, arguments, answer, errors in rules:
        described = view
        for status in (406, *errors):
            described = blueprint.alt_response(
                status, schema=shapes.ProblemSchema, content_type=PROBLEM
            )(described)
        described = blueprint.response(200, answer)(described)
        if arguments is not None:
            described = blueprint.arguments(arguments, location="query", unknown=RAISE)(described)
        blueprint.route(address, methods=["GET"])(described)
    return blueprint


#: What may be wrong with a request for one record.
_ONE = (404, 410, 422)


def records(query: dict[str, Any]) -> Response:
    """Find records.

    Values of one facet mean "any of these", different facets mean "and".
    """
    facets = {name: values for name, values in query.items() if name not in PLAIN}
    asked = SearchRequest(
        q=query["q"],
        facets=facets,
        page=query["page"],
        size=query["size"],
        sort=query["sort"],
        folded=query["folded"],
        languages=tuple(query.get("lang") or _accepted_languages()),
    )
    answer = _answer(wire.page_as_data(search_records(runtime().catalogue, asked)))
    answer.vary.add("Accept-Language")
    return answer


def record(query: dict[str, Any], record_id: UUID) -> Response:
    """Read a record with its body and its links to others."""
    view = _shown(get_record(runtime().catalogue, str(record_id), query["origin"]))
    return _answer(wire.record_as_data(view))


def revisions(query: dict[str, Any], record_id: UUID) -> Response:
    """List a record's revisions, newest first."""
    found = list_revisions(runtime().catalogue, str(record_id), query["origin"])
    return _answer(wire.revisions_as_data(str(record_id), found))


def revision(query: dict[str, Any], record_id: UUID, revision: int) -> Response:
    """Read one revision of a record."""
    view = get_revision(runtime().catalogue, str(record_id), revision, query["origin"])
    return _answer(wire.revision_as_data(view))


def family(query: dict[str, Any], record_id: UUID) -> Response:
    """Read who took a practice over and how it went: the tree that a record stands in."""
    found = get_family(runtime().catalogue, str(record_id), query["origin"])
    return _answer(family_as_data(found))


def proof(query: dict[str, Any], record_id: UUID) -> Response:
    """Fetch the file with which a record can be checked without this software."""
    catalogue = runtime().catalogue
    if catalogue.prove is None:
        raise NotFoundError("This node does not make proof files.")
    view = get_record(catalogue, str(record_id), query["origin"])
    found = catalogue.prove(view.origin.oid, view.id, query["revision"])
    answer = _answer(found)
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.id}.proof.json"'
    return answer


def vocabularies() -> Response:
    """List the vocabularies."""
    held = runtime().contract.vocabularies.values()
    return _answer(
        {"vocabularies": [wire.vocabulary_as_data(each, concepts=False) for each in held]}
    )


def vocabulary(scheme: str) -> Response:
    """Read a vocabulary with all its concepts."""
    found = find_vocabulary(runtime().contract, scheme)
    return _answer(wire.vocabulary_as_data(found, concepts=True))


def concept(scheme: str, code: str) -> Response:
    """Read one term of a vocabulary, with how many records carry it.

    `facets` are the parameters of a search that take the code.
    """
    node = runtime()
    vocabulary, found = find_concept(node.contract, scheme, code)
    carried = {
        "records": count_carriers(node.catalogue, scheme, code),
        "facets": list(facets_by_scheme(node.contract).get(scheme, ())),
    }
    return _answer(wire.concept_as_data(vocabulary, found) | carried)


def kinds() -> Response:
    """List the kinds of records with their sections and fields."""
    held = runtime().contract.kinds.values()
    return _answer({"kinds": [wire.kind_as_data(each) for each in held]})


def json_schema(name: str, version: int) -> Response:
    """Fetch the JSON Schema of a kind's body."""
    found = runtime().contract.kind(f"{name}/{version}")
    if found is None:
        raise NotFoundError("There is no kind of this name and version.", kind=name)
    return _answer(dict(found.json_schema))


def linked_context() -> Response:
    """Fetch the JSON-LD context, which pages of other hosts may read as well."""
    answer = _answer(dict(runtime().contract.linked_context))
    answer.mimetype = LINKED
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _shown(view: RecordView) -> RecordView:
    if view.state == "shown":
        return view
    if view.state == "withdrawn":
        raise WithdrawnError("This record was withdrawn by its origin.", record=view.id)
    if view.state == "pending":
        raise NotFoundError("The content of this record has not arrived yet.", record=view.id)
    raise NotFoundError("This record cannot be shown.", record=view.id, fault=view.fault)


def _answer(data: Any) -> Response:
    raw = orjson.dumps(data)
    answer = Response(raw, mimetype="application/json")
    answer.set_etag(hashlib.sha256(raw).hexdigest()[:32])
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def _insist_on_json() -> None:
    offered = ("application/json", PROBLEM)
    if request.accept_mimetypes and request.accept_mimetypes.best_match(offered) is None:
        abort(406, description="This interface answers in application/json only.")


def _accepted_languages() -> list[str]:
    return [language for language, _quality in request.accept_languages if language != "*"] or [
        "en"
    ]


def _docs() -> str:
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return render_template("catalogue/api_docs.html", spec=api.spec.to_dict())


_DESCRIPTION = """\
A federated exchange of good practice for organisations that help migrants and refugees into work. \
Everything here is public and read-only; each record is signed by the organisation that published \
it, and its proof can be checked without this software."""
