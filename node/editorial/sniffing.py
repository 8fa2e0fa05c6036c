"""What a file really is: its bytes decide, and its name may not say something else.

A browser, a mail program and a person each guess a file's kind in their own way; a file that is two
things at once is a weapon. So every format is checked by its own marks and to its end, what else
could be in it is looked for (a page, a PDF, an archive), and a name that says another kind is
refused. `puremagic` only names for people what was found instead.
"""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import puremagic

from node.editorial import formats
from node.editorial.films import sniff_film
from node.editorial.formats import (
    ACTIVE_ENDINGS,
    CSV,
    DOCUMENT,
    ENDINGS,
    MACRO_ENDINGS,
    MARKDOWN,
    PDF,
    TXT,
    VTT,
    Format,
)
from node.editorial.packages import sniff_package
from node.editorial.refusing import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = 4096
#: Texts are read whole; a longer one is a database and belongs elsewhere, whatever files may have.
MAX_TEXT = 25 * 1024 * 1024
#: Marks of a page or a program in what should be a picture, a film or a sound.
_FOREIGN = re.compile(
    rb"<script[\s>]|<html[\s>]|<!doctype html|<svg[\s>]|<\?php|<iframe[\s>]|<body[\s>]",
    re.IGNORECASE,
)
_PAGE = re.compile(rb"<script|<html|<!doctype|<svg|<\?xml|<\?php|<iframe|<body", re.IGNORECASE)
#: Browsers and PDF readers look this far for the mark of what they open.
_LOOKED_AT = 1024
_PDF_END = 2048
#: Control characters that no text has.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_BY_ENDING: Mapping[str, Format] = {
    ending: each for each in (TXT, CSV, MARKDOWN) for ending in each.endings
}


def sniff(path: Path, name: str) -> Format:
    """Return what the file at `path` is; `name` is what its sender calls it.

    Raises `FileRefusedError` for what is not on the list, damaged, two things at once, or not what
    its name says.
    """
    ending = ending_of(name)
    if ending in ACTIVE_ENDINGS:
        raise FileRefusedError("active", name)
    if ending in MACRO_ENDINGS:
        raise FileRefusedError("macros", name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise FileRefusedError("empty", name)
    found = _by_marks(path, name, head) or _text(path, name, head, ending)
    if ending in ENDINGS and ending not in found.endings:
        raise FileRefusedError("lie", name, real=found.label)
    if ending not in ENDINGS and ending and found in _BY_ENDING.values():
        # Text is what is left over: an unknown ending says that it is something of its own.
        raise FileRefusedError("unknown", name)
    _refuse_two_in_one(path, name, found, head)
    return found


def ending_of(name: str) -> str:
    """Return the ending of a file's name in small letters, without its dot."""
    return Path(name).suffix.removeprefix(".").lower()


def _by_marks(path: Path, name: str, head: bytes) -> Format | None:
    """Return the format whose marks the file begins with; None where only text is left."""
    simple = _picture(path, head)
    if simple:
        return simple
    if head.startswith(b"%PDF-"):
        return _pdf(path, name)
    if head.startswith(b"PK\x03\x04"):
        return sniff_package(path, name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):  # an office document of before 2007, or a locked one
        raise FileRefusedError("unknown", name)
    if head[4:8] == b"ftyp" and _brands(head) & _HEIC and b"avif" not in _brands(head):
        raise FileRefusedError("heic", name)
    return sniff_film(path, name, head, ending_of(name))


def _picture(path: Path, head: bytes) -> Format | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return formats.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return formats.JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return formats.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        declared = int.from_bytes(head[4:8], "little") + 8
        return formats.WEBP if declared <= path.stat().st_size + 1 else None
    if head[4:8] == b"ftyp" and _brands(head) & {b"avif", b"avis"}:
        return formats.AVIF
    return None


def _brands(head: bytes) -> set[bytes]:
    """Return the brands that an ISO media file names (ISO/IEC 14496-12, ftyp)."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}


def _pdf(path: Path, name: str) -> Format:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _PDF_END))
        tail = file.read()
    if b"%%EOF" not in tail:
        raise FileRefusedError("damaged", name)
    return PDF


def _text(path: Path, name: str, head: bytes, ending: str) -> Format:
    """Return which text it is, when it is one."""
    if _PAGE.search(head[:_LOOKED_AT]):
        raise FileRefusedError("active", name)
    if not _may_be_text(head) or head.startswith((b"MZ", b"{\\rtf")):
        real = _called(head)
        if ending in ENDINGS and real:
            raise FileRefusedError("lie", name, real=real)
        raise FileRefusedError("damaged" if ending in ENDINGS else "unknown", name)
    if path.stat().st_size > MAX_TEXT:
        raise FileRefusedError("too-large", name, most=f"{MAX_TEXT // 1_000_000} MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefusedError("encoding", name) from error
    if _NO_TEXT.search(text):
        raise FileRefusedError("damaged", name)
    if ending == VTT.ending:
        if not re.match(r"WEBVTT([ \t\r\n]|\Z)", text):
            raise FileRefusedError("lie", name, real=TXT.label)
        return VTT
    return _BY_ENDING.get(ending, TXT)


def _may_be_text(head: bytes) -> bool:
    return not any(byte < 0x09 or 0x0E <= byte < 0x20 for byte in head)  # noqa: PLR2004 - controls


def _called(head: bytes) -> str:
    """Return what `puremagic` takes the bytes for, as an ending in capitals; "" if it is unsure."""
    try:
        best = puremagic.magic_string(head)[0]
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    return best.extension.removeprefix(".").upper() if best.confidence >= 0.5 else ""  # noqa: PLR2004


def _refuse_two_in_one(path: Path, name: str, found: Format, head: bytes) -> None:
    if found.media_type.startswith("text/"):
        return
    if found.family == DOCUMENT:
        foreign = bool(found is PDF and (_FOREIGN.search(head[:_LOOKED_AT]) or _is_archive(path)))
    else:
        foreign = b"%PDF-" in head[:_LOOKED_AT] or _is_archive(path) or _holds_page(path)
    if foreign:
        raise FileRefusedError("two-in-one", name)


def _is_archive(path: Path) -> bool:
    """Say whether an archive can be opened from the file's end, as unpackers do."""
    return zipfile.is_zipfile(path)


def _holds_page(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return _FOREIGN.search(whole) is not None
