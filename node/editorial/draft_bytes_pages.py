"""The bytes of a draft's files, for those who may open the draft and nobody else.

They are served as files of records are (`catalogue.file_pages`): a type from a short list, a policy
that lets them do nothing, and a download where a browser need not show them. Thumbnails are
pictures that this node has made.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response

from node.editorial.access_views import desk, me, staff
from node.editorial.formats import CAPTIONS, FILM, FORMATS, PICTURE, SOUND, family_of
from node.editorial.uploading import state
from node.errors import NotFoundError
from node.web.headers import FILE_POLICY

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint

IN_PLACE = {PICTURE, FILM, SOUND, CAPTIONS}
KNOWN = {each.media_type for each in FORMATS}
OPAQUE = "application/octet-stream"
_THUMBNAIL = "image/webp"


def add_to(blueprint: Blueprint) -> None:
    """Add the addresses of bytes to the desk's blueprint."""
    file = "/drafts/<uuid:draft>/files/<int:number>"
    blueprint.add_url_rule(file, "draft_file", serve_file)
    blueprint.add_url_rule(f"{file}/thumbnail", "draft_thumbnail", serve_thumbnail)


@staff()
def serve_file(draft: UUID, number: int) -> Response:
    """Serve a file of a draft."""
    row, _here = state(desk(), me(), str(draft), number)
    return _serve(row.digest, row.media_type, row.name)


@staff()
def serve_thumbnail(draft: UUID, number: int) -> Response:
    """Serve the small picture of a picture; the picture itself where there is no small one."""
    row, _here = state(desk(), me(), str(draft), number)
    if row.thumbnail:
        return _serve(row.thumbnail, _THUMBNAIL, "thumbnail.webp")
    if family_of(row.media_type) != PICTURE:
        raise NotFoundError("This file has no small picture.")
    return _serve(row.digest, row.media_type, row.name)


def _serve(digest: str | None, media_type: str, name: str) -> Response:
    if digest is None:
        raise NotFoundError("This file has not wholly arrived yet.")
    blobs = desk().blobs
    length = blobs.size(digest)
    start, end, status = 0, length, HTTPStatus.OK
    if request.range is not None:
        # The bytes behind a number never change, so a part always fits to what came before.
        part = request.range.range_for_length(length)
        if part is None:
            raise RequestedRangeNotSatisfiable(length)
        (start, end), status = part, HTTPStatus.PARTIAL_CONTENT
    in_place = media_type in KNOWN and family_of(media_type) in IN_PLACE
    response = Response(
        blobs.open(digest, start, end),
        status,
        content_type=media_type if media_type in KNOWN else OPAQUE,
        direct_passthrough=True,
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    way = "inline" if in_place else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Accept-Ranges"] = "bytes"
    if status is HTTPStatus.PARTIAL_CONTENT:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
    response.content_length = end - start
    return response
