"""RFC 8785 with our restrictions, written a second time and slowly, for comparison only."""

from __future__ import annotations

from typing import Any

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class RefusedError(Exception):
    pass


def write(value: Any, level: int = 1) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise RefusedError("integer")
        return str(value)
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, dict | list) or level > 32:
        raise RefusedError("type or depth")
    if isinstance(value, list):
        return "[" + ",".join(write(item, level + 1) for item in value) + "]"
    if any(ord(letter) > 0xFFFF for name in value for letter in name):
        raise RefusedError("member name")
    names = sorted(value, key=utf16_units)
    return "{" + ",".join(text(n) + ":" + write(value[n], level + 1) for n in names) + "}"


def utf16_units(name: str) -> list[int]:
    data = name.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def text(value: str) -> str:
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise RefusedError("surrogate")
    return '"' + "".join(letter_of(letter) for letter in value) + '"'


def letter_of(letter: str) -> str:
    if letter in SHORT:
        return SHORT[letter]
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x20 else letter


def jcs(value: Any) -> bytes:
    return write(value).encode("utf-8")
