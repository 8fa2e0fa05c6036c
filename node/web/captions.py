"""Which captions belong to which film: by their names, as players on people's machines do it.

``film.es.vtt`` beside ``film.mp4`` are its Spanish captions. The shared schema has no member that
binds the two, and a name travels with the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from node.contract.languages import native_name
from node.web.shown import CAPTIONS, Captions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from node.web.shown import File

#: A language tag in a file's name; anything longer is a part of the name.
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
#: Captions offered for one film.
MOST = 24


def with_captions(files: Mapping[str, File]) -> dict[str, File]:
    """Return a record's files by digest, each film with its captions."""
    words = [file for file in files.values() if file.media_type == CAPTIONS]
    return {
        digest: replace(file, captions=tuple(_of(file, words))[:MOST]) if file.is_film else file
        for digest, file in files.items()
    }


def _of(film: File, words: Iterable[File]) -> Iterable[Captions]:
    stem = PurePosixPath(film.name).stem
    for file in words:
        name = PurePosixPath(file.name).stem
        if name == stem:
            yield Captions(file.hex, file.name, "", film.name)
        elif name.startswith(f"{stem}.") and _TAG.fullmatch(tag := name[len(stem) + 1 :]):
            known = "" if tag == "und" else tag
            yield Captions(file.hex, file.name, known, native_name(tag) if known else film.name)
