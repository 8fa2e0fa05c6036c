"""Reads the sample network as a demo would: who publishes which record, in which order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract import schemas_path
from node.core.canonical import digest
from node.core.contents import BlobRef

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = schemas_path() / "examples"


@dataclass(frozen=True)
class Sample:
    """One publication of one sample record."""

    file: str
    organisation: str
    record: str
    revision: int
    kind: str
    body: dict[str, Any]
    #: The files that travel with it, as its content refers to them.
    blobs: tuple[BlobRef, ...] = ()

    @property
    def schema(self) -> str:
        return f"{self.kind}/1"


@dataclass(frozen=True)
class Network:
    """The invented organisations and what they publish, in order."""

    organisations: dict[str, dict[str, Any]]
    samples: tuple[Sample, ...]

    def published(self, origin: str, record: str, revision: int | None = None) -> list[Sample]:
        keys = {o["key"] for o in self.organisations.values() if o["oid"] == origin}
        return [
            s
            for s in self.samples
            if s.organisation in keys and s.record == record and revision in {None, s.revision}
        ]


def read_network() -> Network:
    text = (EXAMPLES / "network.json").read_text(encoding="utf-8")
    organisations = {o["key"]: o for o in json.loads(text)["organisations"]}
    samples = []
    revisions: dict[tuple[str, str], int] = {}
    for organisation in organisations.values():
        for entry in organisation["publishes"]:
            key = (organisation["key"], entry["record"])
            revisions[key] = revisions.get(key, 0) + 1
            document = json.loads((EXAMPLES / entry["file"]).read_text(encoding="utf-8"))
            samples.append(
                Sample(
                    entry["file"],
                    *key,
                    revisions[key],
                    document["kind"],
                    document["body"],
                    tuple(blob_of(file) for file in document.get("files", [])),
                )
            )
    return Network(organisations, tuple(samples))


def blob_of(file: dict[str, Any]) -> BlobRef:
    """Return how a content refers to a file that a sample brings along."""
    data = (EXAMPLES / file["path"]).read_bytes()
    return BlobRef(digest(data), len(data), file["media_type"], file["path"], file.get("alt", {}))


def strings(value: Any) -> Iterator[str]:
    """Give every string of a JSON value that is not a member's name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object of a JSON value, itself included."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from objects(each)
