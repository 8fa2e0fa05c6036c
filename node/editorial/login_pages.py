"""Single sign-on: the way to the provider and back, and forgetting the login in one's account.

The way there is a link and no form: a policy that keeps forms at home (``form-action 'self'``) also
holds for where a form's answer leads.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import linking, passkeys, sessions
from node.editorial.access_views import (
    address_of_asker,
    answered,
    anybody,
    cookie_name,
    desk,
    is_own_path,
    is_secure,
    keep_session,
    me,
    next_page,
    say,
    signed,
    staff,
)
from node.editorial.linking import LoginRefusedError
from node.editorial.providers import ProviderFailedError
from node.editorial.rights import DESK
from node.editorial.sign_pages import sign_in_words
from node.editorial.throttling import TooFastError
from node.errors import FootbridgeError, NotFoundError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.editorial.providers import Provider

    Page = str | tuple[str, int] | AnyResponse

COOKIE = "footbridge-login"
#: Where somebody comes back to; the provider has to know this address.
BACK = "/desk/sign-in/elsewhere/back"
ANSWER = ("code", "state", "iss", "error")


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    rule = blueprint.add_url_rule
    rule("/sign-in/elsewhere", "login", login)
    rule("/sign-in/elsewhere/back", "login_back", login_back)
    rule("/account/login/unlink", "login_unlink", unlink, methods=["POST"])
    blueprint.add_app_template_global(provider_name)


def provider_name() -> str:
    """Return what the provider is called on buttons, "" where there is none."""
    found = desk().provider
    return found.name if found else ""


def _provider() -> Provider:
    found = desk().provider
    if found is None:
        raise NotFoundError("This node has no single sign-on.")
    return found


def _back() -> str:
    # By the settings and not by the request, whose sender could choose where the code goes.
    return passkeys.site_of(desk(), request.host_url).origin + BACK


@anybody
def login() -> Page:
    """Send the browser to the provider; with ``again`` also somebody who is in already."""
    d, provider, after = desk(), _provider(), next_page(url_for("desk.start"))
    found, again = signed(), bool(request.args.get("again"))
    if found is not None and found.session.complete and not again:
        return redirect(after)
    kept = linking.start(d, after)
    asked = linking.question(d, kept, _back())
    try:
        target = provider.address(asked, interface_language(), d.now(), again=again)
    except ProviderFailedError as error:
        return answered(HTTPStatus.BAD_GATEWAY, _again(error))
    return _keep(redirect(target), kept)


@anybody
def login_back() -> Page:
    """Let somebody in whom the provider has sent back."""
    d, provider, kept = desk(), _provider(), request.cookies.get(cookie_name(COOKIE), "")
    answer = {name: request.args[name] for name in ANSWER if name in request.args}
    try:
        token = linking.finish(
            d,
            provider,
            kept,
            _back(),
            answer,
            address=address_of_asker(),
            agent=request.user_agent.string,
            language=interface_language(),
            before=signed(),
        )
    except TooFastError as error:
        return answered(HTTPStatus.TOO_MANY_REQUESTS, _again(error))
    except (LoginRefusedError, ProviderFailedError) as error:
        return answered(HTTPStatus.FORBIDDEN, _again(error))
    made, after = sessions.current(d, token), linking.page_after(kept)
    after = after if is_own_path(after) else url_for("desk.start")
    whole = made is not None and made.session.complete
    target = after if whole else url_for("desk.second_factor", next=after)
    return _keep(keep_session(redirect(target), token), "")


def _keep(response: AnyResponse, kept: str) -> AnyResponse:
    """Let the browser keep what belongs to its way there and back; "" takes it away."""
    response.set_cookie(
        cookie_name(COOKIE),
        kept,
        max_age=int(linking.VALID.total_seconds()) if kept else 0,
        httponly=True,
        secure=is_secure(),
        # The way back begins at the provider's site; a strict cookie would not come along.
        samesite="Lax",
        path="/",
    )
    return response


def _again(error: FootbridgeError) -> str:
    return render_template("desk/sign_in.html", faults={"login": login_words(error)})


def login_words(error: FootbridgeError) -> str:
    """Return why single sign-on did not work, in the person's language."""
    if isinstance(error, TooFastError):
        return sign_in_words(error)
    name = provider_name()
    words = {
        "silent": _(
            "%(name)s does not answer as it should. Try again in a while, or sign in with your "
            "password.",
            name=name,
        ),
        "refused": _(
            "%(name)s did not let you through. Try again, or sign in with your password. If it "
            "happens again, tell your keeper.",
            name=name,
        ),
        "doubtful": _(
            "The answer that came from %(name)s could not be verified, so it was not used. Try "
            "again, or sign in with your password. If it happens again, tell your keeper.",
            name=name,
        ),
        "late": _(
            "This sign-in was not begun in this browser, took longer than ten minutes, or was used "
            "already. Begin once more.",
        ),
        "cancelled": _("You did not go on at %(name)s, so nothing was changed.", name=name),
        "unverified": _(
            "%(name)s has not verified your e-mail address, so it does not say who you are here. "
            "Have it verified there, or sign in with your password.",
            name=name,
        ),
        "unknown": _(
            "%(name)s knows you, but nobody with your e-mail address is known or invited here. Ask "
            "the keeper of this node for an invitation to that address.",
            name=name,
        ),
        "taken": _(
            "Your e-mail address is that of somebody who signs in here by another account at "
            "%(name)s. If both are yours, sign in with your password and unlink the old one on "
            "your account page.",
            name=name,
        ),
    }
    return words[str(error.facts["why"])]


@staff(DESK, second=False)
def unlink() -> Page:
    """Forget one's login at the provider."""
    if linking.unlink(desk(), me()):
        say(_("Your login at %(name)s is unlinked.", name=provider_name()))
    return redirect(url_for("desk.account"))
