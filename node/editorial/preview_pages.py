"""A draft as its readers will see it: the public page, with nothing on it that is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from node.catalogue.listing import Names
from node.catalogue.presenting import read
from node.catalogue.record_pages import OWN_PAGES
from node.catalogue.records import RecordView
from node.editorial import drafting
from node.editorial.access_views import desk, me, staff
from node.editorial.attaching import blob_refs
from node.editorial.pruning import pruned
from node.editorial.reference_views import links_of_body
from node.exchange.context import own_origin
from node.web.headers import allow_framing

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint

    from node.editorial.drafting import OpenDraft


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    blueprint.add_url_rule("/drafts/<uuid:draft>/preview", "draft_preview", draft_preview)


@staff()
def draft_preview(draft: UUID) -> str:
    """Show a draft as the page that it will be; with ``?frame`` beside its form."""
    framed = "frame" in request.args
    if framed:
        allow_framing()
    opened = drafting.open_draft(desk(), me(), str(draft))
    view = view_of(opened)
    own = opened.kind.version <= OWN_PAGES.get(opened.kind.name, 0)
    return render_template(
        "desk/preview.html",
        page=f"catalogue/kinds/{opened.kind.name}.html" if own else "catalogue/record.html",
        view=view,
        reading=read(view),
        family=None,
        older=None,
        preview=True,
        framed=framed,
        row=opened.row,
        left_out=view.body != dict(opened.row.body),
    )


def view_of(opened: OpenDraft) -> RecordView:
    """Return a draft as the catalogue has its records: what could be published of it."""
    d, row, kind = desk(), opened.row, opened.kind
    body = pruned(d.contract, row.schema, row.body)
    language = body.get("language")
    description = d.contract.describe_body(row.schema, body)
    links = links_of_body(description)
    with d.database.reading() as uow:
        origin = Names(uow).of(own_origin(uow))
        blobs = tuple(blob_refs(uow, row))
    fallback = d.contract.make_fallback(row.schema, body)
    return RecordView(
        id=row.record or row.id,
        origin=origin,
        kind=kind,
        schema=row.schema,
        revision=(row.base_revision or 0) + 1,
        epoch=0,
        seq=0,
        digest="",
        state="shown",
        fault=None,
        language=language if isinstance(language, str) else "",
        title=fallback["title"],
        summary=fallback["summary"],
        body=body,
        blobs=blobs,
        description=description,
        known=True,
        countries=tuple(description.countries),
        facets=description.facets,
        published=row.updated,
        first_published=row.created,
        arrived=row.updated,
        revisions=(),
        links=links,
    )
