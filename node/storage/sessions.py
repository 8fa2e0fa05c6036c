"""Open sessions, invitations, and how often somebody failed to sign in.

What a browser holds is random; kept here is only its SHA-256, so a copy of the database opens no
session and accepts no invitation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from node.storage.store import Store
from node.storage.tables.people import invitations, sessions, throttles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping

INVITE, RESET = "invite", "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session; `token` is the hash of what the browser holds."""

    token: bytes
    person: int
    created: datetime
    seen: datetime
    expires: datetime
    agent: str
    complete: bool
    proved_until: datetime | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """One link that lets somebody in once: a new person, or one who chooses a new password."""

    token: bytes
    purpose: str
    person: int | None
    email: str
    name: str
    roles: tuple[str, ...]
    created: datetime
    expires: datetime
    created_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleRow:
    """How often something failed under one key since a moment."""

    key: str
    failures: int
    since: datetime
    blocked_until: datetime | None


_SESSION = [sessions.c[field.name] for field in fields(SessionRow)]
_INVITATION = [invitations.c[field.name] for field in fields(InvitationRow)]


def token_hash(token: str) -> bytes:
    """Return what is kept of a token: 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


class Sessions(Store):
    """Sessions, invitations and throttles."""

    def open(self, row: SessionRow) -> None:
        """Add a session."""
        self._connection.execute(
            insert(sessions).values(**{c.name: getattr(row, c.name) for c in _SESSION})
        )

    def get(self, token: bytes) -> SessionRow | None:
        """Return a session by its token's hash, or None."""
        row = (
            self._connection.execute(select(*_SESSION).where(sessions.c.token == token))
            .mappings()
            .one_or_none()
        )
        return SessionRow(**row) if row else None

    def of(self, person: int) -> list[SessionRow]:
        """Return a person's sessions, the one seen last first."""
        query = (
            select(*_SESSION).where(sessions.c.person == person).order_by(sessions.c.seen.desc())
        )
        return [SessionRow(**row) for row in self._connection.execute(query).mappings()]

    def change(self, token: bytes, **values: Any) -> None:
        """Change columns of a session."""
        self._connection.execute(update(sessions).where(sessions.c.token == token).values(**values))

    def end(self, token: bytes) -> None:
        """End a session."""
        self._connection.execute(delete(sessions).where(sessions.c.token == token))

    def end_all(self, person: int, *, but: bytes = b"") -> int:
        """End a person's sessions, all but one; return how many."""
        done = self._connection.execute(
            delete(sessions).where(sessions.c.person == person, sessions.c.token != but)
        )
        return int(done.rowcount)

    def clear_old(self, now: datetime) -> None:
        """Forget what has expired."""
        self._connection.execute(delete(sessions).where(sessions.c.expires <= now))
        self._connection.execute(delete(invitations).where(invitations.c.expires <= now))

    def invite(self, row: InvitationRow) -> None:
        """Add an invitation."""
        values = {c.name: getattr(row, c.name) for c in _INVITATION}
        self._connection.execute(insert(invitations).values(**values | {"roles": list(row.roles)}))

    def invitation(self, token: bytes) -> InvitationRow | None:
        """Return an invitation by its token's hash, or None."""
        row = (
            self._connection.execute(select(*_INVITATION).where(invitations.c.token == token))
            .mappings()
            .one_or_none()
        )
        return _invitation(row) if row else None

    def invitations(self) -> list[InvitationRow]:
        """Return every open invitation, the newest first."""
        query = select(*_INVITATION).order_by(invitations.c.created.desc())
        return [_invitation(row) for row in self._connection.execute(query).mappings()]

    def use_invitation(self, token: bytes) -> bool:
        """Take an invitation away; False when somebody else has used it meanwhile."""
        done = self._connection.execute(delete(invitations).where(invitations.c.token == token))
        return done.rowcount == 1

    def drop_invitations(self, person: int) -> None:
        """Take away every link that lets this person choose a new password."""
        self._connection.execute(delete(invitations).where(invitations.c.person == person))

    def throttle(self, key: str) -> ThrottleRow | None:
        """Return how often something failed under this key, or None."""
        row = (
            self._connection.execute(select(throttles).where(throttles.c.key == key))
            .mappings()
            .one_or_none()
        )
        return ThrottleRow(**row) if row else None

    def keep_throttle(self, row: ThrottleRow) -> None:
        """Keep how often something failed."""
        new = self._upsert(throttles).values(
            key=row.key, failures=row.failures, since=row.since, blocked_until=row.blocked_until
        )
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[throttles.c.key],
                set_={name: new.excluded[name] for name in ("failures", "since", "blocked_until")},
            )
        )

    def clear_throttles(self, before: datetime) -> None:
        """Forget what was last counted before a moment."""
        self._connection.execute(delete(throttles).where(throttles.c.since < before))

    def forget_throttle(self, key: str) -> None:
        """Forget the failures under a key."""
        self._connection.execute(delete(throttles).where(throttles.c.key == key))


def _invitation(row: RowMapping) -> InvitationRow:
    return InvitationRow(**dict(row) | {"roles": tuple(row["roles"])})
