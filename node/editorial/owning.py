"""What an organisation does with its own published records: revise, withdraw, erase, confirm.

Withdrawing takes a record off the shelves everywhere and can be taken back by publishing again.
Erasing deletes its words and files at every partner and cannot; so it asks for the record's title,
typed, and for a proof of who is there (`sessions.require_proof`). Confirming is one click: it signs
a `confirmation` that the practice is still running, or that it has ended, as of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from node.contract import pick
from node.core.contents import parse_content
from node.editorial.choices import choices
from node.editorial.drafting import begin
from node.editorial.rights import PUBLISH, REVIEW, act_for
from node.editorial.sessions import require_proof
from node.errors import BadInputError, ConflictError, GoneError, NotFoundError
from node.exchange import publishing
from node.exchange.context import own_origin
from node.exchange.drafts import Draft
from node.storage.records import ERASED, SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from node.core.contents import Content
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import RecordRow, UnitOfWork
    from node.storage.drafts import DraftRow

RUNNING, ENDED = "running", "ended"
#: Why a record is withdrawn or erased; the statement carries the code.
WITHDRAW_REASONS = ("outdated", "wrong", "replaced", "consent-withdrawn", "other")
ERASE_REASONS = ("personal-data", "consent-withdrawn", "legal", "mistake", "other")

#: The sentence of a confirmation's title, in the record's own language where it is one of these.
_STILL = {
    "en": "Still running: {title}",
    "es": "Sigue en marcha: {title}",
    "el": "Συνεχίζεται: {title}",
    "da": "Kører stadig: {title}",
    "de": "Läuft weiter: {title}",
    "fi": "Toiminta jatkuu: {title}",
    "fr": "Toujours en cours : {title}",
    "it": "Ancora attivo: {title}",
    "cs": "Stále běží: {title}",
    "ar": "ما زالت مستمرة: {title}",
    "uk": "Триває досі: {title}",
    "pl": "Nadal trwa: {title}",
}
_ENDED = {
    "en": "Ended: {title}",
    "es": "Terminado: {title}",
    "el": "Έληξε: {title}",
    "da": "Afsluttet: {title}",
    "de": "Beendet: {title}",
    "fi": "Päättynyt: {title}",
    "fr": "Terminé : {title}",
    "it": "Concluso: {title}",
    "cs": "Ukončeno: {title}",
    "ar": "انتهت: {title}",
    "uk": "Завершено: {title}",
    "pl": "Zakończone: {title}",
}
MAX_TITLE = 200
DAYS_A_MONTH = 30
CONFIRMATION, CONFIRMS = "confirmation", "confirms"
#: The facet in which a confirmation says that a practice runs or has ended.
CONFIRMED = "confirmed"
#: Kinds that describe something that goes on, and so can go stale.
FRESHENED = frozenset({"good-practice", "training-material", "organisation", "collection"})


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An own record in a list, and what is being done with it."""

    row: RecordRow
    #: An open draft that revises it.
    draft: DraftRow | None = None
    #: When it was last said that it still runs, or that it has ended.
    confirmed: datetime | None = None
    #: Nobody has revised or confirmed it for longer than the node's months.
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """An own record with the content that is shown."""

    row: RecordRow
    content: Content


def own_record(d: Editorial, record: str) -> Own:
    """Return one's own record. Raises `NotFoundError`, `GoneError` when it was erased."""
    with d.database.reading() as uow:
        row = _own(uow, record)
        log = uow.logs.get(row.oid, row.epoch)
        if log is None or row.state != SHOWN:
            raise NotFoundError("This record is not shown now, so there are no words to work on.")
        return Own(row, parse_content(uow.contents.of_entry(log.id, row.seq)))


def own_records(d: Editorial) -> list[OwnLine]:
    """Return everything this organisation has published and not erased, stale ones first."""
    with d.database.reading() as uow:
        rows = uow.records.by_origin(own_origin(uow), state=None)
        lines = lines_of(d, uow, [row for row in rows if row.state != ERASED])
    return sorted(lines, key=lambda line: (not line.stale, -line.row.published.timestamp()))


def own_line(d: Editorial, record: str) -> OwnLine:
    """Return one of them. Raises `NotFoundError`, `GoneError` when it was erased."""
    with d.database.reading() as uow:
        row = _own(uow, record)
        said = uow.records.links_to(row.oid, record, CONFIRMS)
        confirming = uow.records.get_many(row.oid, [s.record for s in said if s.oid == row.oid])
        return lines_of(d, uow, [row, *confirming.values()])[0]


def is_title(row: RecordRow, typed: str) -> bool:
    """Say whether somebody typed the record's title, in any language; spaces and case are free."""
    titles = {_plain(title) for title in row.title.values()} or {_plain(row.record)}
    return _plain(typed) in titles


def lines_of(d: Editorial, uow: UnitOfWork, rows: Sequence[RecordRow]) -> list[OwnLine]:
    """Return own records as lines, in their order, in three queries however many there are.

    `rows` have to hold the confirmations, too, or the records look as if nobody had confirmed them.
    """
    confirming = {r.record: r for r in rows if r.kind == CONFIRMATION and r.state == SHOWN}
    last: dict[str, RecordRow] = {}
    for link in uow.records.links_from_any(rows[0].oid, confirming, CONFIRMS) if rows else ():
        said, before = confirming[link.record], last.get(link.target_record)
        if link.target_oid == said.oid and (before is None or before.published < said.published):
            last[link.target_record] = said
    revising = {draft.record: draft for draft in reversed(uow.drafts.many(revising=True))}
    months = choices(uow).stale_after_months
    since = d.now() - timedelta(days=months * DAYS_A_MONTH)
    lines = []
    for row in rows:
        said_last = last.get(row.record)
        confirmed = said_last.published if said_last else None
        ended = said_last is not None and ENDED in said_last.facets.get(CONFIRMED, ())
        old = max(filter(None, (confirmed, row.published))) < since
        stale = old and not ended and row.state == SHOWN and row.kind in FRESHENED
        lines.append(OwnLine(row, revising.get(row.record), confirmed, stale))
    return lines


def revise(d: Editorial, by: Signed, record: str) -> DraftRow:
    """Begin a draft from a published record, or return the open draft that there is already."""
    own = own_record(d, record)
    by.who.require(act_for(own.row.kind))
    with d.database.reading() as uow:
        for draft in uow.drafts.many(record=record):
            if draft.author == by.person.id or by.who.may(REVIEW) or draft.shared:
                return draft
    made = begin(
        d,
        by,
        own.row.kind,
        body=own.content.body,
        record=record,
        base_revision=own.row.revision,
    )
    _take_files(d, by, made, own.content)
    return made


def withdraw(d: Editorial, by: Signed, record: str, reason: str) -> None:
    """Take a record back everywhere; publishing it again lifts that."""
    by.who.require(PUBLISH)
    _check_reason(reason, WITHDRAW_REASONS)
    publishing.withdraw(d.exchange, record, reason)
    _note(d, by, "withdrawn", record, {"reason": reason})


def erase(d: Editorial, by: Signed, record: str, reason: str, *, typed: str) -> None:
    """Erase a record for good, here and at every partner.

    `typed` has to be the record's title. Raises `BadInputError` when it is not, `ProofNeededError`,
    `GoneError` when it was erased before.
    """
    by.who.require(PUBLISH)
    require_proof(d, by)
    _check_reason(reason, ERASE_REASONS)
    with d.database.reading() as uow:
        row = _own(uow, record)
    if not is_title(row, typed):
        raise BadInputError(
            "What you typed is not the title of this record. Nothing was erased.",
            hint="Type the title as it stands above, in any of its languages.",
        )
    publishing.erase(d.exchange, record, reason)
    _note(d, by, "erased", record, {"reason": reason})


def confirm(d: Editorial, by: Signed, record: str, state: str) -> str:
    """Sign that a practice of one's own is still running, or has ended, today; return the record.

    Said twice on one day it is signed once. Raises `ConflictError` then.
    """
    by.who.require(PUBLISH)
    own = own_record(d, record)
    today = d.now().date().isoformat()
    with d.database.reading() as uow:
        for link in uow.records.links_to(own.row.oid, record):
            other = uow.records.get(link.oid, link.record)
            if link.relation != "confirms" or other is None or link.oid != own.row.oid:
                continue
            if other.published.date() == d.now().date() and other.state == SHOWN:
                raise ConflictError("This was confirmed today already. Nothing was published.")
    body = _confirmation(own, state, today)
    (made,) = publishing.publish(d.exchange, [Draft(kind="confirmation", body=body)])
    _note(d, by, "confirmed", record, {"state": state, "confirmation": made.record})
    return made.record


def _confirmation(own: Own, state: str, today: str) -> dict[str, Any]:
    if state not in {RUNNING, ENDED}:
        raise BadInputError("A practice is still running, or it has ended.")
    words = _STILL if state == RUNNING else _ENDED
    language = own.row.language if own.row.language in words else "en"
    _lang, title = pick(own.row.title, (language,), own.row.language)
    body: dict[str, Any] = {
        "title": {language: words[language].format(title=title)[:MAX_TITLE]},
        "subject": {
            "origin": own.row.oid,
            "record": own.row.record,
            "revision": own.row.revision,
        },
        "language": language,
        "state": state,
        "date": today,
        "basis": ["we-run-it"],
    }
    if state == ENDED:
        body["ended"] = today
    return body


def _take_files(d: Editorial, by: Signed, draft: DraftRow, content: Content) -> None:
    """Give a draft the files of the revision that it begins from."""
    with d.database.writing() as uow:
        for blob in content.blobs:
            file = uow.draft_files.add(
                draft.id,
                name=blob.name,
                size=blob.size,
                media_type=blob.media_type,
                person=by.person.id,
                at=d.now(),
            )
            uow.draft_files.change(
                file.id, digest=blob.digest, received=blob.size, alt=dict(blob.alt)
            )


def _own(uow: UnitOfWork, record: str) -> RecordRow:
    row = uow.records.get(own_origin(uow), record)
    if row is None:
        raise NotFoundError(
            "This is no record of this organisation.",
            hint="Records of partners can be adapted, translated and reviewed.",
            record=record,
        )
    if row.state == ERASED:
        raise GoneError("This record was erased and cannot be had back.", record=record)
    return row


def _check_reason(reason: str, known: tuple[str, ...]) -> None:
    if reason not in known:
        raise BadInputError("Choose a reason. Nothing was changed.", hint=", ".join(known))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _note(d: Editorial, by: Signed, what: str, record: str, detail: Mapping[str, Any]) -> None:
    with d.database.writing() as uow:
        uow.audit.add(by.person.name, f"record {what}", {"record": record, **detail}, d.now())
