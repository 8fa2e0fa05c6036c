"""The files of a draft as its record will name them, what they still lack, and the body's words.

A file's description stands with the file and, where the body shows the file (a field of the type
``file`` inside an object, such as an entry of the media), there too. Captions carry the name of
their film with the language before the ending, ``film.es.vtt``, by which pages find them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.core.contents import BlobRef
from node.editorial.formats import CAPTIONS, FILM, PICTURE, SOUND, family_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Field, Kind
    from node.storage import UnitOfWork
    from node.storage.draftfiles import DraftFileRow
    from node.storage.drafts import DraftRow

ALT, PEOPLE, CONSENT, FILM_OF, LANGUAGE = "alt", "people", "consent", "film", "language"
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Gap:
    """What a file lacks, such as a description (alt) or the consent of its people."""

    number: int
    name: str
    what: str


def blob_refs(uow: UnitOfWork, row: DraftRow) -> list[BlobRef]:
    """Return the files that have wholly arrived, in the order they were added, each once."""
    files = uow.draft_files.of(row.id)
    films = {file.id: file.name for file in files}
    found = {
        file.digest: BlobRef(
            file.digest,
            file.size,
            file.media_type,
            _name_of(file, films),
            {language: text for language, text in file.alt.items() if text},
        )
        for file in files
        if file.digest is not None
    }
    return list(found.values())


def gaps(files: Sequence[DraftFileRow], body: Mapping[str, Any]) -> list[Gap]:
    """Return what the files of a draft lack, file by file.

    What the body's own entry for a file says counts as well.
    """
    found: list[Gap] = []
    for file in files:
        if file.digest is not None:
            entries = entries_of(body, file.digest)
            found += [Gap(file.id, file.name, what) for what in _lacks(file, entries)]
    return found


def entries_of(body: Any, digest: str) -> list[dict[str, Any]]:
    """Return the objects of a body that name a file."""
    if isinstance(body, dict):
        own = [body] if body.get("digest") == digest else []
        return own + [each for value in body.values() for each in entries_of(value, digest)]
    if isinstance(body, list):
        return [each for value in body for each in entries_of(value, digest)]
    return []


def places_for(kind: Kind, media_type: str) -> list[Field]:
    """Return the fields of a kind whose entries show or list a file of this type."""
    shown = family_of(media_type) in {PICTURE, FILM, SOUND}
    wanted = "alt" if shown else "title"
    if family_of(media_type) == CAPTIONS:
        return []
    return [
        field
        for field in kind.fields
        if field.many and field.item(wanted) is not None and _is_file(field.item("digest"))
    ]


def entry_for(file: DraftFileRow, field: Field) -> dict[str, Any]:
    """Return the entry of a body that shows or lists a file."""
    words = {language: text for language, text in file.alt.items() if text}
    said: dict[str, Any] = {
        "alt": words,
        "title": words,
        "credit": file.credit,
        "consent": has_consent(file),
        "language": file.language,
    }
    told = {name: each for name, each in said.items() if each and field.item(name) is not None}
    return {"digest": file.digest, **told}


def described(
    body: Mapping[str, Any], kind: Kind, old: DraftFileRow, new: DraftFileRow
) -> dict[str, Any]:
    """Return a body whose entries for a file say what is said of it now.

    A member that was written in the body itself, and so differs from the file's, is left alone.
    """

    def renewed(field: Field) -> list[Any]:
        before, after = entry_for(old, field), entry_for(new, field)
        return [
            _renewed(entry, before, after) if _names(entry, new.digest) else entry
            for entry in body[field.name]
        ]

    places = places_for(kind, new.media_type)
    lists = [field for field in places if isinstance(body.get(field.name), list)]
    return {**body, **{field.name: renewed(field) for field in lists}}


def swap(body: Mapping[str, Any], old: str, new: str | None) -> dict[str, Any]:
    """Return a body that names another file in the place of one, or with None none.

    An entry that names nothing goes, and a list that has no entry left. The consent of people was
    given for the other picture, so it is asked for anew.
    """

    def change(entry: dict[str, Any]) -> dict[str, Any] | None:
        if new is None:
            return None
        return {name: value for name, value in entry.items() if name != "consent"} | {"digest": new}

    return _each_entry(body, old, change)  # type: ignore[no-any-return]


def has_consent(file: DraftFileRow) -> bool:
    """Say whether everybody who can be recognised has agreed, or nobody can be."""
    return file.people is False or bool(file.people and file.consent.strip())


def _each_entry(value: Any, digest: str, change: Any) -> Any:
    if isinstance(value, list):
        new = [_each_entry(each, digest, change) for each in value]
        return [each for each in new if each is not None]
    if not isinstance(value, dict):
        return value
    if value.get("digest") == digest:
        return change(value)
    copied = {name: _each_entry(each, digest, change) for name, each in value.items()}
    return {
        name: each
        for name, each in copied.items()
        if each is not None and not (each == [] and value[name] != [])
    }


def _renewed(
    entry: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    kept = dict(entry)
    for name in {*before, *after} - {"digest"}:
        if kept.get(name) == before.get(name):
            kept.pop(name, None)
            if name in after:
                kept[name] = after[name]
    return kept


def _names(entry: Any, digest: str | None) -> bool:
    return isinstance(entry, dict) and entry.get("digest") == digest


def _lacks(file: DraftFileRow, entries: list[dict[str, Any]]) -> list[str]:
    family = family_of(file.media_type)
    if family == CAPTIONS:
        return [
            *([] if file.captions_for else [FILM_OF]),
            *([] if file.language else [LANGUAGE]),
        ]
    lacks = []
    said = any(file.alt.values()) or any((each.get("alt") or {}) for each in entries)
    if family == PICTURE and not said:
        lacks.append(ALT)
    if family in {PICTURE, FILM} and not any(each.get("consent") for each in entries):
        if file.people is None:
            lacks.append(PEOPLE)
        elif not has_consent(file):
            lacks.append(CONSENT)
    return lacks


def _name_of(file: DraftFileRow, films: Mapping[int, str]) -> str:
    film = films.get(file.captions_for or 0)
    if family_of(file.media_type) != CAPTIONS or film is None:
        return file.name
    return f"{Path(film).stem}.{file.language or UNDETERMINED}.vtt"


def _is_file(field: Field | None) -> bool:
    return field is not None and field.type == "file"
