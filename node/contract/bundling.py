"""One self-contained schema for each kind.

A kind's schema refers into itself and into ``schemas/common/<version>.json``, nowhere else. In one
piece it can be compiled, and given to others, without any address to fetch from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from node.contract.sources import ContractError, read_object

if TYPE_CHECKING:
    from pathlib import Path

_COMMON = re.compile(r"\.\./\.\./common/([1-9][0-9]*)\.json#/\$defs/([A-Za-z_-]+)")
_LOCAL = re.compile(r"#/\$defs/([A-Za-z0-9_-]+)")


def bundle(path: Path, common: Path) -> dict[str, Any]:
    """Return the schema of a kind with the shared definitions it uses inside it.

    Raises `ContractError` when it is no valid JSON Schema or refers to what is not there.
    """
    schema = read_object(path)
    place = f"{path.parent.name}/{path.name}"
    if not jsonschema_rs.meta.is_valid(schema):
        raise ContractError(f"{place} is not a valid JSON Schema of 2020-12.")
    return _Bundler(schema, common, place).bundled()


class _Bundler:
    """Copies a schema, and each shared definition it refers to, directly or through another."""

    def __init__(self, schema: dict[str, Any], common: Path, place: str) -> None:
        self._schema = schema
        self._common = common
        self._place = place
        self._definitions: dict[str, Any] = {}
        self._shared: dict[str, dict[str, Any]] = {}

    def bundled(self) -> dict[str, Any]:
        for name, definition in self._schema.get("$defs", {}).items():
            self._definitions[name] = self._copy(definition, "")
        body = {key: value for key, value in self._schema.items() if key != "$defs"}
        return {**self._copy(body, ""), "$defs": self._definitions}

    def _copy(self, node: Any, version: str) -> Any:
        """Copy a part; `version` is that of the shared file it stands in, or empty."""
        if isinstance(node, list):
            return [self._copy(each, version) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: self._copy(value, version) for key, value in node.items()}
        if isinstance(copy.get("$ref"), str):
            copy["$ref"] = self._target(copy["$ref"], version)
        return copy

    def _target(self, reference: str, version: str) -> str:
        if match := _COMMON.fullmatch(reference):
            return self._adopt(match[1], match[2])
        match = _LOCAL.fullmatch(reference)
        if match and version:
            return self._adopt(version, match[1])
        if match and match[1] in self._schema.get("$defs", {}):
            return reference
        raise ContractError(f"{self._place} refers to {reference}, which is not there.")

    def _adopt(self, version: str, name: str) -> str:
        if version not in self._shared:
            self._shared[version] = read_object(self._common / f"{version}.json").get("$defs", {})
        if name not in self._shared[version]:
            raise ContractError(
                f"{self._place} refers to common/{version}.json, {name}: not there."
            )
        adopted = f"common-{version}-{name}"
        if adopted not in self._definitions:
            self._definitions[adopted] = {}  # the name first: definitions may refer to each other
            self._definitions[adopted] = self._copy(self._shared[version][name], version)
        return f"#/$defs/{adopted}"
