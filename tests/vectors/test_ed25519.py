"""Ed25519: Wycheproof, the edge points of CCTV, the eight points of small order, and our own.

The rule (README of the vectors): a key of small order or in non-canonical form is refused when
it is introduced, a signature with a non-canonical R or with a low-order residue when it is used.
"""

from __future__ import annotations

from typing import Any

import pytest

from node.core.keys import BadKeyError, BadSignatureError, PublicKey
from tests.support.vectors import read_json, rows

REFUSED_KEY = {"low_order_A", "non_canonical_A"}
REFUSED_SIGNATURE = {"non_canonical_R", "low_order_residue"}


def load_wycheproof() -> list[tuple[str, Any]]:
    return [
        (f"{test['tcId']} {test['comment'] or test['result']}", (group["publicKey"]["pk"], test))
        for group in read_json("ed25519/wycheproof.json")["testGroups"]
        for test in group["tests"]
    ]


def load_edge_points() -> list[tuple[str, Any]]:
    cases = read_json("ed25519/cctv-edge-points.json")
    return [(f"{n} {' '.join(case['flags'] or ['plain'])}", case) for n, case in enumerate(cases)]


def load_low_order() -> list[tuple[str, Any]]:
    keys = read_json("ed25519/low-order-keys.json")["canonical_low_order_points_hex"]
    return [(key[:8] + key[-2:], key) for key in keys]


def load_generated() -> list[tuple[str, Any]]:
    cases = read_json("ed25519/generated.json")
    return [(f"{n} {case['why']}", case) for n, case in enumerate(cases)]


def is_accepted(key: str, signature: str, message: bytes) -> bool:
    try:
        PublicKey(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (BadKeyError, BadSignatureError):
        return False
    return True


@pytest.mark.parametrize("case", rows(load_wycheproof))
def test_wycheproof_gives_its_result(case: Any) -> None:
    key, test = case
    accepted = is_accepted(key, test["sig"], bytes.fromhex(test["msg"]))
    assert accepted == (test["result"] == "valid")


@pytest.mark.parametrize("case", rows(load_edge_points))
def test_an_edge_point_is_judged_by_its_flags(case: Any) -> None:
    flags = set(case["flags"] or ())
    if flags & REFUSED_KEY:
        with pytest.raises(BadKeyError):
            PublicKey(bytes.fromhex(case["key"]))
    accepted = is_accepted(case["key"], case["sig"], case["msg"].encode("ascii"))
    assert accepted == (not flags & (REFUSED_KEY | REFUSED_SIGNATURE))


@pytest.mark.parametrize("key", rows(load_low_order))
def test_a_point_of_small_order_is_no_key(key: Any) -> None:
    with pytest.raises(BadKeyError, match="small order"):
        PublicKey(bytes.fromhex(key))


@pytest.mark.parametrize("case", rows(load_generated))
def test_our_own_vector_gives_its_result(case: Any) -> None:
    assert is_accepted(case["key"], case["sig"], bytes.fromhex(case["msg"])) == case["expect"]
