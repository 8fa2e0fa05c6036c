"""Record files: what a person hands to `publish`.

    {"kind": "good-practice",
     "body": {"title": {"en": "…"}, …},
     "files": [{"path": "photo.png", "media_type": "image/png", "alt": {"en": "…"}}]}

`files` is optional; a path is relative to the record file and may not leave its folder. Everything
that is wrong with any of the files is told at once, before anything is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from node.core.canonical import parse_human
from node.core.limits import MAX_CONTENT
from node.errors import BadInputError
from node.exchange.drafts import Attachment, Draft

#: A person's file may hold more white space than the content made from it, but not without end.
MAX_FILE = 4 * MAX_CONTENT
KNOWN = {"kind", "body", "files"}


class RecordFilesRefusedError(BadInputError):
    """One or more record files cannot be read; nothing was published."""

    code = "record-files-refused"


def read_drafts(files: Sequence[tuple[str, BinaryIO]]) -> list[Draft]:
    """Read record files, given as (name, open binary file), into drafts, in their order.

    Raises `RecordFilesRefusedError` with a line for each fault of each file.
    """
    drafts: list[Draft] = []
    faults: list[str] = []
    for name, file in files:
        data = file.read(MAX_FILE + 1)
        try:
            drafts.append(_read(name, data))
        except BadInputError as error:
            faults.append(f"{name}: {error.message} {error.hint}".rstrip())
    if faults:
        raise RecordFilesRefusedError(
            f"{len(faults)} of {len(files)} files cannot be read as records.\n" + "\n".join(faults),
            hint="Nothing was published. Correct them and publish again.",
        )
    return drafts


def _read(name: str, data: bytes) -> Draft:
    if len(data) > MAX_FILE:
        raise BadInputError(f"It is longer than {MAX_FILE:,} bytes.")
    value = parse_human(data, limit=MAX_FILE)
    if not isinstance(value, dict):
        raise BadInputError('A record file is an object: {"kind": "good-practice", "body": {…}}.')
    kind, body = value.get("kind"), value.get("body")
    if not isinstance(kind, str) or not kind:
        raise BadInputError('It lacks "kind", such as "good-practice".')
    if not isinstance(body, dict):
        raise BadInputError('It lacks "body", the object that holds the fields.')
    unknown = sorted(set(value) - KNOWN)
    if unknown:
        raise BadInputError(
            f"It has members that a record file does not have: {', '.join(unknown)}.",
            hint='Fields of the record belong into "body".',
        )
    files = value.get("files", [])
    if not isinstance(files, list):
        raise BadInputError('"files" is a list of objects with "path" and "media_type".')
    folder = Path(name).parent if name not in {"-", "<stdin>"} else Path()
    return Draft(kind=kind, body=body, blobs=[_attachment(folder, item) for item in files])


def _attachment(folder: Path, item: Any) -> Attachment:
    if not isinstance(item, dict) or not isinstance(item.get("path"), str):
        raise BadInputError('Each of "files" has a "path" and a "media_type".')
    if not isinstance(item.get("media_type"), str):
        raise BadInputError(f'The file {item["path"]} lacks a "media_type", such as "image/png".')
    path = (folder / item["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadInputError(
            f"The file {item['path']} is outside the record file's folder.",
            hint="Put it beside the record file.",
        )
    if not path.is_file():
        raise BadInputError(f"The file {item['path']} is not there.")
    alt = item.get("alt", {})
    if not isinstance(alt, dict):
        raise BadInputError(f'"alt" of {item["path"]} is an object: a text for each language.')
    return Attachment(source=path, media_type=item["media_type"], name=path.name, alt=alt)
