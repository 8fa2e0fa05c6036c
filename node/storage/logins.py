"""Logins elsewhere that stand for people here: an issuer's name for somebody, and the person."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from node.errors import ConflictError
from node.storage.store import Store
from node.storage.tables.people import person_logins

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRow:
    """One login. `email` is the address by which it was linked; it decides nothing any more."""

    issuer: str
    subject: str
    person: int
    email: str
    created: datetime
    last_used: datetime | None


_LOGIN = [person_logins.c[field.name] for field in fields(LoginRow)]


class Logins(Store):
    """Linked logins: at most one for each person and issuer."""

    def find(self, issuer: str, subject: str) -> LoginRow | None:
        """Return the login of this name at this issuer, or None."""
        query = select(*_LOGIN).where(
            person_logins.c.issuer == issuer, person_logins.c.subject == subject
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return LoginRow(**row) if row else None

    def of(self, person: int, issuer: str) -> LoginRow | None:
        """Return a person's login at an issuer, or None."""
        query = select(*_LOGIN).where(
            person_logins.c.issuer == issuer, person_logins.c.person == person
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return LoginRow(**row) if row else None

    def people(self) -> set[int]:
        """Return everybody who has a linked login."""
        return set(self._connection.execute(select(person_logins.c.person)).scalars())

    def link(self, row: LoginRow) -> None:
        """Add a login. Raises `ConflictError` when it, or another of the person's, is linked."""
        if self.find(row.issuer, row.subject) or self.of(row.person, row.issuer):
            raise ConflictError("Another login is linked already.")
        self._connection.execute(
            insert(person_logins).values(**{c.name: getattr(row, c.name) for c in _LOGIN})
        )

    def used(self, row: LoginRow, at: datetime) -> None:
        """Note that a login was used."""
        self._connection.execute(
            update(person_logins)
            .where(person_logins.c.issuer == row.issuer, person_logins.c.subject == row.subject)
            .values(last_used=at)
        )

    def unlink(self, person: int, issuer: str) -> bool:
        """Forget a person's login at an issuer; False when there was none."""
        done = self._connection.execute(
            delete(person_logins).where(
                person_logins.c.issuer == issuer, person_logins.c.person == person
            )
        )
        return done.rowcount == 1
