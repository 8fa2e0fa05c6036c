"""Proofs: our profile is narrower than the W3C's rule, and both say why they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from node.core import base58
from node.core.canonical import BadTextError, NotCanonicalError, format_time
from node.core.proofs import BadProofError, add_proof, signed_bytes, verify_proof, verify_w3c
from tests.support.making import NOON, secret

KEY = secret("signer")
OTHER = secret("another signer")


def signed(document: dict[str, Any] | None = None) -> dict[str, Any]:
    return add_proof(document or {"@context": ["urn:a", "urn:b"], "a": 1}, KEY, NOON)


def resigned(document: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return the document with a proof of other options that is truly signed."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {**document["proof"], **options}
    del proof["proofValue"]
    proof = {name: value for name, value in proof.items() if value is not None}
    value = "z" + base58.encode(KEY.sign(signed_bytes(bare, proof)))
    return {**bare, "proof": {**proof, "proofValue": value}}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"@context": ["urn:a"], "a": 1}, id="with a list as context"),
        pytest.param({"@context": "urn:a", "a": 1}, id="with one context"),
        pytest.param({"a": [1, {"é": None}]}, id="without context"),
    ],
)
def test_a_proof_verifies_by_both_rules(document: dict[str, Any]) -> None:
    made = signed(document)
    verify_proof(made, KEY.public)
    verify_w3c(made, KEY.public)
    assert "proof" not in document


def test_a_second_proof_is_never_added() -> None:
    with pytest.raises(BadProofError, match="already"):
        add_proof(signed(), KEY, NOON)


def test_only_our_json_is_signed() -> None:
    with pytest.raises(NotCanonicalError):
        add_proof({"a": 1.5}, KEY, NOON)


def test_a_proof_needs_a_time_with_its_zone() -> None:
    with pytest.raises(BadTextError):
        add_proof({"a": 1}, KEY, NOON.replace(tzinfo=None))


CREATED = format_time(NOON)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        pytest.param({"type": "Ed25519Signature2020"}, "as the protocol has it", id="type"),
        pytest.param({"cryptosuite": "eddsa-rdfc-2022"}, "as the protocol has it", id="suite"),
        pytest.param({"proofPurpose": "authentication"}, "as the protocol has it", id="purpose"),
        pytest.param({"created": "2026-11-23"}, "time", id="time without hours"),
        pytest.param({"created": 0}, "time", id="time as a number"),
        pytest.param({"created": None}, "as the protocol has it", id="no time"),
        pytest.param({"expires": CREATED}, "as the protocol has it", id="an option more"),
        pytest.param({"@context": ["urn:a"]}, "another @context", id="a shorter context"),
        pytest.param({"@context": None}, "as the protocol has it", id="no context"),
        pytest.param(
            {"verificationMethod": OTHER.public.verification_method}, "another key", id="key"
        ),
        pytest.param(
            {"verificationMethod": KEY.public.multikey}, "another key", id="key in short form"
        ),
    ],
)
def test_a_truly_signed_proof_of_another_form_is_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(BadProofError, match=why):
        verify_proof(resigned(signed(), **options), KEY.public)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"expires": CREATED}, id="an option more"),
        pytest.param({"@context": ["urn:a"]}, id="the beginning of the context"),
        pytest.param({"@context": None}, id="no context in the proof"),
        pytest.param({"verificationMethod": "https://example.org/#key"}, id="a method of the web"),
    ],
)
def test_the_general_rule_takes_other_forms(options: dict[str, Any]) -> None:
    made = resigned(signed(), **options)
    if options.get("@context"):
        # The W3C's rule hashes the document with the proof's context in place of its own.
        bare = {"@context": options["@context"], "a": 1}
        made = {**resigned({**bare, "proof": made["proof"]}), "@context": ["urn:a", "urn:b"]}
    verify_w3c(made, KEY.public)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"type": "Ed25519Signature2020"}, id="type"),
        pytest.param({"cryptosuite": "eddsa-rdfc-2022"}, id="suite"),
        pytest.param({"proofPurpose": "authentication"}, id="purpose"),
        pytest.param({"@context": ["urn:b"]}, id="another context"),
        pytest.param({"@context": "urn:b"}, id="another single context"),
    ],
)
def test_the_general_rule_refuses(options: dict[str, Any]) -> None:
    with pytest.raises(BadProofError):
        verify_w3c(resigned(signed(), **options), KEY.public)


@pytest.mark.parametrize("verify", [verify_proof, verify_w3c])
@pytest.mark.parametrize(
    ("proof", "why"),
    [
        pytest.param(None, "no single proof", id="none"),
        pytest.param([signed()["proof"]], "no single proof", id="a list with a valid one"),
        pytest.param("z", "no single proof", id="text"),
        pytest.param({**signed()["proof"], "proofValue": 1}, "base58", id="a number as value"),
        pytest.param({**signed()["proof"], "proofValue": ""}, "base58", id="an empty value"),
        pytest.param({**signed()["proof"], "proofValue": "zO"}, "malformed", id="no base58"),
        pytest.param({**signed()["proof"], "proofValue": "z11"}, "64 bytes", id="too short"),
        pytest.param(
            {**signed()["proof"], "proofValue": "z" + "1" * 64}, "does not fit", id="64 zeros"
        ),
    ],
)
def test_a_malformed_proof_is_refused_by_both_rules(verify: Any, proof: Any, why: str) -> None:
    document = signed()
    document.pop("proof")
    if proof is not None:
        document["proof"] = proof
    with pytest.raises(BadProofError, match=why):
        verify(document, KEY.public)


@pytest.mark.parametrize("verify", [verify_proof, verify_w3c])
def test_a_changed_document_is_refused_by_both_rules(verify: Any) -> None:
    for changed in ({"a": 2}, {"a": 1, "b": 1}, {"@context": ["urn:a", "urn:c"]}):
        with pytest.raises(BadProofError):
            verify({**signed(), **changed}, KEY.public)


def test_the_general_rule_refuses_what_is_no_i_json() -> None:
    document = {**signed(), "a": float("nan")}
    with pytest.raises(BadProofError, match="canonical"):
        verify_w3c(document, KEY.public)


def test_the_general_rule_reads_floats_as_the_w3c_writes_them() -> None:
    document = {"a": 1e16, "proof": signed()["proof"]}
    made = resigned(document, **{"@context": None})
    verify_w3c(made, KEY.public)
    assert signed_bytes({"a": 1e16}, {}) == signed_bytes({"a": 10**16 / 1}, {})
