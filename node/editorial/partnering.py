"""Partners' records on one's own site: hide, remark on, collect. It changes none of them.

Hiding takes a record out of this site's lists, pages and search, for a reason that this node's
staff can read; partners go on showing it, and this node goes on keeping and relaying it, byte for
byte. A remark is for colleagues. Collecting puts a record into a draft of a `collection`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.core.contents import parse_content
from node.editorial import drafting
from node.editorial.rights import DESK, REVIEW, WRITE, may_change
from node.errors import BadInputError, ConflictError, FootbridgeError, NotFoundError
from node.exchange.projection import refresh
from node.storage.desk import HIDDEN, NOTE
from node.storage.records import ERASED, HIDDEN_HERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import RecordRow, UnitOfWork
    from node.storage.desk import MarkRow
    from node.storage.drafts import DraftRow

MAX_TEXT = 2000
COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class Remarked:
    """A record with what this node's staff have said of it."""

    row: RecordRow
    #: Its title by language, also while it is hidden, and the language it is written in.
    title: Mapping[str, str]
    language: str
    #: The mark that hides it, or None.
    hidden: MarkRow | None
    notes: tuple[tuple[MarkRow, str], ...]
    #: Open drafts of collections that somebody may add it to.
    collections: tuple[DraftRow, ...]


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A hidden record in the list of them."""

    mark: MarkRow
    title: Mapping[str, str]
    language: str
    #: The name of who hid it.
    who: str


def remarked(d: Editorial, by: Signed, oid: str, record: str) -> Remarked:
    """Return what is said here of a record. Raises `NotFoundError`."""
    by.who.require(DESK)
    with d.database.reading() as uow:
        row = _known(uow, oid, record)
        names = uow.people.names()
        title, language = _words_of(d, uow, row)
        marks = uow.desk.marks(oid=oid, record=record)
        open_ = [draft for draft in uow.drafts.many() if draft.kind == COLLECTION]
    own = [c for c in open_ if may_change(by.who, drafting.desk_of(c))]
    return Remarked(
        row=row,
        title=title,
        language=language,
        hidden=next((mark for mark in marks if mark.what == HIDDEN), None),
        notes=tuple((m, names.get(m.person or 0, "")) for m in marks if m.what == NOTE),
        collections=tuple(own),
    )


def hide(d: Editorial, by: Signed, oid: str, record: str, reason: str) -> None:
    """Show a partner's record no longer on this site. Raises `BadInputError` without a reason."""
    by.who.require(REVIEW)
    text = _words(reason)
    with d.database.writing() as uow:
        _known(uow, oid, record)
        origin = uow.origins.get(oid)
        if origin is not None and origin.status == "own":
            raise BadInputError(
                "This is a record of your own. Nothing was changed.",
                hint="Withdraw it, or erase it.",
            )
        if uow.desk.marks(HIDDEN, oid=oid, record=record):
            raise ConflictError("This record is hidden already.")
        uow.desk.mark(oid, record, HIDDEN, text, by.person.id, d.now())
        refresh(d.exchange, uow, oid, {record})
        uow.audit.add(by.person.name, "record hidden here", {"oid": oid, "record": record}, d.now())


def show_again(d: Editorial, by: Signed, oid: str, record: str) -> None:
    """Show a hidden record again."""
    by.who.require(REVIEW)
    with d.database.writing() as uow:
        marks = uow.desk.marks(HIDDEN, oid=oid, record=record)
        if not marks:
            raise ConflictError("This record is not hidden here.")
        for mark in marks:
            uow.desk.unmark(mark.id)
        refresh(d.exchange, uow, oid, {record})
        uow.audit.add(by.person.name, "record shown again", {"oid": oid, "record": record}, d.now())


def remark(d: Editorial, by: Signed, oid: str, record: str, text: str) -> int:
    """Write a remark that this node's staff alone can read; return its number."""
    by.who.require(WRITE)
    words = _words(text)
    with d.database.writing() as uow:
        _known(uow, oid, record)
        return uow.desk.mark(oid, record, NOTE, words, by.person.id, d.now())


def unremark(d: Editorial, by: Signed, oid: str, record: str, number: int) -> None:
    """Take a remark away; one's own, or as an editor anybody's."""
    with d.database.writing() as uow:
        mark = next(
            (m for m in uow.desk.marks(NOTE, oid=oid, record=record) if m.id == number), None
        )
        if mark is None:
            raise NotFoundError("There is no remark of this number.")
        if mark.person != by.person.id:
            by.who.require(REVIEW)
        uow.desk.unmark(number)


def hidden_here(d: Editorial, by: Signed) -> list[HiddenLine]:
    """Return every hidden record with who hid it, the newest first."""
    by.who.require(REVIEW)
    found = []
    with d.database.reading() as uow:
        names = uow.people.names()
        for mark in uow.desk.marks(HIDDEN):
            row = uow.records.get(mark.oid, mark.record)
            title, language = _words_of(d, uow, row) if row else ({}, "")
            found.append(HiddenLine(mark, title, language, names.get(mark.person or 0, "")))
    return found


def collect(d: Editorial, by: Signed, oid: str, record: str, into: str = "") -> DraftRow:
    """Put a record at the end of a collection's draft, or begin one with it. Once is enough."""
    by.who.require(WRITE)
    with d.database.reading() as uow:
        row = _known(uow, oid, record)
    item: dict[str, Any] = {"record": {"origin": oid, "record": record, "revision": row.revision}}
    if not into:
        language = by.person.language
        return drafting.begin(d, by, COLLECTION, body={"language": language, "items": [item]})
    draft = drafting.open_draft(d, by, into).row
    if draft.kind != COLLECTION:
        raise BadInputError("This draft is no collection. Nothing was changed.")
    items = [dict(each) for each in draft.body.get("items", ()) if isinstance(each, dict)]
    held = [each.get("record") for each in items]
    if any(
        isinstance(h, dict) and (h.get("origin"), h.get("record")) == (oid, record) for h in held
    ):
        raise ConflictError("This collection holds the record already.")
    body = {**draft.body, "items": [*items, item]}
    return drafting.save(d, by, into, seen=draft.version, body=body).row


def _words_of(d: Editorial, uow: UnitOfWork, row: RecordRow) -> tuple[Mapping[str, str], str]:
    """Return title and language; the row of a hidden record has none, so its content is read."""
    log = uow.logs.get(row.oid, row.epoch)
    if row.fault != HIDDEN_HERE or log is None:
        return row.title, row.language
    try:
        content = parse_content(uow.contents.of_entry(log.id, row.seq))
    except FootbridgeError:
        return {}, ""  # not held any more, or never readable
    told = d.contract.describe(content, row.schema)
    return told.title, told.language


def _known(uow: UnitOfWork, oid: str, record: str) -> RecordRow:
    row = uow.records.get(oid, record)
    if row is None or row.state == ERASED:
        raise NotFoundError("This record is not held here.", record=record)
    return row


def _words(text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= MAX_TEXT:
        raise BadInputError(
            f"Write between 1 and {MAX_TEXT} characters. Nothing was changed.",
            hint="Colleagues read it, partners and readers do not.",
        )
    return words
