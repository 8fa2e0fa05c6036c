"""The pages and addresses of a draft's files: forms, pieces, bytes, and who may not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from node.editorial.access_views import CSRF, CSRF_HEADER
from node.editorial.describing import Description, describe
from node.editorial.drafting import begin
from node.editorial.uploading import MAX_PIECE, announce, send_whole
from node.web.headers import FILE_POLICY
from tests.support import files
from tests.support.nodes import practice
from tests.support.staff import Staff, Staffed, staffed

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from node.storage.draftfiles import DraftFileRow

BODY = dict(practice("Rights over breakfast").body)
PHOTO = files.picture("JPEG", (300, 200), told=True)


@pytest.fixture
def ana(desk: Staffed) -> Staff:
    return desk.contributor


@pytest.fixture
def address(ana: Staff) -> str:
    return f"/desk/drafts/{begin(ana.d, ana.by, 'good-practice', body=BODY).id}/files"


def rows(who: Staff, address: str) -> list[DraftFileRow]:
    with who.d.database.reading() as uow:
        return uow.draft_files.of(address.split("/")[3])


def form(who: Staff, address: str, *sent: tuple[str, bytes], **more: str) -> TestResponse:
    # Encoded here: the test client leaves the file open that it would put a long form into.
    parts = [FileStorage(io.BytesIO(data), name) for name, data in sent]
    boundary, body = encode_multipart({CSRF: who.csrf, "file": parts, **more})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return who.client.post(address, data=body, content_type=kind)


def json_(who: Staff, method: str, address: str, **more: Any) -> TestResponse:
    headers = {CSRF_HEADER: who.csrf, "Accept": "application/json"} | more.pop("headers", {})
    return who.client.open(address, method=method, headers=headers, **more)


def begun(who: Staff, address: str, name: str = "photo.jpg", size: int = len(PHOTO)) -> str:
    answer = json_(who, "POST", f"{address}/begin", json={"name": name, "size": size})
    assert answer.status_code == 200
    return f"{address}/{answer.json['number']}"


def test_several_files_by_form_and_the_refused_are_named_beside_the_kept(
    ana: Staff, address: str
) -> None:
    bad = ("page.html", b"<p>")
    answer = form(ana, address, ("a.jpg", PHOTO), bad, ("notes.txt", b"Hello"), ("e.png", b""))
    assert answer.status_code == 422
    assert [row.name for row in rows(ana, address)] == ["a.jpg", "notes.txt"]
    page = answer.text
    assert "2 files were not added" in page
    assert "page.html is a web page" in page
    assert "e.png is empty." in page
    assert "2 files were added." in page
    assert "Everything else is as it was." in page
    again = form(ana, address, ("b.jpg", PHOTO))
    assert (again.status_code, again.location) == (303, f"{address}#files")
    assert "One file was added." in ana.get(address).text
    assert form(ana, address).status_code == 422


def test_refusals_are_said_in_the_persons_language(ana: Staff, address: str) -> None:
    answer = ana.client.post(
        address,
        data={CSRF: ana.csrf, "file": [(io.BytesIO(b"<p>"), "page.html")]},
        headers={"Accept-Language": "es"},
    )
    assert "page.html es una página web" in answer.text


def test_a_form_leads_back_to_the_page_it_stood_on_and_nowhere_else(
    ana: Staff, address: str
) -> None:
    assert form(ana, address, ("a.jpg", PHOTO), next="/desk/").location == "/desk/#files"
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = form(ana, address, ("a.jpg", PHOTO), next=elsewhere)
        assert answer.location == f"{address}#files"


def test_a_form_larger_than_a_page_is_taken_and_one_without_end_is_not(tmp_path: Path) -> None:
    desk = staffed(tmp_path, upload_max=6_000_000)
    ana = desk.contributor
    address = f"/desk/drafts/{begin(ana.d, ana.by, 'good-practice').id}/files"
    large = b"WEBVTT\n\n" + b"x" * 5_000_000
    assert form(ana, address, ("a.vtt", large)).status_code == 303
    assert form(ana, address, ("a.vtt", b"x" * 30_000_000)).status_code == 413
    desk.d.database.dispose()


def test_pieces_are_counted_and_the_wrong_offset_is_answered_with_the_right_one(
    ana: Staff, address: str
) -> None:
    file = begun(ana, address)
    first = json_(ana, "PUT", f"{file}?offset=0", data=PHOTO[:600])
    assert first.json["offset"] == 600
    wrong = json_(ana, "PUT", f"{file}?offset=0", data=PHOTO[:600])
    assert (wrong.status_code, wrong.json["offset"]) == (409, 600)
    assert json_(ana, "GET", f"{file}/state").json["offset"] == 600
    early = json_(ana, "POST", f"{file}/finish")
    assert (early.status_code, early.json["offset"]) == (409, 600)
    rest = json_(ana, "PUT", f"{file}?offset=600", data=PHOTO[600:])
    assert rest.json == {
        "number": int(file.rpartition("/")[2]),
        "name": "photo.jpg",
        "size": len(PHOTO),
        "offset": len(PHOTO),
        "complete": False,
    }
    done = json_(ana, "POST", f"{file}/finish")
    assert (done.status_code, done.json["complete"]) == (200, True)
    assert json_(ana, "POST", f"{file}/finish").json == done.json


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("POST", "/begin", {"json": {"name": "a.png"}}),
        ("POST", "/begin", {"json": {"name": "a.png", "size": "10"}}),
        ("POST", "/begin", {"json": {"name": 3, "size": 10}}),
        ("POST", "/begin", {"json": {"name": "a.png", "size": True}}),
        ("POST", "/begin", {"json": {"name": "a.png", "size": 10, "replaces": "1"}}),
        ("POST", "/begin", {"json": [1]}),
        ("POST", "/begin", {"data": b"{"}),
        ("PUT", "/1", {"data": b"x"}),
        ("PUT", "/1?offset=x", {"data": b"x"}),
        ("PUT", "/1?offset=0", {"data": b"x" * (MAX_PIECE + 1)}),
        ("PUT", "/1?offset=0", {"data": b""}),
    ],
)
def test_what_no_script_of_ours_sends_is_refused_in_words(
    ana: Staff, address: str, method: str, path: str, more: dict[str, Any]
) -> None:
    begun(ana, address)
    answer = json_(ana, method, address + path, **more)
    assert answer.status_code in {400, 413}
    assert rows(ana, address)[0].received == 0


def test_sizes_that_cannot_be_are_refused_by_name(ana: Staff, address: str) -> None:
    for size, why in ((0, "empty"), (-5, "empty"), (10**15, "too-large")):
        answer = json_(ana, "POST", f"{address}/begin", json={"name": "../a.png", "size": size})
        assert (answer.status_code, answer.json["why"]) == (422, why)
        assert answer.json["text"].startswith("a.png ")
    assert rows(ana, address) == []


def test_a_refused_file_says_why_in_the_persons_language(ana: Staff, address: str) -> None:
    file = begun(ana, address, "page.txt", 15)
    json_(ana, "PUT", f"{file}?offset=0", data=b"<html><p>Hello<")
    answer = json_(ana, "POST", f"{file}/finish", headers={"Accept-Language": "es"})
    assert (answer.status_code, answer.json["why"]) == (422, "active")
    assert "página web" in answer.json["text"]
    assert json_(ana, "GET", f"{file}/state").status_code == 404


def test_a_request_without_the_forms_token_changes_nothing(ana: Staff, address: str) -> None:
    file = begun(ana, address)
    for method, path in (("PUT", f"{file}?offset=0"), ("POST", f"{file}/remove")):
        answer = ana.client.open(path, method=method, data=b"x")
        assert answer.status_code == 403
    assert ana.client.post(f"{address}/begin", json={"name": "a", "size": 1}).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert json_(ana, "PUT", f"{file}?offset=0", data=b"x", headers=foreign).status_code == 403
    assert [row.received for row in rows(ana, address)] == [0]


def test_others_see_neither_the_list_nor_a_byte(desk: Staffed, address: str) -> None:
    ana = desk.contributor
    draft = address.split("/")[3]
    row = send_whole(ana.d, ana.by, draft, name="photo.jpg", file=io.BytesIO(PHOTO))
    file = f"{address}/{row.id}"
    for who in (desk.other, desk.translator, desk.keeper, desk.funder):
        for path in (address, file, f"{file}/thumbnail", f"{file}/state"):
            assert who.get(path).status_code == 404
        for path in ("/remove", "/describe", "/insert", "/finish"):
            assert who.post(file + path).status_code == 404
    assert desk.app.test_client().get(file).status_code == 302
    assert desk.editor.get(file).status_code == 200
    hex_ = str(row.digest).removeprefix("sha256:")
    assert desk.app.test_client().get(f"/files/{hex_}/photo.jpg").status_code == 404
    assert len(rows(ana, address)) == 1


@pytest.mark.parametrize(
    ("name", "data", "kind", "way"),
    [
        ("photo.jpg", PHOTO, "image/jpeg", "inline"),
        ("film.mp4", files.film(), "video/mp4", "inline"),
        ("talk.mp3", files.mp3(), "audio/mpeg", "inline"),
        ("report.pdf", files.PDF, "application/pdf", "attachment"),
        ("notes.md", b"# Hi", "text/markdown", "attachment"),
        ("\u0645\u0644\u0641.txt", b"Hi", "text/plain", "attachment"),
    ],
)
def test_bytes_are_served_so_that_they_can_do_nothing(
    ana: Staff, address: str, name: str, data: bytes, kind: str, way: str
) -> None:
    draft = address.split("/")[3]
    row = send_whole(ana.d, ana.by, draft, name=name, file=io.BytesIO(data))
    answer = ana.get(f"{address}/{row.id}")
    assert answer.mimetype == kind
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith(f"{way}; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].isascii()


def test_a_film_is_served_in_parts(ana: Staff, address: str) -> None:
    draft, film = address.split("/")[3], files.film()
    row = send_whole(ana.d, ana.by, draft, name="film.mp4", file=io.BytesIO(film))
    part = ana.get(f"{address}/{row.id}", Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, film[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(film)}"
    assert ana.get(f"{address}/{row.id}", Range="bytes=999999-").status_code == 416


def test_a_thumbnail_is_a_small_picture_and_only_pictures_have_one(
    ana: Staff, address: str
) -> None:
    draft = address.split("/")[3]
    photo = send_whole(ana.d, ana.by, draft, name="photo.jpg", file=io.BytesIO(PHOTO))
    notes = send_whole(ana.d, ana.by, draft, name="notes.txt", file=io.BytesIO(b"Hi"))
    coming = announce(ana.d, ana.by, draft, name="b.jpg", size=10)
    small = ana.get(f"{address}/{photo.id}/thumbnail")
    assert (small.mimetype, small.data[8:12]) == ("image/webp", b"WEBP")
    for number in (notes.id, coming.id, 999):
        assert ana.get(f"{address}/{number}/thumbnail").status_code == 404
    assert ana.get(f"{address}/{coming.id}").status_code == 404
    # A file that came with a revision has no small picture yet; it is shown itself.
    with ana.d.database.writing() as uow:
        uow.draft_files.change(photo.id, thumbnail=None)
    assert ana.get(f"{address}/{photo.id}/thumbnail").mimetype == "image/jpeg"


def test_the_panel_asks_for_what_is_missing_and_keeps_what_is_said(
    ana: Staff, address: str
) -> None:
    form(ana, address, ("photo.jpg", PHOTO))
    (row,) = rows(ana, address)
    page = ana.get(address).text
    assert "It needs a description for those who cannot see it." in page
    assert "The place where it was taken was removed." in page
    said = {
        "alt-en": 'Six "people" <b>',
        "people": "yes",
        "consent": "All in May",
        "credit": "Puente",
    }
    answer = ana.post(f"{address}/{row.id}/describe", said)
    assert answer.location == f"{address}#file-{row.id}"
    page = ana.get(address).text
    assert "It needs a description" not in page
    assert "Six &#34;people&#34; &lt;b&gt;" in page
    assert "All in May" in page
    answer = ana.post(f"{address}/{row.id}/insert", {"field": "media"})
    assert answer.status_code == 303
    assert 'value="media"' not in ana.get(address).text
    ana.post(f"{address}/{row.id}/remove")
    assert "photo.jpg was removed." in ana.get(address).text
    assert rows(ana, address) == []


def test_a_language_that_is_none_is_refused_and_nothing_changes(ana: Staff, address: str) -> None:
    form(ana, address, ("photo.jpg", PHOTO))
    (row,) = rows(ana, address)
    answer = ana.post(f"{address}/{row.id}/describe", {"alt-<x>": "Hello"})
    assert answer.status_code == 400
    assert dict(rows(ana, address)[0].alt) == {}


def test_a_reader_of_a_shared_draft_sees_files_and_no_forms(desk: Staffed, address: str) -> None:
    ana, draft = desk.contributor, address.split("/")[3]
    row = send_whole(ana.d, ana.by, draft, name="photo.jpg", file=io.BytesIO(PHOTO))
    describe(ana.d, ana.by, draft, row.id, Description(alt={"en": "Six people"}))
    with ana.d.database.writing() as uow:
        uow.drafts.change(draft, state="submitted")
    page = ana.get(address).text
    assert "Six people" in page
    assert "<button" not in page[page.index('id="files"') :]
    assert ana.post(f"{address}/{row.id}/remove").status_code == 403


def test_an_unfinished_upload_is_listed_and_can_be_finished_or_removed(
    ana: Staff, address: str
) -> None:
    file = begun(ana, address)
    json_(ana, "PUT", f"{file}?offset=0", data=PHOTO[:600])
    assert "have arrived." in ana.get(address).text
    assert ana.post(f"{file}/finish").status_code == 422
    json_(ana, "PUT", f"{file}?offset=600", data=PHOTO[600:])
    assert "Try again" in ana.get(address).text
    assert ana.post(f"{file}/finish").status_code == 303
    assert rows(ana, address)[0].complete
