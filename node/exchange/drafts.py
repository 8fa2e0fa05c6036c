"""Drafts: what a person wants to publish, and every check before anything is signed.

A signed statement cannot be taken back, only followed by another. So all drafts are checked first,
and all faults of all drafts are told at once in one `DraftsRefusedError`; when one draft is wrong,
none is published. The publish guard looks at each as well: its hard rules (an identity number, a
picture without words) refuse; its warnings (a telephone number, no licence) do not, they come back
with the result for a person to judge, unless the draft carries an `Acknowledgement` of them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract import Fault, Kind
from node.contract.guard import Acknowledgement, DeadLinks, unacknowledged, warnings_of
from node.core.contents import SALT_SIZE, BlobRef, Content, make_content, parse_content
from node.core.statements import is_record_id
from node.errors import BadInputError
from node.exchange.context import own_origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from node.exchange.context import Exchange

READ_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a record: its bytes, or where they lie."""

    source: bytes | Path
    media_type: str
    name: str
    #: What the file shows, by language, for those who cannot see it.
    alt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One record to be published: a new one, or with `record` a revision of one's own.

    A new one gets a random id, unless `new_record` names one that is not in use.
    """

    #: ``review``, which means its newest version, or ``review/1``.
    kind: str
    body: Mapping[str, Any]
    #: New files, or references to files that the previous revision already has.
    blobs: Sequence[Attachment | BlobRef] = ()
    record: str | None = None
    new_record: str | None = None
    #: What a person calls it, such as the file it was read from; for messages only.
    source: str = ""
    #: Warnings that a person has looked at, each with the reason why it may stand.
    acknowledged: Sequence[Acknowledgement] = ()


@dataclass(frozen=True, slots=True)
class DraftFault:
    """What is wrong with which draft; `draft` counts from 0."""

    draft: int
    fault: Fault
    source: str = ""

    @property
    def name(self) -> str:
        """What to call the draft in a message."""
        return self.source or f"Draft {self.draft + 1}"


class DraftsRefusedError(BadInputError):
    """Some draft is not acceptable; nothing of any of them was published."""

    code = "drafts-refused"

    def __init__(self, faults: Sequence[DraftFault], total: int, advice: str = "") -> None:
        self.faults = tuple(faults)
        many = len({item.draft for item in faults})
        lines = [f"{item.name}: {item.fault.sentence('en')}" for item in faults]
        which = "The record" if total == 1 else f"{many} of {total} records"
        super().__init__(
            f"{which} cannot be published as {'it is' if total == 1 else 'they are'}.\n"
            + "\n".join(lines),
            hint=f"Nothing was published. Correct what is listed and publish again.{advice}",
            faults=[
                {
                    "file": item.name,
                    "path": item.fault.pointer,
                    **item.fault.as_dict(),
                }
                for item in faults
            ],
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft that passed: the content to sign for, and what a person should look at again."""

    draft: Draft
    schema: str
    content: Content
    warnings: tuple[Fault, ...]
    #: The draft's acknowledgements that met a warning.
    acknowledged: tuple[Acknowledgement, ...] = ()


def prepare(
    x: Exchange, drafts: Sequence[Draft], dead_links: DeadLinks | None = None
) -> list[Prepared]:
    """Check all drafts and make their contents, each with a fresh salt.

    `dead_links` is asked about the addresses in each draft that is right otherwise. Raises
    `DraftsRefusedError` with every fault of every draft.
    """
    prepared: list[Prepared] = []
    faults: list[DraftFault] = []
    for number, draft in enumerate(drafts):
        made, found = check(x, draft, dead_links)
        faults += [DraftFault(number, fault, draft.source) for fault in found]
        if made is not None:
            prepared.append(made)
    if faults:
        wrong = [drafts[number] for number in sorted({item.draft for item in faults})]
        advice = "".join(filter(None, (_older_version(x, draft) for draft in wrong)))
        raise DraftsRefusedError(faults, len(drafts), advice)
    return prepared


def check(
    x: Exchange, draft: Draft, dead_links: DeadLinks | None = None
) -> tuple[Prepared | None, list[Fault]]:
    """Check one draft: return what is made of it, or everything that is wrong with it."""
    faults: list[Fault] = []
    return _prepare_one(x, draft, faults, dead_links), faults


def _older_version(x: Exchange, draft: Draft) -> str:
    """Return what to say when a revision is wrong only by a newer version than its record has."""
    kind = x.contract.called(draft.kind)
    if kind is None or draft.record is None:
        return ""
    with x.database.reading() as uow:
        row = uow.records.get(own_origin(uow), draft.record)
    if row is None or row.schema == kind.schema or row.kind != kind.name:
        return ""
    if x.contract.validate(row.schema, dict(draft.body)):
        return ""
    name = draft.source or row.record
    return (
        f" {name} was checked as {kind.schema}; it is right as {row.schema}, which its record has "
        f'now. To stay with that version, write "kind": "{row.schema}".'
    )


def store_files(x: Exchange, prepared: Sequence[Prepared]) -> None:
    """Put the new files of all drafts into the blob store, before anything is signed.

    A file whose record is then not published is named by nothing and so never served. Raises
    `WrongBytesError` when a file has changed since it was checked.
    """
    for item in prepared:
        for blob, reference in zip(item.draft.blobs, item.content.blobs, strict=True):
            if isinstance(blob, Attachment) and not x.blobs.has(reference.digest):
                x.blobs.put_stream(_pieces(blob), digest=reference.digest, size=reference.size)


def _prepare_one(
    x: Exchange, draft: Draft, faults: list[Fault], dead_links: DeadLinks | None
) -> Prepared | None:
    kind = x.contract.called(draft.kind)
    body = dict(draft.body)
    faults += x.contract.validate(kind.schema if kind else draft.kind, body)
    for name, record in (("record", draft.record), ("new_record", draft.new_record)):
        if record is not None and not is_record_id(record):
            faults.append(_fault("", f"{record!r} is not the id of a record.", f"a UUID as {name}"))
    blobs = [_reference(x, number, blob, faults) for number, blob in enumerate(draft.blobs)]
    if kind is None:
        return None
    told = {fault.pointer for fault in faults}
    points = x.contract.checker(kind.schema).points(body)
    faults += [fault for fault in points if fault.pointer not in told]
    held = tuple(blob for blob in blobs if blob is not None)
    # Nobody elsewhere is asked for the sake of a draft that is refused anyway.
    ask = None if faults else dead_links
    asked = warnings_of(x.contract, _Material(body, held), kind.schema, dead_links=ask)
    told = {fault.pointer for fault in faults}
    faults += [f for f in asked if f.severity == "error" and f.pointer not in told]
    return None if faults else _make(x, draft, kind, held, asked, faults)


@dataclass(frozen=True, slots=True)
class _Material:
    """A draft as the guard sees it."""

    body: Mapping[str, Any]
    blobs: tuple[BlobRef, ...]


def _make(
    x: Exchange,
    draft: Draft,
    kind: Kind,
    blobs: Sequence[BlobRef],
    asked: list[Fault],
    faults: list[Fault],
) -> Prepared | None:
    body = dict(draft.body)
    fallback = x.contract.make_fallback(kind.schema, body)
    salt = secrets.token_bytes(SALT_SIZE)
    try:
        raw = make_content(kind.name, body, salt=salt, blobs=blobs, fallback=fallback)
    except BadInputError as error:
        faults.append(_fault("", error.message, hint=error.hint))
        return None
    warnings = tuple(unacknowledged(asked, draft.acknowledged))
    met = tuple(a for a in draft.acknowledged if any(a.covers(warning) for warning in asked))
    return Prepared(draft, kind.schema, parse_content(raw), warnings, met)


def _reference(
    x: Exchange, number: int, blob: Attachment | BlobRef, faults: list[Fault]
) -> BlobRef | None:
    pointer = f"/blobs/{number}"
    if isinstance(blob, BlobRef):
        if not x.blobs.has(blob.digest):
            faults.append(_fault(pointer, f"The file {blob.name} is not held here.", "a held file"))
        return blob
    running, size = hashlib.sha256(), 0
    try:
        for piece in _pieces(blob):
            running.update(piece)
            size += len(piece)
    except OSError as error:
        faults.append(_fault(pointer, f"{blob.name} cannot be read: {error.strerror}.", "a file"))
        return None
    if size > x.settings.blob_max:
        most = f"at most {x.settings.blob_max:,} bytes"
        faults.append(_fault(pointer, f"The file {blob.name} has {size:,} bytes.", most))
    digest = f"sha256:{running.hexdigest()}"
    return BlobRef(digest, size, blob.media_type, blob.name, dict(blob.alt))


def _pieces(blob: Attachment) -> Iterator[bytes]:
    if isinstance(blob.source, bytes):
        yield blob.source
        return
    with blob.source.open("rb") as file:
        while piece := file.read(READ_PIECE):
            yield piece


def _fault(pointer: str, message: str, expected: str = "", *, hint: str = "") -> Fault:
    advice = f"Expected: {expected}." if expected else hint
    return Fault(
        pointer=pointer,
        code="draft",
        label={"en": "The record"},
        messages={"en": message},
        expectations={"en": expected or hint},
        examples={},
        sentences={"en": f"{message} {advice}".strip()},
    )
