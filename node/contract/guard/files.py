"""Pictures and files: a picture needs words for those who cannot see it, and its people's consent.

A picture may stand among the media of the body or only among the files of the content; its words
may stand in either place. Without any it is not published: half of the readers of a picture
without words get nothing, and only its author can write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from node.contract.guard.texts import Finding
from node.contract.languages import LangMap

if TYPE_CHECKING:
    from node.core.contents import BlobRef

Path = tuple[str | int, ...]
_PICTURE_ADDRESS = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|svg)(?:[?#]|$)", re.IGNORECASE
)


def find_in_medium(
    path: Path, medium: Mapping[str, Any], blobs: Mapping[str, BlobRef]
) -> Iterator[tuple[Path, Finding]]:
    """Give what one entry of the media lacks."""
    digest, url = medium.get("digest"), medium.get("url")
    blob = blobs.get(digest) if isinstance(digest, str) else None
    elsewhere = isinstance(url, str) and bool(_PICTURE_ADDRESS.search(url[-300:]))
    if not (_is_picture(blob) if blob else elsewhere):
        return
    if not (_says_something(medium.get("alt")) or (blob and _says_something(blob.alt))):
        yield (*path, "alt"), Finding("no-alt-text", "expected-alt-text", "", hard=True)
    if not medium.get("consent"):
        yield (*path, "consent"), Finding("no-consent", "expected-consent", "")


def find_in_file(
    path: Path, digest: Any, blobs: Mapping[str, BlobRef]
) -> Iterator[tuple[Path, Finding]]:
    """Give a finding when the body names a file that the record does not carry."""
    if isinstance(digest, str) and digest not in blobs:
        yield path, Finding("missing-file", "expected-held-file", digest)


def find_loose_pictures(
    blobs: tuple[BlobRef, ...], in_media: set[str]
) -> Iterator[tuple[Path, Finding]]:
    """Give what is missing of the pictures that travel along and stand nowhere among the media.

    A file has no place for consent: who may be recognised is asked about, whatever it shows.
    """
    for place, blob in enumerate(blobs):
        if not _is_picture(blob) or blob.digest in in_media:
            continue
        if not _says_something(blob.alt):
            yield ("blobs", place), Finding("no-alt-text", "expected-alt-text", "", hard=True)
        yield ("blobs", place), Finding("no-consent", "expected-consent-among-media", "")


def _is_picture(blob: BlobRef | None) -> bool:
    return blob is not None and blob.media_type.startswith("image/")


def _says_something(alt: LangMap | Any) -> bool:
    return isinstance(alt, Mapping) and any(isinstance(t, str) and t.strip() for t in alt.values())
