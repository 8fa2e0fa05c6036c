"""From an approved draft to a signed record: check, look ahead, publish, schedule.

A new record gets its draft's id. So a publication that was cut off between the signature and the
note in the draft is recognised when it is tried again, and never made twice. A revision says which
revision it began from; when another one was published meanwhile it is refused, with both to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from node.contract.guard import Acknowledgement, unacknowledged, warnings_of
from node.core.contents import parse_content
from node.editorial.attaching import blob_refs
from node.editorial.drafting import readable
from node.editorial.reviewing import require_approver
from node.errors import BadInputError, ConflictError, FootbridgeError
from node.exchange.context import own_origin
from node.exchange.drafts import Draft, check
from node.exchange.publishing import publish
from node.storage.drafts import APPROVED, PUBLISHED, SCHEDULED

if TYPE_CHECKING:
    from datetime import datetime

    from node.contract import Fault
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.drafts import DraftRow


#: Why a picture without consent may stand, as the audit trail keeps it.
NOBODY = "Nobody in it can be recognised, as was answered when it was described."


class NotReadyError(BadInputError):
    """Something would stop the publication; `faults` has all of it, and nothing was changed."""

    code = "not-ready"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(
            "This cannot be published as it is. Nothing was published.",
            hint="Change what is listed.",
            faults=[fault.as_dict() for fault in faults],
        )


class RevisedMeanwhileError(ConflictError):
    """The record has a newer revision than the one this draft began from."""

    code = "revised-meanwhile"


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything to know before the button."""

    faults: tuple[Fault, ...]
    #: Questions that nobody has answered yet.
    warnings: tuple[Fault, ...]
    acknowledged: tuple[Acknowledgement, ...]

    @property
    def ready(self) -> bool:
        """Say whether nothing stops the publication; a warning that stands does not."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What will be signed, by whom, and who will see it."""

    checked: Checked
    record: str
    revision: int
    schema: str
    oid: str
    files: int
    bytes: int
    #: Partners that pull from this node.
    partners: tuple[str, ...]
    #: Names of pictures and films that the record carries and that stand nowhere in its text.
    loose: tuple[str, ...] = ()


def look(d: Editorial, by: Signed, draft: str) -> Checked:
    """Check a draft as its publication would. Raises `NotFoundError` alone."""
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        made = _made(uow, row)
    return _checked(d, row, made)


def ahead(d: Editorial, by: Signed, draft: str) -> Ahead:
    """Return what publishing a draft would do."""
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        made = _made(uow, row)
        oid = own_origin(uow)
        record = row.record or row.id
        revision = _last_revision(uow, oid, record) + 1
        partners = tuple(peer.name or peer.url for peer in uow.peers.all())
    return Ahead(
        checked=_checked(d, row, made),
        record=record,
        revision=revision,
        schema=row.schema,
        oid=oid,
        files=len(made.blobs),
        bytes=sum(blob.size for blob in blob_refs_of(made)),
        partners=partners,
        loose=_loose(made),
    )


def acknowledge(
    d: Editorial, by: Signed, draft: str, code: str, pointer: str | None, reason: str
) -> None:
    """Say why a warning may stand; its place and the reason are kept in the audit trail.

    Raises `BadAcknowledgementError` for a hard rule, an unknown code or no reason.
    """
    given = Acknowledgement(code=code, reason=reason, pointer=pointer)
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if not row.open:
            raise ConflictError("This draft is closed.")
        kept = [
            each
            for each in row.acknowledged
            if (each["code"], each.get("pointer")) != (code, pointer)
        ]
        new = {"code": code, "reason": given.reason}
        if pointer is not None:
            new["pointer"] = pointer
        uow.drafts.change(draft, acknowledged=[*kept, new])
        detail = {"draft": draft, "code": code, "pointer": pointer}
        uow.audit.add(by.person.name, "warning acknowledged", detail, d.now())


def release(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Sign and publish a draft now.

    Raises `NotReadyError`, `RevisedMeanwhileError`, `PermissionDeniedError` and what `publish`
    raises; then nothing was published.
    """
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        _require_right(uow, by, row)
    return _release(d, row, by.person.id, by.person.name)


def schedule(d: Editorial, by: Signed, draft: str, at: datetime) -> DraftRow:
    """Publish a draft at a later moment; it is checked now and once more then."""
    if at <= d.now():
        raise BadInputError(
            "This moment has passed. Nothing was changed.", hint="Choose a later one."
        )
    checked = look(d, by, draft)
    if not checked.ready:
        raise NotReadyError(checked.faults)
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        _require_right(uow, by, row)
        uow.drafts.change(draft, state=SCHEDULED, publish_at=at, reviewer=by.person.id)
        detail = {"draft": draft, "at": at.isoformat()}
        uow.audit.add(by.person.name, "publication scheduled", detail, d.now())
        return uow.drafts.require(draft)


def unschedule(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Take a scheduled publication back; the draft stays approved."""
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state != SCHEDULED:
            raise ConflictError("This draft is not scheduled any more.")
        _require_right(uow, by, row)
        uow.drafts.change(draft, state=APPROVED, publish_at=None)
        uow.audit.add(by.person.name, "publication unscheduled", {"draft": draft}, d.now())
        return uow.drafts.require(draft)


@dataclass(frozen=True, slots=True)
class Spread:
    """Whether one partner has a record."""

    name: str
    #: The partner's node last said that it holds our log beyond the record's entry.
    has: bool


def spread(d: Editorial, record: str) -> list[Spread]:
    """Return for each partner whether it has the newest revision, as far as it has told.

    A partner tells by the head of our log that it serves; one that never told counts as not.
    """
    with d.database.reading() as uow:
        oid = own_origin(uow)
        row = uow.records.get(oid, record)
        if row is None:
            return []
        told = uow.mirrors.of_epoch(row.epoch)
        return [
            Spread(peer.name or peer.url, peer.id in told and told[peer.id].size > row.seq)
            for peer in uow.peers.all()
        ]


def release_due(d: Editorial) -> int:
    """Publish the scheduled drafts whose time has come; return how many. Work for the worker.

    One that cannot be published goes back to its author and the editor, with the reason.
    """
    with d.database.reading() as uow:
        due = uow.drafts.due(d.now())
    done = 0
    for row in due:
        try:
            _release(d, row, row.reviewer or row.author, "schedule")
            done += 1
        except FootbridgeError as error:
            with d.database.writing() as uow:
                uow.drafts.change(row.id, state=APPROVED, publish_at=None)
                told = [row.author, *([row.reviewer] if row.reviewer else [])]
                detail = {"draft": row.id, "title": row.title, "why": error.explain()}
                uow.desk.tell(told, "schedule-failed", detail, d.now())
                uow.audit.add("schedule", "publication failed", detail, d.now())
    return done


def _release(d: Editorial, row: DraftRow, person: int, name: str) -> DraftRow:
    with d.database.reading() as uow:
        made = _made(uow, row)
        oid = own_origin(uow)
        record = row.record or row.id
        last = _last_revision(uow, oid, record)
        signed_before = last > (row.base_revision or 0) and _is_shown(uow, oid, record, row)
    if last > (row.base_revision or 0) and not signed_before:
        raise RevisedMeanwhileError(
            f"Revision {last} of this record was published since you began. Nothing was published.",
            hint="Compare it with your draft and take over what should stay.",
            revision=last,
        )
    if not signed_before:
        checked = _checked(d, row, made)
        if not checked.ready:
            raise NotReadyError(checked.faults)
        (published,) = publish(d.exchange, [made])
        last = published.revision
    with d.database.writing() as uow:
        uow.drafts.change(
            row.id,
            state=PUBLISHED,
            record=record,
            published_revision=last,
            publish_at=None,
            updated=d.now(),
            updated_by=person,
        )
        detail = {"draft": row.id, "record": record, "revision": last, "title": row.title}
        uow.desk.tell([p for p in (row.author,) if p != person], "published", detail, d.now())
        uow.audit.add(name, "published", detail, d.now())
        return uow.drafts.require(row.id)


def _made(uow: UnitOfWork, row: DraftRow) -> Draft:
    """Return a draft as the exchange takes it."""
    ids: dict[str, Any] = {"record": row.record} if row.record else {"new_record": row.id}
    blobs = blob_refs(uow, row)
    nobody = {file.digest for file in uow.draft_files.of(row.id) if file.people is False}
    # Somebody has answered already whether people can be recognised; they are not asked again.
    answered = [
        Acknowledgement(code="no-consent", reason=NOBODY, pointer=f"/blobs/{place}")
        for place, blob in enumerate(blobs)
        if blob.digest in nobody
    ]
    return Draft(
        kind=row.schema,
        body=row.body,
        blobs=blobs,
        source=row.title,
        acknowledged=(*(Acknowledgement(**dict(each)) for each in row.acknowledged), *answered),
        **ids,
    )


def _loose(made: Draft) -> tuple[str, ...]:
    """Return pictures and films that no field names; readers find them as downloads alone."""
    body = orjson.dumps(made.body).decode()
    seen = ("image/", "video/")
    return tuple(
        blob.name
        for blob in blob_refs_of(made)
        if blob.media_type.startswith(seen) and blob.digest not in body
    )


def blob_refs_of(made: Draft) -> list[Any]:
    """Return the files of a draft that is about to be published."""
    return [blob for blob in made.blobs if hasattr(blob, "size")]


def _checked(d: Editorial, row: DraftRow, made: Draft) -> Checked:
    prepared, faults = check(d.exchange, made)
    warnings = prepared.warnings if prepared else _warnings(d, row, made)
    return Checked(tuple(faults), warnings, tuple(made.acknowledged))


def _warnings(d: Editorial, row: DraftRow, made: Draft) -> tuple[Fault, ...]:
    """Return the guard's questions also for a draft that has faults, so that both are told."""
    material = _Material(dict(row.body), tuple(blob_refs_of(made)))
    asked = [f for f in warnings_of(d.contract, material, row.schema) if f.severity == "warning"]
    return tuple(unacknowledged(asked, made.acknowledged))


@dataclass(frozen=True, slots=True)
class _Material:
    body: dict[str, Any]
    blobs: tuple[Any, ...]


def _require_right(uow: UnitOfWork, by: Signed, row: DraftRow) -> None:
    if not row.open:
        raise ConflictError("This draft is published or closed already. Nothing was changed.")
    if row.state in {APPROVED, SCHEDULED} and by.who.may("publish"):
        return
    require_approver(uow, by, row)


def _last_revision(uow: UnitOfWork, oid: str, record: str) -> int:
    return max((e.revision or 0 for e in uow.entries.revisions(oid, record)), default=0)


def _is_shown(uow: UnitOfWork, oid: str, record: str, row: DraftRow) -> bool:
    """Say whether the newest revision has exactly the words of this draft."""
    shown = uow.records.get(oid, record)
    if shown is None or shown.schema != row.schema:
        return False
    log = uow.logs.get(oid, shown.epoch)
    if log is None:
        return False
    return bool(parse_content(uow.contents.of_entry(log.id, shown.seq)).body == dict(row.body))
