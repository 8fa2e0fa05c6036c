"""The pages of one record: reading it, its revisions, what changed, whether it is genuine.

A record is read in the reader's language where the author or a translator has written in it.
`read` decides that and prepares every field; the templates only place what it returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, redirect, render_template, request, url_for

from node.catalogue import genuine, records, revisions
from node.errors import FootbridgeError, NotFoundError
from node.web.charts import Bar, Row, waterfall
from node.web.context import runtime
from node.web.formatting import days
from node.web.i18n import reading_languages
from node.web.overlay import lay_over
from node.web.presenting import Presenter
from node.web.shown import Reference, ShownField, ShownSection, Term
from node.web.texts import Text, pick_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.catalogue.cards import RecordCard
    from node.catalogue.records import LinkView, RecordView
    from node.catalogue.revisions import RevisionView

#: Kinds with a page of their own; every other kind has the one that is made from its schema.
OWN_PAGES = {"good-practice", "training-material"}
#: What is not repeated among the fields, because the head of the page says it.
IN_HEAD = {"title", "summary", "name", "mission", "language", "machine_translated", "sample"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder of evidence."""

    term: Term
    reached: bool


@dataclass(frozen=True, slots=True)
class ReadIn:
    """A language in which the record can be read."""

    language: str
    original: bool
    #: The translation record, where the author has not written in this language.
    by: RecordCard | None
    stale: bool
    current: bool


@dataclass(frozen=True)
class Reading:
    """A record prepared for one reader."""

    view: RecordView | RevisionView
    title: Text
    summary: Text | None
    sections: tuple[ShownSection, ...]
    languages: tuple[ReadIn, ...]
    presenter: Presenter

    @property
    def fields(self) -> dict[str, ShownField]:
        """Return every field by its name."""
        return {field.name: field for section in self.sections for field in section.fields}

    @property
    def now(self) -> ReadIn | None:
        """Return the language it is shown in."""
        return next((each for each in self.languages if each.current), None)

    @property
    def sample(self) -> bool:
        """Say whether the record is an invented example."""
        return self.view.body.get("sample") is True

    def section(self, name: str) -> ShownSection | None:
        """Return one section, or None when it has nothing to show."""
        return next((each for each in self.sections if each.id == name), None)

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """Return the kinds of evidence, weakest first; empty when the record names none."""
        reached = self.view.body.get("evidence_type")
        spec = self.view.kind.field("evidence_type") if self.view.kind else None
        if not reached or spec is None or spec.vocabulary is None:
            return ()
        vocabulary = self.presenter.contract.vocabularies[spec.vocabulary]
        return tuple(
            Rung(self.presenter.term(spec, code), code in reached) for code in vocabulary.concepts
        )

    @property
    def procedure_bars(self) -> list[Bar]:
        """Return how the days of a procedure add up, step by step."""
        steps = self.view.body.get("procedure", {}).get("steps", [])
        if not any(step.get("days") for step in steps):
            return []
        return waterfall(
            [
                Row(_text(self.presenter.text(step["office"])), step["days"], days(step["days"]))
                for step in steps
                if "days" in step
            ]
        )


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of a record to the catalogue's blueprint."""
    base = "/records/<uuid:record_id>"
    blueprint.add_url_rule(base, "record", record)
    blueprint.add_url_rule(f"{base}/revisions", "revision_list", revision_list)
    blueprint.add_url_rule(f"{base}/revisions/<int:revision>", "revision", one_revision)
    blueprint.add_url_rule(f"{base}/changes", "changes", changes)
    blueprint.add_url_rule(f"{base}/genuine", "genuine", genuine_page)
    blueprint.add_url_rule(f"{base}/proof", "proof", proof)


def record(record_id: Any) -> Response | str:
    """Show a record, to people as a page and to programs as JSON or JSON-LD."""
    view = records.get_record(runtime().catalogue, str(record_id), _origin())
    offered = ("text/html", "application/json", "application/ld+json")
    wanted = request.accept_mimetypes.best_match(offered, default="text/html")
    if wanted != "text/html":
        return _document(view, wanted)
    name = view.kind.name if view.kind and view.known else ""
    if view.state != "shown":
        page = "catalogue/record_absent.html"
    elif name in OWN_PAGES:
        page = f"catalogue/kinds/{name}.html"
    else:
        page = "catalogue/record.html"
    response = Response(render_template(page, view=view, reading=read(view)))
    response.vary.add("Accept")
    return response


def revision_list(record_id: Any) -> str:
    """List all revisions of a record."""
    view = records.get_record(runtime().catalogue, str(record_id), _origin())
    return render_template("catalogue/revisions.html", view=view, title=_title(view))


def one_revision(record_id: Any, revision: int) -> str:
    """Show a record as it was at one revision."""
    view = revisions.get_revision(runtime().catalogue, str(record_id), revision, _origin())
    return render_template("catalogue/revision.html", view=view, reading=read(view))


def changes(record_id: Any) -> str | AnyResponse:
    """Show what changed between two revisions, by default the newest and the one before."""
    catalogue, origin = runtime().catalogue, _origin()
    every = revisions.list_revisions(catalogue, str(record_id), origin)
    readable = [each.revision for each in every if each.state == "held"]
    later = request.args.get("to", type=int) or (readable[0] if readable else 0)
    earlier = request.args.get("from", type=int) or next((n for n in readable if n < later), 0)
    if not earlier or not later or earlier == later:
        return redirect(url_for("catalogue.revision_list", record_id=record_id, origin=origin))
    a = revisions.get_revision(catalogue, str(record_id), min(earlier, later), origin)
    b = revisions.get_revision(catalogue, str(record_id), max(earlier, later), origin)
    before, after = read(a), read(b)
    return render_template(
        "catalogue/changes.html",
        a=before,
        b=after,
        title=after.title,
        readable=readable,
        differences=[
            _shown_difference(each, before, after) for each in revisions.differences(a, b)
        ],
    )


def genuine_page(record_id: Any) -> str:
    """Show every check that says whether the record is genuine, made now."""
    node = runtime()
    report = genuine.examine(
        node.catalogue,
        str(record_id),
        now=node.clock.now(),
        origin=_origin(),
        revision=request.args.get("revision", type=int),
    )
    title = pick_text(report.title, report.language)
    return render_template("catalogue/genuine.html", report=report, title=title)


def proof(record_id: Any) -> Response:
    """Give the file with which anybody can repeat the checks elsewhere."""
    catalogue = runtime().catalogue
    view = records.get_record(catalogue, str(record_id), _origin())
    if catalogue.prove is None:
        raise NotFoundError("This node makes no proof files.")
    revision = request.args.get("revision", type=int)
    document = catalogue.prove(view.origin.oid, view.id, revision)
    name = f"footbridge-{view.id}-{revision or view.revision}.proof.json"
    response = Response(
        orjson.dumps(document, option=orjson.OPT_INDENT_2), mimetype="application/json"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def read(view: RecordView | RevisionView) -> Reading:
    """Prepare a record for this reader, in the best language that somebody has written it in.

    ``?text=`` asks for a language; then come the reader's own, then the original.
    """
    asked = request.args.get("text", "")
    wanted = tuple(dict.fromkeys([asked, *reading_languages()] if asked else reading_languages()))
    translations = getattr(view, "translations", ())
    chosen = _translation(view, translations, wanted)
    body: Mapping[str, Any] = view.body
    title, summary = dict(view.title), dict(view.summary)
    machine = tuple(body.get("machine_translated", ()))
    if chosen is not None and chosen.card is not None:
        translated = _open(chosen)
        language = chosen.card.language
        if translated is not None:
            body = lay_over(body, translated.body.get("fields", {}), language)
            title = dict(chosen.card.title) | title
            summary = dict(chosen.card.summary) | summary
            machine += tuple(translated.body.get("machine_translated", ()))
    links: tuple[LinkView, ...] = getattr(view, "links", ())
    presenter = Presenter(
        runtime().contract,
        view.language,
        machine,
        view.blobs,
        _resolver(links),
        wanted if asked else None,
    )
    shown = presenter.text(title) or Text(view.id if hasattr(view, "id") else view.record, "")
    sections = presenter.sections(view.kind, body) if view.kind and view.known else ()
    return Reading(
        view,
        shown,
        presenter.text(summary),
        sections,
        _languages(view, translations, shown.language),
        presenter,
    )


def facet_label(kind_name: str, facet: str, code: str) -> Text:
    """Return the name of a facet's value as the schema of this kind of record gives it."""
    contract = runtime().contract
    kind = contract.kinds.get(kind_name)
    for spec in kind.fields if kind else ():
        if facet in spec.facets:
            shown = Presenter(contract).value(spec, code)
            if shown is not None and isinstance(shown.value, Term):
                return shown.value.label
    return Text(code.replace("-", " "), "")


def _translation(
    view: RecordView | RevisionView, translations: tuple[LinkView, ...], wanted: tuple[str, ...]
) -> LinkView | None:
    """Return the translation to lay over, None when the author's words are the best there are."""
    for language in wanted:
        if language in view.title or language == view.language:
            return None
        for link in sorted(translations, key=lambda each: each.stale):
            if link.card is not None and link.card.language == language:
                return link
    return None


def _open(link: LinkView) -> RecordView | None:
    try:
        return records.get_record(runtime().catalogue, link.record, link.origin)
    except FootbridgeError:
        return None  # erased between two readings: the original is shown, as without it


def _languages(
    view: RecordView | RevisionView, translations: tuple[LinkView, ...], now: str
) -> tuple[ReadIn, ...]:
    found = {
        language: ReadIn(language, language == view.language, None, stale=False, current=False)
        for language in sorted(view.title, key=lambda each: each != view.language)
    }
    for link in sorted(translations, key=lambda each: each.stale):
        if link.card is not None and link.card.language not in found:
            found[link.card.language] = ReadIn(
                link.card.language, original=False, by=link.card, stale=link.stale, current=False
            )
    return tuple(
        ReadIn(each.language, each.original, each.by, each.stale, each.language == now)
        for each in found.values()
    )


def _resolver(links: tuple[LinkView, ...]) -> Any:
    cards = {(link.origin, link.record): link.card for link in links if link.card}

    def resolve(origin: str, record_id: str, revision: int | None) -> Reference:
        card = cards.get((origin, record_id))
        if card is None:
            return Reference(origin, record_id, revision)
        title = pick_text(card.title, card.language)
        return Reference(origin, record_id, revision, title, card.kind, card.origin.name)

    return resolve


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """What changed in one field, ready to be shown."""

    label: str
    change: str
    texts: Any
    before: ShownField | None
    after: ShownField | None
    reordered: bool


def _shown_difference(
    each: revisions.FieldDifference, before: Reading, after: Reading
) -> ShownDifference:
    label = pick_text(each.field.labels) if each.field else None
    old, new = each.before, each.after
    if each.added or each.removed:
        old, new = list(each.removed), list(each.added)
    shown = [
        side.presenter.field(each.field, value) if each.field and value is not None else None
        for side, value in ((before, old), (after, new))
    ]
    name = str(label) if label else each.name.replace("_", " ").capitalize()
    return ShownDifference(name, each.change, each.texts, shown[0], shown[1], each.reordered)


def _origin() -> str | None:
    return request.args.get("origin") or None


def _title(view: RecordView) -> Text:
    return pick_text(view.title, view.language) or Text(view.id, "")


def _text(text: Text | None) -> str:
    return text.text if text else ""


def _document(view: RecordView, media_type: str) -> Response:
    body: dict[str, Any] = {
        "id": view.id,
        "origin": view.origin.oid,
        "kind": view.kind.name if view.kind else view.schema.split("/")[0],
        "schema": view.schema,
        "revision": view.revision,
        "language": view.language,
        "title": dict(view.title),
        "summary": dict(view.summary),
        "published": view.published,
        "digest": view.digest,
        "state": view.state,
        "body": view.body,
    }
    if media_type == "application/ld+json":
        address = url_for("catalogue.record", record_id=view.id, _external=True)
        body = {
            "@context": "https://schema.org/",
            "@id": address,
            "@type": "CreativeWork",
            "name": [{"@value": v, "@language": k} for k, v in view.title.items()],
            "description": [{"@value": v, "@language": k} for k, v in view.summary.items()],
            "inLanguage": view.language,
            "publisher": {"@type": "Organization", "name": view.origin.name},
            "identifier": f"urn:uuid:{view.id}",
            "version": view.revision,
            "dateModified": view.published,
            "license": view.body.get("licence"),
        }
    data = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    response = Response(data, content_type=f"{media_type}; charset=utf-8")
    response.vary.add("Accept")
    return response
