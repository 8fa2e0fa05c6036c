"""The endpoints of `/exchange/1/` (protocol.md section 6): parse, ask `serving`, present.

Rules: an address or a parameter that is not exactly of its form gets 400 before anything is looked
up; every error is a problem document (RFC 9457), also for addresses and methods that do not exist
below the prefix; nothing that a partner published is ever active content here, so files go out as
downloads of an opaque type, in a sandbox.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import HTTP_STATUS_CODES

from node.core.limits import MAX_NOTE
from node.errors import BadInputError, DamageError, FootbridgeError, GoneError, NotFoundError
from node.exchange import negotiation, serving
from node.exchange.receiving import receive_announcement
from node.web.context import runtime

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from node.exchange.serving import Served

PROBLEM = "application/problem+json"
READING = {"GET", "HEAD"}
NOT_MODIFIED = 304

_OID = re.compile(r"[a-z2-7]{52}\Z")
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,14})\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_TOKEN = re.compile(r"[A-Za-z0-9.]{1,80}\Z")

_OPAQUE = "application/octet-stream"
#: The sandbox keeps a downloaded file from running as a page of this site, whatever it is.
_FILE_HEADERS = {
    "Accept-Ranges": "bytes",
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


blueprint = Blueprint("exchange", __name__, url_prefix="/exchange/1")

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


#: The one parameter an endpoint takes, by the name of its function.
_PARAMETERS = {"heads": "since", "entries": "after", "contents": "after"}


@blueprint.before_request
def refuse_unknown_parameters() -> None:
    """Refuse what would otherwise be left out of account without a word."""
    known = _PARAMETERS.get((request.endpoint or "").rpartition(".")[2])
    for name in request.args:
        if name != known:
            raise BadInputError("This address does not take that parameter.", name=name)


@blueprint.get("/node")
def node() -> Response:
    """Say who this node is."""
    return _send(serving.node_document(_exchange()))


@blueprint.get("/heads")
def heads() -> Response:
    """Tell which logs have changed since a token."""
    return _send(serving.heads(_exchange(), _parameter("since", _TOKEN)))


@blueprint.get("/logs/<oid>/<epoch>/entries/<page>")
def entries(oid: str, epoch: str, page: str) -> Response:
    """Give a page of a log."""
    return _send(
        serving.entries_page(
            _exchange(),
            *_log(oid, epoch),
            _number(page, "a page"),
            after=_after(),
            zstd=_takes_zstd(),
        )
    )


@blueprint.get("/logs/<oid>/<epoch>/contents/<page>")
def contents(oid: str, epoch: str, page: str) -> Response:
    """Give the contents of a page's entries."""
    return _send(
        serving.contents_page(
            _exchange(),
            *_log(oid, epoch),
            _number(page, "a page"),
            after=_after(),
            zstd=_takes_zstd(),
        )
    )


@blueprint.get("/logs/<oid>/<epoch>/proof/<seq>")
def proof(oid: str, epoch: str, seq: str) -> Response:
    """Prove that an entry stands in its log."""
    place = (*_log(oid, epoch), _number(seq, "a position"))
    return _send(serving.inclusion_proof(_exchange(), *place))


@blueprint.get("/contents/<digest>")
def content(digest: str) -> Response:
    """Give one content."""
    return _send(serving.content(_exchange(), _fitting(digest, _DIGEST, "a digest")))


@blueprint.get("/blobs/<digest>")
def blob(digest: str) -> Response:
    """Give a file, or a part of it."""
    x = _exchange()
    size = serving.blob_size(x, _fitting(digest, _DIGEST, "a digest"))
    if _is_known(digest):
        return _finish(Response(status=304), digest, serving.REVALIDATE)
    start, end, partial = _wanted_range(size, digest)
    if partial and start >= end:
        refused = _problem(416, "range-not-satisfiable", "The file has no such bytes.")
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    body = b"" if request.method == "HEAD" else serving.blob_pieces(x, digest, start, end)
    answer = Response(body, status=206 if partial else 200, content_type=_OPAQUE)
    answer.headers.update(_FILE_HEADERS)
    answer.headers["Content-Length"] = str(end - start)
    if partial:
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _finish(answer, digest, serving.REVALIDATE)


@blueprint.get("/evidence/<oid>")
def evidence(oid: str) -> Response:
    """Tell what shows an origin's misbehaviour."""
    return _send(serving.evidence(_exchange(), _fitting(oid, _OID, "an oid")))


@blueprint.post("/announce")
def announce() -> Response:
    """Take the hint that there is more to pull."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return _problem(415, "unsupported-media-type", "An announcement is sent as plain bytes.")
    request.max_content_length = MAX_NOTE
    receive_announcement(_exchange(), request.get_data(cache=False))
    return Response(status=204)


@blueprint.route("/", defaults={"rest": ""}, methods=_METHODS)
@blueprint.route("/<path:rest>", methods=_METHODS)
def nothing_here(rest: str) -> Response:
    """Answer what is not an address of the protocol, or not with this method."""
    if rest == "announce":
        raise MethodNotAllowed(["POST"])
    if request.method not in READING:
        raise MethodNotAllowed(sorted(READING))
    raise NotFound


def _exchange() -> Exchange:
    """Return the exchange of the running node, which `web.context.attach` has put there."""
    return runtime().exchange


# --- reading the request -------------------------------------------------------------------------


def _fitting(text: str, form: re.Pattern[str], what: str) -> str:
    if not form.match(text):
        raise BadInputError(f"The address does not hold {what} where it should.")
    return text


def _log(oid: str, epoch: str) -> tuple[str, int]:
    return _fitting(oid, _OID, "an oid"), _number(epoch, "an epoch")


def _number(text: str, what: str) -> int:
    return int(_fitting(text, _NUMBER, what))


def _parameter(name: str, form: re.Pattern[str]) -> str | None:
    values = request.args.getlist(name)
    if not values:
        return None
    if len(values) > 1 or not form.match(values[0]):
        raise BadInputError(f"The parameter {name} is not of its form.")
    return values[0]


def _after() -> int | None:
    text = _parameter("after", _NUMBER)
    return None if text is None else int(text)


def _wanted() -> frozenset[str]:
    return negotiation.accepted(request.headers.get("Accept-Encoding", ""))


def _takes_zstd() -> bool:
    return "zstd" in _wanted()


def _takes_gzip() -> bool:
    return not _wanted().isdisjoint({"gzip", "*"})


def _is_known(name: str) -> bool:
    """Say whether the client already has this body, in whichever encoding."""
    known = request.if_none_match
    return any(
        known.contains(negotiation.tag(name, encoding)) for encoding in ("identity", "gzip", "zstd")
    )


def _wanted_range(size: int, tag: str) -> tuple[int, int, bool]:
    """Give start, end and whether that is a part; several ranges at once are not served."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, size, False
    if "If-Range" in request.headers and request.headers["If-Range"] != f'"{tag}"':
        return 0, size, False
    found = asked.range_for_length(size)
    return (0, 0, True) if found is None else (found[0], found[1], True)


# --- writing the answer --------------------------------------------------------------------------


def _send(served: Served) -> Response:
    if served.tag and _is_known(served.tag):
        return _finish(Response(status=304), served.tag, served.cache)
    body, encoding = served.body, served.encoding
    if encoding == "identity" and len(body) >= negotiation.WORTHWHILE and _takes_gzip():
        body, encoding = negotiation.compress(body), "gzip"
    answer = Response(body, content_type=served.media_type)
    answer.headers["Vary"] = "Accept-Encoding"
    if encoding != "identity":
        answer.headers["Content-Encoding"] = encoding
    return _finish(answer, negotiation.tag(served.tag, encoding), served.cache)


def _finish(answer: Response, tag: str, cache: str) -> Response:
    if tag:
        answer.set_etag(tag)
    answer.headers["Cache-Control"] = cache
    if answer.status_code == NOT_MODIFIED:
        answer.headers.pop("Content-Type", None)
    else:
        answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# --- errors --------------------------------------------------------------------------------------

#: From the most particular error to the most general; the first that fits decides.
_STATUS: tuple[tuple[type[FootbridgeError], int], ...] = (
    (GoneError, 410),
    (NotFoundError, 404),
    (BadInputError, 400),
    (DamageError, 503),
    (FootbridgeError, 500),
)


@blueprint.errorhandler(FootbridgeError)
def _explain(error: FootbridgeError) -> Response:
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    if status >= 500:  # noqa: PLR2004 - what is broken at home is not for strangers to read
        return _problem(status, error.code, "This node cannot answer that now.")
    return _problem(status, error.code, error.explain())


@blueprint.errorhandler(HTTPException)
def _explain_http(error: HTTPException) -> Response:
    name = error.name.lower().replace(" ", "-")
    answer = _problem(error.code or 500, name, error.description or error.name)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _problem(status: int, code: str, detail: str) -> Response:
    title = HTTP_STATUS_CODES.get(status, "Error")
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    answer = Response(orjson.dumps(body), status=status, content_type=PROBLEM)
    return _finish(answer, "", "no-store")
