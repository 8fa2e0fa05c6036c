"""A transport to a node in this same process: no socket, the same limits.

The demo uses it to carry the records of a node that will never run. It speaks WSGI, so what
answers is the real application.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from node.core.ports import Answer
from node.errors import PeerMisbehavesError

PREFIX = "/exchange/1/"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class InProcessTransport:
    """`node.core.ports.Transport` over a WSGI application."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        """Answer GET `path`; raises `PeerMisbehavesError` for a body above `limit` bytes."""
        headers = {"HTTP_IF_NONE_MATCH": etag} if etag else {}
        return self._request("GET", path, urlencode(params or {}), b"", headers, limit)

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        """Answer POST `path`; raises `PeerMisbehavesError` for a body above `limit` bytes."""
        headers = {"CONTENT_TYPE": "text/plain; charset=utf-8"}
        return self._request("POST", path, "", body, headers, limit)

    def _request(
        self,
        method: str,
        path: str,
        query: str,
        body: bytes,
        headers: Mapping[str, str],
        limit: int,
    ) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": PREFIX + path,
            "QUERY_STRING": query,
            "SERVER_NAME": "in-process",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **headers,
        }
        said: dict[str, Any] = {}

        def start(status: str, response_headers: list[tuple[str, str]], *_rest: object) -> None:
            said["status"] = int(status.split(" ", 1)[0])
            said["headers"] = {name.lower(): value for name, value in response_headers}

        pieces = self._app(environ, start)
        try:
            data = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if len(data) > limit:
            raise PeerMisbehavesError(f"The answer to {path} is longer than {limit:,} bytes.")
        return Answer(said["status"], data, said["headers"])
