"""Published test vectors, which lie beside the checkout and are never copied into it.

Tests that need them are skipped, with a line that says so, on a machine that has none. Where
`CI=true` is set that would hide a hole, so `tests/vectors/test_presence.py` fails there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors"
_REASON = "the published test vectors are not beside this checkout (../shared/vectors)"


needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason=_REASON)


def read_json(name: str) -> Any:
    """Return the parsed file `name` below the vectors' folder."""
    return json.loads((VECTORS / name).read_bytes())


def rows(load: Callable[[], Iterable[tuple[str, Any]]]) -> list[Any]:
    """Return what `load` gives, (sentence, case) by (sentence, case), for `parametrize`."""
    if not VECTORS.is_dir():
        return [pytest.param(None, id="no vectors", marks=needs_vectors)]
    return [pytest.param(case, id=sentence) for sentence, case in load()]
