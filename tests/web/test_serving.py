"""How pages travel: languages, headers, compression, versions, weight, files, errors."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest

from node.catalogue.file_pages import served_type
from node.errors import (
    BadInputError,
    ConflictError,
    DamageError,
    FootbridgeError,
    GoneError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
    PermissionDeniedError,
)
from node.exchange.drafts import Attachment, Draft
from node.exchange.publishing import erase
from node.web.errors import status_of
from tests.support.nodes import practice
from tests.web.making import small_node
from tests.web.samples import PICTURE

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples

#: The promise for the first view of any page, over the wire, without pictures (quality.md).
MAX_FIRST_VIEW = 100_000


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        pytest.param("", "", "", "en", id="nothing is said"),
        pytest.param("", "", "el-CY, en;q=0.5", "el", id="the browser asks for it"),
        pytest.param("", "", "fi", "en", id="a language we do not have"),
        pytest.param("", "ar", "el", "ar", id="chosen before"),
        pytest.param("es", "ar", "el", "es", id="chosen now"),
        pytest.param("xx", "", "el", "el", id="a language there is none of"),
    ],
)
def test_the_interface_is_in_the_readers_language(
    small: SmallNode, query: str, cookie: str, accept: str, language: str
) -> None:
    if cookie:
        small.client.set_cookie("lang", cookie)
    answer = small.get(f"/about?lang={query}" if query else "/about", Accept_Language=accept)
    assert f'<html lang="{language}"' in answer.text
    assert answer.headers["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_a_choice_of_language_is_kept_in_the_only_cookie(small: SmallNode) -> None:
    answer = small.get("/about?lang=el")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("lang=el;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert small.get("/about").headers.getlist("Set-Cookie") == []


def test_the_language_menu_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    page = client.get("/search?q=mentor&country=ES").text
    assert 'href="/search?q=mentor&amp;country=ES&amp;lang=el"' in page


PATHS = ["/", "/search", "/about", "/nowhere", "/api/1/records", "/static/footbridge.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(small: SmallNode, path: str) -> None:
    headers = small.get(path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_node_on_tls_says_so_and_one_without_does_not(tmp_path: Path) -> None:
    safe = small_node(tmp_path / "a", url="https://bridge.example")
    plain = small_node(tmp_path / "b", url="http://127.0.0.1:8080")
    assert "max-age=63072000" in safe.get("/").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in plain.get("/").headers
    safe.x.database.dispose()
    plain.x.database.dispose()


def test_no_page_has_styles_or_scripts_of_its_own(client: FlaskClient, samples: Samples) -> None:
    for address in ("/", "/search?q=mentor", samples.url("todo-en-una-cita"), "/network"):
        page = client.get(address).text
        assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=", page), address


def test_pages_load_nothing_from_other_hosts(client: FlaskClient, samples: Samples) -> None:
    for address in ("/", "/search", samples.url("todo-en-una-cita"), "/api/docs"):
        page = client.get(address).text
        loaded = re.findall(r'<(?:link|script|img|source|iframe)[^>]+(?:src|href)="([^"]+)"', page)
        assert loaded
        assert [place for place in loaded if not place.startswith("/")] == [], address


def test_the_first_view_of_every_page_is_light(client: FlaskClient, samples: Samples) -> None:
    styles = _wire(client, "/static/footbridge.css") + _wire(client, "/static/icon.svg")
    pages = ["/", "/search", "/network", "/organisations", "/api/docs"]
    pages += [samples.url(file) for file in samples.records]
    weights = {page: _wire(client, page) + styles for page in pages}
    assert max(weights.values()) <= MAX_FIRST_VIEW / 3, weights


def test_pages_are_compressed_for_those_who_take_it(small: SmallNode) -> None:
    packed = small.get("/about", Accept_Encoding="gzip")
    plain = small.get("/about")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in small.get("/about", Accept_Encoding="gzip;q=0").headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_styles_may_be_kept_for_ever_because_their_address_changes(small: SmallNode) -> None:
    page = small.get("/about").text
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    answer = small.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in small.get("/static/footbridge.css").headers["Cache-Control"]
    again = small.get(address, If_None_Match=answer.headers["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("media_type", "served", "way"),
    [
        pytest.param("image/png", "image/png", "inline", id="a picture"),
        pytest.param("image/svg+xml", "application/octet-stream", "attachment", id="a drawing"),
        pytest.param("text/html", "application/octet-stream", "attachment", id="a page"),
        pytest.param("application/pdf", "application/pdf", "attachment", id="a document"),
        pytest.param("text/javascript", "application/octet-stream", "attachment", id="a script"),
    ],
)
def test_a_file_is_served_so_that_it_can_do_no_harm(
    small: SmallNode, media_type: str, served: str, way: str
) -> None:
    (address,) = _with_file(small, media_type)
    answer = small.get(address)
    assert answer.data == PICTURE
    assert answer.mimetype == served
    assert answer.headers["Content-Disposition"].startswith(f"{way}; filename*=UTF-8''")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_part_of_a_file_can_be_asked_for(small: SmallNode) -> None:
    (address,) = _with_file(small, "image/png")
    answer = small.get(address, Range="bytes=1-3")
    assert (answer.status_code, answer.data) == (206, b"PNG")


def test_a_file_goes_with_its_record(small: SmallNode) -> None:
    (address,) = _with_file(small, "image/png")
    (record,) = re.findall(r"/records/([0-9a-f-]{36})", small.get("/").text)[:1]
    erase(small.x, record)
    assert small.get(address).status_code in {404, 410}


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/files/" + "0" * 64 + "/x.png", id="not held"),
        pytest.param("/files/zzz/x.png", id="no digest"),
        pytest.param("/files/..%2f..%2fkeys/origin.key", id="a way out of the folder"),
    ],
)
def test_other_files_are_not_there(small: SmallNode, address: str) -> None:
    assert small.get(address).status_code == 404


def test_an_unknown_type_is_opaque() -> None:
    assert served_type("application/x-anything") == "application/octet-stream"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInputError, 400),
        (PermissionDeniedError, 403),
        (NotFoundError, 404),
        (GoneError, 410),
        (ConflictError, 412),
        (DamageError, 500),
        (PeerMisbehavesError, 502),
        (PeerUnreachableError, 503),
    ],
)
def test_each_family_of_errors_has_its_status(error: type[FootbridgeError], status: int) -> None:
    assert status_of(error("Something.")) == status


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_people_get_a_page_that_says_what_to_do(small: SmallNode, accept: str) -> None:
    answer = small.get("/nowhere", Accept=accept)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "What you can do now:" in answer.text


@pytest.mark.parametrize("path", ["/api/1/nothing", "/exchange/1/nothing", "/nowhere"])
def test_programs_get_problem_details(small: SmallNode, path: str) -> None:
    answer = small.get(path, Accept="application/json")
    assert answer.status_code in {400, 404}
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code


def test_a_fault_of_ours_tells_no_inside_and_keeps_its_head(small: SmallNode) -> None:
    app = small.client.application
    app.config["TESTING"] = False
    app.add_url_rule("/broken", view_func=_break)
    answer = small.get("/broken")
    assert answer.status_code == 500
    assert "What was published is safe." in answer.text
    assert "secret" not in answer.text


def _break() -> str:
    raise RuntimeError("secret")


def _wire(client: FlaskClient, address: str) -> int:
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        return len(answer.data)


def _with_file(small: SmallNode, media_type: str) -> list[str]:
    file = Attachment(source=PICTURE, media_type=media_type, name="βιβλίο α.bin", alt={"en": "x"})
    draft = practice()
    (record,) = small.publish(Draft(kind=draft.kind, body=draft.body, blobs=(file,)))
    (blob,) = small.get(f"/api/1/records/{record}").json["blobs"]
    return [f"/files/{blob['digest'].removeprefix('sha256:')}/{blob['name']}"]
