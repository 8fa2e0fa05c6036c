"""From a draft to something an editor has agreed to: submit, return, approve, comment.

::

    draft ──submit──▶ submitted ──approve──▶ approved ──publish──▶ published
      ▲                │   │                    │  ╲──schedule──▶ scheduled
      ╰───take back────╯   ╰──return──▶ returned ╯ (a change makes it a draft again)

Each step is one transaction, audited, and told to whom it concerns. A draft is looked at before it
is submitted: what would stop its publication is told then, not after a colleague's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.editorial.choices import choices
from node.editorial.drafting import desk_of, others_who_review, readable
from node.editorial.people import reviewers
from node.editorial.rights import AUTHORS, REVIEW, may_approve, may_change
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from node.storage.drafts import APPROVED, DRAFT, RETURNED, SCHEDULED, SUBMITTED

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.drafts import CommentRow, DraftRow

MAX_NOTE = 2000


def submit(d: Editorial, by: Signed, draft: str, note: str = "") -> DraftRow:
    """Give a draft to the editors. Raises `ConflictError` when it is not a writer's to give."""
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state not in AUTHORS or not may_change(by.who, desk_of(row)):
            raise _not_now(row)
        told = [person.id for person in reviewers(uow) if person.id != by.person.id]
        return _step(d, uow, by, row, SUBMITTED, note, told)


def take_back(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Make a submitted draft one's own again."""
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state not in {SUBMITTED, APPROVED, SCHEDULED} or row.author != by.person.id:
            raise _not_now(row)
        return _step(d, uow, by, row, DRAFT, "", [])


def send_back(d: Editorial, by: Signed, draft: str, note: str) -> DraftRow:
    """Return a draft to its author, with what is to be changed. Raises `BadInputError` without."""
    by.who.require(REVIEW)
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state not in {SUBMITTED, APPROVED, SCHEDULED}:
            raise _not_now(row)
        open_ = [each for each in uow.drafts.comments(draft) if each.resolved is None]
        if not note.strip() and not open_:
            raise BadInputError(
                "Nothing says yet what should be changed. Nothing was sent.",
                hint="Write a sentence, or a comment at a field.",
            )
        return _step(d, uow, by, row, RETURNED, note, [row.author])


def approve(d: Editorial, by: Signed, draft: str, note: str = "") -> DraftRow:
    """Agree to a draft. Raises `PermissionDeniedError` for one's own while others could."""
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        if row.state not in {SUBMITTED, DRAFT, RETURNED}:
            raise _not_now(row)
        require_approver(uow, by, row)
        return _step(d, uow, by, row, APPROVED, note, [row.author])


def require_approver(uow: UnitOfWork, by: Signed, row: DraftRow) -> None:
    """Raise `PermissionDeniedError` unless somebody may approve this draft themselves."""
    direct = choices(uow).direct_publishing
    if not may_approve(by.who, desk_of(row), direct=direct, others=others_who_review(uow, by)):
        raise PermissionDeniedError(
            "A colleague has to look at this before it is published. Nothing was changed.",
            hint="Submit it; the editors hear of it.",
        )


def needs_colleague(uow: UnitOfWork, by: Signed, row: DraftRow) -> bool:
    """Say whether this person has to ask a colleague before the draft can be published."""
    direct = choices(uow).direct_publishing
    others = others_who_review(uow, by)
    return not may_approve(by.who, desk_of(row), direct=direct, others=others)


def comment(d: Editorial, by: Signed, draft: str, pointer: str, text: str) -> int:
    """Write a remark at a field ("" for the whole draft) and return its number."""
    text = text.strip()
    if not 0 < len(text) <= MAX_NOTE:
        raise BadInputError(
            f"A comment has between 1 and {MAX_NOTE} characters. Nothing was written."
        )
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        number = uow.drafts.comment(draft, pointer, text, by.person.id, d.now())
        concerned = [row.author, *([row.reviewer] if row.reviewer else [])]
        told = [person for person in concerned if person != by.person.id]
        uow.desk.tell(told, "commented", _detail(row, by), d.now())
    return number


def resolve(d: Editorial, by: Signed, draft: str, number: int, *, done: bool = True) -> None:
    """Mark a remark as done, or as open again."""
    with d.database.writing() as uow:
        readable(uow, by, draft)
        if not uow.drafts.resolve(draft, number, d.now() if done else None):
            raise NotFoundError("This draft has no comment of this number.")


def comments(d: Editorial, by: Signed, draft: str) -> list[tuple[CommentRow, str]]:
    """Return the remarks with the names of who wrote them, the oldest first."""
    with d.database.reading() as uow:
        readable(uow, by, draft)
        names = uow.people.names()
        return [(each, names.get(each.person, "")) for each in uow.drafts.comments(draft)]


def _step(
    d: Editorial,
    uow: UnitOfWork,
    by: Signed,
    row: DraftRow,
    state: str,
    note: str,
    told: list[int],
) -> DraftRow:
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise BadInputError(f"A note has at most {MAX_NOTE} characters. Nothing was changed.")
    values: dict[str, Any] = {"state": state, "note": note, "updated": d.now(), "publish_at": None}
    if by.who.may(REVIEW) and row.author != by.person.id:
        values["reviewer"] = by.person.id
    uow.drafts.change(row.id, **values)
    others = [person for person in told if person != by.person.id]
    uow.desk.tell(others, state, _detail(row, by) | {"note": note}, d.now())
    uow.audit.add(by.person.name, f"draft {state}", {"draft": row.id, "from": row.state}, d.now())
    return uow.drafts.require(row.id)


def _detail(row: DraftRow, by: Signed) -> dict[str, Any]:
    return {"draft": row.id, "title": row.title, "by": by.person.name}


def _not_now(row: DraftRow) -> ConflictError:
    return ConflictError(
        "This draft has moved on since you opened it. Nothing was changed.",
        hint="Open it again to see where it stands.",
        state=row.state,
    )
