"""Drafts: begin, open, save, share, restore, discard. Nothing that was typed is ever lost.

A save says which version it began from. When a colleague has saved since, what does not touch is
joined and saved (`Saved.joined` says so); what clashes is refused with `DraftClashError`, which
holds both, and nothing is written. Each save is a version of its own (see `versions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from node.editorial.merging import ABSENT, Clash, Merged, merge
from node.editorial.newdrafts import About, new_draft, title_of
from node.editorial.people import reviewers
from node.editorial.rights import Desk, may_change, may_open
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from node.storage.drafts import DISCARDED, DRAFT, DraftRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract import Kind
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork

__all__ = ["About", "new_draft", "title_of"]

#: Somebody who was seen within this time has the draft open now.
PRESENT = timedelta(seconds=45)


class DraftClashError(ConflictError):
    """A colleague changed the same fields since; both versions are in `merged` and `now`."""

    code = "draft-clash"

    def __init__(self, now: DraftRow, mine: Mapping[str, Any], merged: Merged) -> None:
        self.now, self.mine, self.merged = now, mine, merged
        super().__init__(
            "A colleague has changed the same fields since you opened this draft. Nothing was "
            "overwritten.",
            hint="Look at both versions side by side and choose.",
            fields=[clash.pointer for clash in merged.clashes],
            version=now.version,
        )

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The fields that both changed."""
        return self.merged.clashes


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft for somebody who may see it."""

    row: DraftRow
    kind: Kind
    #: Whether they may change its words now.
    changeable: bool
    #: Names of the colleagues who have it open.
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to."""

    row: DraftRow
    #: Pointers of a colleague's changes that were joined with mine.
    joined: tuple[str, ...] = ()
    #: False when there was nothing new to save.
    changed: bool = True


def desk_of(row: DraftRow) -> Desk:
    """Return a draft as the rules see it."""
    return Desk(kind=row.kind, state=row.state, author=row.author, shared=row.shared)


def begin(
    d: Editorial,
    by: Signed,
    kind: str,
    *,
    body: Mapping[str, Any] | None = None,
    about: About | None = None,
    record: str | None = None,
    base_revision: int | None = None,
    import_key: str | None = None,
) -> DraftRow:
    """Begin a draft of a kind, from nothing or from a body (a revision, a translation, an import).

    Raises `BadInputError` for a kind that this node does not know, `PermissionDeniedError`.
    """
    row = new_draft(
        d,
        by,
        kind,
        body=body,
        about=about,
        record=record,
        base_revision=base_revision,
        import_key=import_key,
    )
    with d.database.writing() as uow:
        uow.drafts.add(row)
        uow.audit.add(by.person.name, "draft begun", {"draft": row.id, "kind": kind}, row.created)
    return row


def open_draft(d: Editorial, by: Signed, draft: str, *, here: bool = False) -> OpenDraft:
    """Return a draft; with `here` it is noted that the person has it before them.

    Raises `NotFoundError`, also for a draft that is somebody else's: its existence is theirs too.
    """
    now = d.now()
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        names = uow.people.names()
        present = uow.drafts.present(draft, now - PRESENT)
    if here and row.open:
        with d.database.writing() as uow:
            uow.drafts.here(draft, by.person.id, now)
    others = tuple(names[each] for each in present if each != by.person.id)
    return OpenDraft(row, kind_of(d, row), may_change(by.who, desk_of(row)), others)


def save(
    d: Editorial,
    by: Signed,
    draft: str,
    *,
    seen: int,
    body: Mapping[str, Any],
    what: str = "saved",
    take: str | Mapping[str, str] = "",
) -> Saved:
    """Save a body that was made from version `seen`.

    `take` says what to do with clashes: "" refuses with `DraftClashError`, "mine" and "theirs"
    choose for all of them, a mapping of pointers to "mine" or "theirs" chooses for each; a clash
    that it does not name is refused. Raises `NotFoundError`, `PermissionDeniedError`, and
    `BadInputError` for a version that never was.
    """
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        new, joined = dict(body), tuple[str, ...]()
        if seen != row.version:
            merged = joined_with(uow, row, seen, body)
            chosen = {clash.pointer: _choice(take, clash.pointer) for clash in merged.clashes}
            if not set(chosen.values()) <= {"mine", "theirs"}:
                raise DraftClashError(row, body, merged)
            new, joined = _taken(merged, chosen), merged.from_theirs
        if new == row.body:
            return Saved(row, joined, changed=False)
        write(d, uow, by, row, new, what)
        return Saved(uow.drafts.require(draft), joined)


def body_at(d: Editorial, by: Signed, draft: str, version: int) -> Mapping[str, Any]:
    """Return what a draft held at a version, which a form was drawn from.

    Of an automatic save that was thinned out, the body now: what the form shows is saved either
    way. Raises `NotFoundError` for somebody else's draft.
    """
    with d.database.reading() as uow:
        row = readable(uow, by, draft)
        then = None if version == row.version else uow.drafts.version(draft, version)
    return then.body if then else row.body


def set_shared(d: Editorial, by: Signed, draft: str, *, shared: bool) -> None:
    """Open a draft to every colleague who writes, or close it; its author's and editors' to say."""
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        if row.author != by.person.id:
            by.who.require("review")
        uow.drafts.change(draft, shared=shared)
        uow.audit.add(by.person.name, "draft shared", {"draft": draft, "shared": shared}, d.now())


def discard(d: Editorial, by: Signed, draft: str) -> None:
    """Put a draft away; it can be had back by `recover` and is no longer listed."""
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        if row.author != by.person.id:
            by.who.require("review")
        uow.drafts.change(draft, state=DISCARDED, updated=d.now(), updated_by=by.person.id)
        uow.audit.add(by.person.name, "draft discarded", {"draft": draft}, d.now())


def recover(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Take a discarded draft out of the bin."""
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state != DISCARDED:
            raise ConflictError("This draft is not in the bin.")
        uow.drafts.change(draft, state=DRAFT, updated=d.now(), updated_by=by.person.id)
        return uow.drafts.require(draft)


def readable(uow: UnitOfWork, by: Signed, draft: str) -> DraftRow:
    """Return a draft that somebody may open; raises `NotFoundError`."""
    row = uow.drafts.get(draft)
    if row is None or not may_open(by.who, desk_of(row)):
        raise NotFoundError("There is no draft with this id here.", draft=draft)
    return row


def changeable(uow: UnitOfWork, by: Signed, draft: str) -> DraftRow:
    """Return a draft whose words somebody may change; raises `PermissionDeniedError` too."""
    row = readable(uow, by, draft)
    if not may_change(by.who, desk_of(row)):
        raise PermissionDeniedError(
            "You can read this draft and not change it now. Nothing was changed.",
            hint="A draft that was submitted is the editors' until they return or publish it.",
            state=row.state,
        )
    return row


def kind_of(d: Editorial, row: DraftRow) -> Kind:
    """Return the kind a draft is written for; raises `BadInputError` when it is not known here."""
    kind = d.contract.kind(row.schema)
    if kind is None:
        raise BadInputError(f"This node does not know {row.schema}.")
    return kind


def others_who_review(uow: UnitOfWork, by: Signed) -> list[int]:
    """Return the numbers of everybody else who could approve a draft."""
    return [person.id for person in reviewers(uow) if person.id != by.person.id]


def joined_with(uow: UnitOfWork, row: DraftRow, seen: int, body: Mapping[str, Any]) -> Merged:
    """Join a body that was made from version `seen` with what is saved now; nothing is written.

    Raises `BadInputError` for a version that never was.
    """
    base = uow.drafts.version(row.id, seen)
    if base is None and not 0 < seen < row.version:
        raise BadInputError(
            "This page was made from a version that this draft never had. Nothing was changed.",
            hint="Open the draft again.",
        )
    # A thinned-out automatic save: without it, whatever differs counts as changed by both.
    return merge(base.body if base else {}, body, row.body)


def _choice(take: str | Mapping[str, str], pointer: str) -> str:
    return take if isinstance(take, str) else take.get(pointer, "")


def _taken(merged: Merged, chosen: Mapping[str, str]) -> dict[str, Any]:
    body = merged.body
    for clash in merged.clashes:
        if chosen[clash.pointer] == "mine":
            body = _put(body, clash.pointer.split("/")[1:], clash.mine)
    return body


def _put(body: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    name = path[0].replace("~1", "/").replace("~0", "~")
    copied = dict(body)
    if path[1:]:
        copied[name] = _put(copied.get(name, {}), path[1:], value)
    elif value is ABSENT:
        copied.pop(name, None)
    else:
        copied[name] = value
    return copied


def write(
    d: Editorial, uow: UnitOfWork, by: Signed, row: DraftRow, body: Mapping[str, Any], what: str
) -> None:
    """Write a new version of a draft, from the version that `row` is at."""
    uow.drafts.save(
        row.id,
        seen=row.version,
        body=body,
        title=title_of(d, row.schema, body),
        person=by.person.id,
        at=d.now(),
        what=what,
    )
