"""The provider of single sign-on: what it says of itself, its keys, and a code made a person.

OpenID Connect 1.0, authorization code flow with PKCE (RFC 7636). The provider is one that the
keeper chose; all the same nothing is believed before it is verified:

* its document must be about the very issuer that the keeper has named, so that no other provider
  can put itself in its place; where answers name their issuer (RFC 9207), that is checked too;
* an ID token counts when one of the provider's keys signed it with an algorithm of our list (never
  one with a shared secret, never none), for this node, now, and in answer to this very question;
* its keys are fetched again when one is named that is not known, but not more than once a minute,
  so that made-up names do not make this node ask without end.

Documents and keys are kept for an hour, in the memory of each process.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from node.editorial.idtokens import Claims, UnknownKeyError, read_keys, verified
from node.errors import FootbridgeError

if TYPE_CHECKING:
    from datetime import datetime

    from joserfc.jwk import Key

    from node.config import Settings
    from node.editorial.ports import Ask

KEPT = timedelta(hours=1)
#: After a failure, and between two looks at the keys.
PAUSE = timedelta(minutes=1)
SCOPES = "openid email profile"
_OK = 200


class ProviderFailedError(FootbridgeError):
    """Signing in by the provider did not work; `why` is: silent, refused, doubtful."""

    code = "provider-failed"

    def __init__(self, why: str, said: str) -> None:
        self.why = why
        super().__init__(said, hint="Sign in with your password.", why=why)


@dataclass(frozen=True, slots=True)
class Question:
    """What goes to the provider with somebody, and has to fit what comes back."""

    redirect: str
    state: str
    nonce: str
    #: The verifier of PKCE; only its SHA-256 goes along.
    verifier: str


@dataclass(frozen=True, slots=True)
class _Document:
    authorize: str
    token: str
    keys: str
    userinfo: str
    names_issuer: bool
    methods: tuple[str, ...]


@dataclass(slots=True)
class Provider:
    """One provider. May be used from several threads."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    ask: Ask
    _document: _Document | None = None
    _document_at: datetime | None = None
    _failed_at: datetime | None = None
    _keys: list[Key] = field(default_factory=list)
    _keys_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def address(self, asked: Question, language: str, now: datetime, *, again: bool) -> str:
        """Return where the browser is sent. With `again` the person shows anew who they are.

        Raises `ProviderFailedError`.
        """
        more: dict[str, Any] = {"prompt": "login", "max_age": "0"} if again else {}
        address: str = prepare_grant_uri(
            self.document(now).authorize,
            self.client_id,
            "code",
            redirect_uri=asked.redirect,
            scope=SCOPES,
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            ui_locales=language,
            **more,
        )
        return address

    def check_sender(self, issuer: str | None, now: datetime) -> None:
        """Raise `ProviderFailedError` when an answer comes from another provider (RFC 9207)."""
        expected = self.document(now).names_issuer
        if issuer != self.issuer and (issuer is not None or expected):
            raise ProviderFailedError("doubtful", "The answer is not from the provider asked.")

    def redeem(self, code: str, asked: Question, now: datetime) -> Claims:
        """Return who the provider says is there. Raises `ProviderFailedError`."""
        document = self.document(now)
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=asked.redirect,
            code=code,
            code_verifier=asked.verifier,
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        auth = ClientAuth(self.client_id, self.client_secret, self._method(document))
        _uri, headers, body = auth.prepare("POST", document.token, headers, body)
        answer = self._json(document.token, headers=headers, body=body.encode())
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise ProviderFailedError("doubtful", "The provider's answer has no ID token.")
        access = access if isinstance(access, str) else ""
        claims = self._verified(token, asked.nonce, access, now)
        if not claims.email and access and document.userinfo:
            return self._with_email(claims, access, document.userinfo)
        return claims

    def _verified(self, token: str, nonce: str, access: str, now: datetime) -> Claims:
        check = partial(
            verified,
            token,
            issuer=self.issuer,
            client=self.client_id,
            nonce=nonce,
            access=access,
            now=now,
        )
        try:
            try:
                return check(self.keys(now))
            except UnknownKeyError:
                return check(self.keys(now, anew=True))
        except FootbridgeError as error:
            if isinstance(error, ProviderFailedError):
                raise
            raise ProviderFailedError("doubtful", error.message) from error

    def _with_email(self, claims: Claims, access: str, address: str) -> Claims:
        """Ask for the address of a person whose ID token has none, as the standard allows."""
        answer = self._json(address, headers={"Authorization": f"Bearer {access}"})
        if answer.get("sub") != claims.subject:
            raise ProviderFailedError("doubtful", "The provider speaks of somebody else.")
        return claims.with_email(answer)

    def _method(self, document: _Document) -> str:
        if not self.client_secret:
            return "none"
        basic = not document.methods or "client_secret_basic" in document.methods
        return "client_secret_basic" if basic else "client_secret_post"

    def document(self, now: datetime) -> _Document:
        """Return what the provider says of itself. Raises `ProviderFailedError`."""
        with self._lock:
            if self._document and self._document_at and now - self._document_at < KEPT:
                return self._document
            if self._failed_at and now - self._failed_at < PAUSE:
                raise ProviderFailedError("silent", "The provider did not answer a moment ago.")
        try:
            found = self._read(
                self._json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            )
        except ProviderFailedError:
            with self._lock:
                self._failed_at = now
            raise
        with self._lock:
            self._document, self._document_at, self._failed_at = found, now, None
        return found

    def keys(self, now: datetime, *, anew: bool = False) -> list[Key]:
        """Return the provider's keys; `anew` asks for them unless that was done just now."""
        with self._lock:
            age = now - self._keys_at if self._keys_at else None
        if age is not None and age < (PAUSE if anew else KEPT):
            return self._keys
        found = read_keys(self._json(self.document(now).keys))
        with self._lock:
            self._keys, self._keys_at = found, now
        return found

    def _read(self, said: dict[str, Any]) -> _Document:
        places = [
            said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
        userinfo = said.get("userinfo_endpoint", "")
        fits = all(isinstance(each, str) and self.ask.allows(each) for each in places)
        if said.get("issuer") != self.issuer or not fits:
            raise ProviderFailedError(
                "silent", "What stands at the provider's address is not what it should be."
            )
        methods = said.get("token_endpoint_auth_methods_supported")
        return _Document(
            authorize=str(places[0]),
            token=str(places[1]),
            keys=str(places[2]),
            userinfo=userinfo if isinstance(userinfo, str) else "",
            names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            methods=tuple(str(m) for m in methods) if isinstance(methods, list) else (),
        )

    def _json(self, address: str, **more: Any) -> dict[str, Any]:
        try:
            status, body = self.ask(address, **more)
            said = orjson.loads(body)
        except (FootbridgeError, orjson.JSONDecodeError) as error:
            raise ProviderFailedError("silent", f"The provider does not answer: {error}") from error
        if status != _OK or not isinstance(said, dict):
            why = "refused" if 400 <= status < 500 else "silent"  # noqa: PLR2004
            raise ProviderFailedError(why, f"The provider answered with status {status}.")
        return said


def provider_of(settings: Settings, ask: Ask) -> Provider:
    """Return the provider of the settings."""
    name = settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, name, ask
    )
