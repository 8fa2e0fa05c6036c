"""What a file is, by its bytes; and the many ways in which one can say something else."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from node.editorial import packages, pictures, sniffing
from node.editorial.films import remove_place
from node.editorial.formats import GIF, JPEG, PNG
from node.editorial.packages import without_authors
from node.editorial.pictures import make_anew
from node.editorial.processing import plain_name
from node.editorial.refusing import FileRefusedError
from node.editorial.sniffing import sniff
from tests.support import files

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "photo.png": (files.picture("PNG"), "image/png"),
    "photo.jpg": (files.picture("JPEG"), "image/jpeg"),
    "PHOTO.JPEG": (files.picture("JPEG"), "image/jpeg"),
    "photo.webp": (files.picture("WEBP"), "image/webp"),
    "moving.gif": (files.moving(), "image/gif"),
    "photo.avif": (files.picture("AVIF"), "image/avif"),
    "photo": (files.picture("PNG"), "image/png"),
    "report.pdf": (files.PDF, "application/pdf"),
    "report.docx": (files.word(), f"{files.OOXML}.wordprocessingml.document"),
    "table.xlsx": (
        files.word(main=f"{files.OOXML}.spreadsheetml.sheet.main+xml"),
        f"{files.OOXML}.spreadsheetml.sheet",
    ),
    "slides.pptx": (
        files.word(main=f"{files.OOXML}.presentationml.presentation.main+xml"),
        f"{files.OOXML}.presentationml.presentation",
    ),
    "report.odt": (files.open_document(), "application/vnd.oasis.opendocument.text"),
    "table.ods": (
        files.open_document("spreadsheet"),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "slides.odp": (
        files.open_document("presentation"),
        "application/vnd.oasis.opendocument.presentation",
    ),
    "film.mp4": (files.film(), "video/mp4"),
    "film.webm": (files.WEBM, "video/webm"),
    "talk.m4a": (files.film(b"M4A ", handler=b"soun"), "audio/mp4"),
    "talk.ogg": (files.ogg(), "audio/ogg"),
    "film.ogv": (files.ogg(b"\x80theora"), "video/ogg"),
    "talk.mp3": (files.mp3(), "audio/mpeg"),
    "tagged.mp3": (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + files.mp3(), "audio/mpeg"),
    "talk.wav": (files.wav(), "audio/wav"),
    "film.vtt": (files.VTT, "text/vtt"),
    "notes.txt": ("Καλημέρα\n".encode(), "text/plain"),
    "table.csv": (b"\xef\xbb\xbfname,people\nCaf\xc3\xa9,4\n", "text/csv"),
    "notes.md": (b"# Notes\n\nWe <3 breakfast.\n", "text/markdown"),
}


def put(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path


def refused(folder: Path, name: str, data: bytes) -> str:
    with pytest.raises(FileRefusedError) as error:
        sniff(put(folder, data), name)
    assert name in error.value.message
    return error.value.why


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_on_the_list_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    data, media_type = GOOD[name]
    assert sniff(put(tmp_path, data), name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.html", b"<p>Hello", "active"),
        ("drawing.svg", b"<svg xmlns='x'/>", "active"),
        ("photo.png", b"<svg xmlns='x'/>", "active"),
        ("notes.txt", b"\n<!DOCTYPE html><p>", "active"),
        ("notes.md", b"Hello\n<script>alert(1)</script>", "active"),
        ("photo.jpg", files.picture("PNG"), "lie"),
        ("photo.png", files.PDF, "lie"),
        ("report.pdf", files.word(), "lie"),
        ("report.docx", files.open_document(), "lie"),
        ("photo.png", b"MZ\x90\0\x03\0\0\0" + bytes(200), "lie"),
        ("film.vtt", b"1\n00:00:00,000 --> 00:00:02,000\nHello\n", "lie"),
        ("tool.exe", b"MZ\x90\0\x03\0\0\0" + bytes(200), "unknown"),
        ("run.sh", b"#!/bin/sh\necho hello\n", "unknown"),
        ("macro.docm", files.word(), "macros"),
        ("report.docx", files.word(word__vbaProject_bin=b"x"), None),
        ("report.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unknown"),
        ("photo.heic", files.box(b"ftyp", b"heic\0\0\0\0mif1heic") + bytes(99), "heic"),
        ("film.mov", files.film(b"qt  "), "unknown"),
        ("film.mkv", files.WEBM.replace(b"webm", b"matr"), "unknown"),
        ("film.mp4", files.film()[:-200], "damaged"),
        ("talk.wav", files.wav()[:-50], "damaged"),
        ("report.pdf", files.PDF[:-7], "damaged"),
        ("report.docx", files.word()[:-30], "damaged"),
        ("notes.txt", "Grüße".encode("latin-1"), "encoding"),
        ("notes.txt", b"Hello\0there", "damaged"),
        ("table.csv", files.mp3()[:300], "damaged"),
        ("empty.png", b"", "empty"),
        ("some.zip", files.archive({"a.txt": "a"}), "unknown"),
    ],
)
def test_what_is_not_what_it_says_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes, why: str | None
) -> None:
    if why is None:
        sniff(put(tmp_path, data), name)  # a part of that name only looks like a macro
    else:
        assert refused(tmp_path, name, data) == why


GIF_AND_PAGE = files.moving()[:13] + b"<script>alert(1)</script>" + files.moving()[13:]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("moving.gif", GIF_AND_PAGE),
        ("photo.png", files.picture() + b"<HTML ><body onload=x>"),
        ("photo.jpg", files.picture("JPEG") + files.archive({"evil.txt": "x"})),
        ("photo.jpg", files.picture("JPEG", comment=b"%PDF-1.4")),
        ("talk.wav", files.wav() + b"<?php echo 1 ?>"),
        ("film.mp4", files.film() + files.box(b"free", b"<svg onload=alert(1)>")),
        ("report.pdf", files.PDF + files.archive({"evil.txt": "x"})),
        ("report.pdf", b"%PDF-1.7\n<html><script>1</script>\n%%EOF"),
        ("report.docx", b"\0" * 10 + files.word()),
        ("report.docx", files.word(**{"..__..__evil": "x"})),
        ("report.docx", files.word(WORD__DOCUMENT_XML="x", **{"Word__Document.xml": "x"})),
    ],
)
def test_two_things_in_one_file_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    why = refused(tmp_path, name, data)
    assert why in {"two-in-one", "damaged"}
    assert name == "report.docx" or why == "two-in-one"


@pytest.mark.parametrize(
    "parts",
    [
        {"word__vbaProject.bin": b"x"},
        {"word__VBAPROJECT.BIN": b"x"},
        {"xl__macrosheets__sheet1.xml": b"x"},
        {"word__activeX__activeX1.xml": b"x"},
    ],
)
def test_documents_with_programs_in_them_are_refused(
    tmp_path: Path, parts: dict[str, bytes | str]
) -> None:
    assert refused(tmp_path, "report.docx", files.word(**parts)) == "macros"


def test_a_macro_document_under_an_innocent_name_is_refused(tmp_path: Path) -> None:
    main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert refused(tmp_path, "report.docx", files.word(main=main)) == "macros"


def test_an_archive_that_would_fill_the_disk_is_refused_unopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_read", lambda *_: pytest.fail("it was opened"))
    bomb = files.word(word__media=b"\0" * 12_000_000)
    assert len(bomb) < 100_000
    assert refused(tmp_path, "report.docx", bomb) == "grows"
    many = files.archive({f"part{number}": "" for number in range(5001)})
    assert refused(tmp_path, "report.docx", many) == "grows"


def test_a_part_that_is_longer_than_it_says_is_damage(tmp_path: Path) -> None:
    data = bytearray(files.archive({"mimetype": "application/vnd.oasis.opendocument.text"}))
    # The central directory says 5 bytes; whatever is there beyond is never unpacked.
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    assert refused(tmp_path, "report.odt", bytes(data)) in {"damaged", "unknown"}


def test_a_locked_document_is_refused_with_what_to_do(tmp_path: Path) -> None:
    data = bytearray(files.word())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(tmp_path, "report.docx", bytes(data)) == "locked"


def test_a_text_that_is_a_database_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sniffing, "MAX_TEXT", 1000)
    assert refused(tmp_path, "table.csv", b"a,b\n" * 251) == "too-large"
    assert sniff(put(tmp_path, b"a,b\n" * 250), "table.csv").media_type == "text/csv"


def made(
    folder: Path, data: bytes, form: object, name: str = "photo"
) -> tuple[bytes, bytes, tuple]:
    path = put(folder, data)
    notes = make_anew(path, folder / "kept", folder / "small", form, name).notes  # type: ignore[arg-type]
    return (folder / "kept").read_bytes(), (folder / "small").read_bytes(), notes


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_place_and_camera_leave_a_picture_and_it_stands_upright(tmp_path: Path, form: str) -> None:
    data = files.picture(form, told=True)
    found = sniff(put(tmp_path, data), "photo")
    kept, small, notes = made(tmp_path, data, found)
    assert notes == ("turned", "place-removed", "details-removed")
    for result in (kept, small):
        assert b"Nosy Camera" not in result
        with Image.open(io.BytesIO(result)) as image:
            assert image.size == (40, 60)
            assert not image.getexif()
            # Turned to the right, what was above is at the right.
            right, left = (
                image.convert("RGB").getpixel((37, 30)),
                image.convert("RGB").getpixel((3, 30)),
            )
            assert right[1] < 80 < left[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"comment": b"Nosy owner"}),
        ("JPEG", {"xmp": b"<x:xmpmeta>Nosy owner exif:GPSLatitude</x:xmpmeta>"}),
        ("PNG", {"pnginfo": files.png_words("XML:com.adobe.xmp", "Nosy owner")}),
        ("PNG", {"pnginfo": files.png_words("Author", "Nosy owner")}),
        ("WEBP", {"xmp": b"<x:xmpmeta>Nosy owner</x:xmpmeta>"}),
        ("GIF", {"comment": b"Nosy owner"}),
    ],
)
def test_words_hidden_in_a_picture_are_gone(tmp_path: Path, form: str, options: dict) -> None:
    data = files.picture(form, **options)
    assert b"Nosy owner" in data
    kept, small, notes = made(tmp_path, data, sniff(put(tmp_path, data), "photo"))
    assert b"Nosy owner" not in kept + small
    assert "details-removed" in notes


def test_the_colours_of_a_picture_keep_their_profile(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept, _small, notes = made(tmp_path, files.picture("JPEG", icc_profile=profile), JPEG)
    with Image.open(io.BytesIO(kept)) as image:
        assert image.info["icc_profile"] == profile
    assert notes == ()


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_goes_on_moving_at_its_pace(tmp_path: Path, form: str) -> None:
    data = files.moving(form, frames=4)
    kept, small, _notes = made(tmp_path, data, sniff(put(tmp_path, data), "photo"))
    with Image.open(io.BytesIO(kept)) as image:
        assert image.n_frames == 4
        image.seek(2)
        image.load()
        assert image.info["duration"] == 120
    with Image.open(io.BytesIO(small)) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_000, 9_000), (8000, 7000)])
def test_a_picture_that_says_it_is_huge_is_refused_before_it_is_unpacked(
    tmp_path: Path, width: int, height: int
) -> None:
    with pytest.raises(FileRefusedError) as error:
        made(tmp_path, files.png_of_size(width, height), PNG)
    assert error.value.why == "pixels"


def test_a_picture_with_too_many_frames_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_FRAMES", 3)
    with pytest.raises(FileRefusedError) as error:
        made(tmp_path, files.moving(frames=4), GIF)
    assert error.value.why == "grows"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
def test_a_picture_that_was_cut_off_anywhere_is_refused_or_whole(tmp_path: Path, form: str) -> None:
    data = files.moving() if form == "GIF" else files.picture(form)
    for end in range(12, len(data) - 1, max(1, len(data) // 40)):
        try:
            found = sniff(put(tmp_path, data[:end]), "photo")
            made(tmp_path, data[:end], found)
        except FileRefusedError as error:
            assert error.why in {"damaged", "unknown"}  # noqa: PT017


def test_a_small_picture_fits_into_its_square(tmp_path: Path) -> None:
    _kept, small, _notes = made(tmp_path, files.picture("JPEG", (1200, 600)), JPEG)
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("WEBP", (480, 240))


@pytest.mark.parametrize("data", [files.word(), files.open_document()], ids=["word", "odt"])
def test_the_authors_of_a_document_are_removed_and_the_rest_stays(
    tmp_path: Path, data: bytes
) -> None:
    without_authors(put(tmp_path, data), tmp_path / "kept", "report")
    with zipfile.ZipFile(tmp_path / "kept") as kept, zipfile.ZipFile(io.BytesIO(data)) as came:
        assert kept.namelist() == came.namelist()
        whole = b"".join(kept.read(name) for name in kept.namelist())
        assert b"Maria Secret" not in whole
        body = "word/document.xml" if "word/document.xml" in kept.namelist() else "content.xml"
        assert kept.read(body) == came.read(body)
        assert kept.infolist()[0].compress_type == came.infolist()[0].compress_type
    assert sniff(tmp_path / "kept", "report").family == "document"


def test_the_place_of_a_film_is_overwritten_and_nothing_moves(tmp_path: Path) -> None:
    data = files.film(place=b"+37.9794+023.7162/")
    path = put(tmp_path, data)
    assert remove_place(path)
    now = path.read_bytes()
    assert len(now) == len(data)
    assert b"37.97" not in now
    assert now[-500:] == data[-500:]
    assert not remove_place(path)
    assert sniff(path, "film.mp4").media_type == "video/mp4"


def test_boxes_that_hold_themselves_for_ever_end(tmp_path: Path) -> None:
    deep = files.box(b"moov")
    for _level in range(300):
        deep = files.box(b"moov", deep)
    loop = files.box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\x04moov" + files.box(b"mdat")
    assert refused(tmp_path, "film.mp4", loop) == "damaged"
    sniff(put(tmp_path, files.film() + deep), "film.mp4")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("C:\\Users\\Ana\\photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\nc\x7f.png", "abc.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("  . .png", "file.png"),
        ("", "file"),
        ("..", "file"),
        ("x" * 400 + ".png", "x" * 116 + ".png"),
        ("Καφές με φίλους.jpg", "Καφές με φίλους.jpg"),
        ("صورة.jpg", "صورة.jpg"),
    ],
)
def test_a_name_is_kept_without_folders_and_what_cannot_be_seen(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept
