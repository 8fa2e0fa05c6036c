"""Passkeys (WebAuthn): registered by somebody who is in, then the second factor or the whole key.

A passkey belongs to one address of the node. Browsers have none for a bare number such as
127.0.0.1, and none over plain HTTP except on ``localhost``; `possible` says so before anybody is
asked. Signing in with a passkey alone needs the device to check its owner (fingerprint, PIN), so it
stands for both factors; as a second factor holding the device is enough.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from node.editorial import challenges, seconds, sessions
from node.editorial.sessions import SignInRefusedError
from node.errors import BadInputError, NotFoundError
from node.storage.people import PasskeyRow

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import UnitOfWork
    from node.storage.people import PersonRow

SIGN_IN = "sign in"
MAX_LABEL = 100
MAX_KEYS = 20


class BadPasskeyError(SignInRefusedError):
    """The answer of the passkey does not verify."""

    code = "bad-passkey"


@dataclass(frozen=True, slots=True)
class Site:
    """The address that passkeys belong to, as the browser sees it."""

    host: str
    origin: str

    @property
    def possible(self) -> bool:
        """Say whether browsers have passkeys for this address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.host == "localhost" or self.origin.startswith("https://")
        return False


def site_of(d: Editorial, asked: str) -> Site:
    """Return where passkeys are used: the node's public address, or localhost to try things.

    `asked` is the address of the request. It does not decide: whoever asks could choose it.
    """
    parts = urlsplit(asked if urlsplit(asked).hostname == "localhost" else d.settings.url)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def registration(d: Editorial, by: Signed, site: Site) -> str:
    """Return what the browser is given to make a passkey, as JSON. Raises `ProofNeededError`."""
    sessions.require_proof(d, by)
    with d.database.reading() as uow:
        known = uow.people.passkeys_of(by.person.id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=d.settings.name,
        user_name=by.person.email,
        user_display_name=by.person.name,
        # Ours alone and without meaning elsewhere, as the specification asks.
        user_id=challenges.secret(d)[:16] + by.person.id.to_bytes(8, "big"),
        challenge=challenges.make(d, _registering(by)),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential) for key in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def register(d: Editorial, by: Signed, site: Site, answer: str, *, name: str) -> PasskeyRow:
    """Keep a new passkey. Raises `BadPasskeyError`, `ConflictError`, `ProofNeededError`."""
    sessions.require_proof(d, by)
    label = " ".join(name.split())[:MAX_LABEL]
    credential, challenge = _opened(answer)
    with d.database.writing() as uow:
        if not challenges.spend(d, uow, _registering(by), challenge):
            raise _refused()
        if len(uow.people.passkeys_of(by.person.id)) >= MAX_KEYS:
            raise BadInputError(f"Somebody may have {MAX_KEYS} passkeys. Remove one first.")
        try:
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
            )
        except (WebAuthnException, ValueError) as error:
            raise _refused() from error
        row = PasskeyRow(
            credential=made.credential_id,
            person=by.person.id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=label,
            created=d.now(),
            last_used=None,
        )
        uow.people.add_passkey(row)
        uow.audit.add(by.person.name, "second factor set up", {"sort": "passkey"}, d.now())
    return row


def remove(d: Editorial, by: Signed, credential: bytes) -> None:
    """Forget one's own passkey.

    Raises `NotFoundError`, `ProofNeededError`, `StillRequiredError`.
    """
    sessions.require_proof(d, by)
    with d.database.writing() as uow:
        left = len(uow.people.passkeys_of(by.person.id)) - 1
        seconds.check_spare(uow, by, passkeys=left, codes=int(bool(by.person.totp_seed)))
        if not uow.people.remove_passkey(by.person.id, credential):
            raise NotFoundError("This passkey is not yours, or is not there any more.")
        uow.audit.add(by.person.name, "second factor removed", {"sort": "passkey"}, d.now())


def own(d: Editorial, by: Signed) -> list[PasskeyRow]:
    """Return one's own passkeys, the oldest first."""
    with d.database.reading() as uow:
        return uow.people.passkeys_of(by.person.id)


def question(d: Editorial, site: Site, by: Signed | None) -> str:
    """Return what the browser is given to use a passkey, as JSON.

    Without `by` any passkey of this node may answer, and the device has to check its owner.
    """
    known: list[PasskeyRow] = own(d, by) if by else []
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenges.make(d, _answering(by)),
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential) for key in known],
        user_verification=UserVerificationRequirement.PREFERRED
        if by
        else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in(d: Editorial, site: Site, answer: str, *, agent: str) -> str:
    """Open a whole session with a passkey alone; return its token. Raises `BadPasskeyError`."""
    with d.database.writing() as uow:
        person = _verified(d, uow, site, answer, None)
        return sessions.open_session(d, uow, person, agent=agent)


def complete(d: Editorial, by: Signed, site: Site, answer: str) -> str:
    """Complete a session with a passkey; return its new token. Raises `BadPasskeyError`."""
    with d.database.writing() as uow:
        _verified(d, uow, site, answer, by)
        return sessions.complete_session(d, uow, by)


def _verified(
    d: Editorial, uow: UnitOfWork, site: Site, answer: str, by: Signed | None
) -> PersonRow:
    credential, challenge = _opened(answer)
    try:
        key = uow.people.passkey(base64url_to_bytes(str(credential.get("rawId", ""))))
    except ValueError as error:
        raise _refused() from error
    person = uow.people.get(key.person) if key else None
    if key is None or person is None or not person.active:
        raise _refused()
    if by is not None and person.id != by.person.id:
        raise _refused()
    if not challenges.spend(d, uow, _answering(by), challenge):
        raise _refused()
    try:
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=by is None,
        )
    except (WebAuthnException, ValueError) as error:
        raise _refused() from error
    uow.people.passkey_used(key.credential, done.new_sign_count, d.now())
    return person


def _opened(answer: str) -> tuple[dict[str, Any], bytes]:
    """Read the browser's answer and the challenge in it; nothing of it is believed yet."""
    try:
        credential = json.loads(answer)
        client = parse_client_data_json(
            base64url_to_bytes(credential["response"]["clientDataJSON"])
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused() from error
    return credential, client.challenge


def _refused() -> BadPasskeyError:
    return BadPasskeyError(
        "This passkey could not be verified. Nothing was changed.",
        hint="Open the page again and try once more, or use your password.",
    )


def _registering(by: Signed) -> str:
    return f"register {by.session.token.hex()}"


def _answering(by: Signed | None) -> str:
    return f"second {by.session.token.hex()}" if by else SIGN_IN
