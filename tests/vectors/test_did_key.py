"""did:key and Multikey, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from node.core.keys import BadKeyError, PublicKey, SecretKey
from tests.support.vectors import read_json, rows


def load(part: str, name: str) -> list[tuple[str, Any]]:
    return [(case[name], case) for case in read_json("did-key/keys.json")[part]]


@pytest.mark.parametrize("case", rows(lambda: load("keys", "did")))
def test_a_multikey_reads_and_writes_as_published(case: Any) -> None:
    key = PublicKey.from_multikey(case["publicKeyMultibase"])
    assert key.raw.hex() == case["public_hex"]
    assert PublicKey(key.raw).multikey == case["publicKeyMultibase"]
    assert key.verification_method.partition("#")[0] == case["did"]
    if case.get("verificationMethod"):
        assert key.verification_method == case["verificationMethod"]
    if case.get("privateKeyMultibase"):
        secret = SecretKey.from_multikey(case["privateKeyMultibase"])
        assert secret.seed.hex() == case["secret_hex"]
        assert secret.public == key
        assert secret.multikey == case["privateKeyMultibase"]


@pytest.mark.parametrize("case", rows(lambda: load("refuse", "name")))
def test_what_is_not_an_ed25519_public_key_is_refused(case: Any) -> None:
    with pytest.raises(BadKeyError):
        PublicKey.from_multikey(case["publicKeyMultibase"])
