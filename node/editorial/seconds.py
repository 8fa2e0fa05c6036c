"""The second factor: a code from a telephone, or one of ten recovery codes.

Codes are TOTP (RFC 6238: 6 digits, 30 seconds, SHA-1, as every app has it). The code of the step
before and after counts too, since clocks differ; each step counts once, so a code that somebody
looked at over a shoulder opens nothing more. Recovery codes hold 50 random bits and are kept as
SHA-256: whoever can read that table also reads the seed beside it. Attempts are throttled by the
person and by the address. Passkeys are a second factor too (`passkeys`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from node.editorial import sessions, throttling
from node.editorial.choices import choices
from node.editorial.rights import EDITOR, KEEPER
from node.editorial.sessions import SignInRefusedError
from node.errors import ConflictError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork

SEED_BYTES, DIGITS, STEP = 20, 6, 30
RECOVERY_CODES, RECOVERY_LENGTH = 10, 10
#: Whose second factor a keeper may ask for.
ASKED = {KEEPER, EDITOR}


class WrongCodeError(SignInRefusedError):
    """The code is wrong, too old, or was used before."""

    code = "wrong-code"


class StillRequiredError(ConflictError):
    """It is the only second factor of somebody who must have one."""

    code = "still-required"


def owed(d: Editorial, by: Signed) -> bool:
    """Say whether somebody has to set up a second factor before they may work."""
    if by.person.totp_seed or not ASKED & set(by.person.roles):
        return False
    with d.database.reading() as uow:
        required = choices(uow).second_factor_required
        return required and not uow.people.passkeys_of(by.person.id)


def new_seed() -> str:
    """Return a new seed as people type it: 32 letters and digits, base32."""
    return base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode()


def address_of(seed: str, *, account: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an app reads from the QR code."""
    return _totp(_read(seed)).get_provisioning_uri(account, issuer)


def confirm(d: Editorial, by: Signed, seed: str, typed: str) -> list[str]:
    """Take a seed as the person's second factor once one code of it was typed.

    Returns the recovery codes, shown once. Raises `WrongCodeError`, `ProofNeededError`,
    `ConflictError` when there is one already.
    """
    sessions.require_proof(d, by)
    raw = _read(seed)
    step = _step_of(d, raw, typed)
    if step is None:
        raise WrongCodeError("This code does not fit.", hint="Type the one that is shown now.")
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with d.database.writing() as uow:
        if uow.people.require(by.person.id).totp_seed:
            raise ConflictError("There is a second factor already.", hint="Remove it first.")
        uow.people.change(
            by.person.id, totp_seed=raw, totp_step=step, recovery_codes=[_kept(c) for c in codes]
        )
        uow.audit.add(by.person.name, "second factor set up", {"sort": "code"}, d.now())
    return codes


def new_recovery_codes(d: Editorial, by: Signed) -> list[str]:
    """Make ten new recovery codes; the ones before stop working. Raises `ProofNeededError`."""
    sessions.require_proof(d, by)
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with d.database.writing() as uow:
        if not uow.people.require(by.person.id).totp_seed:
            raise ConflictError("Recovery codes belong to codes from a telephone.")
        uow.people.change(by.person.id, recovery_codes=[_kept(code) for code in codes])
        uow.audit.add(by.person.name, "recovery codes made", {}, d.now())
    return codes


def remove(d: Editorial, by: Signed) -> None:
    """Take the codes from a telephone away.

    Raises `ProofNeededError`, `StillRequiredError` where it is the only one and has to be.
    """
    sessions.require_proof(d, by)
    with d.database.writing() as uow:
        check_spare(uow, by, passkeys=len(uow.people.passkeys_of(by.person.id)), codes=0)
        uow.people.change(by.person.id, totp_seed=None, recovery_codes=())
        uow.audit.add(by.person.name, "second factor removed", {"sort": "code"}, d.now())


def check_spare(uow: UnitOfWork, by: Signed, *, passkeys: int, codes: int) -> None:
    """Raise `StillRequiredError` when what would be left is less than the keeper asks for."""
    required = choices(uow).second_factor_required and ASKED & set(by.person.roles)
    if required and not passkeys + codes:
        raise StillRequiredError(
            "This node asks keepers and editors for a second factor.",
            hint="Set up another one before you take this one away.",
        )


def give(d: Editorial, by: Signed, typed: str, *, address: str) -> str:
    """Complete a session with a code or a recovery code; return the new session's token.

    Raises `WrongCodeError`, and `TooFastError` after too many wrong ones.
    """
    keys = throttling.counted(f"second factor of {by.person.id}", address)
    with d.database.writing() as uow:
        throttling.attempt(uow, keys, d.now())
    with d.database.writing() as uow:
        if not _counts(d, uow, by.person.id, typed):
            raise WrongCodeError(
                "This code is wrong, too old, or was used already.",
                hint="Type the one that is shown now, or one of your recovery codes.",
            )
        throttling.succeeded(uow, keys)
        return sessions.complete_session(d, uow, by)


def _counts(d: Editorial, uow: UnitOfWork, person: int, typed: str) -> bool:
    row = uow.people.require(person)
    if row.totp_seed is None:
        return False
    step = _step_of(d, row.totp_seed, typed)
    if step is not None:
        return uow.people.use_totp_step(person, step)
    kept = _kept(typed)
    left = [each for each in row.recovery_codes if not hmac.compare_digest(each, kept)]
    if len(left) == len(row.recovery_codes):
        return False
    uow.people.change(person, recovery_codes=left)
    uow.audit.add(row.name, "recovery code used", {"left": len(left)}, d.now())
    return True


def _step_of(d: Editorial, seed: bytes, typed: str) -> int | None:
    """Return the time step whose code this is, or None."""
    plain = "".join(letter for letter in typed if letter.isdecimal())
    if len(plain) != DIGITS:
        return None
    # Digits of any script: an Arabic keyboard types other ones.
    code = f"{int(plain):0{DIGITS}}".encode()
    now, totp = int(d.now().timestamp()) // STEP, _totp(seed)
    steps = [step for step in (now - 1, now, now + 1) if step >= 0]
    fitting = [s for s in steps if hmac.compare_digest(totp.generate(s * STEP), code)]
    return fitting[0] if fitting else None


def _recovery_code() -> str:
    """Return a code such as ``k3vf7-qm2xa``."""
    letters = base64.b32encode(secrets.token_bytes(7)).decode().lower()[:RECOVERY_LENGTH]
    return f"{letters[:5]}-{letters[5:]}"


def _kept(code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _read(seed: str) -> bytes:
    return base64.b32decode(seed)


def _totp(seed: bytes) -> TOTP:
    # SHA-1 is what every app speaks; as an HMAC it is sound (RFC 6238).
    return TOTP(seed, DIGITS, SHA1(), STEP)  # noqa: S303
