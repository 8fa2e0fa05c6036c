"""People of the node: the first one, invitations, new passwords, roles, leaving.

Somebody is let in by a link that works once and for a week. The link is shown to who made it and
sent by e-mail where a mail server is set; it is as good as a password until it is used.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial import passwords
from node.editorial.rights import EDITOR, FIRST_ROLES, KEEP, KEEPER, ROLES, Who
from node.errors import BadInputError, ConflictError, NotFoundError
from node.storage.drafts import OPEN
from node.storage.sessions import INVITE, RESET, InvitationRow, token_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

LASTS = timedelta(days=7)
MAX_NAME, MAX_EMAIL = 200, 254
#: Where the code of a node without people is kept until the first one was added.
SETUP = "desk-setup-code"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was just made; the token is shown once and never again."""

    token: str
    row: InvitationRow


def add_first(d: Editorial, *, name: str, email: str, password: str, language: str) -> PersonRow:
    """Add the first person of a node, with every role. Raises `ConflictError` when one is there."""
    name, email = check_name(name), check_email(email)
    passwords.check_strength(password, about=(name, email, d.settings.name))
    kept = passwords.hashed(password)
    with d.database.writing() as uow:
        if uow.people.count():
            raise ConflictError(
                "This node has people already.",
                hint="Sign in, or ask its keeper for an invitation.",
            )
        person = uow.people.add(
            name=name, email=email, roles=FIRST_ROLES, language=language, created=d.now()
        )
        person = uow.people.change(person.id, password=kept)
        uow.settings.remove(SETUP)
        uow.audit.add(name, "first person added", {"person": person.id}, d.now())
    return person


def setup_code(d: Editorial) -> str:
    """Return the code that the keeper of a new node shows, made when it is first asked for.

    Whoever can read the node's home or the output of its start is its keeper; a stranger who
    reaches the page first is not.
    """
    with d.database.writing() as uow:
        code = str(uow.settings.get(SETUP, ""))
        if not code:
            code = "-".join(secrets.token_hex(2) for _ in range(3))
            uow.settings.put(SETUP, code)
    return code


def is_setup_code(d: Editorial, typed: str) -> bool:
    """Say whether this is the code, however it was typed."""
    plain = "".join(letter for letter in typed.casefold() if letter.isalnum())
    return secrets.compare_digest(plain.encode(), setup_code(d).replace("-", "").encode())


def invite(d: Editorial, by: Signed, *, name: str, email: str, roles: Sequence[str]) -> Invited:
    """Make a link that lets a new person in once, within a week.

    Raises `BadInputError`, `ConflictError` when the address is known, `PermissionDeniedError`.
    """
    by.who.require(KEEP)
    name, email, held = check_name(name), check_email(email), check_roles(roles)
    with d.database.writing() as uow:
        if uow.people.by_email(email) is not None:
            raise ConflictError("Somebody with this e-mail address is known here already.")
        made = _make(d, uow, by.person.id, INVITE, email=email, name=name, roles=held)
        uow.audit.add(by.person.name, "person invited", {"roles": list(held)}, d.now())
    return made


def reset(d: Editorial, by: Signed | None, person: int) -> Invited:
    """Make a link by which an existing person chooses a new password; None: the command line."""
    if by is not None:
        by.who.require(KEEP)
    with d.database.writing() as uow:
        row = uow.people.require(person)
        made = _make(
            d,
            uow,
            by.person.id if by else None,
            RESET,
            email=row.email,
            name=row.name,
            roles=row.roles,
            person=person,
        )
        who = by.person.name if by else "keeper"
        uow.audit.add(who, "new password allowed", {"person": person}, d.now())
    return made


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


def set_roles(d: Editorial, by: Signed, person: int, roles: Sequence[str]) -> PersonRow:
    """Give a person these roles. Raises `ConflictError` when no keeper would be left."""
    by.who.require(KEEP)
    held = check_roles(roles)
    with d.database.writing() as uow:
        before = uow.people.require(person)
        if KEEPER not in held:
            _keep_one_keeper(uow, before)
        detail = {"person": person, "before": list(before.roles), "after": list(held)}
        uow.audit.add(by.person.name, "roles changed", detail, d.now())
        return uow.people.change(person, roles=held)


def deactivate(d: Editorial, by: Signed, person: int, *, heir: int | None = None) -> int:
    """Let a person go: end their sessions and hand their open drafts to `heir`.

    Returns how many drafts went over. Without an heir it is refused while there are open drafts.
    """
    by.who.require(KEEP)
    with d.database.writing() as uow:
        row = uow.people.require(person)
        _keep_one_keeper(uow, row)
        held = uow.drafts.many(states=OPEN, author=person)
        if held and heir is None:
            raise BadInputError(
                f"{row.name} has {len(held)} open drafts. Nothing was changed.",
                hint="Choose who takes them over.",
            )
        if heir is not None:
            other = uow.people.require(heir)
            if not other.active or other.id == person:
                raise BadInputError("The drafts can only go to somebody who stays.")
            for draft in held:
                uow.drafts.change(draft.id, author=heir)
            if held:
                uow.desk.tell(
                    [heir], "handed-over", {"from": row.name, "count": len(held)}, d.now()
                )
        uow.people.change(person, deactivated=d.now(), totp_seed=None, recovery_codes=())
        uow.sessions.end_all(person)
        detail = {"person": person, "heir": heir, "drafts": len(held)}
        uow.audit.add(by.person.name, "person left", detail, d.now())
    return len(held)


def reactivate(d: Editorial, by: Signed, person: int) -> Invited:
    """Let a person come back; they choose a new password by the link that is returned."""
    by.who.require(KEEP)
    with d.database.writing() as uow:
        uow.people.change(person, deactivated=None, password="")
        uow.audit.add(by.person.name, "person came back", {"person": person}, d.now())
    return reset(d, by, person)


def reviewers(uow: UnitOfWork) -> list[PersonRow]:
    """Return everybody who could review a draft now."""
    return [p for p in uow.people.all() if p.active and p.password and EDITOR in p.roles]


def who_is(person: PersonRow) -> Who:
    """Return a person as the rules see them."""
    return Who(person.id, frozenset(person.roles if person.active else ()))


def check_name(name: str) -> str:
    """Return a name without spaces around; raises `BadInputError` when it cannot be one."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise BadInputError("A name has between 1 and 200 characters.", hint="Enter the name.")
    return name


def check_email(email: str) -> str:
    """Return an address without spaces around; raises `BadInputError` when it cannot be one."""
    email = email.strip()
    name, at, host = email.rpartition("@")
    if not (name and at and "." in host.strip(".")) or len(email) > MAX_EMAIL or " " in email:
        raise BadInputError(
            "This is not an e-mail address.", hint="It looks like name@organisation.example."
        )
    return email


def check_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Return roles in their order; raises `BadInputError` when there is none or an unknown one."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise BadInputError(
            "Choose at least one role, and only roles that there are.", hint=", ".join(ROLES)
        )
    return tuple(role for role in ROLES if role in roles)


def _make(
    d: Editorial,
    uow: UnitOfWork,
    by: int | None,
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
        created_by=by,
    )
    uow.sessions.invite(row)
    return Invited(token, row)


def _keep_one_keeper(uow: UnitOfWork, leaving: PersonRow) -> None:
    others = [p for p in uow.people.all() if p.active and KEEPER in p.roles and p.id != leaving.id]
    if KEEPER in leaving.roles and not others:
        raise ConflictError(
            f"{leaving.name} is the only keeper of this node. Nothing was changed.",
            hint="Make somebody else a keeper first.",
        )
