"""Coming in by the provider of single sign-on: who may, and how the way there and back is bound.

Nobody is made in silence. Who comes is known here by an earlier visit (the provider's own name for
them, which never changes hands), or by an address that the provider has verified: a person's, or
that of an open invitation. An address alone links once; where a person has a login already, another
one with the same address is somebody else who was given it later, and is refused.

The way there and back belongs to one browser. Its cookie holds a challenge (`challenges`) for this
purpose and page; state, nonce and the verifier of PKCE are made from that with the node's secret,
so nothing is kept for strangers who never come back, and each challenge is used once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial import challenges, sessions, throttling
from node.editorial.providers import ProviderFailedError, Question
from node.editorial.sessions import SignInRefusedError
from node.storage.logins import LoginRow
from node.storage.people import email_key
from node.storage.sessions import INVITE, token_hash

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.idtokens import Claims
    from node.editorial.providers import Provider
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

#: The provider may ask for a password, a code and consent meanwhile.
VALID = timedelta(minutes=10)
MAX_CODE, MAX_NEXT = 4000, 1000


class LoginRefusedError(SignInRefusedError):
    """Nobody comes in; `why` is: late, cancelled, unverified, unknown, taken."""

    code = "login-refused"

    def __init__(self, why: str, said: str) -> None:
        self.why = why
        super().__init__(said, why=why)


def start(d: Editorial, after: str) -> str:
    """Return what the browser keeps on its way: it comes back to the page `after`."""
    after = after if len(after) <= MAX_NEXT else ""
    return f"{_text(challenges.make(d, _purpose(after)))}.{_text(after.encode())}"


def question(d: Editorial, kept: str, redirect: str) -> Question:
    """Return what is asked with what the browser keeps. Raises `LoginRefusedError`."""
    challenge, _after = _read(kept)

    def derived(what: str) -> str:
        secret = challenges.secret(d)
        return _text(hmac.new(secret, f"{what}\0".encode() + challenge, "sha256").digest())

    return Question(
        redirect, derived("login state"), derived("login nonce"), derived("login verifier")
    )


def page_after(kept: str) -> str:
    """Return the page that somebody wanted; it has to be looked at before one goes there."""
    try:
        return _read(kept)[1]
    except LoginRefusedError:
        return ""


def finish(
    d: Editorial,
    provider: Provider,
    kept: str,
    redirect: str,
    answer: dict[str, str],
    *,
    address: str,
    agent: str,
    language: str = "",
    before: Signed | None = None,
) -> str:
    """Turn the provider's answer into a session; return its token.

    `answer` has the parameters of the address that the browser came back to; the session that it
    had `before` ends, and `language` is what somebody new reads. The session is incomplete when
    the person has a second factor here. Raises `LoginRefusedError`, `ProviderFailedError`,
    `TooFastError`.
    """
    challenge, after = _read(kept)
    asked = question(d, kept, redirect)
    if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise _late()
    keys = throttling.counted(f"login {challenge.hex()}", address)
    with d.database.writing() as uow:
        throttling.attempt(uow, keys, d.now())
        if not challenges.spend(d, uow, _purpose(after), challenge, valid=VALID):
            raise _late()
    try:
        provider.check_sender(answer.get("iss"), d.now())
        claims = provider.redeem(_code(answer), asked, d.now())
        with d.database.writing() as uow:
            person = _person(d, uow, provider.issuer, claims, language)
            throttling.succeeded(uow, keys)
            if before is not None:
                uow.sessions.end(before.session.token)
            return _open(d, uow, person, claims, agent)
    except (LoginRefusedError, ProviderFailedError) as error:
        with d.database.writing() as uow:
            uow.audit.add("somebody", "sign-in refused", {"login": error.why}, d.now())
        raise


def _code(answer: dict[str, str]) -> str:
    if answer.get("error") == "access_denied":
        raise LoginRefusedError("cancelled", "The provider was told not to go on.")
    code = answer.get("code", "")
    if "error" in answer or not 0 < len(code) <= MAX_CODE:
        raise ProviderFailedError("refused", "The provider gave no code.")
    return code


def unlink(d: Editorial, by: Signed) -> bool:
    """Forget one's login; False when there was none. Raises `ProofNeededError`."""
    sessions.require_proof(d, by)
    with d.database.writing() as uow:
        done = uow.logins.unlink(by.person.id, d.settings.oidc_issuer)
        if done:
            uow.audit.add(by.person.name, "login unlinked", {"person": by.person.id}, d.now())
    return done


def own(d: Editorial, by: Signed) -> LoginRow | None:
    """Return one's linked login, or None."""
    with d.database.reading() as uow:
        return uow.logins.of(by.person.id, d.settings.oidc_issuer)


def _open(d: Editorial, uow: UnitOfWork, person: PersonRow, claims: Claims, agent: str) -> str:
    second = bool(person.totp_seed or uow.people.passkeys_of(person.id))
    token = sessions.open_session(d, uow, person, agent=agent, complete=not second)
    # The provider may have let them pass without asking anything: a proof is what it says of when
    # it last asked, and lasts from then.
    until = claims.proved + sessions.PROVED if claims.proved else None
    proved = until if until and until > d.now() and not second else None
    uow.sessions.change(token_hash(token), proved_until=proved)
    return token


def _person(d: Editorial, uow: UnitOfWork, issuer: str, claims: Claims, language: str) -> PersonRow:
    login = uow.logins.find(issuer, claims.subject)
    if login is not None:
        person = uow.people.require(login.person)
        if not person.active:
            raise _unknown()
        uow.logins.used(login, d.now())
        return person
    if not claims.email:
        why = "unverified" if claims.named else "unknown"
        raise LoginRefusedError(why, "The provider has not verified an address.")
    person = uow.people.by_email(claims.email) or _invited(d, uow, claims.email, language)
    if not person.active:
        raise _unknown()
    if uow.logins.of(person.id, issuer) is not None:
        raise LoginRefusedError("taken", "Another login is linked to this person.")
    uow.logins.link(
        LoginRow(
            issuer=issuer,
            subject=claims.subject,
            person=person.id,
            email=claims.email,
            created=d.now(),
            last_used=d.now(),
        )
    )
    uow.audit.add(person.name, "login linked", {"person": person.id}, d.now())
    return person


def _invited(d: Editorial, uow: UnitOfWork, email: str, language: str) -> PersonRow:
    for row in uow.sessions.invitations():
        same = row.purpose == INVITE and email_key(row.email) == email_key(email)
        if same and row.expires > d.now() and uow.sessions.use_invitation(row.token):
            person = uow.people.add(
                name=row.name,
                email=row.email,
                roles=row.roles,
                language=language or d.settings.languages[0],
                created=d.now(),
            )
            uow.audit.add(row.name, "invitation accepted", {"person": person.id}, d.now())
            return person
    raise _unknown()


def _purpose(after: str) -> str:
    return f"login {after}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(kept: str) -> tuple[bytes, str]:
    try:
        first, _dot, rest = kept.partition(".")
        return _bytes(first), _bytes(rest).decode()
    except (binascii.Error, ValueError) as error:
        raise _late() from error


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _late() -> LoginRefusedError:
    return LoginRefusedError("late", "This way of signing in was not begun here, or too long ago.")


def _unknown() -> LoginRefusedError:
    return LoginRefusedError("unknown", "Nobody here has this address.")
