"""Small files of every kind that staff add to drafts, and hostile ones, made when needed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

#: In two parts, so that no scanner takes this module for an infected file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + rb"$H+H*"


def picture(
    form: str = "PNG", size: tuple[int, int] = (60, 40), *, told: bool = False, **options: Any
) -> bytes:
    """Make a picture, red above; with `told` it says place and camera and lies on its side."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    if told:
        exif = Image.Exif()
        exif[0x0112] = 6  # turn by 90 degrees to the right
        exif[0x010F] = "Nosy Camera"
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "N", (37.0, 58.0, 46.0)
        place[3], place[4] = "E", (23.0, 43.0, 0.0)
        options["exif"] = exif
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def png_words(name: str, text: str) -> PngInfo:
    """Return words that a PNG carries along."""
    words = PngInfo()
    words.add_itxt(name, text)
    return words


def moving(form: str = "GIF", frames: int = 3, size: tuple[int, int] = (20, 20)) -> bytes:
    """Make a moving picture whose frames have different colours and last 120 ms each."""
    shades = [Image.new("RGB", size, (40 * number, 80, 200)) for number in range(frames)]
    file = io.BytesIO()
    shades[0].save(file, form, save_all=True, append_images=shades[1:], duration=120, loop=0)
    return file.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """Make a tiny PNG whose head says that it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        )

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


OOXML = "application/vnd.openxmlformats-officedocument"
CORE = "application/vnd.openxmlformats-package.core-properties+xml"


def archive(parts: dict[str, bytes | str], stored: tuple[str, ...] = ()) -> bytes:
    """Make a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data, zipfile.ZIP_STORED if name in stored else None)
    return file.getvalue()


def word(
    *, main: str = f"{OOXML}.wordprocessingml.document.main+xml", **more: bytes | str
) -> bytes:
    """Make a Word document by Maria Secret; `more` are further parts, ``__`` for a slash."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        f'<Override ContentType="{CORE}" PartName="/docProps/core.xml"/></Types>'
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types,
        "word/document.xml": "<w:document>Hello</w:document>",
        "docProps/core.xml": "<cp:coreProperties>Maria Secret</cp:coreProperties>",
    }
    return archive(parts | {name.replace("__", "/"): data for name, data in more.items()})


def open_document(kind: str = "text") -> bytes:
    """Make an OpenDocument file by Maria Secret."""
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": "<office:document-content/>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            "meta.xml": "<office:document-meta>Maria Secret</office:document-meta>",
        },
        stored=("mimetype",),
    )


def box(kind: bytes, inside: bytes = b"") -> bytes:
    """Make a box of an ISO media file."""
    return struct.pack("!I", 8 + len(inside)) + kind + inside


def film(brand: bytes = b"isom", *, place: bytes = b"", handler: bytes = b"vide") -> bytes:
    """Make the frame of an MP4; with `place` it says where it was taken."""
    udta = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7" + place)) if place else b""
    hdlr = box(b"hdlr", bytes(8) + handler + bytes(13))
    moov = box(b"moov", box(b"trak", box(b"mdia", hdlr)) + udta)
    return box(b"ftyp", brand + bytes(4) + b"isommp41") + moov + box(b"mdat", bytes(500))


def mp3() -> bytes:
    """Make three silent frames: MPEG 1, layer III, 128 kbit/s, 44.1 kHz, 417 bytes each."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 3


def wav() -> bytes:
    """Make a hundredth of a second of silence."""
    data = bytes(160)
    fmt = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    inside = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", 160) + data
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def ogg(codec: bytes = b"OpusHead") -> bytes:
    """Make the first page of an Ogg stream."""
    return b"OggS\0\x02" + bytes(20) + b"\x01\x13" + codec + bytes(11)


WEBM = b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm\x42\x87\x81\x02\x42\x85\x81\x02" + bytes(200)
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome.\n"
