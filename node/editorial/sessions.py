"""Sign in, stay signed in, sign out.

A session begins *incomplete* where a second factor is asked for, and opens nothing until that was
given. It ends when it was unused for two weeks or is older than two months, when its person leaves,
and with every change of password. Grave acts (keys, people, erasures) ask once more who is there,
unless the person proved it within the last quarter of an hour.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial import passwords, throttling
from node.editorial.rights import Who
from node.errors import PermissionDeniedError
from node.storage.sessions import SessionRow, token_hash

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

UNUSED = timedelta(days=14)
OLDEST = timedelta(days=60)
#: Between password and second factor.
HALF_WAY = timedelta(minutes=10)
PROVED = timedelta(minutes=15)
#: A session's time is written at most this often, so that reading pages writes nothing.
NOTED = timedelta(minutes=5)
MAX_AGENT = 200


class SignInRefusedError(PermissionDeniedError):
    """Address and password do not go together; nothing says which of them is wrong."""

    code = "sign-in-refused"


class ProofNeededError(PermissionDeniedError):
    """A grave act: the person has to show once more who they are."""

    code = "proof-needed"


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody with an open session."""

    person: PersonRow
    session: SessionRow

    @property
    def who(self) -> Who:
        """Return them as the rules see them; before the second factor they may do nothing."""
        roles = self.person.roles if self.session.complete else ()
        return Who(self.person.id, frozenset(roles))


def sign_in(d: Editorial, email: str, password: str, *, address: str, agent: str) -> str:
    """Open a session and return its token, for the browser to keep.

    The session is incomplete when the person has a second factor. Raises `SignInRefusedError`, and
    `TooFastError` after too many failures.
    """
    keys = throttling.counted(email, address)
    with d.database.reading() as uow:
        throttling.check(uow, keys, d.now())
        person = uow.people.by_email(email)
    with d.database.writing() as uow:
        throttling.attempt(uow, keys, d.now())
    # Outside any transaction: a hash takes time, and the store has one writer.
    right = passwords.fits(person.password if person else "", password)
    if not right or person is None or not person.active:
        with d.database.writing() as uow:
            uow.audit.add("somebody", "sign-in refused", {"known": person is not None}, d.now())
        raise SignInRefusedError(
            "This address and this password do not go together.",
            hint="Check both; capitals count in a password. A keeper can send you a new link.",
        )
    renewed = passwords.hashed(password) if passwords.outdated(person.password) else ""
    with d.database.writing() as uow:
        throttling.succeeded(uow, keys)
        if renewed:
            uow.people.change(person.id, password=renewed)
        second = bool(person.totp_seed or uow.people.passkeys_of(person.id))
        return open_session(d, uow, person, agent=agent, complete=not second)


def open_session(
    d: Editorial, uow: UnitOfWork, person: PersonRow, *, agent: str, complete: bool = True
) -> str:
    """Open a session for somebody who has shown who they are; return its token."""
    now, token = d.now(), secrets.token_urlsafe(32)
    uow.sessions.clear_old(now)
    uow.sessions.clear_throttles(now - throttling.FORGOTTEN)
    uow.sessions.open(
        SessionRow(
            token=token_hash(token),
            person=person.id,
            created=now,
            seen=now,
            expires=now + (UNUSED if complete else HALF_WAY),
            agent=agent[:MAX_AGENT],
            complete=complete,
            proved_until=now + PROVED if complete else None,
            data={},
        )
    )
    if complete:
        uow.people.change(person.id, last_seen=now)
        uow.audit.add(person.name, "signed in", {"person": person.id}, now)
    return token


def complete_session(d: Editorial, uow: UnitOfWork, signed: Signed) -> str:
    """Turn an incomplete session into a whole one, under a new token, which is returned."""
    uow.sessions.end(signed.session.token)
    return open_session(d, uow, signed.person, agent=signed.session.agent)


def current(d: Editorial, token: str) -> Signed | None:
    """Return who holds this token, or None when it opens nothing (any more)."""
    now = d.now()
    with d.database.reading() as uow:
        session = uow.sessions.get(token_hash(token))
        if session is None or session.expires <= now or now - session.created > OLDEST:
            return None
        person = uow.people.get(session.person)
    if person is None or not person.active:
        return None
    if session.complete and now - session.seen > NOTED:
        with d.database.writing() as uow:
            uow.sessions.change(session.token, seen=now, expires=now + UNUSED)
            uow.people.change(person.id, last_seen=now)
        session = replace(session, seen=now, expires=now + UNUSED)
    return Signed(person, session)


def sign_out(d: Editorial, signed: Signed) -> None:
    """End this session."""
    with d.database.writing() as uow:
        uow.sessions.end(signed.session.token)
        uow.audit.add(signed.person.name, "signed out", {"person": signed.person.id}, d.now())


def end_other(d: Editorial, signed: Signed, token: bytes | None = None) -> int:
    """End one other session of the person, or with None all others; return how many."""
    with d.database.writing() as uow:
        if token is None:
            ended = uow.sessions.end_all(signed.person.id, but=signed.session.token)
        else:
            found = uow.sessions.get(token)
            ended = int(found is not None and found.person == signed.person.id)
            if ended:
                uow.sessions.end(token)
        uow.audit.add(signed.person.name, "sessions ended", {"count": ended}, d.now())
    return ended


def prove(d: Editorial, signed: Signed, password: str, *, address: str) -> None:
    """Show once more who is there, before a grave act. Raises as `sign_in`."""
    keys = throttling.counted(signed.person.email, address)
    with d.database.reading() as uow:
        throttling.check(uow, keys, d.now())
    with d.database.writing() as uow:
        throttling.attempt(uow, keys, d.now())
    if not passwords.fits(signed.person.password, password):
        raise SignInRefusedError("This is not your password.", hint="Capitals count.")
    with d.database.writing() as uow:
        throttling.succeeded(uow, keys)
        uow.sessions.change(signed.session.token, proved_until=d.now() + PROVED)


def require_proof(d: Editorial, signed: Signed) -> None:
    """Raise `ProofNeededError` unless the person showed lately who they are."""
    until = signed.session.proved_until
    if until is None or until <= d.now():
        raise ProofNeededError("Show once more who you are before you do this.")
