"""How often somebody may fail before they have to wait, counted in the database for all processes.

Two keys count for every attempt: the account (against guessing one password) and the address it
comes from (against trying one password on many accounts). After the free attempts each failure
doubles the wait. Nobody is locked out for good, or a stranger could lock out everybody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from node.errors import PermissionDeniedError
from node.storage.sessions import ThrottleRow

if TYPE_CHECKING:
    from datetime import datetime

    from node.storage import UnitOfWork

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
#: Without a failure for this long, counting begins anew.
FORGOTTEN = timedelta(hours=1)
ACCOUNT_FREE, ADDRESS_FREE = 5, 30


class TooFastError(PermissionDeniedError):
    """Too many attempts; `seconds` says how long to wait."""

    code = "too-fast"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            f"There were too many attempts. Try again in {seconds} seconds.", seconds=seconds
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """One key under which failures are counted, and how many are free."""

    key: str
    free: int


def counted(account: str, address: str) -> tuple[Counted, ...]:
    """Return the keys of one attempt. Kept are digests: the table names nobody."""

    def key(what: str, value: str) -> str:
        return f"{what}:{hashlib.sha256(value.casefold().strip().encode()).hexdigest()[:32]}"

    return (
        Counted(key("account", account), ACCOUNT_FREE),
        Counted(key("address", address), ADDRESS_FREE),
    )


def check(uow: UnitOfWork, keys: tuple[Counted, ...], now: datetime) -> None:
    """Raise `TooFastError` while any of the keys has to wait."""
    for each in keys:
        row = uow.sessions.throttle(each.key)
        if row and row.blocked_until and row.blocked_until > now:
            raise TooFastError(int((row.blocked_until - now).total_seconds()) + 1)


def attempt(uow: UnitOfWork, keys: tuple[Counted, ...], now: datetime) -> None:
    """Count an attempt as failed under every key, before it is known whether it is.

    Counted afterwards, a thousand attempts made at once would all be let through. Raises
    `TooFastError`.
    """
    check(uow, keys, now)
    for each in keys:
        row = uow.sessions.throttle(each.key)
        fresh = row is None or now - row.since > FORGOTTEN
        failures = 1 if fresh or row is None else row.failures + 1
        over = failures - each.free
        wait = min(FIRST_WAIT * 2 ** min(over, 16), LONGEST_WAIT) if over >= 0 else None
        uow.sessions.keep_throttle(
            ThrottleRow(
                key=each.key,
                failures=failures,
                since=now,
                blocked_until=now + wait if wait else None,
            )
        )


def succeeded(uow: UnitOfWork, keys: tuple[Counted, ...]) -> None:
    """Forget the failures of the account; those of the address stay, this attempt aside."""
    account, *others = keys
    uow.sessions.forget_throttle(account.key)
    for each in others:
        row = uow.sessions.throttle(each.key)
        if row is not None:
            uow.sessions.keep_throttle(
                replace(row, failures=max(row.failures - 1, 0), blocked_until=None)
            )


def once(uow: UnitOfWork, key: str, now: datetime) -> bool:
    """Say whether this is the first time that something that counts once is used."""
    if uow.sessions.throttle(key) is not None:
        return False
    uow.sessions.keep_throttle(ThrottleRow(key=key, failures=0, since=now, blocked_until=None))
    return True
