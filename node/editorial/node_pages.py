"""The keeper's pages of the node itself: settings, disk, audit trail."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request, url_for

from node.editorial import keeping, trail
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import KEEP
from node.editorial.trail import Filter
from node.errors import BadInputError
from node.web.charts import Row, bars
from node.web.formatting import size
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    rule = blueprint.add_url_rule
    rule("/settings", "settings", settings, methods=["GET", "POST"])
    rule("/disk", "disk", disk)
    rule("/audit", "audit", audit)
    rule("/audit.csv", "audit_csv", audit_csv)
    rule("/audit.json", "audit_json", audit_json)


@staff(KEEP)
def settings() -> Page:
    """Show what the keeper chose, and the settings that stand in the file."""
    if request.method == "GET":
        return _settings_page({})
    form = request.form
    typed = form.get("months", "").strip()
    # A number that is none is refused like one that is too large.
    months = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0  # noqa: PLR2004
    try:
        keeping.change_choices(
            desk(),
            me(),
            direct=bool(form.get("direct")),
            second=bool(form.get("second")),
            months=months,
        )
    except BadInputError:
        faults = {"months": _("Give a number of months from 1 to 120.")}
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _settings_page(faults))
    say(_("The settings are kept."))
    return redirect(url_for("desk.settings"))


@staff(KEEP)
def disk() -> str:
    """Show what this node takes on its disk, and how to copy it."""
    seen = keeping.disk(desk(), me())
    rows = [
        Row(_("Database"), seen.database, size(seen.database)),
        Row(_("Files of records"), seen.files, size(seen.files)),
        Row(_("Files of drafts"), seen.drafts, size(seen.drafts)),
        Row(_("Search index"), seen.index, size(seen.index)),
    ]
    return render_template("desk/disk.html", disk=seen, rows=bars(rows))


@staff(KEEP)
def audit() -> Page:
    """Show who did what, and when."""
    wanted, before = _filter(), request.args.get("before", type=int)
    fault = ""
    try:
        page = trail.trail(desk(), me(), wanted, before)
    except BadInputError:
        fault = _("This is no day; it looks like 2026-11-23.")
        page = trail.trail(desk(), me(), Filter(who=wanted.who, what=wanted.what))
    shown = render_template("desk/audit.html", page=page, wanted=wanted, fault=fault)
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, shown) if fault else shown


@staff(KEEP)
def audit_csv() -> AnyResponse:
    """Give the acts as a table."""
    pieces = trail.as_csv(desk(), me(), _filter())
    return _file(Response(pieces, mimetype="text/csv"), "csv")


@staff(KEEP)
def audit_json() -> AnyResponse:
    """Give the acts as JSON."""
    pieces = trail.as_json(desk(), me(), _filter())
    return _file(Response(pieces, mimetype="application/json"), "json")


def _file(response: Response, ending: str) -> AnyResponse:
    day = desk().now().date().isoformat()
    name = f'attachment; filename="footbridge-audit-{day}.{ending}"'
    response.headers["Content-Disposition"] = name
    return response


def _filter() -> Filter:
    args = request.args
    return Filter(
        who=args.get("who", ""),
        what=args.get("what", ""),
        since=args.get("since", "").strip(),
        until=args.get("until", "").strip(),
    )


def _settings_page(faults: dict[str, str]) -> str:
    return render_template(
        "desk/settings.html",
        chosen=keeping.chosen(desk(), me()),
        settings=keeping.settings(desk(), me()),
        file=keeping.settings_file(desk()),
        faults=faults,
        typed=request.form,
    )
