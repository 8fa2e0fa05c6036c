"""Files that travel with records, served so that they can do no harm.

They are strangers' bytes under this node's name. Their type comes from a short list, never from
the bytes and never beyond the list; everything else is a download of an opaque type. A policy of
their own forbids them to run, load or embed anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from node.errors import GoneError, NotFoundError
from node.storage.records import HIDDEN_HERE
from node.web.assets import FOREVER
from node.web.context import runtime
from node.web.headers import FILE_POLICY
from node.web.shown import PICTURES

if TYPE_CHECKING:
    from flask import Blueprint

_HEX = re.compile(r"[0-9a-f]{64}\Z")
#: What a browser may show in place. Documents (PDF among them) are saved, not opened.
IN_PLACE = PICTURES | {
    "audio/mpeg",
    "audio/ogg",
    "audio/mp4",
    "audio/wav",
    "video/mp4",
    "video/webm",
    "video/ogg",
}
#: Types a download may keep, so that it opens with the right program; none is active in a browser.
AS_NAMED = {
    "application/pdf",
    "application/epub+zip",
    "application/zip",
    "text/csv",
    "text/plain",
    "text/markdown",
    "text/vtt",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPAQUE = "application/octet-stream"


def add_to(blueprint: Blueprint) -> None:
    """Add the address of files to the catalogue's blueprint."""
    blueprint.add_url_rule("/files/<hex>/<name>", "file", serve_file)


def serve_file(hex: str, name: str) -> Response:  # noqa: A002 - the address says what it is
    """Serve a file by its digest; the name in the address is only what it is saved as.

    Raises `NotFoundError` when it is not held, `GoneError` when it was erased.
    """
    if not _HEX.match(hex):
        raise NotFoundError("A file's address holds its digest: 64 hexadecimal digits.")
    digest = f"sha256:{hex}"
    node = runtime()
    with node.database.reading() as uow:
        row = uow.blobs.get(digest)
        hidden = uow.blobs.only_named_by_hidden(digest, HIDDEN_HERE)
    if row is not None and row.state == "erased":
        raise GoneError("This file was erased together with the record it belonged to.")
    if row is None or row.state != "held" or hidden:
        raise NotFoundError("This file is not held here.")
    length = node.blobs.size(digest)
    response = Response(
        node.blobs.open(digest), content_type=served_type(row.media_type), direct_passthrough=True
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    way = "inline" if row.media_type in IN_PLACE else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(hex)
    response.content_length = length
    return response.make_conditional(request, accept_ranges=True, complete_length=length)


def served_type(media_type: str) -> str:
    """Return the type a file is sent as: its own where that is harmless, else an opaque one."""
    return media_type if media_type in IN_PLACE | AS_NAMED else OPAQUE
