"""A small provider of OpenID Connect on loopback: discovery, authorize, token, keys, userinfo.

with running() as provider:
    settings = provider.settings()          # for the node
    provider.trouble = "nonce"              # what it does wrong from now on
    code = provider.allow(params)           # somebody has signed in there: a code

It signs with keys of its own; what it should do wrong it does by name, see `_Handler` and `Made`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

CLIENT, SECRET = "footbridge-puente", "between us both"

#: Made once: an RSA key takes a while.
RSA = RSAKey.generate_key(2048, parameters={"kid": "first"})
NEXT = RSAKey.generate_key(2048, parameters={"kid": "second"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "first"})
EC = ECKey.generate_key("P-256", parameters={"kid": "curve"})
OKP = OKPKey.generate_key("Ed25519", parameters={"kid": "edwards"})


@dataclass
class Provider:
    """What it knows, what it was asked, and what it should do wrong."""

    now: Callable[[], datetime]
    url: str = ""
    #: Who is signed in there.
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "24400320",
            "email": "editor@puente.example",
            "email_verified": True,
        }
    )
    #: Changes of the claims; None takes one away.
    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    alg: str = "RS256"
    signer: Any = field(default_factory=lambda: RSA)
    keys: list[Any] = field(default_factory=lambda: [RSA, EC, OKP])
    trouble: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def settings(self) -> dict[str, Any]:
        """Return the settings of a node that knows this provider."""
        return {
            "oidc_issuer": self.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "Porta",
            "oidc_private": True,
        }

    def allow(self, asked: dict[str, str]) -> str:
        """Let the person there go on; return the code that the browser takes back."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def back(self, asked: dict[str, str], **changed: str | None) -> str:
        """Return the address that the browser is sent back to, with `changed` parameters."""
        params = {"code": self.allow(asked), "state": asked["state"]} | changed
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in params.items() if v})}"

    def token(self, asked: dict[str, str]) -> str:
        """Return an ID token in answer to a question."""
        at = int(self.now().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.trouble == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join(_text(json.dumps(part).encode()) for part in parts) + "."
        header = {"alg": self.alg, "kid": self.signer.kid}
        if self.trouble == "public key as secret":
            secret = RSA.as_pem(private=False)
            return _with_secret({"alg": "HS256", "kid": "first"}, claims, secret)
        registry = jws.JWSRegistry(algorithms=[self.alg])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return jwt.encode(header, claims, self.signer, registry=registry)


def _with_secret(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    start = ".".join(_text(json.dumps(part).encode()) for part in (header, claims))
    return f"{start}.{_text(hmac.new(secret, start.encode(), 'sha256').digest())}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        """Answer discovery, keys, userinfo, and browsers."""
        made, parts = self.provider, urlsplit(self.path)
        made.requests.append(parts.path)
        if made.trouble == "down":
            self.close_connection = True
        elif parts.path == "/.well-known/openid-configuration":
            self._json(200, self._document())
        elif parts.path == "/keys":
            self._json(200, {"keys": [key.as_dict(private=False) for key in made.keys]})
        elif parts.path == "/who":
            right = self.headers["Authorization"] == "Bearer for-the-userinfo"
            said = {"sub": "24400320", "email": "editor@puente.example", "email_verified": True}
            self._json(200 if right else 401, said | made.claims)
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", made.back(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._json(404, {})

    def _document(self) -> dict[str, Any]:
        url = self.provider.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/keys",
            "userinfo_endpoint": f"{url}/who",
        } | self.provider.document

    def do_POST(self) -> None:
        """Exchange a code, once, for who has brought its verifier."""
        made = self.provider
        made.requests.append(self.path)
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        form = {name: values[0] for name, values in sent.items()}
        if made.trouble == "endless":
            self._json(200, {"id_token": "x" * 3_000_000})
            return
        if made.trouble == "page":
            self._answer(200, b"<!doctype html><title>Welcome</title>")
            return
        asked = made.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        right = (
            asked is not None
            and (self.headers["Authorization"] == basic or posted)
            and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == asked["redirect_uri"]
            and _text(verifier) == asked["code_challenge"]
        )
        if asked is None or not right:
            self._json(400, {"error": "invalid_grant"})
            return
        token = made.token(asked)
        access = {"access_token": "for-the-userinfo", "token_type": "Bearer"}
        self._json(200, {"id_token": token} | access)

    def _json(self, status: int, said: dict[str, Any]) -> None:
        self._answer(status, json.dumps(said).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # who asked has had enough
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: a failing test should show its own words."""


@contextmanager
def running(now: Callable[[], datetime]) -> Iterator[Provider]:
    """Run one on a free port of this machine; `now` is the clock of its tokens."""
    made = Provider(now)
    handler = type("Handler", (_Handler,), {"provider": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
