"""A small server that speaks LibreTranslate's API; it "translates" by naming the language."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class StandIn:
    """What it was asked, and what it should do wrong: ``down``, ``busy``, ``key`` and so on."""

    url: str = ""
    trouble: str = ""
    #: So many answers are right, then it is busy; -1 for ever.
    fail_after: int = -1
    requests: list[dict[str, Any]] = field(default_factory=list)


_WRONG = {
    "busy": (429, b'{"error": "Slowdown: too many requests"}'),
    "key": (403, b'{"error": "Invalid API key"}'),
    "language": (400, b'{"error": "es is not supported"}'),
    "page": (200, b"<!doctype html><title>Welcome</title>"),
    "endless": (200, b'{"translatedText": ["' + b"x" * (3 * 1024 * 1024) + b'"]}'),
}


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn

    def do_POST(self) -> None:
        """Answer ``/translate``."""
        made = self.stand_in
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        made.requests.append(asked)
        if made.trouble == "down":
            self.close_connection = True
            return
        spent = made.fail_after >= 0 and len(made.requests) > made.fail_after
        status, answer = self._answer(asked, "busy" if spent else made.trouble)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            self.wfile.write(answer)
        except OSError:  # who asked has had enough
            self.close_connection = True

    def _answer(self, asked: dict[str, Any], trouble: str) -> tuple[int, bytes]:
        if self.path != "/translate" or asked["format"] != "text":
            return 404, b"{}"
        if trouble in _WRONG:
            return _WRONG[trouble]
        made = [f"[{asked['target']}] {text}" for text in asked["q"]]
        if trouble == "fewer":
            made = made[:-1]
        return 200, json.dumps({"translatedText": made}).encode()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: a failing test should show its own words."""


@contextmanager
def running() -> Iterator[StandIn]:
    """Run one on a free port of this machine."""
    made = StandIn()
    handler = type("Handler", (_Handler,), {"stand_in": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
