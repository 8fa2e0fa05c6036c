"""ID tokens of OpenID Connect: read, and believed only when everything about them is verified.

A token says by itself how it wants to be verified, and that is where such checks have failed for
others. So the algorithm has to be on our list before anything else is looked at; all on it verify
with a public key, so nobody makes a token with what the provider publishes. Keys are those of the
provider's document alone; what a token's header says of keys besides their name is not read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from node.errors import PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from joserfc.jwk import Key

#: The algorithms, and what a key for each is.
ALGORITHMS: dict[str, type[RSAKey | ECKey | OKPKey]] = {
    "RS256": RSAKey,
    "ES256": ECKey,
    "EdDSA": OKPKey,
    "Ed25519": OKPKey,
}
CURVES = {"EC": "P-256", "OKP": "Ed25519"}
MIN_RSA_BITS = 2048
#: Seconds by which the provider's clock and ours may differ.
LEEWAY = 60
MAX_KEYS, MAX_TOKEN = 50, 64 * 1024
MAX_SUBJECT, MAX_EMAIL = 255, 254


class BadTokenError(PermissionDeniedError):
    """The token does not say what it must, or nobody whom we believe has signed it."""

    code = "bad-token"


class UnknownKeyError(BadTokenError):
    """None of the keys that are known is the token's; there may be new ones."""

    code = "unknown-key"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is there, as the provider says. `email` is "" unless the provider has verified it."""

    subject: str
    email: str
    #: Whether there was an address at all, verified or not.
    named: bool
    #: When they last showed the provider who they are; None where it does not say.
    proved: datetime | None

    def with_email(self, said: Mapping[str, Any]) -> Claims:
        """Return the claims with the address of another answer."""
        email, verified_ = said.get("email"), said.get("email_verified")
        named = isinstance(email, str) and 0 < len(email) <= MAX_EMAIL
        return replace(self, email=str(email) if named and verified_ is True else "", named=named)


class _Registry(jws.JWSRegistry):
    def get_alg(self, name: str) -> Any:
        """Return an algorithm of our list. Providers write EdDSA by its older name (RFC 9864)."""
        if name == "EdDSA" and self.allowed and name in self.allowed:
            return self.algorithms[name]
        return super().get_alg(name)


def read_keys(document: Mapping[str, Any]) -> list[Key]:
    """Return the keys of a document (RFC 7517) that may sign tokens; others are passed over."""
    listed = document.get("keys")
    found = []
    for each in listed[:MAX_KEYS] if isinstance(listed, list) else []:
        key = _key(each)
        if key is not None:
            found.append(key)
    return found


def verified(
    token: str,
    keys: Sequence[Key],
    *,
    issuer: str,
    client: str,
    nonce: str,
    access: str,
    now: datetime,
) -> Claims:
    """Return what a token says, once all of it is verified.

    Raises `UnknownKeyError` when none of the keys is the token's, `BadTokenError` otherwise.
    """
    if len(token) > MAX_TOKEN:
        raise BadTokenError("The token is too long.")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise BadTokenError("This is no signed token.") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise BadTokenError("The token is not signed in a way that counts here.")
    opened = _opened(token, _fitting(keys, header.get("kid"), algorithm), algorithm)
    said = CodeIDToken(
        opened.claims,
        opened.header,
        options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        },
        params={"nonce": nonce, "client_id": client, "access_token": access},
    )
    try:
        said.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise BadTokenError(f"The token does not hold: {error}") from error
    return _claims(said, now)


def _claims(said: Mapping[str, Any], now: datetime) -> Claims:
    subject, proved = said.get("sub"), said.get("auth_time")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise BadTokenError("The token names nobody.")
    at = None
    if isinstance(proved, int) and proved > 0:
        # A clock that is ahead does not make a proof last longer.
        seconds = min(proved, int(now.timestamp()))
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return Claims(subject, "", named=False, proved=at).with_email(said)


def _opened(token: str, keys: Sequence[Key], algorithm: str) -> jwt.Token:
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    for key in keys:
        try:
            return jwt.decode(token, key, registry=registry)
        except (JoseError, ValueError, TypeError):
            continue
    raise UnknownKeyError("None of the provider's keys has signed the token.")


def _fitting(keys: Sequence[Key], name: object, algorithm: str) -> list[Key]:
    return [
        key
        for key in keys
        if isinstance(key, ALGORITHMS[algorithm]) and (name is None or key.kid == name)
    ]


def _key(said: object) -> Key | None:
    if not isinstance(said, dict) or said.get("use", "sig") != "sig" or "d" in said:
        return None
    sort = said.get("kty")
    if sort not in {"RSA", "EC", "OKP"} or said.get("crv") != CURVES.get(str(sort)):
        return None
    try:
        key = import_key(said)
        bits = key.public_key.key_size if isinstance(key, RSAKey) else MIN_RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if bits >= MIN_RSA_BITS else None
