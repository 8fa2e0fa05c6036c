"""The pages of one record: reading it, its revisions, what changed, whether it is genuine.

How a record is read, and in which language, is decided in `presenting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, redirect, render_template, request, url_for

from node.catalogue import genuine, records, revisions, wire
from node.catalogue.card_presenting import card_texts
from node.catalogue.difference_presenting import shown_difference
from node.catalogue.duplicates import duplicates_of
from node.catalogue.family import RELATIONS, get_family
from node.catalogue.kinship import Bounds
from node.catalogue.linked import MEDIA_TYPE as LINKED
from node.catalogue.linked import Addresses, linked_data
from node.catalogue.presenting import read
from node.catalogue.review_presenting import verdict
from node.catalogue.thread import REPLIES, get_thread
from node.catalogue.translation_presenting import since_fields
from node.errors import NotFoundError
from node.storage.records import HIDDEN_HERE
from node.web.context import runtime
from node.web.keeping import kept
from node.web.texts import Text, pick_text

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.catalogue.family import Family
    from node.catalogue.records import RecordView
    from node.catalogue.thread import Thread

#: Kinds with a page of their own, and up to which version it was written for. Every other kind,
#: and a version whose fields may have another shape, has the page that is made from its schema.
OWN_PAGES = {"good-practice": 1, "training-material": 1}

#: How much of a family stands on the page of one member.
NEARER = Bounds(climb=4, depth=4, members=12)


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of a record to the catalogue's blueprint."""
    blueprint.add_app_template_global(card_texts)
    blueprint.add_app_template_global(since_fields)
    blueprint.add_app_template_global(verdict, "review_verdict")
    base = "/records/<uuid:record_id>"
    blueprint.add_url_rule(base, "record", record)
    blueprint.add_url_rule(f"{base}/revisions", "revision_list", revision_list)
    blueprint.add_url_rule(f"{base}/revisions/<int:revision>", "revision", one_revision)
    blueprint.add_url_rule(f"{base}/family", "family", family_page)
    blueprint.add_url_rule(f"{base}/changes", "changes", changes)
    blueprint.add_url_rule(f"{base}/genuine", "genuine", genuine_page)
    blueprint.add_url_rule(f"{base}/proof", "proof", proof)


def record(record_id: Any) -> AnyResponse:
    """Show a record, to people as a page and to programs as JSON or JSON-LD."""
    offered = ("text/html", "application/json", LINKED)
    wanted = request.accept_mimetypes.best_match(offered, default="text/html")
    if wanted == "text/html":
        response = kept(lambda: _page(str(record_id)))
    else:
        view = records.get_record(runtime().catalogue, str(record_id), _origin())
        response = _document(view, wanted)
    response.vary.add("Accept")
    return response


def _page(record_id: str) -> str:
    view = records.get_record(runtime().catalogue, record_id, _origin())
    if view.state != "shown":
        page = "catalogue/record_absent.html"
        return render_template(page, view=view, reading=read(view), hidden_here=HIDDEN_HERE)
    return render_template(
        _template(view),
        view=view,
        reading=read(view),
        family=_family(view),
        thread=_thread(view),
        duplicates=duplicates_of(runtime().catalogue, view),
        older=None,
    )


def _template(view: RecordView) -> str:
    """Return the page that a record of this kind and version is read on."""
    kind = view.kind if view.known else None
    if kind is not None and kind.version <= OWN_PAGES.get(kind.name, 0):
        return f"catalogue/kinds/{kind.name}.html"
    return "catalogue/record.html"


def _family(view: RecordView) -> Family | None:
    """Return the nearer family of a record, None when it has no kin."""
    if not any(link.relation in RELATIONS for link in view.links):
        return None
    return get_family(runtime().catalogue, view.id, view.origin.oid, NEARER)


def _thread(view: RecordView) -> Thread | None:
    """Return the conversation a message stands in, None when it answers nothing and is alone."""
    if not any(link.relation == REPLIES for link in view.links):
        return None
    return get_thread(runtime().catalogue, view.id, view.origin.oid)


def family_page(record_id: Any) -> AnyResponse:
    """Show the whole family of a record."""

    def page() -> str:
        catalogue, origin = runtime().catalogue, _origin()
        view = records.get_record(catalogue, str(record_id), origin)
        family = get_family(catalogue, str(record_id), origin)
        return render_template("catalogue/family_page.html", view=view, family=family)

    return kept(page)


def revision_list(record_id: Any) -> str:
    """List all revisions of a record."""
    view = _readable(str(record_id))
    return render_template("catalogue/revisions.html", view=view, title=_title(view))


def one_revision(record_id: Any, revision: int) -> AnyResponse:
    """Show a record as it was at one revision."""

    def page() -> str:
        catalogue, origin = runtime().catalogue, _origin()
        then = revisions.get_revision(catalogue, str(record_id), revision, origin)
        now = records.get_record(catalogue, str(record_id), origin)
        view = revisions.as_it_was(now, then)
        # Records it refers to are called by their names; what others say about it is left out.
        reading = read(view, now.links)
        return render_template(_template(view), view=view, reading=reading, older=then)

    return kept(page)


def changes(record_id: Any) -> AnyResponse:
    """Show what changed between two revisions, by default the newest and the one before."""
    catalogue, origin = runtime().catalogue, _origin()
    every = revisions.list_revisions(catalogue, str(record_id), origin)
    readable = [each.revision for each in every if each.state == "held"]
    later = request.args.get("to", type=int) or (readable[0] if readable else 0)
    earlier = request.args.get("from", type=int) or next((n for n in readable if n < later), 0)
    if not earlier or not later or earlier == later:
        return redirect(url_for("catalogue.revision_list", record_id=record_id, origin=origin))
    first, second = sorted((earlier, later))

    def page() -> str:
        a = revisions.get_revision(catalogue, str(record_id), first, origin)
        b = revisions.get_revision(catalogue, str(record_id), second, origin)
        links = records.get_record(catalogue, str(record_id), origin).links
        before, after = read(a, links), read(b, links)
        return render_template(
            "catalogue/changes.html",
            a=before,
            b=after,
            title=after.title,
            readable=readable,
            differences=[
                shown_difference(each, before, after) for each in revisions.differences(a, b)
            ],
        )

    return kept(page)


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
    view = records.get_record(node.catalogue, str(record_id), _origin())
    now = read(view).now if view.revision == report.revision else None
    return render_template(
        "catalogue/genuine.html",
        report=report,
        title=title,
        # Somebody else's words may be what the reader came from; the origin never signed those.
        translation=now if now and now.by else None,
    )


def proof(record_id: Any) -> Response:
    """Give the file with which anybody can repeat the checks elsewhere."""
    catalogue = runtime().catalogue
    view = _readable(str(record_id))
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


def _readable(record_id: str) -> RecordView:
    """Return a record that may have pages beside its own; what is hidden here has none."""
    view = records.get_record(runtime().catalogue, record_id, _origin())
    if view.fault == HIDDEN_HERE:
        raise NotFoundError(HIDDEN_HERE, record=record_id)
    return view


def _origin() -> str | None:
    return request.args.get("origin") or None


def _title(view: RecordView) -> Text:
    return pick_text(view.title, view.language) or Text(view.id, "")


def _document(view: RecordView, media_type: str) -> Response:
    body = linked_data(view, _addresses()) if media_type == LINKED else wire.record_as_data(view)
    return Response(orjson.dumps(body), content_type=f"{media_type}; charset=utf-8")


def _addresses() -> Addresses:
    def schema(name: str) -> str:
        kind, _, version = name.partition("/")
        return url_for("api.json_schema", name=kind, version=int(version), _external=True)

    return Addresses(
        context=url_for("linked_context", _external=True),
        record=lambda record: url_for("catalogue.record", record_id=record, _external=True),
        schema=schema,
        file=lambda blob: url_for(
            "catalogue.file",
            hex=blob.digest.removeprefix("sha256:"),
            name=blob.name,
            _external=True,
        ),
    )
