"""From schema files to kinds: a kind is data, so nothing here names one.

``schemas/records/<kind>/<version>.json`` is plain JSON Schema 2020-12 with one annotation
keyword, ``x-footbridge``, which validators ignore. References reach only into the file itself and
into ``schemas/common/<version>.json``; `bundle` puts both into one piece, which is what is
compiled and what others are given.

On a property ``x-footbridge`` may say: ``type`` (inherited from a shared definition),
``vocabulary`` and ``facet`` (a name, or equally long lists of names), ``derives``, ``relation``,
``text``, ``show`` (how a page sets it apart). On the kind: ``title`` and ``summary`` (property
names or JSON Pointers), ``icon``, ``sections``. Each top-level property belongs to exactly one
section.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from node.contract.bundling import bundle
from node.contract.fields import SHOWS, TYPES, Field, Kind, Section
from node.contract.labels import LabelBook
from node.contract.sources import ContractError

if TYPE_CHECKING:
    from pathlib import Path

MAX_REQUIRED = 10
ANNOTATION = "x-footbridge"

_SHARED_NAME = re.compile(r"common-[1-9][0-9]*-(.+)")
_LIMITS = frozenset(
    {"maxLength", "minLength", "pattern", "format", "minimum", "maximum"}
) | frozenset({"minItems", "maxItems", "uniqueItems", "maxProperties"})


def load_kinds(folder: Path) -> list[Kind]:
    """Read every version of every kind below ``records/``.

    Raises `ContractError` that names the file and the place.
    """
    kinds = []
    for path in sorted(folder.glob("records/*/*.json")):
        if path.stem.isdecimal():
            book = LabelBook.read(path.parent, folder / "common", int(path.stem))
            kinds.append(_Reader(path, bundle(path, folder / "common"), book).kind())
    if not kinds:
        raise ContractError(f"{folder / 'records'} has no kinds.")
    return kinds


class _Reader:
    """Reads one bundled schema into a `Kind`."""

    def __init__(self, path: Path, schema: dict[str, Any], book: LabelBook) -> None:
        self._name, self._version = path.parent.name, int(path.stem)
        self._place = f"{path.parent.name}/{path.name}"
        self._schema = schema
        self._book = book

    def kind(self) -> Kind:
        required = self._schema.get("required", [])
        if len(required) > MAX_REQUIRED:
            raise ContractError(f"{self._place} requires more than {MAX_REQUIRED} fields.")
        about = self._schema.get(ANNOTATION, {})
        fields = {f.name: f for f in self._fields(self._schema, "", "")}
        label, plural, helps = self._book.kind()
        return Kind(
            name=self._name,
            version=self._version,
            labels=label,
            plurals=plural,
            helps=helps,
            sections=self._sections(about.get("sections", []), fields),
            icon=about.get("icon", ""),
            title_from=self._sources(about, "title", fields),
            summary_from=self._sources(about, "summary", fields),
            json_schema=MappingProxyType(self._schema),
            _by_name=MappingProxyType(fields),
        )

    def _sources(
        self, about: dict[str, Any], part: str, fields: dict[str, Field]
    ) -> tuple[str, ...]:
        names = _listed(about.get(part))
        for name in names:
            if not name.startswith("/") and name not in fields:
                raise ContractError(f"{self._place}: its {part} is {name}, which is no field.")
        if not names:
            raise ContractError(f"{self._place} does not say where its {part} stands.")
        return names

    def _sections(
        self, listed: list[dict[str, Any]], fields: dict[str, Field]
    ) -> tuple[Section, ...]:
        placed = [name for section in listed for name in section["fields"]]
        for name in (*placed, *fields):
            if name not in fields or placed.count(name) != 1:
                raise ContractError(
                    f"{self._place}: the field {name} must stand in exactly one section."
                )
        sections = []
        for section in listed:
            label, why = self._book.section(section["id"])
            members = tuple(fields[name] for name in section["fields"])
            sections.append(Section(id=section["id"], labels=label, whys=why, fields=members))
        return tuple(sections)

    def _fields(self, schema: dict[str, Any], path: str, definition: str) -> list[Field]:
        required = schema.get("required", [])
        return [
            self._field(
                node,
                name,
                f"{path}.{name}".lstrip("."),
                f"{definition}.{name}" if definition else "",
                required=name in required,
            )
            for name, node in schema.get("properties", {}).items()
        ]

    def _field(
        self, node: dict[str, Any], name: str, path: str, definition_path: str, *, required: bool
    ) -> Field:
        view, definition = self._resolve(node)
        limits = _limits(view)
        about = view.get(ANNOTATION, {})
        many = view.get("type") == "array"
        if many:
            view, definition = self._resolve(view.get("items", {}))
            limits = _limits(view) | limits
            about = view.get(ANNOTATION, {}) | about
        words = self._book.field(path, definition_path)
        nested = tuple(self._fields(view, path, definition))
        built = Field(
            name=name,
            path=path,
            type=about.get("type", ""),
            many=many,
            required=required,
            vocabularies=_listed(about.get("vocabulary")),
            facets=_listed(about.get("facet")),
            derives=MappingProxyType(about.get("derives", {})),
            relation=about.get("relation", ""),
            text=about.get("text", False),
            show=about.get("show", ""),
            choices=MappingProxyType({v: words.values.get(v, {}) for v in view.get("enum", ())}),
            items=nested,
            labels=words.label,
            helps=words.help,
            example=words.example,
            default=view.get("default"),
            limits=MappingProxyType(limits),
            _by_name=MappingProxyType({f.name: f for f in nested}),
        )
        self._check(built)
        return built

    def _check(self, built: Field) -> None:
        place = f"{self._place}, {built.path}"
        if built.type not in TYPES:
            raise ContractError(f"{place}: {built.type!r} is not a type of field.")
        if built.show not in SHOWS:
            raise ContractError(f"{place}: {built.show!r} is no way to show a field.")
        if built.type == "concept" and not built.vocabularies:
            raise ContractError(f"{place}: it does not say which vocabulary its codes are from.")
        if len(built.vocabularies) > 1 and len(built.facets) not in {0, len(built.vocabularies)}:
            raise ContractError(f"{place}: it needs as many facets as it has vocabularies.")

    def _resolve(self, node: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return a property with what it refers to laid under it, and the shared name of that."""
        target = node.get("$ref")
        if target is None:
            return node, ""
        key = target.rpartition("/")[2]
        base, deeper = self._resolve(self._schema["$defs"][key])
        merged = base | {k: v for k, v in node.items() if k != "$ref"}
        merged[ANNOTATION] = base.get(ANNOTATION, {}) | node.get(ANNOTATION, {})
        if "required" in base and "required" in node:
            merged["required"] = [*base["required"], *node["required"]]
        shared = _SHARED_NAME.fullmatch(key)
        return merged, deeper or (shared[1] if shared else key)


def _limits(view: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds of a value; those of a language map are also those of its texts."""
    texts = view.get("additionalProperties")
    inner = _limits(texts) if isinstance(texts, dict) else {}
    return inner | {key: view[key] for key in _LIMITS & view.keys()}


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
