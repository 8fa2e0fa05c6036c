"""W3C Data Integrity proofs with the cryptosuite eddsa-jcs-2022, one to a document.

Signed are 64 bytes (vc-di-eddsa, section 3.3)::

    SHA-256(JCS(proof without proofValue)) + SHA-256(JCS(document without proof))

and the proof looks like this (`schemas/protocol.md`, "Statement")::

    {"@context":[…],"created":"2026-11-23T10:00:00Z","cryptosuite":"eddsa-jcs-2022",
     "proofPurpose":"assertionMethod","proofValue":"z…","type":"DataIntegrityProof",
     "verificationMethod":"did:key:z6Mk…#z6Mk…"}

`verify_w3c` is the algorithm of the W3C, for a key that the caller chose. `verify_proof` is our
profile and narrower: exactly these members, the `@context` of the document, and the key named by
its did:key, because whoever verifies decides which key counts. An array of proofs is refused.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from node.core import base58
from node.core.canonical import BadTextError, dump_checked, format_time, jcs, parse_time
from node.core.ijson import NotCanonicalError, canonicalise
from node.core.keys import SIGNATURE_SIZE, BadSignatureError, PublicKey
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from node.core.ports import Signer

SUITE: Final = "eddsa-jcs-2022"
_FIXED: Final = {
    "type": "DataIntegrityProof",
    "cryptosuite": SUITE,
    "proofPurpose": "assertionMethod",
}
_MEMBERS: Final = frozenset({*_FIXED, "created", "verificationMethod", "proofValue"})


class BadProofError(BadInputError):
    """The proof is missing, malformed, by another key, or does not fit the document."""

    code = "bad-proof"


def signed_bytes(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    canon: Callable[[Any], bytes] = canonicalise,
) -> bytes:
    """Return the 64 bytes that are signed: hash of the proof options, hash of the document.

    Neither may hold its own end (`proof`, `proofValue`). `canon` writes canonical bytes; the
    default does so for any document. Raises `NotCanonicalError`. (vc-di-eddsa, 3.3.3 to 3.3.5)
    """
    return hashlib.sha256(canon(options)).digest() + hashlib.sha256(canon(document)).digest()


def add_proof(document: dict[str, Any], signer: Signer, created: datetime) -> dict[str, Any]:
    """Return a copy of `document` with a proof by `signer` (vc-di-eddsa, 3.3.1).

    Raises `NotCanonicalError` when the document is not within our JSON, `BadProofError` when it
    already has a proof, and `BadTextError` when `created` has no time zone.
    """
    if "proof" in document:
        raise BadProofError("The document already has a proof.")
    jcs(document)
    options: dict[str, Any] = {
        **_FIXED,
        "created": format_time(created),
        "verificationMethod": signer.public.verification_method,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = signer.sign(signed_bytes(document, options, dump_checked))
    return {**document, "proof": {**options, "proofValue": "z" + base58.encode(signature)}}


def verify_proof(document: Mapping[str, Any], key: PublicKey) -> None:
    """Check the one proof of `document` against `key`, by our profile.

    The document must come out of `canonical.parse`. Raises `BadProofError` with the reason.
    (`schemas/protocol.md`, "Statement")
    """
    proof = _one_proof(document)
    members = _MEMBERS | {"@context"} if "@context" in document else _MEMBERS
    if proof.keys() != members or any(proof[name] != _FIXED[name] for name in _FIXED):
        raise BadProofError("The proof is not an eddsa-jcs-2022 proof as the protocol has it.")
    if proof["verificationMethod"] != key.verification_method:
        raise BadProofError("The proof names another key than the one that counts here.")
    if proof.get("@context") != document.get("@context"):
        raise BadProofError("The proof has another @context than the document.")
    try:
        parse_time(proof["created"] if isinstance(proof["created"], str) else "")
    except BadTextError as error:
        raise BadProofError("The proof's time is malformed.") from error
    _check_signature(document, proof, key, dump_checked)


def verify_w3c(document: Mapping[str, Any], key: PublicKey) -> None:
    """Check the proof of any I-JSON `document` as the W3C's algorithm does (vc-di-eddsa, 3.3.2).

    It takes any `verificationMethod` and further proof options, as long as they are signed, and a
    document `@context` that only begins with the proof's. Raises `BadProofError`.
    """
    proof = _one_proof(document)
    if any(proof.get(name) != _FIXED[name] for name in _FIXED):
        raise BadProofError("The proof is of another type, cryptosuite or purpose.")
    if "@context" in proof:
        wanted, found = _listed(proof["@context"]), _listed(document.get("@context"))
        if found[: len(wanted)] != wanted:
            raise BadProofError("The document's @context does not begin with the proof's.")
        document = {**document, "@context": proof["@context"]}
    try:
        _check_signature(document, proof, key, canonicalise)
    except NotCanonicalError as error:
        raise BadProofError(error.message) from error


def _one_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise BadProofError("There is no single proof.")
    return proof


def _check_signature(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    key: PublicKey,
    canon: Callable[[Any], bytes],
) -> None:
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    signature = _signature(proof.get("proofValue"))
    try:
        key.verify(signature, signed_bytes(unsigned, options, canon))
    except BadSignatureError as error:
        raise BadProofError("The signature does not fit this document.") from error


def _listed(context: object) -> list[object]:
    return context if isinstance(context, list) else [context]


def _signature(value: object) -> bytes:
    if not isinstance(value, str) or not value.startswith("z"):
        raise BadProofError("The proof value is not base58 with the prefix z.")
    try:
        signature = base58.decode(value[1:])
    except base58.BadBase58Error as error:
        raise BadProofError(f"The proof value is malformed: {error.message}") from error
    if len(signature) != SIGNATURE_SIZE:
        raise BadProofError("The proof value is not a signature of 64 bytes.")
    return signature
