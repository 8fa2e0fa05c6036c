"""Behind a reverse proxy on this machine: who really asks, and whether over HTTPS.

A node listens on loopback and a proxy stands before it (`deploy/nginx.conf`). Without this, every
reader of the world would have the proxy's address: whoever fails to sign in would make everybody
wait. The proxy's word is taken only from loopback, and of a list of addresses only the last, which
the proxy itself has added; what a client claims stands before it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask


class Proxied:
    """Lets an application see past the proxy."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request as it came to the proxy."""
        near = _address(str(environ.get("REMOTE_ADDR", "")))
        if near is not None and near.is_loopback:
            far = _address(str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2])
            if far is not None:
                environ["REMOTE_ADDR"] = str(far)
            if environ.get("HTTP_X_FORWARDED_PROTO") == "https":
                environ["wsgi.url_scheme"] = "https"
        return self._app(environ, start)


def install_proxied(app: Flask) -> None:
    """Put the application behind it."""
    proxied: Any = Proxied(app.wsgi_app)
    app.wsgi_app = proxied  # type: ignore[method-assign]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None
