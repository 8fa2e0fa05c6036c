"""The Merkle tree of RFC 6962 and RFC 9162 (section 2), over SHA-256.

::

    leaf hash   SHA-256(00 ‖ leaf)            empty tree   SHA-256 of nothing
    node hash   SHA-256(01 ‖ left ‖ right)    left side    the largest power of two below the size

A node keeps only the tree's right **edge**: the roots of the perfect trees that the size is made
of, largest first (size 6 = 4 + 2, so two hashes). From it the root follows, and appending k
entries costs k hashes and a few more. Proofs ask for hashes of ranges through a function, so
that they may come from stored page roots.

An inclusion path of the last leaf of a smaller tree is also a proof that the smaller tree is a
*prefix* of the larger: its left siblings are just the smaller tree's edge (`verify_prefix`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from node.core.limits import MAX_PATH, MAX_SAFE_INTEGER
from node.errors import BadInputError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_SIZE_BYTES: Final = 8

#: Gives the hash of the leaves from `start` to before `end`: Subtree(start, end).
Subtree = Callable[[int, int], bytes]


class BadTreeError(BadInputError):
    """A path, an edge or a position does not fit the tree it is said to belong to."""

    code = "bad-tree"


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size and the roots of its perfect parts, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SAFE_INTEGER:
            raise BadTreeError("A tree's size is from 0 to 2^53 - 1.", size=self.size)
        if len(self.hashes) != self.size.bit_count() or _odd_sized(self.hashes):
            raise BadTreeError("The hashes of this edge do not fit its size.", size=self.size)

    def append(self, leaf: bytes) -> Edge:
        """Return the edge after one more leaf *hash*. Raises `BadTreeError` for a wrong length."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Edge:
        """Return the edge after more leaf *hashes*. Raises `BadTreeError` for a wrong length."""
        stack, size = list(self.hashes), self.size
        for leaf in leaves:
            if len(leaf) != HASH_SIZE:
                raise BadTreeError("A leaf hash has 32 bytes.")
            grown, ones = leaf, size
            while ones & 1:
                grown = node_hash(stack.pop(), grown)
                ones >>= 1
            stack.append(grown)
            size += 1
        return Edge(size, tuple(stack))

    def root(self) -> bytes:
        """Return the root of the tree (RFC 9162, 2.1.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the size as eight bytes, most significant first, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Edge:
        """Return the edge that `to_bytes` wrote. Raises `BadTreeError` for anything else."""
        hashes = data[_SIZE_BYTES:]
        if len(data) < _SIZE_BYTES or len(hashes) % HASH_SIZE:
            raise BadTreeError("These bytes are not a tree's edge.")
        parts = (hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE))
        return cls(int.from_bytes(data[:_SIZE_BYTES], "big"), tuple(parts))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree with these leaf *hashes*. Raises `BadTreeError`."""
    return Edge().extend(leaves).root()


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the inclusion path of leaf `index`, leaf's sibling first (RFC 9162, 2.1.3.1).

    Raises `BadTreeError` when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise BadTreeError(f"A tree of {size} leaves has no leaf {index}.", index=index, size=size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    path.reverse()
    return path


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Return the proof that the first `old` of `new` leaves are the old tree (RFC 9162, 2.1.4.1).

    Raises `BadTreeError` unless 0 < old ≤ new: from nothing there is nothing to prove.
    """
    if not 0 < old <= new:
        raise BadTreeError(f"There is no proof from size {old} to {new}.", old=old, new=new)
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(subtree(start, end))
    path.reverse()
    return path


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf *hash* stands at `index` in the tree of `size` and `root`.

    Raises `BadTreeError`. (RFC 9162, 2.1.3.2)
    """
    _climb(leaf, index, size, path, root)


def verify_prefix(
    edge: Edge, last_leaf: bytes, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that the tree of `edge` is the beginning of the tree of `size` and `root`.

    `path` is the inclusion path of the edge's last leaf, whose *hash* is `last_leaf`. Raises
    `BadTreeError`, also for an empty edge, which has no last leaf. (`schemas/protocol.md`,
    "Prefix proofs")
    """
    if prefix_edge(last_leaf, edge.size - 1, size, path, root) != edge:
        raise BadTreeError("The path belongs to a tree with another beginning.", size=edge.size)


def prefix_edge(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> Edge:
    """Return the edge of the tree of the first `index` + 1 leaves, as `path` proves it.

    Raises `BadTreeError` when the path does not lead to `root`. The left siblings of leaf
    `index` are perfect trees that together cover the leaves 0 to `index` - 1.
    """
    lefts = _climb(leaf, index, size, path, root)
    return Edge(index, tuple(reversed(lefts))).append(leaf)


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of `old` and `old_root` is the beginning of `new` and `new_root`.

    Raises `BadTreeError`, also for an old size of 0. (RFC 9162, 2.1.4.2)
    """
    if not 0 < old <= new <= MAX_SAFE_INTEGER or len(path) > MAX_PATH:
        raise BadTreeError(f"There is no proof from size {old} to {new}.", old=old, new=new)
    if _odd_sized([*path, old_root, new_root]):
        raise BadTreeError("A hash in the proof has not 32 bytes.")
    if old == new:
        if path or old_root != new_root:
            raise BadTreeError("Two trees of one size have different roots.")
        return
    # An old tree of a power of two is itself a part of the new one, so its root is left out.
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if _follow(old, new, steps) != (old_root, new_root):
        raise BadTreeError("The consistency proof does not lead to both roots.")


def _follow(old: int, new: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that a consistency path leads to, or None."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return None
    old_found = new_found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            at, last = _skip(at, last)
        else:
            new_found = node_hash(new_found, step)
        at, last = at >> 1, last >> 1
    return (old_found, new_found) if last == 0 else None


def _climb(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> list[bytes]:
    """Follow an inclusion path up to `root` and return its left siblings, lowest first."""
    if not 0 <= index < size <= MAX_SAFE_INTEGER or len(path) > MAX_PATH:
        raise BadTreeError(f"A tree of {size} leaves has no leaf {index}.", index=index, size=size)
    if _odd_sized([*path, leaf, root]):
        raise BadTreeError("A hash in the proof has not 32 bytes.")
    lefts: list[bytes] = []
    found, at, last = leaf, index, size - 1
    for step in path:
        if last == 0:
            raise BadTreeError("The inclusion path is too long.")
        if at & 1 or at == last:
            lefts.append(step)
            found = node_hash(step, found)
            at, last = _skip(at, last)
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last != 0 or found != root:
        raise BadTreeError("The inclusion path does not lead to the root.")
    return lefts


def _skip(at: int, last: int) -> tuple[int, int]:
    """Leave out the levels at which an incomplete right side has no sibling."""
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _odd_sized(hashes: Iterable[bytes]) -> bool:
    return any(len(item) != HASH_SIZE for item in hashes)
