"""What of a body can be shown already: without what breaks its schema. Pure.

A draft may hold anything; the pages that readers see expect what a schema promises. So a preview
is made from the draft without those members that would not be published, and says so.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from node.editorial.formnames import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract import Contract

#: After so many rounds nothing more is taken out: each round reports up to twenty faults.
MAX_ROUNDS = 60


def pruned(contract: Contract, schema: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without what breaks its schema; what is missing at its top stays missing."""
    kept: dict[str, Any] = copy.deepcopy(dict(body))
    for _round in range(MAX_ROUNDS):
        places = [
            split(fault.pointer)
            for fault in contract.validate_received(schema, kept)
            if fault.pointer
        ]
        # Deepest and last first, so that the places of the others stay what they are.
        taken = [_take(kept, path) for path in sorted(places, key=_key, reverse=True)]
        if not any(taken):
            return kept
    return {}


def _key(path: list[str]) -> list[tuple[int, str]]:
    return [(int(name) if name.isdecimal() else -1, name) for name in path]


def _take(body: dict[str, Any], path: list[str]) -> bool:
    """Take away what stands at a place; of a missing member, the object that lacks it."""
    while path:
        held: Any = body
        for name in path[:-1]:
            held = _inside(held, name)
        last = path[-1]
        if isinstance(held, dict) and last in held:
            del held[last]
            return True
        if isinstance(held, list) and last.isdecimal() and int(last) < len(held):
            del held[int(last)]
            return True
        path = path[:-1]
    return False


def _inside(held: Any, name: str) -> Any:
    if isinstance(held, dict):
        return held.get(name)
    if isinstance(held, list) and name.isdecimal() and int(name) < len(held):
        return held[int(name)]
    return None
