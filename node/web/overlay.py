"""Lays a translation record over the body that it translates.

A translation holds ``{JSON Pointer: text}`` in one language. Each text joins the language map its
pointer leads to; from there it is picked like any text of the author's own, so a partly
translated record shows the original, marked, where the translation has nothing. The author's
words are never replaced: a language that is already there stays.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from node.contract import Field


def lay_over(body: Mapping[str, Any], texts: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return a copy of `body` with the texts added in `language`.

    Pointers that lead nowhere, or to something that is no language map, are passed over: the
    translation may be of an earlier revision.
    """
    copied: dict[str, Any] = _copy(body)
    for pointer, text in texts.items():
        target = follow(copied, pointer)
        if _is_language_map(target) and isinstance(text, str):
            target.setdefault(language, text)
    return copied


def written_in(fields: Sequence[Field], body: Mapping[str, Any]) -> tuple[int, Counter[str]]:
    """Return how many texts a body has, and how many of them are written in each language."""
    texts = list(_texts(fields, body))
    return len(texts), Counter(language for text in texts for language in text)


def _texts(fields: Sequence[Field], body: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for field in fields:
        value = body.get(field.name)
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                continue
            if field.type in {"langmap", "longtext"}:
                yield item
            elif field.items:
                yield from _texts(field.items, item)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def follow(value: Any, pointer: str) -> Any:
    """Return what a JSON Pointer leads to, None where it leads nowhere (RFC 6901)."""
    if not pointer.startswith("/"):
        return None
    for token in pointer[1:].split("/"):
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isascii() and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value


def _is_language_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
