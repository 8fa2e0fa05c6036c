"""Dead links: only what says so itself, within bounds, and never into a private network."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from node.net.links import LinkChecker

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the server says, by path: to HEAD, to GET, and where it sends on to.
ROUTES = {
    "/here": (200, 200, ""),
    "/gone": (404, 404, ""),
    "/gone-for-good": (410, 410, ""),
    "/no-head": (405, 200, ""),
    "/wrong-about-head": (404, 200, ""),
    "/no-head-and-gone": (501, 404, ""),
    "/members": (401, 401, ""),
    "/forbidden": (403, 403, ""),
    "/busy": (429, 429, ""),
    "/broken": (500, 500, ""),
    "/asleep": (503, 503, ""),
    "/moved": (301, 301, "/here"),
    "/moved-and-gone": (302, 302, "/gone"),
    "/moved-by-name": (308, 308, "http://other.example:{port}/here"),
    "/round": (302, 302, "/round"),
    "/to-a-file": (302, 302, "file:///etc/passwd"),
    "/with-a-password": (302, 302, "http://me:secret@other.example:{port}/gone"),
    "/inside": (302, 302, "http://intranet.example:{port}/gone"),
    "/caf%C3%A9": (200, 200, ""),
}


@dataclass
class Site:
    port: int
    requests: list[tuple[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str, host: str = "links.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def resolver(self, host: str, port: int, **_: Any) -> list[Any]:
        """Resolve every name to this machine, but for those whose name says otherwise."""
        if host.startswith("nowhere"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if host.startswith("offline"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        where = "169.254.169.254" if host.startswith("intranet") else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    def checker(self, **options: Any) -> LinkChecker:
        return LinkChecker(**{"private_ok": True, "resolver": self.resolver} | options)


@contextmanager
def serving(slow: float = 0.0) -> Iterator[Site]:
    site = Site(0)

    class Handler(BaseHTTPRequestHandler):
        def _say(self, method: str) -> None:
            with site._lock:
                site.requests.append((method, self.path))
                site._now += 1
                site.most_at_once = max(site.most_at_once, site._now)
            time.sleep(slow)
            with site._lock:
                # Before the answer leaves: who has it may ask the next at once.
                site._now -= 1
            head, get, place = ROUTES.get(self.path.partition("?")[0], (404, 404, ""))
            self.send_response(head if method == "HEAD" else get)
            if place:
                self.send_header("Location", place.format(port=site.port))
            self.send_header("Content-Length", "1000000")
            self.end_headers()

        def do_HEAD(self) -> None:
            self._say("HEAD")

        def do_GET(self) -> None:
            self._say("GET")

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


DEAD = ["/gone", "/gone-for-good", "/no-head-and-gone", "/moved-and-gone"]
#: Where "/inside" leads has a test of its own.
ALIVE = [path for path in ROUTES if path not in {*DEAD, "/inside"}]


@pytest.mark.parametrize("path", DEAD)
def test_what_says_that_it_is_gone_is_dead(site: Site, path: str) -> None:
    assert site.checker()([site.url(path)]) == {site.url(path)}


@pytest.mark.parametrize("path", ALIVE)
def test_what_answers_or_refuses_or_stumbles_is_not(site: Site, path: str) -> None:
    assert site.checker()([site.url(path)]) == set()
    assert len(site.requests) <= 6


def test_a_name_that_does_not_exist_is_dead(site: Site) -> None:
    url = site.url("/here", "nowhere.example")
    assert site.checker()([url]) == {url}


NOT_KNOWN = [
    pytest.param("http://offline.example/", id="a name server that does not answer"),
    pytest.param("http://links.example:1/", id="a port where nothing listens"),
    pytest.param("https://links.example:{port}/gone", id="a server that knows no TLS"),
    pytest.param("ftp://links.example/gone", id="another scheme"),
    pytest.param("http://me:secret@links.example:{port}/gone", id="an address with a password"),
    pytest.param("http://links.example:99999/", id="a port that cannot be"),
    pytest.param("http://[::1/", id="half an address in brackets"),
    pytest.param("http://" + "a" * 70 + ".example/", id="a name that is too long"),
    pytest.param("http://links.example:{port}/a\r\nHost: x", id="line breaks"),
]


@pytest.mark.parametrize("url", NOT_KNOWN)
def test_of_what_is_not_known_nobody_is_warned(site: Site, url: str) -> None:
    assert site.checker()([url.format(port=site.port)]) == set()
    assert all("secret" not in path and "Host" not in path for _, path in site.requests)


def test_private_addresses_are_never_asked(site: Site) -> None:
    here = [site.url("/gone", "127.0.0.1"), site.url("/gone"), site.url("/gone", "localhost")]
    assert LinkChecker(resolver=site.resolver)(here) == set()
    assert site.requests == []


def test_a_redirect_into_a_private_network_is_not_followed(site: Site) -> None:
    def resolver(host: str, port: int, **_: Any) -> list[Any]:
        # As if links.example were public: what is judged is the address that a name leads to.
        return site.resolver(host, port)

    asked: list[str] = []

    class Judging(LinkChecker):
        def _request(self, method: str, url: str, until: float) -> Any:
            asked.append(url)
            self._private_ok = "intranet" not in url
            return super()._request(method, url, until)

    assert Judging(resolver=resolver)([site.url("/inside")]) == set()
    assert asked[-1] == site.url("/gone", "intranet.example"), "looked at"
    assert site.requests == [("HEAD", "/inside")], "and not asked"


def test_a_letter_of_any_script_may_stand_in_an_address(site: Site) -> None:
    assert site.checker()([site.url("/café?q=ναι")]) == set()
    assert site.requests == [("HEAD", "/caf%C3%A9?q=%CE%BD%CE%B1%CE%B9")]


def test_many_are_asked_a_few_at_once(site: Site) -> None:
    with serving(slow=0.05) as slow:
        urls = [slow.url(f"/gone?{number}") for number in range(12)]
        assert slow.checker(at_once=3)(urls) == set(urls)
        assert slow.most_at_once <= 3


def test_a_slow_one_costs_its_own_time_and_hides_no_other() -> None:
    with serving(slow=6.0) as slow, serving() as quick:
        began = time.monotonic()
        found = slow.checker(per_link=1.0)([slow.url("/gone"), quick.url("/gone")])
        assert found == {quick.url("/gone")}
        assert time.monotonic() - began < 5, "nobody waited for the slow one's answer"


def test_all_together_end_in_time() -> None:
    with serving(slow=0.5) as slow:
        urls = [slow.url(f"/gone?{number}") for number in range(40)]
        checker = slow.checker(in_all=2, at_once=2)
        found = checker(urls)
        assert len(found) < 10, "forty at two a time would have taken ten seconds"
        before = len(slow.requests)
        assert checker([slow.url("/gone?again")]) == set()
        assert "again" not in str(slow.requests[before:]), "one publish has one budget"


def test_a_name_server_that_hangs_holds_nobody_up() -> None:
    release = threading.Event()

    def hangs(*_all: Any, **_more: Any) -> list[Any]:
        release.wait(20)
        raise socket.gaierror(socket.EAI_NONAME, "at last")

    began = time.monotonic()
    try:
        assert LinkChecker(in_all=0.3, resolver=hangs)(["http://slow.example/"]) == set()
        assert time.monotonic() - began < 10, "it would have hung for twenty seconds"
    finally:
        release.set()


def test_each_is_asked_once(site: Site) -> None:
    checker = site.checker()
    url = site.url("/gone")
    assert checker([url, url]) == {url}
    assert checker([url]) == {url}
    assert site.requests == [("HEAD", "/gone"), ("GET", "/gone")]
