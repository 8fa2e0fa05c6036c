"""Every version of a draft that was saved: what was different then, and back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for

from node.catalogue.comparing import compare_objects
from node.catalogue.difference_presenting import ShownDifference, difference_between
from node.editorial import drafting, owning, versions
from node.editorial.access_views import desk, me, say, staff
from node.editorial.attaching import blob_refs
from node.errors import NotFoundError
from node.web.presenting import Presenter
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response

    from node.editorial.drafting import OpenDraft


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    base = "/drafts/<uuid:draft>/versions"
    blueprint.add_url_rule(base, "draft_versions", draft_versions)
    blueprint.add_url_rule("/drafts/<uuid:draft>/changes", "draft_changes", draft_changes)
    blueprint.add_url_rule(f"{base}/<int:version>", "draft_version", draft_version)
    blueprint.add_url_rule(
        f"{base}/<int:version>/restore", "draft_restore", draft_restore, methods=["POST"]
    )


@staff()
def draft_versions(draft: UUID) -> str:
    """List the versions, the newest first."""
    d = desk()
    opened = drafting.open_draft(d, me(), str(draft))
    kept = versions.versions(d, me(), str(draft))
    with d.database.reading() as uow:
        names = uow.people.names()
    return render_template("desk/versions.html", row=opened.row, versions=kept, names=names)


@staff()
def draft_version(draft: UUID, version: int) -> str:
    """Show what has changed since a version, field by field."""
    opened = drafting.open_draft(desk(), me(), str(draft))
    with desk().database.reading() as uow:
        then = uow.drafts.version(str(draft), version)
    if then is None:
        raise NotFoundError("This draft has no version of this number.")
    return render_template(
        "desk/version.html",
        row=opened.row,
        opened=opened,
        then=then,
        differences=differences(opened, then.body, opened.row.body),
    )


@staff()
def draft_changes(draft: UUID) -> str:
    """Show what a draft would change in the record that it revises, field by field."""
    d = desk()
    opened = drafting.open_draft(d, me(), str(draft))
    if opened.row.record is None or not opened.row.open:
        raise NotFoundError("This draft revises no published record.")
    own = owning.own_record(d, opened.row.record)
    return render_template(
        "desk/changes.html",
        row=opened.row,
        revision=own.row.revision,
        differences=differences(opened, own.content.body, opened.row.body),
    )


@staff()
def draft_restore(draft: UUID, version: int) -> Response:
    """Make a version the current one."""
    saved = versions.restore(desk(), me(), str(draft), version)
    say(
        _("This is the earlier version again. What stood here meanwhile is a version too.")
        if saved.changed
        else _("The draft has these very words already.")
    )
    return redirect(url_for("desk.draft", draft=draft), 303)


def differences(
    opened: OpenDraft, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[ShownDifference]:
    """Return what differs between two bodies of a draft, ready to be shown."""
    show = presenter(opened)
    order = {field.name: place for place, field in enumerate(opened.kind.fields)}
    found = compare_objects(before, after, opened.kind.field)
    found.sort(key=lambda each: (order.get(each.name, len(order)), each.name))
    return [difference_between(each, show, show) for each in found]


def presenter(opened: OpenDraft, wanted: tuple[str, ...] | None = None) -> Presenter:
    """Return what shows the values of a draft."""
    with desk().database.reading() as uow:
        blobs = blob_refs(uow, opened.row)
    language = opened.row.body.get("language")
    return Presenter(
        desk().contract, language if isinstance(language, str) else "", (), blobs, wanted=wanted
    )
