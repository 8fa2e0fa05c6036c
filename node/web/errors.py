"""From an error to an answer: one table for the status, one page, one document for programs.

The document is problem details (RFC 9457). Every answer says what happened, what was kept, and
what to do next. Who gets which form: under ``/api/`` and ``/exchange/`` always problem details,
elsewhere what the client asks for.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES

from node.errors import (
    BadInputError,
    ConflictError,
    DamageError,
    FootbridgeError,
    GoneError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
    PermissionDeniedError,
)
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

#: The first family an error belongs to decides, so the special ones stand before the general.
STATUS: tuple[tuple[type[FootbridgeError], int], ...] = (
    (GoneError, 410),
    (NotFoundError, 404),
    (ConflictError, 412),
    (BadInputError, 400),
    (PermissionDeniedError, 403),
    (PeerMisbehavesError, 502),
    (PeerUnreachableError, 503),
    (DamageError, 500),
)
PROGRAMS = ("/api/", "/exchange/")
PROBLEM = "application/problem+json"
#: Headers of a framework's answer that stay true when its body is replaced.
KEPT_HEADERS = ("Allow", "Retry-After", "Location", "Content-Range", "WWW-Authenticate")


def install_errors(app: Flask) -> None:
    """Answer every error of ours, and every HTTP error by its code, through this module.

    The codes are registered one by one because Flask looks there first; a handler for all of
    them that an extension registers would otherwise win for programs.
    """
    app.register_error_handler(FootbridgeError, answer_own)
    for code in default_exceptions:
        app.register_error_handler(code, _answer_http)


def status_of(error: FootbridgeError) -> int:
    """Return the HTTP status for an error of ours."""
    return next((status for family, status in STATUS if isinstance(error, family)), 500)


def problem(status: int, title: str, **members: Any) -> Response:
    """Return a problem details answer (RFC 9457); empty members are left out."""
    document = {"type": "about:blank", "title": title, "status": status}
    document |= {name: value for name, value in members.items() if value}
    return Response(
        json.dumps(document, ensure_ascii=False, default=str),
        status=status,
        content_type=f"{PROBLEM}; charset=utf-8",
    )


def for_programs() -> bool:
    """Tell whether the client of this request is a program that wants no page."""
    if request.path.startswith(PROGRAMS):
        return True
    offered = ["text/html", "application/json", PROBLEM]
    return request.accept_mimetypes.best_match(offered, default="text/html") != "text/html"


def answer_own(error: FootbridgeError) -> Response:
    """Answer an error of ours with its page, or its problem details for a program."""
    status = status_of(error)
    if status >= 500:  # noqa: PLR2004
        log.error("%s", error.explain(), exc_info=error)
    if for_programs():
        return problem(
            status,
            HTTP_STATUS_CODES.get(status, "Error"),
            detail=error.message,
            hint=error.hint,
            code=error.code,
            facts=error.facts,
        )
    return _page(status, "" if isinstance(error, GoneError) else error.explain())


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        log.error("A page failed.", exc_info=error.original_exception)
        if current_app.testing:
            raise error.original_exception
    if status < 400 and error.response is None:  # noqa: PLR2004 - redirects are not errors
        return Response(error.get_body(), status, error.get_headers())
    if for_programs():
        data: dict[str, Any] = getattr(error, "data", None) or {}
        answer = problem(
            status,
            error.name,
            detail=data.get("message") or error.description,
            errors=data.get("messages") or data.get("errors"),
        )
    else:
        answer = _page(status)
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            answer.headers[name] = value
    return answer


def _page(status: int, details: str = "") -> Response:
    title, text = _words(status)
    page = render_template("web/error.html", status=status, title=title, text=text, details=details)
    return Response(page, status=status, mimetype="text/html")


def _words(status: int) -> tuple[str, str]:
    """Return the heading and the explanation for a status, in the reader's language.

    They say it all; an error's own sentence is English and folds out below them.
    """
    words = {
        403: (
            _("This is not open to everybody"),
            _("You do not have the right to see this or to do this. Nothing was changed."),
        ),
        404: (
            _("This page is not here"),
            _(
                "The address may be mistyped, or the record has not reached this catalogue yet. "
                "Partners exchange their records on a schedule, so a very new one can take a "
                "moment."
            ),
        ),
        410: (
            _("This record was erased by its author"),
            _(
                "The organisation that published it asked for it to be removed for good. Its "
                "words and files were deleted here and are deleted by every partner. Nothing "
                "can bring it back."
            ),
        ),
        412: (
            _("Somebody else changed this first"),
            _(
                "It has changed since you opened it. Both versions are kept. Open it again and "
                "repeat your change."
            ),
        ),
        413: (
            _("That was too much at once"),
            _(
                "What you sent is larger than this node takes in one go. Nothing was changed. "
                "Send fewer or smaller files."
            ),
        ),
        429: (_("That was a little too fast"), _("Wait for a minute and try again.")),
        503: (
            _("A partner cannot be reached just now"),
            _("Everything that was fetched before is still here. This node tries again by itself."),
        ),
        500: (
            _("Something went wrong here"),
            _(
                "The fault is ours and has been written down for the keeper of this node. What "
                "was published is safe. Try again in a moment."
            ),
        ),
        400: (
            _("That request could not be understood"),
            _("Nothing was changed. Go back, correct what you entered, and try again."),
        ),
    }
    return words.get(status) or words[500 if status >= 500 else 400]  # noqa: PLR2004
