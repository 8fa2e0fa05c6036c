"""A node with staff on a real server over loopback, and browsers in which they are signed in."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from node.editorial import drafting
from node.editorial.access_views import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.support.staff import Staff, Staffed

WIDE = {"width": 1000, "height": 900}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing: a failing test should show its own words."""


@dataclass
class Desks:
    """The running node; `sit` opens a browser for somebody."""

    house: Staffed
    base: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    #: While it is set, nothing is saved: also not what a browser sends from a page that is gone.
    down: bool = False

    def serve(self, environ: Any, start_response: Any) -> Any:
        """Answer as the node does, or as what stands before a node that is down."""
        if self.down and environ["PATH_INFO"].endswith("/autosave"):
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        return self.house.app(environ, start_response)

    def begin(self, staff: Staff, kind: str = "good-practice", **members: Any) -> str:
        """Begin a draft that colleagues may open, and return its address."""
        body: Mapping[str, Any] = {"language": "en", **members}
        row = drafting.begin(self.house.d, staff.by, kind, body=body)
        drafting.set_shared(self.house.d, staff.by, row.id, shared=True)
        return f"/desk/drafts/{row.id}"

    def body(self, address: str) -> dict[str, Any]:
        """Return what a draft holds."""
        draft = address.split("/")[3]
        return dict(drafting.open_draft(self.house.d, self.house.editor.by, draft).row.body)

    def sit(self, staff: Staff, address: str, *, language: str = "en", **options: Any) -> Page:
        """Open a page in a new browser in which somebody is signed in."""
        context = self.browser.new_context(
            **{"viewport": WIDE, "locale": language, "reduced_motion": "reduce"} | options
        )
        self.contexts.append(context)
        self.sign_in(context, staff)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error.stack)))
        page.goto(self.base + address)
        return page

    def sign_in(self, context: BrowserContext, staff: Staff) -> None:
        """Give a browser somebody's session."""
        host = str(urlsplit(self.base).hostname)
        context.add_cookies(
            [{"name": COOKIE, "value": staff.token, "domain": host, "path": "/", "httpOnly": True}]
        )

    def _hear(self, message: Any) -> None:
        # What fails on purpose is told by the browser too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


def running(house: Staffed, browser: Browser) -> Iterator[Desks]:
    """Serve a node while a test runs; what a browser complains about fails it."""
    desks = Desks(house, "", browser)
    server = make_server("127.0.0.1", 0, desks.serve, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    desks.base = f"http://127.0.0.1:{server.server_port}"
    yield desks
    for context in desks.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert desks.complaints == []
