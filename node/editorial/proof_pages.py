"""Before a grave act: show once more who you are. What was to be done goes on afterwards.

A page that was to be opened is opened. A form that was to be sent travels through this page: its
fields come along, and once the password is right the browser is asked to send them on (307), so
nothing has to be typed again.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import sessions
from node.editorial.access_views import (
    CSRF,
    SAFE,
    address_of_asker,
    answered,
    desk,
    is_own_path,
    me,
    staff,
    wants_page,
)
from node.editorial.sign_pages import sign_in_words
from node.editorial.throttling import TooFastError
from node.web.errors import answer_own
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse

PASSWORD, THEN = "proof", "proof-then"
OWN_FIELDS = {PASSWORD, THEN, CSRF}


def add_to(blueprint: Blueprint) -> None:
    """Add the page, and lead there whoever owes a proof."""
    blueprint.add_url_rule("/prove", "prove", prove, methods=["GET", "POST"])
    blueprint.register_error_handler(sessions.ProofNeededError, _ask)


def _ask(error: sessions.ProofNeededError) -> Page:
    if not wants_page():
        return answer_own(error)
    then = request.full_path.rstrip("?")
    if request.method in SAFE:
        return redirect(url_for("desk.prove", next=then))
    return answered(HTTPStatus.FORBIDDEN, _page(then))


@staff(second=False)
def prove() -> Page:
    """Ask for the password, then go on to what was to be done."""
    if request.method == "GET":
        return _page("")
    try:
        sessions.prove(desk(), me(), request.form.get(PASSWORD, ""), address=address_of_asker())
    except (sessions.SignInRefusedError, TooFastError) as error:
        fault = (
            sign_in_words(error)
            if isinstance(error, TooFastError)
            else _("This is not your password. Check it; capitals count.")
        )
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(_then(), fault))
    then = _then()
    if then:
        return redirect(then, code=HTTPStatus.TEMPORARY_REDIRECT)
    wanted = request.form.get("next", "")
    return redirect(wanted if is_own_path(wanted) else url_for("desk.start"))


def _then() -> str:
    """Return which form is to be sent on: one of the desk, or "" for none."""
    then = request.form.get(THEN, "")
    inside = then.startswith(url_for("desk.start"))
    return then if inside and is_own_path(then) else ""


def _page(then: str, fault: str = "") -> str:
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in OWN_FIELDS and name != "next"
    ]
    return render_template(
        "desk/prove.html",
        then=then,
        carried=carried if then else [],
        next=request.values.get("next", ""),
        faults={PASSWORD: fault} if fault else {},
    )
