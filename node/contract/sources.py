"""Where the shared contract lies, and how its files are read.

The folder ``schemas/`` stands at the top of the repository; a built wheel carries it as
``node/_shared/schemas``. It is part of the program, not input: a file in it that is broken is
damage at home, stops the start, and the message names the file and the place in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from node.errors import DamageError


class ContractError(DamageError):
    """A file of the shared contract is missing, broken or contradicts another one."""

    code = "contract-broken"


def schemas_path() -> Path:
    """Return the folder of the shared contract: in the installed package, or in the checkout.

    Raises `ContractError` when neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_shared" / "schemas", package.parent / "schemas"):
        if (folder / "records").is_dir():
            return folder
    raise ContractError(
        "The shared contract (the folder schemas) was not found beside the program.",
        hint="Install Footbridge again; the package is not complete.",
    )


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Raises `ContractError` for a file that is missing, is not JSON, names a member twice or holds
    something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} cannot be read: {error}.") from error
    try:
        value = json.loads(text, object_pairs_hook=_refuse_repeated)
    except ValueError as error:
        raise ContractError(f"{path} is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ContractError(f"{path} must hold a JSON object.")
    return value


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member “{twice}” stands there twice")
    return found
