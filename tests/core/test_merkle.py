"""The Merkle tree against its slow reference at every size from 0 to 130."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.merkle import (
    EMPTY_ROOT,
    BadTreeError,
    Edge,
    consistency_path,
    inclusion_path,
    leaf_hash,
    prefix_edge,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_prefix,
)
from tests.reference import merkle as reference

MOST = 130
LEAVES = [f"leaf {n}".encode() for n in range(MOST)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
OTHER = hashlib.sha256(b"other").digest()


@cache
def subtree(start: int, end: int) -> bytes:
    return root_of(HASHES[start:end])


@cache
def edge_of(size: int) -> Edge:
    return Edge().extend(HASHES[:size])


sizes = st.integers(1, MOST)


def test_roots_are_as_in_the_reference_at_every_size() -> None:
    edge = Edge()
    for size in range(MOST + 1):
        assert edge.size == size
        assert edge == edge_of(size)
        assert edge.root() == subtree(0, size) == reference.mth(LEAVES[:size])
        if size < MOST:
            edge = edge.append(HASHES[size])


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Edge().root() == EMPTY_ROOT == root_of([]) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, MOST + 1, 3))
def test_inclusion_paths_are_as_in_the_reference_and_verify(size: int) -> None:
    root = subtree(0, size)
    for index in range(size):
        path = inclusion_path(index, size, subtree)
        if size <= 40 or index in {0, 1, size // 2, size - 2, size - 1}:
            assert path == reference.path(index, LEAVES[:size])
        verify_inclusion(HASHES[index], index, size, path, root)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_consistency_paths_are_as_in_the_reference_and_verify(size: int) -> None:
    for old in range(1, size + 1):
        path = consistency_path(old, size, subtree)
        if size <= 40 or old in {1, 2, size // 2, size - 1, size}:
            assert path == reference.proof(old, LEAVES[:size])
        verify_consistency(old, size, subtree(0, old), subtree(0, size), path)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_the_path_of_its_last_leaf_proves_every_prefix(size: int) -> None:
    root = subtree(0, size)
    for old in range(1, size + 1):
        path = inclusion_path(old - 1, size, subtree)
        verify_prefix(edge_of(old), HASHES[old - 1], size, path, root)
        assert prefix_edge(HASHES[old - 1], old - 1, size, path, root) == edge_of(old)


@given(sizes, st.data())
def test_a_path_proves_no_other_leaf_place_size_or_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, subtree), subtree(0, size)
    wrong_index = data.draw(st.integers(-2, size + 2).filter(lambda i: i != index))
    with pytest.raises(BadTreeError):
        verify_inclusion(OTHER, index, size, path, root)
    with pytest.raises(BadTreeError):
        verify_inclusion(HASHES[index], wrong_index, size, path, root)
    with pytest.raises(BadTreeError):
        verify_inclusion(HASHES[index], index, size, path, OTHER)
    for changed in mangled_paths(path):
        with pytest.raises(BadTreeError):
            verify_inclusion(HASHES[index], index, size, changed, root)


def mangled_paths(path: list[bytes]) -> list[list[bytes]]:
    """Return every path with one hash changed, left out, doubled, or cut by a byte."""
    changed = [[*path, OTHER], [OTHER, *path], [*path, *([OTHER] * 64)]]
    for at, item in enumerate(path):
        news = ([OTHER], [], [item, item], [item[:-1]], [item + b"\0"], [b""])
        changed += [[*path[:at], *new, *path[at + 1 :]] for new in news]
    if len(path) > 1:
        changed.append(path[::-1])
    return [item for item in changed if item != path]


@given(sizes, st.data())
def test_a_consistency_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = consistency_path(old, size, subtree)
    roots = subtree(0, old), subtree(0, size)
    wrongs = [(OTHER, roots[1]), (roots[0], OTHER), (b"", roots[1])]
    for wrong in wrongs if old == size else [*wrongs, (OTHER, OTHER)]:
        with pytest.raises(BadTreeError):
            verify_consistency(old, size, *wrong, path)
    for changed in mangled_paths(path):
        with pytest.raises(BadTreeError):
            verify_consistency(old, size, *roots, changed)


@given(sizes, st.data())
def test_a_prefix_proof_holds_for_no_other_edge(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path, root, last = inclusion_path(old - 1, size, subtree), subtree(0, size), HASHES[old - 1]
    edge = edge_of(old)
    for at in range(len(edge.hashes)):
        hashes = (*edge.hashes[:at], OTHER, *edge.hashes[at + 1 :])
        with pytest.raises(BadTreeError):
            verify_prefix(replace(edge, hashes=hashes), last, size, path, root)
    with pytest.raises(BadTreeError):
        verify_prefix(edge, OTHER, size, path, root)
    for changed in mangled_paths(path):
        with pytest.raises(BadTreeError):
            verify_prefix(edge, last, size, changed, root)
    if old > 1:
        with pytest.raises(BadTreeError):
            verify_prefix(edge_of(old - 1), last, size, path, root)


@pytest.mark.parametrize("old", [3, 5, 6, 7])
def test_an_empty_path_proves_no_prefix(old: int) -> None:
    with pytest.raises(BadTreeError, match="both roots"):
        verify_consistency(old, 9, subtree(0, old), subtree(0, 9), [])


def test_an_empty_tree_is_no_prefix_that_a_path_could_prove() -> None:
    with pytest.raises(BadTreeError):
        verify_prefix(Edge(), HASHES[0], 1, [], subtree(0, 1))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (2, 1), (-1, 1), (1, 2**53)], ids=str)
def test_there_is_no_consistency_proof_for_such_sizes(old: int, new: int) -> None:
    with pytest.raises(BadTreeError):
        verify_consistency(old, new, OTHER, OTHER, [])
    if new < 10:
        with pytest.raises(BadTreeError):
            consistency_path(old, new, subtree)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 1), (1, 1), (5, 4)], ids=str)
def test_there_is_no_path_to_such_a_leaf(index: int, size: int) -> None:
    with pytest.raises(BadTreeError):
        inclusion_path(index, size, subtree)
    with pytest.raises(BadTreeError):
        verify_inclusion(OTHER, index, size, [], OTHER)


def test_sizes_end_where_integers_are_safe() -> None:
    with pytest.raises(BadTreeError):
        verify_inclusion(OTHER, 0, 2**53, [], OTHER)
    with pytest.raises(BadTreeError):
        Edge(2**53, (OTHER,))
    with pytest.raises(BadTreeError):
        Edge(-1)


@pytest.mark.parametrize(
    ("size", "hashes"),
    [
        pytest.param(0, (OTHER,), id="a hash for nothing"),
        pytest.param(3, (OTHER,), id="a hash missing"),
        pytest.param(1, (OTHER, OTHER), id="a hash too many"),
        pytest.param(1, (b"short",), id="a hash too short"),
    ],
)
def test_an_edge_has_just_the_hashes_of_its_size(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(BadTreeError):
        Edge(size, hashes)


@pytest.mark.parametrize("leaf", [b"", b"x" * 31, b"x" * 33], ids=len)
def test_only_hashes_are_appended(leaf: bytes) -> None:
    with pytest.raises(BadTreeError):
        Edge().append(leaf)


@given(st.integers(0, MOST))
def test_an_edge_comes_back_from_its_bytes(size: int) -> None:
    edge = edge_of(size)
    assert Edge.from_bytes(edge.to_bytes()) == edge


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0" * 7, id="seven bytes"),
        pytest.param(edge_of(3).to_bytes()[:-1], id="a byte cut off"),
        pytest.param(edge_of(3).to_bytes()[:-32], id="a hash cut off"),
        pytest.param(edge_of(3).to_bytes() + b"\0", id="a byte more"),
        pytest.param(b"\xff" * 8 + OTHER * 64, id="a size beyond reason"),
    ],
)
def test_other_bytes_are_no_edge(data: bytes) -> None:
    with pytest.raises(BadTreeError):
        Edge.from_bytes(data)


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_extending_at_once_and_one_by_one_is_the_same(first: int, size: int) -> None:
    first = min(first, size)
    edge = edge_of(first)
    for leaf in HASHES[first:size]:
        edge = edge.append(leaf)
    assert edge == edge_of(first).extend(iter(HASHES[first:size])) == edge_of(size)
