"""Who asks, and whether this browser really meant it: read here for every page of the desk.

* The session's token is in a cookie that scripts cannot read and other sites cannot send along with
  a form. Its hash is in the database (`sessions`).
* A request that changes something must come from a page of this node: by what the browser says of
  it (Sec-Fetch-Site, or Origin), and by a token in the form that only our pages can hold. Either
  alone would do in a new browser; together they also hold in an old one.
* Pages of the desk are nobody else's: never kept by a cache.
"""

from __future__ import annotations

import hmac
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for
from markupsafe import Markup

from node.editorial import seconds, sessions
from node.editorial.rights import DESK
from node.editorial.throttling import TooFastError
from node.errors import NotFoundError, PermissionDeniedError
from node.web import i18n
from node.web.context import runtime
from node.web.errors import answer_own

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint, Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed

View = TypeVar("View", bound="Callable[..., Any]")

COOKIE = "footbridge-session"
CSRF = "csrf"
SAY = "say"
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}
#: A form of the desk is text; files come in pieces through a view of their own.
MAX_FORM = 4 * 1024 * 1024
MAX_PARTS = 5000


class ForeignRequestError(PermissionDeniedError):
    """The request did not come from a page of this node; nothing was changed."""

    code = "foreign-request"


def desk() -> Editorial:
    """Return the desk of the running node."""
    return runtime().editorial


def signed() -> Signed | None:
    """Return who asks, or None; also somebody who still owes the second factor."""
    if "signed" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.signed = sessions.current(desk(), token) if token else None
    return cast("Signed | None", g.signed)


def me() -> Signed:
    """Return who asks, in a view that only they can reach."""
    found = signed()
    if found is None:
        raise PermissionDeniedError("Sign in first.")
    return found


def staff(act: str = DESK, *, second: bool = True) -> Callable[[View], View]:
    """Open a view to people whose roles allow `act`; others are led to sign in, or refused.

    Who has to have a second factor and has none is led to set one up, unless `second` is False.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            found = signed()
            if found is None or not found.session.complete:
                return to_sign_in(found)
            found.who.require(act)
            if second and seconds.owed(desk(), found):
                return _to_setting_up()
            return view(*args, **values)

        guarded.act = act  # type: ignore[attr-defined]
        return cast("View", guarded)

    return wrap


def anybody(view: View) -> View:
    """Mark a view of the desk as open to everybody: signing in, accepting an invitation."""
    view.act = ""  # type: ignore[attr-defined]
    return view


def to_sign_in(found: Signed | None) -> AnyResponse:
    """Lead to the sign-in page and afterwards back here.

    A form cannot be sent again by itself, so the browser keeps it (``js/draft.js``) and the page
    says so; a program is told.
    """
    endpoint = "desk.second_factor" if found else "desk.sign_in"
    if request.method in SAFE:
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))
    if not wants_page():
        raise SessionLostError
    came_from = _path_of(request.referrer) if request.referrer else None
    return redirect(url_for(endpoint, next=came_from, lost=1))


def _to_setting_up() -> AnyResponse:
    if not wants_page():
        raise PermissionDeniedError(
            "This node asks keepers and editors for a second factor.",
            hint="Set one up on your account page first.",
        )
    came_from = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("desk.second_setup", next=came_from, owed=1))


def wants_page() -> bool:
    """Say whether a person looks at the answer, and not a program."""
    offered = ["text/html", "application/json"]
    return request.accept_mimetypes.best_match(offered, default="text/html") == "text/html"


class SessionLostError(PermissionDeniedError):
    """The session has ended; what was to be saved is still in the browser."""

    code = "session-lost"

    def __init__(self) -> None:
        super().__init__(
            "You were signed out meanwhile. What you typed is kept in this browser.",
            hint="Sign in again.",
        )


#: Refusals that are no attempt at anything: a slip of the finger, a session that ended.
_NOT_NOTED = (SessionLostError, TooFastError, sessions.SignInRefusedError)


def install_access(app: Flask, blueprint: Blueprint) -> None:
    """Guard every view of the desk's blueprint, and give templates what they need for it."""
    blueprint.before_request(_check)
    blueprint.after_request(_private)
    blueprint.register_error_handler(PermissionDeniedError, _refused)
    blueprint.register_error_handler(NotFoundError, _not_found)
    app.jinja_env.globals.update(csrf_field=csrf_field, csrf_token=csrf_token, me=signed, said=said)


def _refused(error: PermissionDeniedError) -> Response:
    """Note in the audit trail that somebody tried what they may not do, and answer as ever.

    Strangers are not noted one by one: they could fill the disk.
    """
    if not isinstance(error, _NOT_NOTED):
        _note(act=error.facts.get("act", ""), why=error.code)
    return answer_own(error)


def _not_found(error: NotFoundError) -> Response:
    """Note that somebody tried a draft that is not theirs; the answer says no more than ever."""
    draft = error.facts.get("draft")
    with desk().database.reading() as uow:
        there = isinstance(draft, str) and uow.drafts.get(draft) is not None
    if there:
        _note(act="", why="not-theirs", draft=draft)
    return answer_own(error)


def _note(**detail: object) -> None:
    found = signed()
    if found is None or not found.session.complete:
        return
    detail |= {
        "person": found.person.id,
        "view": request.endpoint,
        "method": request.method,
    }
    with desk().database.writing() as uow:
        uow.audit.add(found.person.name, "act refused", detail, desk().now())


def _check() -> None:
    request.max_content_length = request.max_content_length or MAX_FORM
    request.max_form_parts = MAX_PARTS
    request.max_form_memory_size = MAX_FORM
    if request.method in SAFE:
        return
    if not _from_here():
        raise ForeignRequestError(
            "This request came from another site. Nothing was changed.",
            hint="Open the page on this node and try again.",
        )
    if signed() is None:
        return
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF, "")
    if not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise ForeignRequestError(
            "This form is not from your present session. Nothing was changed.",
            hint="Open the page again; what you typed is offered back.",
        )


def _from_here() -> bool:
    """Say whether the browser states that a page of this node sent this request.

    A browser too old to state anything is believed: the token in the form decides then.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin in {_origin(request.host_url), _origin(runtime().settings.url)}


def csrf_token() -> str:
    """Return the token that forms of this session carry; "" without a session."""
    return token_for(request.cookies.get(cookie_name(), ""))


def token_for(session: str) -> str:
    """Return the token that goes with a session's own; only who holds that can make it."""
    if not session:
        return ""
    return hmac.new(session.encode(), b"footbridge csrf", "sha256").hexdigest()


def csrf_field() -> Markup:
    """Return the hidden field that every form of the desk begins with."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF, csrf_token())


def say(text: str) -> None:
    """Say something on the next page that this person sees, once."""
    found = me()
    waiting = [*found.session.data.get(SAY, ()), text]
    with desk().database.writing() as uow:
        uow.sessions.change(found.session.token, data={**found.session.data, SAY: waiting})
    g.pop("signed", None)


def said() -> list[str]:
    """Return what is to be said on this page; it is not said again."""
    found = signed()
    texts = list(found.session.data.get(SAY, ())) if found else []
    if found is not None and texts:
        rest = {name: value for name, value in found.session.data.items() if name != SAY}
        with desk().database.writing() as uow:
            uow.sessions.change(found.session.token, data=rest)
    return texts


def keep_session(response: AnyResponse, token: str) -> AnyResponse:
    """Give the browser its session's token, and at first the person's language."""
    found = sessions.current(desk(), token)
    if found is not None and i18n.COOKIE not in request.cookies:
        i18n.keep_language(response, found.person.language)
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(sessions.OLDEST.total_seconds()),
        httponly=True,
        secure=is_secure(),
        samesite="Lax",
        path="/",
    )
    return response


def drop_session(response: AnyResponse) -> AnyResponse:
    """Take the token from the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True)
    return response


def next_page(default: str) -> str:
    """Return where to go after signing in: a page of this node, or `default`."""
    wanted = request.values.get("next", "")
    return wanted if is_own_path(wanted) else default


def is_own_path(address: str) -> bool:
    """Say whether an address is a path on this node and nothing that leads elsewhere."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return plain and not any(ord(letter) < 0x21 or letter == "\\" for letter in address)  # noqa: PLR2004


def address_of_asker() -> str:
    """Return the address a request comes from, for counting failures."""
    return request.remote_addr or ""


def answered(status: HTTPStatus, page: str) -> tuple[str, int]:
    """Return a page with a status, for forms that come back with faults."""
    return page, int(status)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def is_secure() -> bool:
    """Say whether cookies are only for TLS."""
    return request.is_secure or runtime().settings.url.startswith("https://")


def cookie_name(name: str = COOKIE) -> str:
    """Return what a cookie of the desk is called in the browser that asks."""
    # The prefix makes browsers refuse the cookie from a subdomain or over plain HTTP.
    return f"__Host-{name}" if request.is_secure else name


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
