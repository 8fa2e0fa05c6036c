"""A small OAI-PMH repository over loopback; each test says what it answers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
ROOT = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
GOOD = (
    "<dc:description>What to say.</dc:description><dc:language>dan</dc:language>"
    "<dc:subject>refugee health</dc:subject><dc:creator>Jensen, Anna</dc:creator>"
    "<dc:creator>Anna Jensen</dc:creator><dc:creator>Aarhus University</dc:creator>"
    "<dc:identifier>ISBN 1</dc:identifier><dc:identifier>https://a.example/1</dc:identifier>"
    "<dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>"
    "<dc:date>2024-03-12T10:00:00Z</dc:date><dc:type>toolkit</dc:type>"
)


def record(number: int, title: str = "Cards", more: str = GOOD, stamp: str = "2024-01-01") -> str:
    """Return a record."""
    return (
        f"<record><header><identifier>oai:a:{number}</identifier><datestamp>{stamp}</datestamp>"
        '</header><metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title} {number}</dc:title>{more}</oai_dc:dc></metadata></record>"
    )


DELETED = '<record><header status="deleted"><identifier>x</identifier></header></record>'


def listed(*records: str, token: str = "", size: int = 0) -> bytes:
    """Return an answer to ListRecords."""
    about = f' completeListSize="{size}"' if size else ""
    rest = f"<resumptionToken{about}>{token}</resumptionToken>"
    return f"{HEAD}{ROOT}<ListRecords>{''.join(records)}{rest}</ListRecords></OAI-PMH>".encode()


def refusal(code: str) -> bytes:
    """Return an error in OAI-PMH's own words."""
    return f'{HEAD}{ROOT}<error code="{code}">no</error></OAI-PMH>'.encode()


IDENTITY = f"{HEAD}{ROOT}<Identify><repositoryName>Archive</repositoryName></Identify></OAI-PMH>"


@dataclass
class Repository:
    """Answers by token ("" for the first), the requests that came, and the type it says."""

    base: str
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    media_type: str = "text/xml; charset=utf-8"


@contextmanager
def repository() -> Iterator[Repository]:
    """Run one on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            words = dict(parse_qsl(urlsplit(self.path).query))
            made.asked.append(words)
            body = made.answers.get(words.get("resumptionToken", ""))
            if words.get("verb") == "Identify":
                body = IDENTITY.encode()
            self.send_response(503 if body is None else 200)
            self.send_header("Content-Type", made.media_type)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Repository(f"http://127.0.0.1:{server.server_port}/oai")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
