"""Signing in and out, using an invitation, and the first person of a new node."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import invitations, passwords, people, sessions, starting
from node.editorial.access_views import (
    address_of_asker,
    answered,
    anybody,
    desk,
    drop_session,
    keep_session,
    next_page,
    signed,
)
from node.editorial.throttling import TooFastError
from node.errors import BadInputError, FootbridgeError, NotFoundError
from node.web.i18n import interface_language
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.storage.people import PersonRow

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/sign-in", "sign_in", sign_in, methods=both)
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    blueprint.add_url_rule("/welcome", "first", first, methods=both)
    blueprint.add_url_rule("/invitation/<token>", "invitation", invitation, methods=both)


@anybody
def sign_in() -> Page:
    """Ask for address and password; a node without people is set up first."""
    if not starting.has_people(desk()):
        return redirect(url_for("desk.first"))
    if request.method == "GET":
        found = signed()
        if found is not None and found.session.complete:
            return redirect(next_page(url_for("desk.start")))
        return render_template("desk/sign_in.html", faults={})
    try:
        token = sessions.sign_in(
            desk(),
            request.form.get("email", ""),
            request.form.get("password", ""),
            address=address_of_asker(),
            agent=request.user_agent.string,
        )
    except TooFastError as error:
        page = _again(sign_in_words(error))
        return answered(HTTPStatus.TOO_MANY_REQUESTS, page)
    except sessions.SignInRefusedError as error:
        return answered(HTTPStatus.FORBIDDEN, _again(sign_in_words(error)))
    made = sessions.current(desk(), token)
    whole = made is not None and made.session.complete
    after = next_page(url_for("desk.start"))
    target = after if whole else url_for("desk.second_factor", next=after)
    return keep_session(redirect(target), token)


def _again(fault: str) -> str:
    return render_template("desk/sign_in.html", faults={"password": fault})


def sign_in_words(error: FootbridgeError) -> str:
    """Return why signing in did not work, in the person's language."""
    if isinstance(error, TooFastError):
        return ngettext(
            "There were too many attempts. Try again in %(num)s second.",
            "There were too many attempts. Try again in %(num)s seconds.",
            error.seconds,
        )
    return _(
        "This address and this password do not go together. Check both; capitals count. If you "
        "have forgotten the password, your keeper can send you a new link."
    )


@anybody
def sign_out() -> Page:
    """End the session and forget it in the browser."""
    found = signed()
    if found is not None:
        sessions.sign_out(desk(), found)
    return drop_session(redirect(url_for("catalogue.home")))


@anybody
def first() -> Page:
    """Let the keeper of a new node make the first account; only while there is nobody.

    On a node that strangers can reach, the one who holds the code that `footbridge run` prints is
    the keeper.
    """
    if starting.has_people(desk()):
        return redirect(url_for("desk.sign_in"))
    if request.method == "GET":
        return render_template("desk/first.html", faults={}, values=request.args)
    faults: dict[str, str] = {}
    form = request.form
    if not starting.is_setup_code(desk(), form.get("code", "")):
        faults["code"] = _("This is not the code that the node printed when it was started.")
    faults |= account_faults(form.get("name", ""), form.get("email", ""), form.get("password", ""))
    if not faults:
        try:
            person = starting.add_first(
                desk(),
                name=form.get("name", ""),
                email=form.get("email", ""),
                password=form.get("password", ""),
                language=interface_language(),
            )
        except BadInputError as error:
            faults["name"] = error.explain()
        else:
            return _signed_in(person, url_for("desk.setup"))
    page = render_template("desk/first.html", faults=faults, values=form)
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)


@anybody
def invitation(token: str) -> Page:
    """Let somebody in by their link: they choose a password, and a new person may mend the name."""
    try:
        row = invitations.invitation(desk(), token)
    except NotFoundError:
        return answered(HTTPStatus.NOT_FOUND, render_template("desk/link_used.html"))
    if request.method == "GET":
        return render_template("desk/invitation.html", row=row, faults={}, values={})
    form = request.form
    name = form.get("name", row.name)
    faults = account_faults(name, row.email, form.get("password", ""))
    if not faults:
        try:
            person = invitations.accept(
                desk(), token, form.get("password", ""), name=name, language=interface_language()
            )
        except BadInputError as error:
            faults["password"] = error.explain()
        else:
            return _signed_in(person, url_for("desk.start"))
    page = render_template("desk/invitation.html", row=row, faults=faults, values=form)
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)


def account_faults(name: str, email: str, password: str) -> dict[str, str]:
    """Return what is wrong with an account, by field, in the person's language."""
    faults = {}
    try:
        people.check_name(name)
    except BadInputError:
        faults["name"] = _("Enter a name of at most 200 characters.")
    try:
        people.check_email(email)
    except BadInputError:
        faults["email"] = _("Enter an e-mail address, such as name@organisation.example.")
    try:
        passwords.check_strength(password, about=(name, email, desk().settings.name))
    except passwords.WeakPasswordError:
        faults["password"] = _(
            "Choose at least 12 characters that nobody guesses first: four or five words that "
            "have nothing to do with each other or with you are easy to keep."
        )
    return faults


def _signed_in(person: PersonRow, target: str) -> AnyResponse:
    d = desk()
    with d.database.writing() as uow:
        second = bool(person.totp_seed or uow.people.passkeys_of(person.id))
        token = sessions.open_session(
            d, uow, person, agent=request.user_agent.string, complete=not second
        )
    where = url_for("desk.second_factor", next=target) if second else target
    return keep_session(redirect(where), token)
