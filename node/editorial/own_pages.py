"""One's own published records: the list, and what can be done with each."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import owning, releasing
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import PUBLISH, WRITE
from node.errors import BadInputError, ConflictError, NotFoundError
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both, base = ["GET", "POST"], "/records/<uuid:record>"
    blueprint.add_url_rule("/records", "own_records", own_records)
    blueprint.add_url_rule(base, "own_record", own_record)
    blueprint.add_url_rule(f"{base}/revise", "revise", revise, methods=["POST"])
    blueprint.add_url_rule(f"{base}/confirm", "confirm", confirm, methods=["POST"])
    blueprint.add_url_rule(f"{base}/withdraw", "withdraw", withdraw, methods=both)
    blueprint.add_url_rule(f"{base}/erase", "erase", erase, methods=both)


@staff(WRITE)
def own_records() -> str:
    """List what this organisation has published, what needs a look first."""
    return render_template("desk/own_records.html", lines=owning.own_records(desk()))


@staff(WRITE)
def own_record(record: UUID) -> str:
    """Show one own record's state, its spread, and what can be done."""
    line = owning.own_line(desk(), str(record))
    return render_template(
        "desk/own_record.html", line=line, spread=releasing.spread(desk(), str(record))
    )


@staff(WRITE)
def revise(record: UUID) -> Page:
    """Begin a revision, or go on with the one that was begun."""
    draft = owning.revise(desk(), me(), str(record))
    return redirect(url_for("desk.draft", draft=draft.id))


@staff(PUBLISH)
def confirm(record: UUID) -> Page:
    """Sign that a practice is still running, or has ended, as of today."""
    state = request.form.get("state", "")
    try:
        owning.confirm(desk(), me(), str(record), state)
    except ConflictError:
        say(_("This was said today already; once a day is enough."))
    else:
        say(
            _("Published: still running as of today.")
            if state == owning.RUNNING
            else _("Published: it has ended.")
        )
    back = {"list": "desk.own_records", "start": "desk.start"}.get(request.form.get("back", ""))
    return redirect(url_for(back) if back else _at(record))


@staff(PUBLISH)
def withdraw(record: UUID) -> Page:
    """Ask why, then take a record back everywhere."""
    line = owning.own_line(desk(), str(record))
    if request.method == "GET":
        return render_template(
            "desk/withdraw.html", line=line, reasons=withdraw_reasons(), fault=""
        )
    try:
        owning.withdraw(desk(), me(), str(record), request.form.get("reason", ""))
    except NotFoundError:
        raise
    except BadInputError as error:
        if isinstance(error, ConflictError):
            say(_("This record is withdrawn already."))
            return redirect(_at(record))
        page = render_template(
            "desk/withdraw.html", line=line, reasons=withdraw_reasons(), fault=_("Choose a reason.")
        )
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    say(_("Withdrawn. Partners stop showing it with their next exchange."))
    return redirect(_at(record))


@staff(PUBLISH)
def erase(record: UUID) -> Page:
    """Explain honestly what erasing does, ask for the title, then erase."""
    line = owning.own_line(desk(), str(record))
    if request.method == "GET":
        return render_template("desk/erase.html", line=line, reasons=erase_reasons(), faults={})
    form, faults = request.form, {}
    if form.get("reason", "") not in owning.ERASE_REASONS:
        faults["reason"] = _("Choose a reason.")
    if not owning.is_title(line.row, form.get("title", "")):
        faults["title"] = _("Type the title as it stands above, in any of its languages.")
    if faults:
        page = render_template("desk/erase.html", line=line, reasons=erase_reasons(), faults=faults)
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    owning.erase(desk(), me(), str(record), form["reason"], typed=form["title"])
    say(_("Erased here. Every partner deletes it after its delay; the record's page says who has."))
    return redirect(url_for("desk.own_records"))


def withdraw_reasons() -> dict[str, str]:
    """Return the reasons for withdrawing with their words."""
    return {
        "outdated": _("It is out of date"),
        "wrong": _("Something in it is wrong"),
        "replaced": _("Another record takes its place"),
        "consent-withdrawn": _("Somebody has withdrawn their consent"),
        "other": _("Another reason"),
    }


def erase_reasons() -> dict[str, str]:
    """Return the reasons for erasing with their words."""
    return {
        "personal-data": _("It holds personal data"),
        "consent-withdrawn": _("Somebody has withdrawn their consent"),
        "legal": _("The law demands it"),
        "mistake": _("It was published by mistake"),
        "other": _("Another reason"),
    }


def _at(record: UUID) -> str:
    return url_for("desk.own_record", record=record)
