"""Challenges for passkeys: random, short-lived, used once, and kept nowhere until they are used.

A challenge is a nonce, its time and a code over both and its purpose, made with a secret of this
node. So a stranger who asks for a thousand sign-in pages leaves nothing behind, and a challenge
made for one purpose (signing in, a session's second factor, registering) serves no other. That it
was used is noted for longer than it is valid.

    challenge = nonce (16 bytes) | seconds (8 bytes) | HMAC-SHA256(secret, purpose and both)
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial import throttling

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.storage import UnitOfWork

VALID = timedelta(minutes=5)
NONCE, STAMP, CODE = 16, 8, 32
KEPT_AS = "desk-secret"


def make(d: Editorial, purpose: str) -> bytes:
    """Make a challenge for a purpose."""
    stamp = int(d.now().timestamp()).to_bytes(STAMP, "big")
    start = secrets.token_bytes(NONCE) + stamp
    return start + _code(secret(d), purpose, start)


def spend(
    d: Editorial,
    uow: UnitOfWork,
    purpose: str,
    challenge: bytes,
    *,
    valid: timedelta = VALID,
) -> bool:
    """Use a challenge; False when it is not ours, too old, of another purpose or used before."""
    start, code = challenge[: NONCE + STAMP], challenge[NONCE + STAMP :]
    if len(code) != CODE or not hmac.compare_digest(code, _code(secret(d), purpose, start)):
        return False
    age = int(d.now().timestamp()) - int.from_bytes(start[NONCE:], "big")
    if not 0 <= age <= valid.total_seconds():
        return False
    return throttling.once(uow, f"challenge:{start[:NONCE].hex()}", d.now())


def secret(d: Editorial) -> bytes:
    """Return this node's secret for the desk, made when it is first asked for."""
    with d.database.reading() as uow:
        kept = uow.settings.get(KEPT_AS)
    if not kept:
        with d.database.writing() as uow:
            kept = uow.settings.get(KEPT_AS) or secrets.token_hex(32)
            uow.settings.put(KEPT_AS, kept)
    return bytes.fromhex(kept)


def _code(key: bytes, purpose: str, start: bytes) -> bytes:
    return hmac.new(key, purpose.encode() + b"\0" + start, "sha256").digest()
