"""The pages of the vocabularies, and the same as JSON, JSON-LD and Turtle at the same addresses.

* ``/vocabularies``, ``/vocabularies/SCHEME``, ``/vocabularies/SCHEME/CODE`` answer in the form the
  client asks for; with ``.json``, ``.jsonld`` or ``.ttl`` at the end always in that one, for
  people who click. No scheme or code has a dot.
* Data have strong ETags and are open to pages of other hosts. Vocabularies do not change while a
  process runs, so Turtle, which is costly to make, is made once for each scheme and term.
* Addresses within the data are those the node's keeper gave, not those that were asked: a kept
  answer must not carry a stranger's Host header to the next reader.
* What is not here is told in the reader's language, without repeating what was asked.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from flask import Response, current_app, render_template, request, url_for

from node.catalogue import concepts, skos, wire
from node.catalogue.concept_presenting import (
    GLOBALS,
    concept_lines,
    ordered_schemes,
    value_bars,
    words_of,
)
from node.catalogue.labels import ORIGIN
from node.errors import NotFoundError
from node.web.context import runtime
from node.web.errors import problem
from node.web.i18n import reading_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.contract import Vocabulary

HTML, JSON, LINKED, TURTLE = "text/html", "application/json", "application/ld+json", "text/turtle"
#: How each form of the data is named at the end of an address.
FORMS = {"json": JSON, "jsonld": LINKED, "ttl": TURTLE}
EXTENSION = "footbridge.turtle"

Maker = dict[str, "Callable[[], bytes]"]


def add_to(blueprint: Blueprint) -> None:
    """Add the addresses of the vocabularies to the catalogue's blueprint."""
    forms = ", ".join(FORMS)
    base = "/vocabularies"
    blueprint.add_url_rule(base, "vocabulary_list", vocabulary_list)
    blueprint.add_url_rule(f"{base}.<any({forms}):form>", "vocabulary_list", vocabulary_list)
    blueprint.add_url_rule(f"{base}/<scheme>", "vocabulary", vocabulary)
    blueprint.add_url_rule(f"{base}/<scheme>/<code>", "concept", concept)
    for name, helper in GLOBALS.items():
        blueprint.add_app_template_global(helper, name)


def vocabulary_list(form: str = "") -> AnyResponse:
    """Show all vocabularies; as data, with all their terms."""
    catalogue = runtime().catalogue
    held = tuple(catalogue.contract.vocabularies.values())

    def page() -> str:
        schemes = ordered_schemes(concepts.list_schemes(catalogue))
        languages = concepts.coverage(held)
        return render_template("catalogue/vocabularies.html", schemes=schemes, languages=languages)

    data: Maker = {
        JSON: lambda: orjson.dumps(
            {"vocabularies": [wire.vocabulary_as_data(each, concepts=True) for each in held]}
        ),
        LINKED: lambda: orjson.dumps(skos.linked_schemes(held, _page_address)),
        # Scheme by scheme: one graph of all terms would take ten times the memory.
        TURTLE: lambda: b"\n".join(_scheme_as_turtle(each) for each in held),
    }
    return _answer("/vocabularies", form, page, data)


def vocabulary(scheme: str) -> AnyResponse:
    """Show one vocabulary with its terms."""
    scheme, form = _parted(scheme)
    catalogue = runtime().catalogue
    try:
        found = concepts.find_vocabulary(catalogue.contract, scheme)
        _check(form)
    except NotFoundError as error:
        return _absent(error, form)

    def page() -> str:
        view = concepts.get_scheme(catalogue, scheme)
        return render_template(
            "catalogue/vocabulary.html",
            view=view,
            tree=concept_lines(view),
            languages=concepts.coverage([found]),
        )

    data: Maker = {
        JSON: lambda: orjson.dumps(wire.vocabulary_as_data(found, concepts=True)),
        LINKED: lambda: orjson.dumps(skos.linked_schemes([found], _page_address)),
        TURTLE: lambda: _scheme_as_turtle(found),
    }
    return _answer(f"/vocabularies/{found.scheme}", form, page, data)


def concept(scheme: str, code: str) -> AnyResponse:
    """Show one term: what it means, its neighbours, its words, the records that carry it."""
    code, form = _parted(code)
    catalogue = runtime().catalogue
    try:
        holder, found = concepts.find_concept(catalogue.contract, scheme, code)
        _check(form)
    except NotFoundError as error:
        return _absent(error, form)

    def page() -> str:
        view = concepts.get_concept(catalogue, scheme, code, reading_languages())
        # Values of several facets cannot be searched with "or".
        within = {view.facets[0]: code} if len(view.facets) == 1 else {}
        return render_template(
            "catalogue/concept.html",
            view=view,
            words=words_of(found),
            countries=value_bars(view.countries, concepts.COUNTRY, within),
            partners=value_bars(view.partners, ORIGIN, within),
        )

    def linked() -> skos.Data:
        return skos.linked_concept(holder, found, _page_address)

    data: Maker = {
        JSON: lambda: orjson.dumps(wire.concept_as_data(holder, found)),
        LINKED: lambda: orjson.dumps(linked()),
        TURTLE: lambda: _kept((found.scheme, found.code), lambda: skos.turtle(linked())),
    }
    return _answer(f"/vocabularies/{found.scheme}/{found.code}", form, page, data)


def _answer(path: str, form: str, page: Callable[[], str], data: Maker) -> AnyResponse:
    """Answer in the form that the address names, else in the one that the client likes best."""
    wanted = FORMS.get(form) or request.accept_mimetypes.best_match((HTML, *data), default=HTML)
    body = page().encode() if wanted == HTML else data[wanted]()
    # Flask adds the charset to text; JSON has none.
    response = Response(body, mimetype=wanted)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    root = request.script_root
    for name, media_type in FORMS.items():
        response.headers.add("Link", f'<{root}{path}.{name}>; rel="alternate"; type="{media_type}"')
        if wanted == media_type:
            response.headers["Content-Location"] = f"{root}{path}.{name}"
    if not form:
        response.vary.add("Accept")
    if wanted != HTML:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response.make_conditional(request)


def _absent(error: NotFoundError, form: str) -> AnyResponse:
    best = request.accept_mimetypes.best_match((HTML, *FORMS.values()), default=HTML)
    if form in FORMS or best != HTML:
        response = problem(404, "Not Found", detail=error.message, hint=error.hint, code=error.code)
    else:
        response = Response(render_template("catalogue/vocabulary_absent.html"), status=404)
    response.vary.add("Accept")
    return response


def _parted(name: str) -> tuple[str, str]:
    """Return a name and the form at its end."""
    stem, _, form = name.partition(".")
    return stem, form


def _check(form: str) -> None:
    if form and form not in FORMS:
        raise NotFoundError(
            "Vocabularies are not made in this form.",
            hint=f"The address may end in {', '.join(f'.{each}' for each in FORMS)}, or in none.",
        )


def _page_address(scheme: str, code: str) -> str:
    if code:
        path = url_for("catalogue.concept", scheme=scheme, code=code)
    else:
        path = url_for("catalogue.vocabulary", scheme=scheme)
    return runtime().settings.url.rstrip("/") + path.removeprefix(request.script_root)


def _scheme_as_turtle(found: Vocabulary) -> bytes:
    vocabularies: Iterable[Vocabulary] = (found,)
    return _kept(
        (found.scheme, ""), lambda: skos.turtle(skos.linked_schemes(vocabularies, _page_address))
    )


def _kept(key: tuple[str, str], make: Callable[[], bytes]) -> bytes:
    """Return the Turtle that is kept for a scheme or term; there are as many as there are terms."""
    made: dict[tuple[str, str], bytes] = current_app.extensions.setdefault(EXTENSION, {})
    if key not in made:
        made[key] = make()
    return made[key]
