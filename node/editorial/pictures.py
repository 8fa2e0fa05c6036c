"""Pictures made anew: what they show stays, what they tell besides (place, camera, owner) goes.

Nothing of the file that came is kept but its pixels, its colours (the ICC profile) and, of a moving
picture, its pace. So whatever else the file held is gone, known or not. A picture that lies on its
side by its camera's word is turned first, since that word goes too. One picture is opened at a time
in a process: fifty million pixels take two hundred megabytes while they are worked at.
"""

from __future__ import annotations

import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from PIL import ExifTags, Image, ImageOps, ImageSequence

from node.editorial import formats
from node.editorial.refusing import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.editorial.formats import Format

#: Of one frame, and of all frames of a moving picture together.
MAX_PIXELS = 50_000_000
MAX_MOVING = 50_000_000
MAX_FRAMES = 1000
#: The longer side of a thumbnail, in pixels.
THUMBNAIL = 480
QUALITY = 90
THUMBNAIL_QUALITY = 78
#: A profile of colours is some kilobytes; in a larger one something else hides.
MAX_PROFILE = 1024 * 1024
TURNED, PLACE, CAMERA = "turned", "place-removed", "details-removed"

_line = BoundedSemaphore(1)
_NAMES = {
    formats.PNG.media_type: "PNG",
    formats.JPEG.media_type: "JPEG",
    formats.WEBP.media_type: "WEBP",
    formats.GIF.media_type: "GIF",
    formats.AVIF.media_type: "AVIF",
}
#: What Pillow raises for files that are broken, or made to break it.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    zlib.error,
)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
#: Members of a picture's information that are not about pixels, pace or colours.
_TELLS = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "mp", "Software", "Author")


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was made anew."""

    width: int
    height: int
    #: Codes of what was done to it.
    notes: tuple[str, ...]


def make_anew(path: Path, target: Path, thumbnail: Path, found: Format, name: str) -> Made:
    """Write the picture at `path` anew to `target`, and its thumbnail (WebP) to `thumbnail`.

    Raises `FileRefusedError` for one that is broken or too large.
    """
    with _line, _opened(path, found, name) as image:
        _check_size(image, name)
        notes = _notes(image)
        frames = getattr(image, "n_frames", 1)
        if frames > 1 and found is not formats.JPEG:
            _check_moving(image, frames, name)
            size = _write_moving(image, target, found)
            image.seek(0)
        else:
            size = _write_still(image, target, found)
        _write_thumbnail(image, thumbnail)
    return Made(*size, notes)


@contextmanager
def _opened(path: Path, found: Format, name: str) -> Iterator[Image.Image]:
    """Open a picture as exactly the format it was found to be; say what is wrong in our words."""
    try:
        with Image.open(path, formats=(_NAMES[found.media_type],)) as image:
            yield image
    except FileRefusedError:
        raise
    except _TOO_LARGE as error:
        raise _too_large(name) from error
    except _BROKEN as error:
        raise FileRefusedError("damaged", name) from error


def _check_size(image: Image.Image, name: str) -> None:
    """Look at the size that the file's head says, before any pixel is unpacked."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(name)


def _check_moving(image: Image.Image, frames: int, name: str) -> None:
    width, height = image.size
    if frames > MAX_FRAMES or width * height * frames > MAX_MOVING:
        raise FileRefusedError("grows", name)


def _too_large(name: str) -> FileRefusedError:
    return FileRefusedError("pixels", name, most=str(MAX_PIXELS // 1_000_000))


def _notes(image: Image.Image) -> tuple[str, ...]:
    exif = image.getexif()
    notes = []
    if exif.get(ExifTags.Base.Orientation, 1) not in {0, 1}:
        notes.append(TURNED)
    xmp = image.info.get("xmp", b"")
    told = xmp if isinstance(xmp, bytes) else str(xmp).encode("utf-8", "replace")
    if exif.get_ifd(ExifTags.IFD.GPSInfo) or b"GPSL" in told:
        notes.append(PLACE)
    if any(image.info.get(name) for name in _TELLS) or len(exif):
        notes.append(CAMERA)
    return tuple(notes)


def _write_still(image: Image.Image, target: Path, found: Format) -> tuple[int, int]:
    turned = _bare(ImageOps.exif_transpose(image))
    options: dict[str, Any] = {"icc_profile": _profile(image)}
    if found is formats.JPEG:
        options |= {"quality": QUALITY, "progressive": True, "optimize": True}
        if turned.mode not in {"L", "RGB", "CMYK"}:
            turned = turned.convert("RGB")
    elif found is formats.WEBP:
        options |= {"quality": QUALITY, "method": 4, "lossless": _is_lossless(image)}
    elif found is formats.AVIF:
        options |= {"quality": 80}
    elif found is formats.GIF:
        options.clear()
    turned.save(target, format=_NAMES[found.media_type], **options)
    return turned.size


def _write_moving(image: Image.Image, target: Path, found: Format) -> tuple[int, int]:
    loop = image.info.get("loop")
    pace, frames = [], []
    for frame in ImageSequence.Iterator(image):
        # Whole frames, so that one does not depend on another's leftovers. A WebP knows its pace
        # only once the frame is unpacked.
        frames.append(_bare(frame.convert("RGBA")))
        pace.append(int(frame.info.get("duration", 100)))
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": pace}
    if loop is not None:
        options["loop"] = loop
    if found is formats.GIF:
        options["disposal"] = 2
    elif found is formats.WEBP:
        options |= {"quality": QUALITY, "method": 2}
    if found is not formats.GIF:
        options["icc_profile"] = _profile(image)
    frames[0].save(target, format=_NAMES[found.media_type], **options)
    return frames[0].size


def _write_thumbnail(image: Image.Image, thumbnail: Path) -> None:
    small = _bare(ImageOps.exif_transpose(image))
    if small.mode not in {"RGB", "RGBA"}:
        has_alpha = "A" in small.mode or "transparency" in image.info
        small = small.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    small.save(thumbnail, format="WEBP", quality=THUMBNAIL_QUALITY, method=4)


def _bare(image: Image.Image) -> Image.Image:
    """Return the pixels of a picture without anything that it tells besides."""
    bare = image.copy()
    for name in bare.info.keys() - {"transparency"}:
        del bare.info[name]
    return bare


def _profile(image: Image.Image) -> bytes | None:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and len(profile) <= MAX_PROFILE else None


def _is_lossless(image: Image.Image) -> bool:
    """Say whether a WebP was packed without loss, such as a drawing; it stays so."""
    source = getattr(image, "filename", "")
    with open(source, "rb") as file:  # noqa: PTH123 - Pillow's own name of it
        return b"VP8L" in file.read(64)
