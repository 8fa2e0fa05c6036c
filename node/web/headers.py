"""Every security header, in one place.

The policy is simple because the pages are: everything comes from this node, styles are files
(no ``style`` attributes), scripts are files, nothing is framed. Files that partners published are
foreign bytes under our name, so they get a policy of their own that lets them do nothing at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from node.web.context import runtime

if TYPE_CHECKING:
    from flask import Flask, Response

_ALLOWED = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _policy(allowed: dict[str, str]) -> str:
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


PAGE_POLICY = _policy(_ALLOWED)
#: For the page that shows another of ours in a frame, and for the one that is shown.
FRAMING_POLICY = _policy(_ALLOWED | {"frame-src": "'self'"})
FRAMED_POLICY = _policy(_ALLOWED | {"frame-ancestors": "'self'"})
#: For files that others published: shown by the browser at most, never run.
FILE_POLICY = "default-src 'none'; style-src 'none'; frame-ancestors 'none'; sandbox"

DENIED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
#: Only pages that ask for one may use them (`allow_passkeys`).
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join(f"{feature}=()" for feature in sorted((*DENIED, *PASSKEYS)))
WITH_PASSKEYS = ", ".join(
    [*(f"{feature}=()" for feature in DENIED), *(f"{feature}=(self)" for feature in PASSKEYS)]
)

HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Answers to other nodes are never pages. An idle round is to stay within 600 bytes, so they get
#: only what keeps a browser, should one ever come, from making a page of them.
NODE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
BETWEEN_NODES = "/exchange/"
#: Two years, as the preload lists ask; only said where the node is reached over TLS.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
#: Public data that pages of others may read; a browser would otherwise withhold it from them.
OPEN_TO_OTHERS = ("/api/", "/exchange/")


def install_headers(app: Flask) -> None:
    """Set the headers on every answer; one that a view has set already is left as it is."""
    app.after_request(_protect)


def allow_passkeys() -> None:
    """Let the page that answers this request use passkeys."""
    g.allow_passkeys = True


def allow_frame() -> None:
    """Let the page that answers this request show another page of this node in a frame."""
    g.page_policy = {"Content-Security-Policy": FRAMING_POLICY}


def allow_framing() -> None:
    """Let pages of this node show the page that answers this request in a frame."""
    g.page_policy = {
        "Content-Security-Policy": FRAMED_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
    }


def _protect(response: Response) -> Response:
    between_nodes = request.path.startswith(BETWEEN_NODES)
    if "allow_passkeys" in g:
        response.headers.setdefault("Permissions-Policy", WITH_PASSKEYS)
    for name, value in g.get("page_policy", {}).items():
        response.headers.setdefault(name, value)
    for name, value in (NODE_HEADERS if between_nodes else HEADERS).items():
        response.headers.setdefault(name, value)
    if request.path.startswith(OPEN_TO_OTHERS):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.is_secure or runtime().settings.url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    return response
