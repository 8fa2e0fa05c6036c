"""W3C Data Integrity, eddsa-jcs-2022: every intermediate value, the signature, and mutations."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from node.core import base58
from node.core.ijson import canonicalise
from node.core.keys import PublicKey, SecretKey
from node.core.proofs import BadProofError, add_proof, signed_bytes, verify_proof, verify_w3c
from tests.support.vectors import VECTORS, needs_vectors, read_json, rows


def text(name: str) -> str:
    return (VECTORS / "eddsa-jcs-2022" / "w3c" / name).read_text(encoding="utf-8").strip()


def w3c(name: str) -> Any:
    return read_json(f"eddsa-jcs-2022/w3c/{name}")


def load_mutations() -> list[tuple[str, Any]]:
    file = read_json("eddsa-jcs-2022/mutations.json")
    return [(case["name"], (file["publicKeyMultibase"], case)) for case in file["cases"]]


@needs_vectors
def test_every_intermediate_value_is_as_published() -> None:
    document, options = w3c("unsigned.json"), w3c("proofConfigJCS.json")
    assert canonicalise(document).decode() == text("canonDocJCS.txt")
    assert canonicalise(options).decode() == text("proofCanonJCS.txt")
    assert hashlib.sha256(canonicalise(document)).hexdigest() == text("docHashJCS.txt")
    assert hashlib.sha256(canonicalise(options)).hexdigest() == text("proofHashJCS.txt")
    assert signed_bytes(document, options).hex() == text("combinedHashJCS.txt")


@needs_vectors
def test_signing_gives_the_published_signature() -> None:
    key = SecretKey.from_multikey(w3c("keyPair.json")["privateKeyMultibase"])
    moment = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    signed = add_proof(w3c("unsigned.json"), key, moment)
    assert signed == w3c("signedJCS.json")
    assert signed["proof"]["proofValue"] == text("sigBTC58JCS.txt")
    signature = base58.decode(signed["proof"]["proofValue"][1:])
    assert signature.hex() == text("sigHexJCS.txt")


@needs_vectors
def test_the_published_document_verifies_by_the_general_rule_and_by_ours() -> None:
    key = PublicKey.from_multikey(w3c("keyPair.json")["publicKeyMultibase"])
    verify_w3c(w3c("signedJCS.json"), key)
    verify_proof(w3c("signedJCS.json"), key)


@needs_vectors
def test_a_proof_without_context_is_valid_in_general_and_refused_by_our_profile() -> None:
    case = read_json("eddsa-jcs-2022/fep-8b32-no-proof-context.json")
    key = PublicKey.from_multikey(case["publicKeyMultibase"])
    verify_w3c(case["secured"], key)
    with pytest.raises(BadProofError):
        verify_proof(case["secured"], key)


@pytest.mark.parametrize("case", rows(load_mutations))
def test_a_mutation_is_judged_as_published(case: Any) -> None:
    multikey, mutation = case
    key, secured = PublicKey.from_multikey(multikey), mutation["secured"]
    if mutation["expect"]:
        verify_w3c(secured, key)
        verify_proof(secured, key)
        return
    # Where the vectors leave it to us (a list of proofs), we refuse: one statement, one proof.
    for verify in (verify_w3c, verify_proof):
        with pytest.raises(BadProofError):
            verify(secured, key)
