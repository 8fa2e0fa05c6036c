"""A page of the web as the beginning of a training material; fetching it within bounds."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial.webimporting import AlreadyHereError, NothingFoundError, import_page
from node.editorial.webreading import body_of
from node.errors import BadInputError, PeerMisbehavesError, PeerUnreachableError
from node.net.webpages import WebPage, fetch_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.staff import Staffed

COURSE = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Some site"},
        {
            "@type": ["Course", "CreativeWork"],
            "name": [{"@language": "da", "@value": "Samtalekort"}, "Conversation <b>cards</b>"],
            "description": "Sixty cards.\r\nWith a drawing.",
            "inLanguage": ["en", "da"],
            "license": "https://creativecommons.org/licenses/by-sa/4.0/",
            "author": [{"@type": "Person", "name": "A"}, {"name": "B"}],
            "datePublished": "2024-03-12T10:00:00Z",
            "timeRequired": "PT90M",
        },
    ],
}
ADDRESS = "https://havnebroen.example/cards"


def page(data: object, lang: str = "en") -> bytes:
    block = json.dumps(data)
    return (
        f'<!doctype html><html lang="{lang}"><script>x={{}}</script>'
        f'<script type="application/ld+json">{block}</script><p>Hello</p></html>'
    ).encode()


def test_what_a_page_says_of_a_course_becomes_a_body(desk: Staffed) -> None:
    body = body_of(page(COURSE), "text/html", ADDRESS, "es")
    assert body == {
        "title": {"da": "Samtalekort", "en": "Conversation cards"},
        "language": "en",
        "url": ADDRESS,
        "description": {"en": "Sixty cards.\nWith a drawing."},
        "languages": ["en", "da"],
        "licence": "CC-BY-SA-4.0",
        "author": "A, B",
        "date": "2024-03-12",
        "workload": "PT90M",
    }
    codes = {fault.code for fault in desk.d.contract.validate("training-material/1", body)}
    assert codes == {"missing"}


def test_the_language_is_that_of_the_page_where_the_data_say_none() -> None:
    thing = {"@type": "LearningResource", "name": "Κάρτες"}
    found = body_of(page(thing, "el-GR"), "text/html", ADDRESS, "en")
    assert found is not None
    assert (found["title"], found["language"]) == ({"el-GR": "Κάρτες"}, "el-GR")


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        "text",
        None,
        {"@type": "Organization", "name": "X"},
        {"@type": "Course"},
        {"@type": "Course", "name": {"@value": 7}},
        {"@type": {"a": 1}, "name": "X"},
        {"@graph": [[[[[[[[[[[[[[{"@type": "Course", "name": "deep"}]]]]]]]]]]]]]]},
    ],
)
def test_data_of_any_other_shape_begin_nothing(data: object) -> None:
    assert body_of(page(data), "text/html", ADDRESS, "en") is None


def test_wrong_members_are_left_out_and_the_rest_is_read() -> None:
    thing = {
        "@type": "Course",
        "name": "X" * 1000,
        "inLanguage": {"alternateName": "da"},
        "license": ["?"],
        "author": 7,
        "datePublished": "soon",
        "timeRequired": {},
        "description": {"@value": None},
    }
    found = body_of(json.dumps(thing).encode(), "application/ld+json", ADDRESS, "en")
    assert found == {
        "title": {"da": "X" * 300},
        "language": "da",
        "url": ADDRESS,
        "languages": ["da"],
    }
    assert body_of(b'<script type="application/ld+json">{', "text/html", ADDRESS, "en") is None


def fetching(desk: Staffed, raw: bytes) -> Any:
    return replace(desk.d, fetch=lambda address: WebPage(address, "text/html", raw))


def test_a_page_becomes_one_draft_however_often_it_is_asked_for(desk: Staffed) -> None:
    d, by = fetching(desk, page(COURSE)), desk.contributor.by
    row = import_page(d, by, f"{ADDRESS}#top", "en")
    assert (row.kind, row.title, row.author) == (
        "training-material",
        "Conversation cards",
        by.person.id,
    )
    with pytest.raises(AlreadyHereError) as caught:
        import_page(d, by, ADDRESS, "en")
    assert caught.value.draft == row.id
    with pytest.raises(NothingFoundError):
        import_page(fetching(desk, b"<p>Hello"), by, "https://other.example/", "en")


# --- fetching ----------------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer by the path."""
        answers = {
            "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, page(COURSE)),
            "/packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 5_000_000)),
            "/away": (302, {"Location": "/page"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        }
        status, headers, body = answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_fetched_through_a_redirect(site: str) -> None:
    found = fetch_page(f"{site}/away", private_ok=True)
    assert (found.address, found.media_type) == (f"{site}/page", "text/html")
    assert found.body == page(COURSE)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/packed", PeerMisbehavesError),
        ("/round", PeerMisbehavesError),
        ("/file", BadInputError),
        ("/nothing", PeerUnreachableError),
    ],
)
def test_what_is_too_much_or_leads_elsewhere_is_refused(
    site: str, path: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        fetch_page(f"{site}{path}", private_ok=True)


def test_private_addresses_are_refused_also_behind_a_name(site: str) -> None:
    port = int(site.rpartition(":")[2])

    def resolver(host: str, _port: int, **_what: Any) -> list[Any]:
        assert host == "inside.example"
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    for address in (f"{site}/page", "http://169.254.169.254/", "http://[::1]/", "http://10.0.0.1/"):
        with pytest.raises(PeerMisbehavesError):
            fetch_page(address)
    with pytest.raises(PeerMisbehavesError):
        fetch_page(f"http://inside.example:{port}/page", resolver=resolver)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://a.example/",
        "javascript:alert(1)",
        "http://",
        "http://u:p@a.example/",
        "http://[x/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(address: str) -> None:
    with pytest.raises(BadInputError):
        fetch_page(address)
