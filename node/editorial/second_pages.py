"""The second factor: given at the sign-in, set up and taken away in one's account."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import TYPE_CHECKING

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from node.editorial import passkeys, seconds, sessions
from node.editorial.access_views import (
    address_of_asker,
    answered,
    anybody,
    desk,
    keep_session,
    me,
    next_page,
    say,
    signed,
    staff,
)
from node.editorial.choices import choices
from node.editorial.rights import DESK
from node.editorial.sign_pages import sign_in_words
from node.editorial.throttling import TooFastError
from node.errors import ConflictError, FootbridgeError, NotFoundError
from node.web.headers import allow_passkeys
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse

#: Where a session keeps the seed of a second factor that is being set up.
PENDING = "totp"


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both, post = ["GET", "POST"], ["POST"]
    rule = blueprint.add_url_rule
    rule("/second", "second_factor", second_factor, methods=both)
    rule("/sign-in/passkey", "passkey_sign_in", passkey_sign_in, methods=post)
    rule("/account/second", "second_setup", second_setup)
    rule("/account/second/codes", "second_codes", second_codes, methods=both)
    rule("/account/second/recovery", "second_recovery", second_recovery, methods=post)
    rule("/account/second/remove", "second_remove", second_remove, methods=post)
    rule("/account/passkeys", "passkey_add", passkey_add, methods=post)
    rule("/account/passkeys/remove", "passkey_remove", passkey_remove, methods=post)
    for tool in (passkey_question, credential_name, node_url):
        blueprint.add_app_template_global(tool)


def site() -> passkeys.Site:
    """Return the address that passkeys belong to."""
    return passkeys.site_of(desk(), request.host_url)


def node_url() -> str:
    """Return the public address of this node."""
    return desk().settings.url


def credential_name(credential: bytes) -> str:
    """Return what a passkey is called in a form."""
    return base64.urlsafe_b64encode(credential).decode()


def passkey_question() -> str:
    """Return what the sign-in page asks passkeys, "" where there can be none."""
    if not site().possible:
        return ""
    allow_passkeys()
    return passkeys.question(desk(), site(), None)


@anybody
def second_factor() -> Page:
    """Ask for a code or a passkey after the password."""
    found = signed()
    if found is None:
        return redirect(url_for("desk.sign_in"))
    after = next_page(url_for("desk.start"))
    if found.session.complete:
        return redirect(after)
    if request.method == "GET":
        return _second_page({})
    try:
        if request.form.get("answer"):
            token = passkeys.complete(desk(), found, site(), request.form["answer"])
        else:
            typed = request.form.get("code", "")
            token = seconds.give(desk(), found, typed, address=address_of_asker())
    except TooFastError as error:
        return answered(HTTPStatus.TOO_MANY_REQUESTS, _second_page({"code": sign_in_words(error)}))
    except sessions.SignInRefusedError as error:
        return answered(HTTPStatus.FORBIDDEN, _second_page({"code": second_words(error)}))
    return keep_session(redirect(after), token)


def _second_page(faults: dict[str, str]) -> str:
    found, question = me(), ""
    if site().possible and passkeys.own(desk(), found):
        allow_passkeys()
        question = passkeys.question(desk(), site(), found)
    return render_template(
        "desk/second.html", faults=faults, question=question, codes=bool(found.person.totp_seed)
    )


def second_words(error: FootbridgeError) -> str:
    """Return why a second factor did not work, in the person's language."""
    if isinstance(error, TooFastError):
        return sign_in_words(error)
    if isinstance(error, passkeys.BadPasskeyError):
        return _("This passkey could not be verified. Try once more, or take another way.")
    return _(
        "This code does not fit, or was used already. Type the one that is shown now; each counts "
        "once."
    )


@anybody
def passkey_sign_in() -> Page:
    """Sign in with a passkey alone."""
    try:
        token = passkeys.sign_in(
            desk(), site(), request.form.get("answer", ""), agent=request.user_agent.string
        )
    except passkeys.BadPasskeyError as error:
        page = render_template("desk/sign_in.html", faults={"password": second_words(error)})
        return answered(HTTPStatus.FORBIDDEN, page)
    return keep_session(redirect(next_page(url_for("desk.start"))), token)


@staff(DESK, second=False)
def second_setup() -> str:
    """Show the second factor and passkeys of one's own."""
    d, by = desk(), me()
    question = ""
    sessions.require_proof(d, by)
    if site().possible:
        allow_passkeys()
        question = passkeys.registration(d, by, site())
    with d.database.reading() as uow:
        required = choices(uow).second_factor_required
    return render_template(
        "desk/second_setup.html",
        codes=bool(by.person.totp_seed),
        left=len(by.person.recovery_codes),
        keys=passkeys.own(d, by),
        question=question,
        required=required and bool(seconds.ASKED & set(by.person.roles)),
    )


@staff(DESK, second=False)
def second_codes() -> Page:
    """Show the seed as a QR code and as text, and take it once a code of it was typed."""
    d, by = desk(), me()
    sessions.require_proof(d, by)
    if by.person.totp_seed:
        return redirect(url_for("desk.second_setup"))
    seed = by.session.data.get(PENDING) or _begin()
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            codes = seconds.confirm(d, by, seed, request.form.get("code", ""))
        except seconds.WrongCodeError as error:
            faults["code"] = second_words(error)
        else:
            _end()
            return render_template("desk/recovery.html", codes=codes)
    address = seconds.address_of(seed, account=by.person.email, issuer=d.settings.name)
    page = render_template("desk/second_codes.html", seed=seed, qr=qr(address), faults=faults)
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page) if faults else page


def _begin() -> str:
    seed, found = seconds.new_seed(), me()
    with desk().database.writing() as uow:
        data = {**found.session.data, PENDING: seed}
        uow.sessions.change(found.session.token, data=data)
    return seed


def _end() -> None:
    found = me()
    data = {name: value for name, value in found.session.data.items() if name != PENDING}
    with desk().database.writing() as uow:
        uow.sessions.change(found.session.token, data=data)


def qr(text: str) -> Markup:
    """Return a text as a QR code: an SVG without styles, black on white in dark pages too."""
    made = segno.make(text, error="m", micro=False)
    drawn = made.svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - segno draws squares; the text is only in their places


@staff(DESK, second=False)
def second_recovery() -> Page:
    """Make new recovery codes and show them once."""
    try:
        codes = seconds.new_recovery_codes(desk(), me())
    except ConflictError:
        return redirect(url_for("desk.second_setup"))
    return render_template("desk/recovery.html", codes=codes)


@staff(DESK, second=False)
def second_remove() -> Page:
    """Take the codes from the telephone away."""
    try:
        seconds.remove(desk(), me())
    except seconds.StillRequiredError:
        say(_still_required())
    else:
        say(_("Codes from your telephone are not asked for any more."))
    return redirect(url_for("desk.second_setup"))


@staff(DESK, second=False)
def passkey_add() -> Page:
    """Keep the passkey that the browser has made."""
    form = request.form
    try:
        passkeys.register(desk(), me(), site(), form.get("answer", ""), name=form.get("name", ""))
    except (passkeys.BadPasskeyError, ConflictError):
        say(_("The passkey could not be kept. Try once more; nothing was changed."))
    else:
        say(_("The passkey is kept. You can sign in with it from now on."))
    return redirect(url_for("desk.second_setup"))


@staff(DESK, second=False)
def passkey_remove() -> Page:
    """Forget a passkey of one's own."""
    try:
        credential = base64.urlsafe_b64decode(request.form.get("credential", ""))
    except (binascii.Error, ValueError) as error:
        raise NotFoundError("There is no such passkey.") from error
    try:
        passkeys.remove(desk(), me(), credential)
    except seconds.StillRequiredError:
        say(_still_required())
    else:
        say(_("The passkey is forgotten here. You may delete it on your device too."))
    return redirect(url_for("desk.second_setup"))


def _still_required() -> str:
    return _("This node asks you for a second step. Set up another one before you take this away.")
