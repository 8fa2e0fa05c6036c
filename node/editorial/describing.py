"""What is said of a draft's file: its words by language, who is in it, who agreed, whose it is.

Nothing here is refused for being incomplete: a draft keeps what was typed, and `attaching.gaps`
says what is still missing. Who agreed is kept here and not published; the record only says that
everybody has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract.codes import is_language
from node.editorial.attaching import Gap, described, entry_for, gaps, places_for
from node.editorial.choices import choices
from node.editorial.drafting import changeable, desk_of, kind_of, readable, write
from node.editorial.formats import CAPTIONS, FILM, SOUND, family_of
from node.editorial.rights import may_change
from node.editorial.uploading import arrived, file_of
from node.errors import BadInputError, ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract import Field
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.draftfiles import DraftFileRow
    from node.storage.drafts import DraftRow

MAX_LINE, MAX_CONSENT, MAX_CREDIT = 300, 1000, 200
MAX_LANGUAGES = 40
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a person says of a file."""

    #: Language to text; empty ones are left out.
    alt: Mapping[str, str] = field(default_factory=dict)
    #: Whether people can be recognised in it; None: not answered.
    people: bool | None = None
    consent: str = ""
    credit: str = ""
    #: Of captions: the number of their film.
    captions_for: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of a draft in the panel."""

    row: DraftFileRow
    family: str
    #: Bytes that are here; less than the size while it is unfinished.
    arrived: int
    lacks: tuple[str, ...]
    #: Fields of the body that can show it and do not yet.
    places: tuple[Field, ...]
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything that the files panel of a draft shows."""

    draft: DraftRow
    changeable: bool
    files: tuple[FileLine, ...]
    #: Languages that words are asked for in, the draft's own first.
    languages: tuple[str, ...]
    used: int
    allowed: int
    largest: int

    @property
    def films(self) -> list[DraftFileRow]:
        """Return the films and sounds that captions can belong to."""
        return [line.row for line in self.files if line.family in {FILM, SOUND}]

    @property
    def gaps(self) -> list[Gap]:
        """Return everything that files lack."""
        return [Gap(line.row.id, line.row.name, what) for line in self.files for what in line.lacks]


def panel(d: Editorial, by: Signed, draft: str) -> Panel:
    """Return the files of a draft with what they lack. Raises `NotFoundError`."""
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        files = uow.draft_files.of(draft)
        used = uow.draft_files.total()
        wanted = (*choices(uow).languages, *(code for file in files for code in file.alt))
    own = str(row.body.get("language") or d.settings.languages[0])
    missing = gaps(files, row.body)
    return Panel(
        draft=row,
        changeable=row.open and may_change(by.who, desk_of(row)),
        files=tuple(_line(d, row, file, missing) for file in files),
        languages=tuple(dict.fromkeys([own, *wanted])),
        used=used,
        allowed=d.settings.upload_quota,
        largest=d.settings.upload_max,
    )


def describe(d: Editorial, by: Signed, draft: str, number: int, said: Description) -> DraftFileRow:
    """Keep what is said of a file; entries of the body that repeat it say it too.

    Raises `BadInputError` for a text that is far too long or captions of what is no film.
    """
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        old = _complete(uow, draft, number)
        _check(uow, draft, said)
        uow.draft_files.change(
            number,
            alt={language: " ".join(text.split()) for language, text in said.alt.items() if text},
            people=said.people,
            consent=said.consent.strip(),
            credit=" ".join(said.credit.split()),
            captions_for=said.captions_for,
            language=said.language,
        )
        new = file_of(uow, draft, number)
        body = described(row.body, kind_of(d, row), old, new)
        if body != row.body:
            write(d, uow, by, row, body, "saved")
        detail = {"draft": draft, "file": old.name, "people": said.people}
        uow.audit.add(by.person.name, "file described", detail, d.now())
    return new


def insert(d: Editorial, by: Signed, draft: str, number: int, name: str) -> Field:
    """Add an entry for a file to a field of the body, such as the media; return the field.

    Raises `ConflictError` when it is there already, `BadInputError` when the field cannot hold it.
    """
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        file = _complete(uow, draft, number)
        places = places_for(kind_of(d, row), file.media_type)
        found = next((place for place in places if place.name == name), None)
        if found is None:
            raise BadInputError("This file cannot stand in that field. Nothing was changed.")
        entries: list[Any] = list(row.body.get(name) or [])
        if any(entry.get("digest") == file.digest for entry in entries if isinstance(entry, dict)):
            raise ConflictError("This file stands there already. Nothing was changed.")
        body = {**row.body, name: [*entries, entry_for(file, found)]}
        write(d, uow, by, row, body, "saved")
    return found


def _complete(uow: UnitOfWork, draft: str, number: int) -> DraftFileRow:
    file = file_of(uow, draft, number)
    if not file.complete:
        raise ConflictError("This file has not wholly arrived yet. Nothing was changed.")
    return file


def _check(uow: UnitOfWork, draft: str, said: Description) -> None:
    texts = [(text, MAX_LINE) for text in said.alt.values()]
    texts += [(said.consent, MAX_CONSENT), (said.credit, MAX_CREDIT)]
    for text, most in texts:
        if len(text) > most:
            raise BadInputError(
                f"A text has {len(text)} characters, and at most {most} belong there. "
                "Nothing was changed.",
                hint="Say it in fewer words.",
            )
    if len(said.alt) > MAX_LANGUAGES:
        raise BadInputError("A file is described in too many languages. Nothing was changed.")
    for code in (*said.alt, *([said.language] if said.language else [])):
        if not (_TAG.fullmatch(code) and is_language(code)):
            raise BadInputError(f"There is no language with the code {code[:20]!r}.")
    if said.captions_for is not None:
        film = file_of(uow, draft, said.captions_for)
        if family_of(film.media_type) not in {FILM, SOUND}:
            raise BadInputError("Captions belong to a film or a sound. Nothing was changed.")


def _line(d: Editorial, row: DraftRow, file: DraftFileRow, missing: list[Gap]) -> FileLine:
    places: tuple[Field, ...] = ()
    shown = False
    if file.complete:
        every = places_for(kind_of(d, row), file.media_type)
        places = tuple(place for place in every if not _stands_in(row, place, file))
        shown = len(places) < len(every)
    return FileLine(
        row=file,
        family=family_of(file.media_type) if file.complete else "",
        arrived=arrived(d, file),
        lacks=tuple(gap.what for gap in missing if gap.number == file.id),
        places=places,
        shown=shown or family_of(file.media_type) == CAPTIONS,
    )


def _stands_in(row: DraftRow, place: Field, file: DraftFileRow) -> bool:
    entries = row.body.get(place.name)
    return isinstance(entries, list) and any(
        isinstance(entry, dict) and entry.get("digest") == file.digest for entry in entries
    )
