"""The stylesheet and other own files, each under an address that changes with its bytes.

The styles are written in several files, one for each concern, and sent as one: a reader on a
slow link waits for one request, not for six. The address carries a digest of the content, so the
answer may be kept for ever, and a node that is upgraded never shows a new page in old clothes.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from flask import request, url_for
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from flask import Blueprint
    from flask import Response as FlaskResponse

STATIC = Path(__file__).parent / "static"
#: In the order of the cascade.
STYLES = ("tokens", "base", "layout", "components", "record", "kinds", "pages", "terms", "print")
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


def install_assets(blueprint: Blueprint) -> None:
    """Add the stylesheet's address to the blueprint that also serves the static folder."""
    blueprint.add_url_rule("/static/footbridge.css", "stylesheet", _serve_stylesheet)
    blueprint.after_request(_keep_versions)


def _keep_versions(response: FlaskResponse) -> FlaskResponse:
    if request.endpoint == "web.static" and response.status_code == HTTPStatus.OK:
        response.headers["Cache-Control"] = FOREVER if "v" in request.args else BRIEFLY
    return response


def asset(name: str) -> str:
    """Return the address of an own file, with its version. "footbridge.css" is the stylesheet."""
    if name == "footbridge.css":
        return url_for("web.stylesheet", v=stylesheet()[1])
    return url_for("web.static", filename=name, v=_version((STATIC / name).read_bytes()))


@cache
def stylesheet() -> tuple[bytes, str]:
    """Return all styles as one file, without comments, and its version."""
    text = "\n".join((STATIC / "css" / f"{name}.css").read_text("utf-8") for name in STYLES)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\n\s*", "\n", text).strip() + "\n"
    data = text.encode()
    return data, _version(data)


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _serve_stylesheet() -> Response:
    data, version = stylesheet()
    response = Response(data, mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else BRIEFLY
    response.set_etag(version)
    return response.make_conditional(request)
