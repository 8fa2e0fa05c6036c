"""RFC 6962 trees: reference values, good and bad proofs, a 600-leaf log, and a real log's proof."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from node.core.checkpoints import read_tlog_text
from node.core.merkle import (
    EMPTY_ROOT,
    BadTreeError,
    Edge,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from node.core.notes import parse_note, parse_vkey, verify_note
from tests.support.vectors import read_json, rows


def b64(texts: Any) -> list[bytes]:
    return [base64.b64decode(item) for item in texts or ()]


def load(name: str) -> list[tuple[str, Any]]:
    return [
        (f"{case['file'].split('/')[2]}: {case['desc']}", case)
        for case in read_json(f"merkle/{name}.json")
    ]


@pytest.mark.parametrize(
    "case", rows(lambda: [("RFC", read_json("merkle/rfc6962-reference.json"))])
)
def test_the_reference_values_are_reached(case: Any) -> None:
    leaves = [leaf_hash(bytes.fromhex(item)) for item in case["leaf_inputs_hex"]]
    assert [leaf.hex() for leaf in leaves] == case["leaf_hashes"]
    for size, wanted in enumerate(case["roots_by_size"]):
        assert root_of(leaves[:size]).hex() == wanted
    hasher = case["hasher"]
    assert EMPTY_ROOT.hex() == hasher["empty_root"]
    assert leaf_hash(b"").hex() == hasher["empty_leaf"]
    assert leaf_hash(b"L123456").hex() == hasher["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == hasher["node_N123_N456"]


@pytest.mark.parametrize("case", rows(lambda: load("inclusion")))
def test_an_inclusion_proof_is_judged_as_published(case: Any) -> None:
    leaf, root = base64.b64decode(case["leafHash"] or ""), base64.b64decode(case["root"] or "")
    job = (leaf, case["leafIdx"], case["treeSize"], b64(case["proof"]), root)
    if case["wantErr"]:
        with pytest.raises(BadTreeError):
            verify_inclusion(*job)
    else:
        verify_inclusion(*job)


@pytest.mark.parametrize("case", rows(lambda: load("consistency")))
def test_a_consistency_proof_is_judged_as_published(case: Any) -> None:
    roots = [base64.b64decode(case[name] or "") for name in ("root1", "root2")]
    job = (case["size1"], case["size2"], roots[0], roots[1], b64(case["proof"]))
    if case["wantErr"]:
        with pytest.raises(BadTreeError):
            verify_consistency(*job)
    else:
        verify_consistency(*job)


@pytest.mark.parametrize("case", rows(lambda: [("600", read_json("merkle/sequence-600.json"))]))
def test_a_log_of_600_leaves_has_the_published_roots_and_proofs(case: Any) -> None:
    leaves = [leaf_hash(f"entry-{n}".encode()) for n in range(600)]
    edge, roots = Edge(), {0: EMPTY_ROOT}
    for leaf in leaves:
        edge = edge.append(leaf)
        roots[edge.size] = edge.root()
    assert {str(size): roots[size].hex() for size in map(int, case["roots"])} == case["roots"]

    def subtree(start: int, end: int) -> bytes:
        return root_of(leaves[start:end])

    for one in case["inclusion"]:
        path = inclusion_path(one["index"], one["size"], subtree)
        assert [item.hex() for item in path] == one["proof"]
        verify_inclusion(leaves[one["index"]], one["index"], one["size"], path, roots[one["size"]])
    for one in case["consistency"]:
        path = consistency_path(one["old"], one["new"], subtree)
        assert [item.hex() for item in path] == one["proof"]
        old, new = one["old"], one["new"]
        verify_consistency(old, new, roots[old], roots[new], path)


@pytest.mark.parametrize(
    "case", rows(lambda: [("rekor", read_json("merkle/rekor-v2-staging.json"))])
)
def test_the_proof_of_a_real_log_verifies_from_leaf_to_signature(case: Any) -> None:
    note = parse_note(case["checkpoint"].encode())
    verifier = parse_vkey(case["vkey"])
    assert [item.verifier for item in verify_note(note, [verifier])] == [verifier]
    origin, size, root = read_tlog_text(note.text)
    assert (origin, size) == (verifier.name, case["size"])
    assert root == base64.b64decode(case["root_base64"])
    leaf = leaf_hash(base64.b64decode(case["leaf_base64"]))
    verify_inclusion(leaf, case["index"], size, b64(case["proof_base64"]), root)
