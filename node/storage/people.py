"""People who may sign in: one row each, never deleted, so that the audit trail stays true."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from node.errors import ConflictError, NotFoundError
from node.storage.store import Store
from node.storage.tables.people import passkeys, people

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person. `password` is its argon2 hash, "" before one was chosen."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    language: str
    password: str
    totp_seed: bytes | None
    totp_step: int
    #: Digests of the codes for a lost telephone that were not used yet.
    recovery_codes: tuple[str, ...]
    created: datetime
    last_seen: datetime | None
    deactivated: datetime | None

    @property
    def active(self) -> bool:
        """Say whether they may sign in at all."""
        return self.deactivated is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """One passkey of a person (WebAuthn credential)."""

    credential: bytes
    person: int
    public_key: bytes
    sign_count: int
    name: str
    created: datetime
    last_used: datetime | None


_PERSON = [people.c[field.name] for field in fields(PersonRow)]
_PASSKEY = [passkeys.c[field.name] for field in fields(PasskeyRow)]


def email_key(email: str) -> str:
    """Return the form of an address under which it is known: folded, without spaces around."""
    return email.strip().casefold()


class People(Store):
    """People and their passkeys."""

    def add(
        self, *, name: str, email: str, roles: tuple[str, ...], language: str, created: datetime
    ) -> PersonRow:
        """Add a person without a password. Raises `ConflictError` when the address is known."""
        if self.by_email(email) is not None:
            raise ConflictError("Somebody with this e-mail address is known here already.")
        values: dict[str, Any] = {
            "name": name,
            "email": email.strip(),
            "email_key": email_key(email),
            "roles": list(roles),
            "language": language,
            "password": "",
            "totp_step": 0,
            "recovery_codes": [],
            "created": created,
        }
        number = self._connection.execute(
            insert(people).values(**values).returning(people.c.id)
        ).scalar_one()
        return self.require(number)

    def get(self, number: int) -> PersonRow | None:
        """Return one person, or None."""
        return self._first(people.c.id == number)

    def require(self, number: int) -> PersonRow:
        """Return one person; raises `NotFoundError`."""
        found = self.get(number)
        if found is None:
            raise NotFoundError("There is nobody with this number here.", person=number)
        return found

    def by_email(self, email: str) -> PersonRow | None:
        """Return the person with this address, in whatever case it is written."""
        return self._first(people.c.email_key == email_key(email))

    def all(self) -> list[PersonRow]:
        """Return everybody, the first added first, those who have left included."""
        query = select(*_PERSON).order_by(people.c.id)
        return [_person(row) for row in self._connection.execute(query).mappings()]

    def names(self) -> dict[int, str]:
        """Return everybody's name by number."""
        query = select(people.c.id, people.c.name)
        return {row.id: row.name for row in self._connection.execute(query)}

    def count(self) -> int:
        """Return how many people there are, those who have left included."""
        return int(self._connection.execute(select(func.count()).select_from(people)).scalar_one())

    def change(self, number: int, **values: Any) -> PersonRow:
        """Change columns of a person.

        Raises `NotFoundError`, and `ConflictError` for an address that somebody else has.
        """
        if "email" in values:
            other = self.by_email(values["email"])
            if other is not None and other.id != number:
                raise ConflictError("Somebody with this e-mail address is known here already.")
            values["email_key"] = email_key(values["email"])
        for name in ("roles", "recovery_codes"):
            if name in values:
                values[name] = list(values[name])
        self._connection.execute(update(people).where(people.c.id == number).values(**values))
        return self.require(number)

    def use_totp_step(self, number: int, step: int) -> bool:
        """Take a time step for a person; False when it or a later one was used before."""
        changed = self._connection.execute(
            update(people)
            .where(people.c.id == number, people.c.totp_step < step)
            .values(totp_step=step)
        )
        return changed.rowcount == 1

    def add_passkey(self, key: PasskeyRow) -> None:
        """Add a passkey. Raises `ConflictError` when it is registered already."""
        if self.passkey(key.credential) is not None:
            raise ConflictError("This passkey is registered already.")
        self._connection.execute(
            insert(passkeys).values(**{c.name: getattr(key, c.name) for c in _PASSKEY})
        )

    def passkey(self, credential: bytes) -> PasskeyRow | None:
        """Return a passkey by its credential id, or None."""
        query = select(*_PASSKEY).where(passkeys.c.credential == credential)
        row = self._connection.execute(query).mappings().one_or_none()
        return PasskeyRow(**row) if row else None

    def passkeys_of(self, number: int) -> list[PasskeyRow]:
        """Return a person's passkeys, the oldest first."""
        query = select(*_PASSKEY).where(passkeys.c.person == number).order_by(passkeys.c.created)
        return [PasskeyRow(**row) for row in self._connection.execute(query).mappings()]

    def passkey_used(self, credential: bytes, sign_count: int, at: datetime) -> None:
        """Note that a passkey was used."""
        self._connection.execute(
            update(passkeys)
            .where(passkeys.c.credential == credential)
            .values(sign_count=sign_count, last_used=at)
        )

    def remove_passkey(self, number: int, credential: bytes) -> bool:
        """Remove a person's passkey; False when it is not theirs or not there."""
        done = self._connection.execute(
            delete(passkeys).where(passkeys.c.credential == credential, passkeys.c.person == number)
        )
        return done.rowcount == 1

    def _first(self, condition: ColumnElement[bool]) -> PersonRow | None:
        row = self._connection.execute(select(*_PERSON).where(condition)).mappings().one_or_none()
        return _person(row) if row else None


def _person(row: RowMapping) -> PersonRow:
    values = dict(row)
    values["roles"] = tuple(values["roles"])
    values["recovery_codes"] = tuple(values["recovery_codes"])
    return PersonRow(**values)
