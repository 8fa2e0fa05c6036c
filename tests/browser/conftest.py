"""A real Chromium on a real server over loopback; skipped with a line where there is none."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.conftest import app, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.samples import Samples

__all__ = ["app", "samples"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing: a failing test should show its own words."""


@dataclass(frozen=True)
class Site:
    """The running node and its sample records."""

    base: str
    samples: Samples

    def pages(self) -> dict[str, str]:
        """Return the address of every page a reader can come to, by a name."""
        s = self.samples
        practice, other = "sprogcafe-paa-biblioteket", "todo-en-una-cita"
        return {
            "home": "/",
            "search": "/search",
            "found": "/search?q=mentor&country=ES",
            "nothing found": "/search?q=xyzzyq",
            "practice": s.url(practice),
            "practice with procedure": s.url(other),
            "practice with pictures": s.url("familievenner"),
            "training material": s.url("samtalekort"),
            "adaptation": s.url("foelg-del-selv"),
            "family": s.url("familievenner", "/family"),
            "visit": s.url("studiebesoeg-valencia"),
            "collection": s.url("ergaleiothiki-ananeosi"),
            "campaign": s.url("colleghi-non-ospiti"),
            "offer that is over": s.url("vardbitrade-malmo"),
            "offers": "/search?kind=opportunity",
            "conversation": s.url("svar-tyve-minutter"),
            "profile": s.url("puente-de-azahar"),
            "review": s.url("anmeldelse-shadow-share-solo"),
            "translation": s.url("maqha-al-lugha-ar"),
            "revisions": s.url(practice, "/revisions"),
            "earlier revision": s.url(practice, "/revisions/1"),
            "changes": s.url(practice, "/changes"),
            "genuine": s.url(practice, "/genuine"),
            "organisations": "/organisations",
            "organisation": f"/organisations/{s.oids['havnebroen']}",
            "network": "/network",
            "vocabularies": "/vocabularies",
            "vocabulary": "/vocabularies/practice-types",
            "term": "/vocabularies/practice-types/mentoring",
            "term without records": "/vocabularies/practice-types/online-forum",
            "no such term": "/vocabularies/axes/nothing",
            "found by a term": "/search?practice_type=volunteering",
            "about": "/about",
            "interface": "/api/docs",
            "not found": "/records/00000000-0000-4000-8000-000000000000",
        }


@pytest.fixture(scope="session")
def site(app: Flask, samples: Samples) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", samples)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if chromium is None:
        why = "no Chromium: install it, or name it in the environment variable CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open an address in a new window; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(address: str, *, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": DESKTOP, "locale": language, "reduced_motion": "reduce"} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "404" not in message.text
                else None
            ),
        )
        page.goto(site.base + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
