"""People of the node: their roles, leaving and coming back, and who they are to the rules.

What changes a person's rights is a grave act: whoever does it has to have shown lately who they
are. ``by`` is None for the command line, where whoever can read the node's home is its keeper.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial import sessions
from node.editorial.rights import EDITOR, KEEP, KEEPER, ROLES, WRITE, Who
from node.errors import BadInputError, ConflictError
from node.storage.drafts import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

MAX_NAME, MAX_EMAIL = 200, 254
#: Who acts on the command line, in the audit trail.
AT_THE_MACHINE = "keeper"


class OnlyKeeperError(ConflictError):
    """The node would be left without anybody who may keep it."""

    code = "only-keeper"


class OpenDraftsError(BadInputError):
    """The person has open drafts, and nobody was named who takes them over."""

    code = "open-drafts"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody as the keeper's list shows them."""

    row: PersonRow
    #: Whether they sign in with more than a password.
    second: bool
    open_drafts: int
    #: The address by which their login elsewhere was linked; "" where there is none.
    login: str = ""


def everybody(d: Editorial, by: Signed | None) -> list[PersonLine]:
    """Return all people, those who have left included, the first added first."""
    if by is not None:
        by.who.require(KEEP)
    with d.database.reading() as uow:
        return [_line(d, uow, row) for row in uow.people.all()]


def one(d: Editorial, by: Signed | None, person: int) -> PersonLine:
    """Return one person. Raises `NotFoundError`, `PermissionDeniedError`."""
    if by is not None:
        by.who.require(KEEP)
    with d.database.reading() as uow:
        return _line(d, uow, uow.people.require(person))


def keeping(d: Editorial, by: Signed | None) -> str:
    """Return the keeper's name for the audit trail.

    Raises `PermissionDeniedError` for anybody else, `ProofNeededError` when they have to show once
    more who they are.
    """
    if by is None:
        return AT_THE_MACHINE
    by.who.require(KEEP)
    sessions.require_proof(d, by)
    return by.person.name


def set_roles(d: Editorial, by: Signed | None, person: int, roles: Sequence[str]) -> PersonRow:
    """Give a person these roles. Raises `OnlyKeeperError` when no keeper would be left."""
    who = keeping(d, by)
    held = check_roles(roles)
    with d.database.writing() as uow:
        before = uow.people.require(person)
        if KEEPER not in held:
            _keep_one_keeper(uow, before)
        detail = {"person": person, "before": list(before.roles), "after": list(held)}
        uow.audit.add(who, "roles changed", detail, d.now())
        return uow.people.change(person, roles=held)


def deactivate(d: Editorial, by: Signed | None, person: int, *, heir: int | None = None) -> int:
    """Let a person go: end sessions, links and second factor; hand their open drafts to `heir`.

    Returns how many drafts went over. Raises `OpenDraftsError` without an heir while there are
    any, `OnlyKeeperError`, `ConflictError` for somebody who has left already.
    """
    who = keeping(d, by)
    with d.database.writing() as uow:
        row = uow.people.require(person)
        if not row.active:
            raise ConflictError(f"{row.name} has left already.")
        _keep_one_keeper(uow, row)
        held = uow.drafts.many(states=OPEN, author=person)
        if held and heir is None:
            raise OpenDraftsError(
                f"{row.name} has {len(held)} open drafts. Nothing was changed.",
                hint="Choose who takes them over.",
                count=len(held),
            )
        if heir is not None:
            other = uow.people.require(heir)
            if other.id == person or not who_is(other).may(WRITE):
                raise BadInputError("The drafts can only go to somebody who stays and writes.")
            for draft in held:
                uow.drafts.change(draft.id, author=heir)
            if held:
                uow.desk.tell(
                    [heir], "handed-over", {"from": row.name, "count": len(held)}, d.now()
                )
        uow.people.change(person, deactivated=d.now())
        forget_second(uow, person)
        uow.sessions.end_all(person)
        uow.sessions.drop_invitations(person)
        detail = {"person": person, "heir": heir, "drafts": len(held)}
        uow.audit.add(who, "person left", detail, d.now())
    return len(held)


def reactivate(d: Editorial, by: Signed | None, person: int) -> PersonRow:
    """Let a person come back; they need a link for a new password (`invitations.reset`)."""
    who = keeping(d, by)
    with d.database.writing() as uow:
        row = uow.people.change(person, deactivated=None, password="")
        uow.audit.add(who, "person came back", {"person": person}, d.now())
    return row


def forget_second(uow: UnitOfWork, person: int) -> None:
    """Take away a person's second factor of every sort."""
    uow.people.change(person, totp_seed=None, recovery_codes=())
    for key in uow.people.passkeys_of(person):
        uow.people.remove_passkey(person, key.credential)


def reviewers(uow: UnitOfWork) -> list[PersonRow]:
    """Return everybody who could review a draft now."""
    linked = uow.logins.people()
    return [
        p
        for p in uow.people.all()
        if p.active and EDITOR in p.roles and (p.password or p.id in linked)
    ]


def who_is(person: PersonRow) -> Who:
    """Return a person as the rules see them."""
    return Who(person.id, frozenset(person.roles if person.active else ()))


def check_name(name: str) -> str:
    """Return a name without spaces around; raises `BadInputError` when it cannot be one."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or _has_controls(name):
        raise BadInputError("A name has between 1 and 200 characters.", hint="Enter the name.")
    return name


def check_email(email: str) -> str:
    """Return an address without spaces around; raises `BadInputError` when it cannot be one."""
    email = email.strip()
    name, at, host = email.rpartition("@")
    odd = _has_controls(email) or any(sign in email for sign in ' ,;<>"')
    if not (name and at and "." in host.strip(".")) or len(email) > MAX_EMAIL or odd:
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


def _has_controls(text: str) -> bool:
    """Say whether there are characters that steer a terminal, a mail or the direction of text.

    Joiners, which names in some scripts need, are none of them.
    """
    steering = {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return any(
        unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in steering
        for sign in text
    )


def _keep_one_keeper(uow: UnitOfWork, leaving: PersonRow) -> None:
    others = [p for p in uow.people.all() if p.active and KEEPER in p.roles and p.id != leaving.id]
    if KEEPER in leaving.roles and not others:
        raise OnlyKeeperError(
            f"{leaving.name} is the only keeper of this node. Nothing was changed.",
            hint="Make somebody else a keeper first.",
        )


def _line(d: Editorial, uow: UnitOfWork, row: PersonRow) -> PersonLine:
    second = bool(row.totp_seed or uow.people.passkeys_of(row.id))
    open_drafts = len(uow.drafts.many(states=OPEN, author=row.id))
    issuer = d.settings.oidc_issuer
    login = uow.logins.of(row.id, issuer) if issuer else None
    return PersonLine(row, second, open_drafts, login.email if login else "")
