"""Links that let somebody in: a new person, or one who chooses a new password.

A link works once and for a week. It is shown once to who made it and sent by e-mail where a mail
server is set; until it is used it is as good as a password, so only its hash is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial import passwords
from node.editorial.people import check_email, check_name, check_roles, forget_second, keeping
from node.editorial.rights import KEEP
from node.errors import ConflictError, NotFoundError
from node.storage.sessions import INVITE, RESET, InvitationRow, token_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """A link that was just made; its token is shown once and never again."""

    token: str
    row: InvitationRow


def invite(
    d: Editorial, by: Signed | None, *, name: str, email: str, roles: Sequence[str]
) -> Invited:
    """Make a link that lets a new person in once, within a week.

    An earlier link to the same address stops working. Raises `BadInputError`, `ConflictError` when
    the address is known, `PermissionDeniedError`, `ProofNeededError`.
    """
    who = keeping(d, by)
    name, email, held = check_name(name), check_email(email), check_roles(roles)
    with d.database.writing() as uow:
        if uow.people.by_email(email) is not None:
            raise ConflictError("Somebody with this e-mail address is known here already.")
        for row in uow.sessions.invitations():
            if row.purpose == INVITE and row.email.casefold() == email.casefold():
                uow.sessions.use_invitation(row.token)
        made = _make(d, uow, by, INVITE, email=email, name=name, roles=held)
        uow.audit.add(who, "person invited", {"roles": list(held)}, d.now())
    return made


def reset(d: Editorial, by: Signed | None, person: int, *, second: bool = False) -> Invited:
    """Make a link by which an existing person chooses a new password.

    With `second` their second factor is taken away too, for somebody who has lost the telephone.
    Raises `ConflictError` for somebody who has left, and as `invite`.
    """
    who = keeping(d, by)
    with d.database.writing() as uow:
        row = uow.people.require(person)
        if not row.active:
            raise ConflictError(f"{row.name} has left.", hint="Let them come back first.")
        uow.sessions.drop_invitations(person)
        made = _make(
            d, uow, by, RESET, email=row.email, name=row.name, roles=row.roles, person=person
        )
        if second:
            forget_second(uow, person)
            uow.audit.add(who, "second factor removed", {"person": person}, d.now())
        uow.audit.add(who, "new password allowed", {"person": person}, d.now())
    return made


def waiting(d: Editorial, by: Signed | None) -> list[InvitationRow]:
    """Return the invitations that nobody has used yet, the newest first."""
    if by is not None:
        by.who.require(KEEP)
    with d.database.reading() as uow:
        rows = uow.sessions.invitations()
    return [row for row in rows if row.purpose == INVITE and row.expires > d.now()]


def cancel(d: Editorial, by: Signed | None, token: bytes) -> None:
    """Take an invitation back, by its hash. Raises `NotFoundError` when it was used meanwhile."""
    who = keeping(d, by)
    with d.database.writing() as uow:
        if not uow.sessions.use_invitation(token):
            raise NotFoundError("This invitation has been used or taken back already.")
        uow.audit.add(who, "invitation taken back", {}, d.now())


def invitation(d: Editorial, token: str) -> InvitationRow:
    """Return the invitation of a link; raises `NotFoundError` when it is used, old or made up."""
    with d.database.reading() as uow:
        row = uow.sessions.invitation(token_hash(token))
    if row is None or row.expires <= d.now():
        raise NotFoundError(
            "This link has been used already, or is older than a week.",
            hint="Ask the keeper of this node for a new one.",
        )
    return row


def accept(
    d: Editorial, token: str, password: str, *, name: str = "", language: str = ""
) -> PersonRow:
    """Use a link: add the person, or give the existing one the new password.

    Every session that an existing person has is ended. Raises `NotFoundError`, `WeakPasswordError`,
    `ConflictError` when somebody with the address was added meanwhile.
    """
    row = invitation(d, token)
    chosen = check_name(name or row.name)
    passwords.check_strength(password, about=(chosen, row.email, d.settings.name))
    kept = passwords.hashed(password)
    with d.database.writing() as uow:
        if not uow.sessions.use_invitation(row.token):
            raise NotFoundError("This link has been used already.")
        if row.purpose == RESET and row.person is not None:
            person = uow.people.require(row.person)
            if not person.active:
                raise NotFoundError("This person has left.")
            uow.sessions.end_all(person.id)
            uow.audit.add(person.name, "new password chosen", {"person": person.id}, d.now())
            return uow.people.change(person.id, password=kept)
        person = uow.people.add(
            name=chosen,
            email=row.email,
            roles=row.roles,
            language=language or d.settings.languages[0],
            created=d.now(),
        )
        uow.audit.add(chosen, "invitation accepted", {"person": person.id}, d.now())
        return uow.people.change(person.id, password=kept)


def _make(
    d: Editorial,
    uow: UnitOfWork,
    by: Signed | None,
    purpose: str,
    *,
    email: str,
    name: str,
    roles: tuple[str, ...],
    person: int | None = None,
) -> Invited:
    token = secrets.token_urlsafe(32)
    row = InvitationRow(
        token=token_hash(token),
        purpose=purpose,
        person=person,
        email=email,
        name=name,
        roles=roles,
        created=d.now(),
        expires=d.now() + LASTS,
        created_by=by.person.id if by else None,
    )
    uow.sessions.invite(row)
    return Invited(token, row)
