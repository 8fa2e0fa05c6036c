"""One's own account: who one is, the password, where one is signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import account, agents, linking, passkeys, sessions
from node.editorial.access_views import address_of_asker, answered, desk, me, say, staff
from node.editorial.role_pages import role_names
from node.editorial.sign_pages import account_faults, sign_in_words
from node.editorial.throttling import TooFastError
from node.errors import ConflictError
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    rule = blueprint.add_url_rule
    rule("/account", "account", show, methods=["GET", "POST"])
    rule("/account/password", "account_password", password, methods=["POST"])
    rule("/account/sessions", "account_sessions", end_sessions, methods=["POST"])


@staff(second=False)
def show() -> Page:
    """Show the account; change name, address and language."""
    if request.method == "GET":
        return _page({}, {})
    form = request.form
    name, email, language = (form.get(part, "") for part in ("name", "email", "language"))
    # The password is not asked for here, so what is wrong with none is not told.
    faults = {
        part: text for part, text in account_faults(name, email, "").items() if part != "password"
    }
    if language not in desk().settings.languages:
        faults["language"] = _("Choose one of these languages.")
    if not faults:
        try:
            changed = account.change(desk(), me(), name=name, email=email, language=language)
        except ConflictError:
            faults["email"] = _("Somebody else has this address here.")
        else:
            say(_("Your account is changed."))
            return redirect(url_for("desk.account", lang=changed.language))
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(form, faults))


@staff(second=False)
def password() -> Page:
    """Change the password; everywhere else one is signed out."""
    form, by = request.form, me()
    new = form.get("password", "")
    weak = account_faults(by.person.name, by.person.email, new).get("password")
    faults = {"password": weak} if weak else {}
    if not faults:
        try:
            ended = account.change_password(
                desk(), by, form.get("old", ""), new, address=address_of_asker()
            )
        except TooFastError as error:
            faults["old"] = sign_in_words(error)
        except sessions.SignInRefusedError:
            faults["old"] = _("This is not your password. Check it; capitals count.")
        else:
            say(_("Your password is changed."))
            if ended:
                say(_ended(ended))
            return redirect(url_for("desk.account"))
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page({}, faults))


@staff(second=False)
def end_sessions() -> Page:
    """End one other session, or all others."""
    say(_ended(account.end_session(desk(), me(), request.form.get("session"))))
    return redirect(url_for("desk.account"))


def _ended(count: int) -> str:
    return ngettext(
        "You are signed out on %(num)s other device.",
        "You are signed out on %(num)s other devices.",
        count,
    )


def _page(values: Mapping[str, str], faults: dict[str, str]) -> str:
    d, by = desk(), me()
    names = role_names()
    return render_template(
        "desk/account.html",
        values=values,
        faults=faults,
        roles=[names[role] for role in by.person.roles],
        languages=d.settings.languages,
        open_sessions=[
            (line, device_words(line.row.agent)) for line in account.own_sessions(d, by)
        ],
        second=bool(by.person.totp_seed),
        keys=len(passkeys.own(d, by)),
        login=linking.own(d, by),
    )


def device_words(agent: str) -> str:
    """Return what a browser and its machine are called, in the reader's language."""
    browser, system = agents.in_words(agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A browser that does not say what it is")
