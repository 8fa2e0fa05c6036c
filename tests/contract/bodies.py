"""Bodies for tests: complete ones, made of the examples that stand in the labels."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from node.contract import Contract, Field, Kind, load_contract

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
LANGUAGES = ("en", "es", "el", "ar")
KINDS = (
    "adaptation",
    "campaign",
    "collection",
    "confirmation",
    "discussion",
    "good-practice",
    "opportunity",
    "organisation",
    "review",
    "same-as",
    "training-material",
    "translation",
    "visit",
)
#: Of several fields one must be there.
ONE_OF = {"training-material": {"url"}, "discussion": {"subject"}}


@cache
def contract() -> Contract:
    return load_contract()


def value_of(field: Field) -> Any:
    """Return an example value with every part that the field can have."""
    if field.type in {"object", "reference", "place", "money"} and field.items:
        value: Any = {item.name: value_of(item) for item in field.items}
    else:
        value = copy.deepcopy(field.example)
    return [value] if field.many else value


def full_body(kind: Kind) -> dict[str, Any]:
    """Return a body with every field of the kind, written in English."""
    body = {field.name: value_of(field) for field in kind.fields}
    return body | {"language": "es" if kind.name == "translation" else "en"}


def small_body(kind: Kind) -> dict[str, Any]:
    """Return a body with the required fields alone."""
    body = full_body(kind)
    kept = {field.name for field in kind.required} | ONE_OF.get(kind.name, set())
    return {name: value for name, value in body.items() if name in kept}


def body(name: str) -> dict[str, Any]:
    return full_body(contract().kinds[name])


def change(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy with the value at a pointer set, or removed when it is ``...``."""
    changed = json.loads(json.dumps(document))
    *way, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    place: Any = changed
    for token in way:
        place = place[int(token)] if isinstance(place, list) else place[token]
    key: Any = int(last) if isinstance(place, list) else last
    if value is ...:
        del place[key]
    elif isinstance(place, list) and key == len(place):
        place.append(value)
    else:
        place[key] = value
    return changed
