"""Published test vectors, which lie beside the checkout and are never copied into it.

On a person's machine without them the tests that need them are skipped with a line that says so;
where `CI=true` is set a missing folder fails.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors"
_REASON = "the published test vectors are not beside this checkout (../shared/vectors)"


def have_vectors() -> bool:
    """Answer whether the vectors are here; where `CI=true` is set they must be."""
    if VECTORS.is_dir():
        return True
    if os.environ.get("CI") == "true":
        raise FileNotFoundError(_REASON)
    return False


def read_json(name: str) -> Any:
    """Return the parsed file `name` below the vectors' folder."""
    return json.loads((VECTORS / name).read_bytes())


def rows(load: Callable[[], Iterable[tuple[str, Any]]]) -> list[Any]:
    """Return what `load` gives, (sentence, case) by (sentence, case), for `parametrize`."""
    if not have_vectors():
        return [pytest.param(None, id="no vectors", marks=pytest.mark.skip(reason=_REASON))]
    return [pytest.param(case, id=sentence) for sentence, case in load()]
