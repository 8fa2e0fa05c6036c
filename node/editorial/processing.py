"""From the bytes that arrived to those that are kept: scanned, recognised, made anew.

Pictures are written anew, office documents lose their authors, films their place; what is said to
the person about the rest (a PDF may name its author) is a note and no deed. Notes are codes, which
`file_presenting` says in the person's language.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial.films import remove_place
from node.editorial.formats import ENDINGS, FILM, OFFICE_XML, OPEN_DOCUMENT, PDF, PICTURE, SOUND
from node.editorial.packages import without_authors
from node.editorial.pictures import PLACE, make_anew
from node.editorial.refusing import FileRefusedError
from node.editorial.scanning import look_for_viruses, pieces
from node.editorial.sniffing import ending_of, sniff

if TYPE_CHECKING:
    from pathlib import Path

    from node.editorial.context import Editorial
    from node.editorial.formats import Format

MAX_NAME = 120
AUTHORS, PERHAPS_INSIDE, PDF_AUTHORS = "authors-removed", "names-inside", "pdf-authors"
#: Letters that show nothing and yet matter in some scripts: they join or part their neighbours.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Processed:
    """A file as it will be kept."""

    found: Format
    path: Path
    name: str
    digest: str
    size: int
    notes: tuple[str, ...]
    #: Where its small picture lies, with its digest.
    thumbnail: Path | None = None
    thumbnail_digest: str | None = None


def process(d: Editorial, path: Path, name: str, folder: Path) -> Processed:
    """Return what is kept of the file at `path`; new files go to `folder`.

    Raises `FileRefusedError`.
    """
    look_for_viruses(d, path, name)
    found = sniff(path, name)
    kept, thumbnail, notes = folder / "kept", None, tuple[str, ...]()
    if found.family == PICTURE:
        thumbnail = folder / "thumbnail"
        notes = make_anew(path, kept, thumbnail, found, name).notes
    elif found.media_type in OFFICE_XML or found.media_type in OPEN_DOCUMENT:
        without_authors(path, kept, name)
        notes = (AUTHORS, PERHAPS_INSIDE)
    else:
        kept, notes = path, (PDF_AUTHORS,) if found is PDF else ()
        if found.family in {FILM, SOUND} and found.media_type.endswith("/mp4"):
            notes = (PLACE,) if remove_place(path) else ()
    size = kept.stat().st_size
    if size > d.settings.upload_max:
        raise FileRefusedError("grows", name)
    return Processed(
        found=found,
        path=kept,
        name=with_ending(name, found),
        digest=digest_of(kept),
        size=size,
        notes=notes,
        thumbnail=thumbnail,
        thumbnail_digest=digest_of(thumbnail) if thumbnail else None,
    )


def plain_name(name: str) -> str:
    """Return a file's name without folders and without what cannot be seen.

    Letters that turn the direction of writing are left out: they make ``exe.gpj`` of ``jpg.exe``.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        letter
        for letter in unicodedata.normalize("NFC", last)
        if letter in _JOINERS or unicodedata.category(letter)[0] != "C"
    )
    seen = " ".join(seen.split()).rstrip(". ")
    stem, dot, ending = seen.rpartition(".")
    if not dot:
        stem, ending = seen, ""
    short = stem.strip(". ")[: MAX_NAME - len(ending[:10]) - 1].strip() or "file"
    return f"{short}.{ending[:10]}" if ending else short


def with_ending(name: str, found: Format) -> str:
    """Return the name with the ending of what the file is, where it has none of ours."""
    return name if ending_of(name) in ENDINGS else f"{name}.{found.ending}"


def digest_of(path: Path) -> str:
    """Return the digest of a file as the blob store names it."""
    running = hashlib.sha256()
    for piece in pieces(path):
        running.update(piece)
    return f"sha256:{running.hexdigest()}"
