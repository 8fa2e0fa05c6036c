"""Words for kinds, sections and fields, kept apart from the schemas.

A published schema never changes, but its words get better and gain languages, so they stand in
``labels.json`` beside it. Where a kind says nothing about a field, the shared words count:
``schemas/common/labels.json`` has ``fields`` (a field of that name in any kind) and
``definitions`` (a member of a shared definition, such as ``money.amount``). Each part (label,
help, example, values) is looked up on its own, so a kind may sharpen only the help. Where a version
gave a field another shape, ``2.labels.json`` has the words that hold for that version alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from node.contract.sources import ContractError, read_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from node.contract.languages import LangMap

_EMPTY: LangMap = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about one thing, by language."""

    label: LangMap
    help: LangMap
    example: Any
    values: Mapping[str, LangMap]


class LabelBook:
    """The words of one kind, completed by the shared ones."""

    def __init__(self, own: tuple[dict[str, Any], ...], shared: dict[str, Any], place: str) -> None:
        self._own = own
        self._shared = shared
        self._place = place

    @classmethod
    def read(cls, kind_folder: Path, common_folder: Path, version: int) -> LabelBook:
        """Read the words of a kind; a kind without ``labels.json`` has only the shared ones."""
        shared = common_folder / "labels.json"
        own = [kind_folder / name for name in (f"{version}.labels.json", "labels.json")]
        return cls(
            tuple(read_object(path) for path in own if path.exists()),
            read_object(shared) if shared.exists() else {},
            f"{kind_folder.name}/labels.json",
        )

    def kind(self) -> tuple[LangMap, LangMap, LangMap]:
        """Return label, plural and help of the kind itself."""
        places = self._own_words("kind")
        return tuple(self._first(places, part) for part in ("label", "plural", "help"))  # type: ignore[return-value]

    def section(self, name: str) -> tuple[LangMap, LangMap]:
        """Return a section's label and why a colleague abroad would want it."""
        places = self._own_words("sections", name)
        return self._first(places, "label"), self._first(places, "why")

    def field(self, path: str, definition_path: str) -> Words:
        """Return the words of a field.

        `path` is its place in the kind (``funding.amount.currency``), `definition_path` its place
        in the shared definitions (``money.currency``), or empty where it belongs to none.
        """
        places = (
            *self._own_words("fields", path),
            self._shared.get("definitions", {}).get(definition_path, {}),
            self._shared.get("fields", {}).get(path, {}),
        )
        values: dict[str, LangMap] = {}
        for place in reversed(places):
            for code in place.get("values", {}):
                values[code] = self._langmap(place["values"], code)
        return Words(
            label=self._first(places, "label"),
            help=self._first(places, "help"),
            example=next((p["example"] for p in places if "example" in p), None),
            values=MappingProxyType(values),
        )

    def _own_words(self, part: str, name: str = "") -> tuple[dict[str, Any], ...]:
        found = [words.get(part, {}) for words in self._own]
        return tuple(each.get(name, {}) for each in found) if name else tuple(found)

    def _first(self, places: tuple[dict[str, Any], ...], part: str) -> LangMap:
        return next((self._langmap(p, part) for p in places if part in p), _EMPTY)

    def _langmap(self, words: dict[str, Any], part: str) -> LangMap:
        value = words.get(part, {})
        if not isinstance(value, dict) or not all(isinstance(t, str) for t in value.values()):
            raise ContractError(f"{self._place}: {part} must be a text for each language.")
        return MappingProxyType(value)
