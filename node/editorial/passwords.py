"""Passwords: argon2id, at most two at work in a process, and what counts as a good one.

Parameters are OWASP's for argon2id (19 MiB, two passes, one lane): some 25 ms on the reference
machine. A hash takes memory, so a burst of sign-ins waits in line instead of filling the machine.
Rules for a good password follow NIST SP 800-63B: length counts, composition does not, and it is
not the name of the service, the person or a run of keys.
"""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from node.errors import BadInputError

SHORTEST, LONGEST = 12, 200
#: What is beyond this is not hashed; a megabyte would take long.
OVERLONG = 2 * LONGEST
#: Fewer different characters than this are a pattern and no password.
VARIETY = 5
AT_ONCE = 2

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_line = BoundedSemaphore(AT_ONCE)
#: Hash of a password nobody has: an unknown address takes as long as a known one.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$O9BhIg2JKTPLDJfLZjYhpQ$"
    "mzP+QcJfp4lSvrBH+n5nTMbGGSQeJi04AIgP2Bwnpg4"
)
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class WeakPasswordError(BadInputError):
    """The password would be guessed; the message says why."""

    code = "weak-password"


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _line:
        return _hasher.hash(_composed(password))


def fits(kept: str, password: str) -> bool:
    """Say whether a password is the one that was kept; takes as long when none was kept."""
    known = bool(kept)
    with _line:
        try:
            return _hasher.verify(kept or _NOBODY, _composed(password)) and known
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Say whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def check_strength(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise `WeakPasswordError` when a password would be guessed.

    `about` are words that a stranger would try first: name, address, organisation.
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise WeakPasswordError(
            f"This password has {len(password)} characters, and at least {SHORTEST} are needed.",
            hint="Four or five words that have nothing to do with each other are easy to keep.",
        )
    if len(password) > LONGEST:
        raise WeakPasswordError(f"A password may have at most {LONGEST} characters.")
    if len(set(folded)) < VARIETY or _is_run(folded):
        raise WeakPasswordError(
            "This password is a pattern that is guessed first.",
            hint="Take several words that have nothing to do with each other.",
        )
    rest = folded
    for word in ("footbridge", "password", *about):
        for part in word.casefold().replace("@", " ").replace(".", " ").split():
            if len(part) >= 4:  # noqa: PLR2004 - shorter parts occur in words by chance
                rest = rest.replace(part, "")
    if len(rest) < SHORTEST // 2:
        raise WeakPasswordError(
            "This password is made of the name or address it belongs to, which is guessed first.",
            hint="Take several words that have nothing to do with you or your organisation.",
        )


def _composed(password: str) -> str:
    """Return a password in one form: keyboards differ in how they write an accented letter."""
    return unicodedata.normalize("NFKC", password)[:OVERLONG]


def _is_run(folded: str) -> bool:
    """Say whether it is one short piece repeated, or a walk along the keyboard."""
    if any(folded == folded[:n] * (len(folded) // n) for n in range(1, 5) if len(folded) % n == 0):
        return True
    kept = folded
    for run in _RUNS:
        for way in (run, run[::-1]):
            for length in range(len(way), 3, -1):
                for start in range(len(way) - length + 1):
                    kept = kept.replace(way[start : start + length], "")
    return len(kept) < SHORTEST // 2
