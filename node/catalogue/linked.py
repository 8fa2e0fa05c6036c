"""A record as linked data: its body under the terms of ``schemas/context.jsonld``.

The body is given as it is; what its members mean stands in the context, which is part of the
shared contract and is served by every node. So a new kind needs nothing here, and members that
the context does not know become terms of our own namespace, never nothing.

Names that begin with ``@`` steer a JSON-LD processor. A body is written by others, so such names
are left out at every depth: no record may rename itself or send a reader to fetch a context.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.core.canonical import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from node.catalogue.records import RecordView
    from node.contract import Field
    from node.core.contents import BlobRef

MEDIA_TYPE = "application/ld+json"
TEXTS = {"langmap", "longtext"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are on this node, as whole addresses."""

    context: str
    #: Of a record, by its id.
    record: Callable[[str], str]
    #: Of a kind's JSON Schema, by name and version: ``good-practice/1``.
    schema: Callable[[str], str]
    file: Callable[[BlobRef], str]


def linked_data(view: RecordView, at: Addresses) -> dict[str, Any]:
    """Return a record as a JSON-LD document; what is not held or not known is left out."""
    fields = view.kind.fields if view.kind else ()
    body = linked_body(fields, view.body, at.record) if view.known else {}
    if not {"title", "name"} & body.keys():
        body["title"] = dict(view.title)
    head = {
        "@context": at.context,
        "@id": at.record(view.id),
        "@type": view.schema.partition("/")[0],
        "conforms_to": at.schema(view.schema) if view.known else None,
        "identifier": [f"urn:uuid:{view.id}", view.digest],
        "publisher": {"@type": "organisation", "name": view.origin.name, "oid": view.origin.oid},
        "revision": view.revision,
        "first_published": format_time(view.first_published),
        "published": format_time(view.published),
        "downloads": [
            {
                "url": at.file(blob),
                "file_name": blob.name,
                "media_type": blob.media_type,
                "size": blob.size,
                "digest": blob.digest,
            }
            for blob in view.blobs
        ],
    }
    if not view.known:
        body |= {"summary": dict(view.summary), "language": view.language}
    return {name: value for name, value in (body | head).items() if value not in (None, {}, [])}


def linked_body(
    fields: Sequence[Field], body: Mapping[str, Any], address: Callable[[str], str]
) -> dict[str, Any]:
    """Copy a body without steering names, with the address of each record it refers to.

    JSON-LD knows a language map but no list of them, so a list becomes texts with a language.
    """
    kinds = {field.name: field for field in fields}

    def copy(value: Any, field: Field | None) -> Any:
        if isinstance(value, list):
            copied = [copy(each, field) for each in value]
            return _texts(copied) if field and field.type in TEXTS else copied
        if not isinstance(value, dict):
            return value
        inner = linked_body(field.items if field else (), value, address)
        return inner | {"@id": address(inner["record"])} if is_reference(inner) else inner

    return {
        name: copy(each, kinds.get(name)) for name, each in body.items() if not name.startswith("@")
    }


def _texts(maps: list[Any]) -> list[dict[str, str]]:
    return [
        {"@value": text, "@language": language}
        for each in maps
        if isinstance(each, dict)
        for language, text in each.items()
        if isinstance(text, str)
    ]


def is_reference(value: Mapping[str, Any]) -> bool:
    """Say whether an object names a record; the shape is the same in every kind."""
    origin, record = value.get("origin"), value.get("record")
    return isinstance(origin, str) and isinstance(record, str) and bool(_UUID.fullmatch(record))
