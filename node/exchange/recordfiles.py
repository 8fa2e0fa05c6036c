"""Record files: what a person hands to `publish`.

    {"kind": "good-practice",
     "body": {"title": {"en": "…"}, …},
     "files": [{"path": "photo.png", "media_type": "image/png", "alt": {"en": "…"}}]}

`kind` may name a version (`good-practice/1`); without one it is the newest. `acknowledged` may list
warnings that were looked at: `{"code", "reason"}` and, for one place alone, `"pointer"`. `files` is
optional; a path is relative to the record file and may not leave its folder. Everything that is
wrong with any of the files is told at once, before anything is signed.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO

from node.contract import Fault
from node.contract.guard import Acknowledgement
from node.core.ijson import parse_ijson
from node.core.limits import MAX_CONTENT
from node.errors import BadInputError
from node.exchange.context import Exchange
from node.exchange.drafts import Attachment, Draft, DraftFault, DraftsRefusedError, check

#: A person's file may hold more white space than the content made from it, but not without end.
MAX_FILE = 4 * MAX_CONTENT
KNOWN = {"kind", "body", "files", "acknowledged"}


def read_drafts(x: Exchange, files: Sequence[tuple[str, BinaryIO]]) -> list[Draft]:
    """Read record files, given as (name, open binary file), into drafts, in their order.

    When one cannot be read, the others are checked nevertheless: `DraftsRefusedError` names every
    fault of every file at once.
    """
    drafts: dict[int, Draft] = {}
    faults: list[DraftFault] = []
    for number, (name, file) in enumerate(files):
        try:
            drafts[number] = _read(name, file.read(MAX_FILE + 1))
        except BadInputError as error:
            fault = Fault.plain(error.explain(), code=error.code)
            faults.append(DraftFault(number, fault, name))
    if faults:
        for number, draft in drafts.items():
            faults += [DraftFault(number, fault, draft.source) for fault in check(x, draft)[1]]
        faults.sort(key=attrgetter("draft"))
        raise DraftsRefusedError(faults, len(files))
    return list(drafts.values())


def _read(name: str, data: bytes) -> Draft:
    if len(data) > MAX_FILE:
        raise BadInputError(f"It is longer than {MAX_FILE:,} bytes.")
    # Some editors write a byte order mark; in a file of a person it means nothing.
    # Numbers with a point are read too, so that each is told with its place among all faults.
    value = parse_ijson(data.removeprefix(codecs.BOM_UTF8), limit=MAX_FILE)
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
    blobs = [_attachment(folder, item) for item in files]
    said = _acknowledged(value.get("acknowledged", []))
    return Draft(kind=kind, body=body, blobs=blobs, source=name, acknowledged=said)


def _acknowledged(items: Any) -> list[Acknowledgement]:
    if not isinstance(items, list):
        raise BadInputError('"acknowledged" is a list of objects with "code" and "reason".')
    said = []
    for item in items:
        parts = item if isinstance(item, dict) else {}
        code, reason, pointer = parts.get("code"), parts.get("reason"), parts.get("pointer")
        if not isinstance(code, str) or not isinstance(reason, str):
            raise BadInputError('Each of "acknowledged" has a "code" and a "reason".')
        if pointer is not None and not isinstance(pointer, str):
            raise BadInputError('The "pointer" of an acknowledgement is a text.')
        said.append(Acknowledgement(code=code, reason=reason, pointer=pointer))
    return said


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
