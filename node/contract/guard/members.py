"""Members that no field of the kind has: mostly a slip in an optional field's name.

They are kept and signed, because another node may know a newer version of the kind, but here no
page shows them and no search finds them. So the one who publishes is told, with the nearest name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from node.contract.guard.texts import Finding

#: Longer names are not guessed at.
_LONGEST = 60
#: How alike two names must be, from 0 to 1.
_ALIKE = 0.6


def find_unknown_member(name: str, known: Iterable[str]) -> Finding:
    """Return the finding about a member of this name, with the known name that is nearest."""
    spelled = name[:_LONGEST].casefold().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(spelled, list(known), n=1, cutoff=_ALIKE)
    return Finding(
        "unknown-member", "expected-known-member", name, suggestion=near[0] if near else ""
    )
