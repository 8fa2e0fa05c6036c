"""The start page: what to do next, what waits, what happened since; and a way to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import missing, overview
from node.editorial.access_views import desk, me, say, staff
from node.editorial.rights import DESK, WRITE
from node.editorial.setting_up import is_open
from node.web.names import known_names
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    blueprint.add_url_rule("/", "start", start)
    blueprint.add_url_rule("/notices/seen", "notices_seen", notices_seen, methods=["POST"])
    blueprint.add_url_rule("/searches", "searches", dismiss_search, methods=["POST"])
    blueprint.add_url_rule("/searches/begin", "searches_begin", begin_search, methods=["POST"])


@staff()
def start() -> str:
    """Show what waits for this person."""
    d, by = desk(), me()
    return render_template(
        "desk/start.html",
        seen=overview.overview(d, by),
        names=known_names(),
        hears=overview.may_keep(by),
        setting_up=by.who.may("keep") and is_open(d),
    )


@staff()
def notices_seen() -> AnyResponse:
    """Take the notices away that this person has read."""
    upto = request.form.get("upto", "")
    if upto.isascii() and upto.isdigit():
        overview.saw_notices(desk(), me(), int(upto))
    return redirect(url_for("desk.start"))


@staff(DESK)
def dismiss_search() -> AnyResponse:
    """Speak no more of words that readers searched for."""
    form = request.form
    missing.dismiss(desk(), me(), form.get("words", ""), form.get("why", ""))
    say(_("Taken off the list."))
    return redirect(url_for("desk.start"))


@staff(WRITE)
def begin_search() -> AnyResponse:
    """Begin a practice that answers what readers searched for."""
    draft = missing.begin_from(desk(), me(), request.form.get("words", ""))
    return redirect(url_for("desk.draft", draft=draft.id))
