"""Partners' records on one's own site: remarks, hiding, collections; and the list of the hidden.

Remarks and the reason for hiding stand on these pages alone. Public pages do not know who reads
them and carry nothing of this.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import partnering
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import REVIEW, WRITE
from node.errors import BadInputError, ConflictError, NotFoundError
from node.web.names import known_names
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    rule, post, base = blueprint.add_url_rule, ["POST"], "/partners/<oid>/<uuid:record>"
    rule(base, "partner_record", partner_record)
    rule(f"{base}/hide", "partner_hide", hide, methods=post)
    rule(f"{base}/show", "partner_show", show, methods=post)
    rule(f"{base}/remarks", "partner_remark", remark, methods=post)
    rule(f"{base}/remarks/<int:number>", "partner_unremark", unremark, methods=post)
    rule(f"{base}/collect", "partner_collect", collect, methods=post)
    rule("/hidden", "hidden", hidden)


@staff(WRITE)
def partner_record(oid: str, record: UUID) -> str:
    """Show what is said here of a record, and what can be done with it."""
    return _page(oid, record, {})


@staff(REVIEW)
def hide(oid: str, record: UUID) -> Page:
    """Show a record no longer on this site."""
    try:
        partnering.hide(desk(), me(), oid, str(record), request.form.get("reason", ""))
    except NotFoundError:
        raise
    except ConflictError:
        say(_("This record is hidden already."))
    except BadInputError:
        return _again(oid, record, "reason", _("Say why, in a sentence; colleagues will ask."))
    else:
        say(_("It is no longer shown on this site. Partners do not notice, and nothing is lost."))
    return _back(oid, record)


@staff(REVIEW)
def show(oid: str, record: UUID) -> Page:
    """Show a hidden record again."""
    try:
        partnering.show_again(desk(), me(), oid, str(record))
    except ConflictError:
        say(_("This record is shown already."))
    else:
        say(_("It is shown again."))
    return _back(oid, record)


@staff(WRITE)
def remark(oid: str, record: UUID) -> Page:
    """Write a remark for colleagues."""
    try:
        partnering.remark(desk(), me(), oid, str(record), request.form.get("text", ""))
    except NotFoundError:
        raise
    except BadInputError:
        return _again(oid, record, "text", _("Write between 1 and 2,000 characters."))
    return _back(oid, record)


@staff(WRITE)
def unremark(oid: str, record: UUID, number: int) -> Page:
    """Take a remark away."""
    partnering.unremark(desk(), me(), oid, str(record), number)
    return _back(oid, record)


@staff(WRITE)
def collect(oid: str, record: UUID) -> Page:
    """Put a record into a collection, or begin one with it."""
    try:
        draft = partnering.collect(
            desk(), me(), oid, str(record), request.form.get("collection", "")
        )
    except ConflictError:
        say(_("This collection holds the record already."))
        return _back(oid, record)
    say(_("The record stands at the end of this collection."))
    return redirect(url_for("desk.draft", draft=draft.id))


@staff(REVIEW)
def hidden() -> str:
    """List every record that is not shown here, with the reason."""
    return render_template(
        "desk/hidden.html", lines=partnering.hidden_here(desk(), me()), names=known_names()
    )


def _page(oid: str, record: UUID, faults: dict[str, str]) -> str:
    return render_template(
        "desk/partner_record.html",
        view=partnering.remarked(desk(), me(), oid, str(record)),
        names=known_names(),
        faults=faults,
        typed=request.form,
    )


def _again(oid: str, record: UUID, field: str, fault: str) -> Page:
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(oid, record, {field: fault}))


def _back(oid: str, record: UUID) -> AnyResponse:
    return redirect(url_for("desk.partner_record", oid=oid, record=record))
