"""Films and sounds: which they are, whether they are whole, and the place they were taken out.

Nothing is decoded here: boxes and frames are walked by their lengths. What a telephone writes of
the place into an MP4 (``©xyz``, ``loci``, Apple's ``meta``) is made into free space where it
stands, so that no other byte moves. Sources: ISO/IEC 14496-12; 3GPP TS 26.244 (loci); RFC 8794
(EBML); RFC 3533 (Ogg); ISO/IEC 11172-3 (frames).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from node.editorial import formats
from node.editorial.formats import Format
from node.editorial.refusing import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BRANDS = (b"isom", b"iso", b"mp4", b"avc1", b"M4V ", b"M4A ", b"M4B ", b"dash", b"mmp4", b"MSNV")
#: Boxes that hold others, on the way to where places stand.
_HOLDERS = {b"moov", b"trak", b"udta", b"mdia"}
_PLACES = {b"\xa9xyz", b"loci"}
#: Boxes looked at in one file; real ones have some hundreds.
MOST_BOXES = 20_000
_EBML = b"\x1a\x45\xdf\xa3"
_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLING = (44100, 48000, 32000)


@dataclass(frozen=True, slots=True)
class Box:
    """One box of an ISO media file: where it begins, where its inside begins, where it ends."""

    type: bytes
    start: int
    inside: int
    end: int


class _BrokenError(Exception):
    """The boxes do not fit into each other."""


def sniff_film(path: Path, name: str, head: bytes, ending: str) -> Format | None:
    """Return which film or sound it is, None when it is neither.

    Raises `FileRefusedError` for one that is cut off.
    """
    if head[4:8] == b"ftyp":
        return _iso(path, name, head, ending)
    if head.startswith(_EBML):
        return formats.WEBM if b"\x42\x82\x84webm" in head[:64] else _unknown(name)
    if head.startswith(b"OggS"):
        return formats.OGV if b"\x80theora" in head[:512] else _ogg(name, head)
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        declared = int.from_bytes(head[4:8], "little") + 8
        if declared > path.stat().st_size + 1:
            raise FileRefusedError("damaged", name)
        return formats.WAV
    return formats.MP3 if _is_mp3(path, head) else None


def remove_place(path: Path) -> bool:
    """Make the boxes that say where a film was taken into free space; say whether there were any.

    The file is changed in place and keeps its length.
    """
    with path.open("r+b") as file:
        found = [box for box in _walk(file) if box.type in _PLACES or _is_apples(file, box)]
        for box in found:
            file.seek(box.start + 4)
            file.write(b"free")
            file.seek(box.inside)
            left = box.end - box.inside
            while left > 0:
                left -= file.write(bytes(min(left, 64 * 1024)))
    return bool(found)


def _iso(path: Path, name: str, head: bytes, ending: str) -> Format:
    if not head[8:12].startswith(_BRANDS):
        return _unknown(name)
    try:
        with path.open("rb") as file:
            boxes = list(_walk(file))
            moving = any(_handler(file, box) == b"vide" for box in boxes if box.type == b"hdlr")
    except _BrokenError as error:
        raise FileRefusedError("damaged", name) from error
    if not {b"moov", b"mdat"} <= {box.type for box in boxes}:
        raise FileRefusedError("damaged", name)
    if head[8:12] in {b"M4A ", b"M4B "} or (ending == "m4a" and not moving):
        return formats.M4A
    return formats.MP4


def _walk(file: BinaryIO) -> Iterator[Box]:
    """Give the boxes of the file, those inside after what holds them. Raises `_BrokenError`."""
    size = file.seek(0, 2)
    waiting = [(0, size)]
    count = 0
    while waiting:
        at, end = waiting.pop()
        while at < end:
            box = _box(file, at, end)
            count += 1
            if count > MOST_BOXES:
                raise _BrokenError
            yield box
            if box.type in _HOLDERS:
                waiting.append((box.inside, box.end))
            at = box.end


def _box(file: BinaryIO, at: int, end: int) -> Box:
    file.seek(at)
    head = file.read(16)
    if len(head) < 8 and head.strip(b"\0"):  # noqa: PLR2004 - length and type
        raise _BrokenError
    if len(head) < 8 or (head[:4] == b"\0\0\0\0" and end - at < 8):  # noqa: PLR2004
        return Box(b"free", at, end, end)  # a few zeros that close a udta box
    length, inside = int.from_bytes(head[:4], "big"), at + 8
    if length == 1:
        length, inside = int.from_bytes(head[8:16], "big"), at + 16
    elif length == 0:
        length = end - at
    if length < inside - at or at + length > end:
        raise _BrokenError
    return Box(head[4:8], at, inside, at + length)


def _handler(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.inside + 8)
    return file.read(4)


def _is_apples(file: BinaryIO, box: Box) -> bool:
    """Say whether a meta box names places by Apple's keys."""
    if box.type != b"meta" or box.end - box.inside > 1024 * 1024:
        return False
    file.seek(box.inside)
    return b"location" in file.read(box.end - box.inside)


def _ogg(name: str, head: bytes) -> Format:
    known = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
    return formats.OGG if any(mark in head[:512] for mark in known) else _unknown(name)


def _is_mp3(path: Path, head: bytes) -> bool:
    """Say whether frames of MPEG sound follow each other, after a tag if there is one."""
    at = 0
    if head.startswith(b"ID3") and len(head) > 10:  # noqa: PLR2004 - the tag's own head
        at = 10 + sum((byte & 0x7F) << (7 * (3 - place)) for place, byte in enumerate(head[6:10]))
    with path.open("rb") as file:
        for _frame in range(2):
            file.seek(at)
            length = _frame_length(file.read(4))
            if not length:
                return False
            at += length
    return at <= path.stat().st_size


def _frame_length(head: bytes) -> int:
    """Return the length of an MPEG layer III frame in bytes; 0 when this is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004
        return 0
    version = {3: 1, 2: 2, 0: 4}.get((head[1] >> 3) & 3, 0)
    rate, sampling = head[2] >> 4, (head[2] >> 2) & 3
    if not version or rate in {0, 15} or sampling == 3:  # noqa: PLR2004 - reserved values
        return 0
    kbits = _RATES[1 if version == 1 else 2][rate]
    samples = 144_000 if version == 1 else 72_000
    return samples * kbits * version // _SAMPLING[sampling] + ((head[2] >> 1) & 1)


def _unknown(name: str) -> Format:
    raise FileRefusedError("unknown", name)
