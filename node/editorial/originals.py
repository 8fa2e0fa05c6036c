"""The record that somebody translates, tries, judges or visited: its words, in the page's order.

What is read is what readers are shown. A record that is not shown is not worked on: nobody could
see what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract import Field, Kind, pick
from node.core.contents import parse_content
from node.errors import BadInputError, GoneError, NotFoundError
from node.exchange.context import own_origin
from node.storage.entries import HELD
from node.storage.records import ERASED, SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from node.contract import Section
    from node.core.contents import Content
    from node.editorial.context import Editorial
    from node.storage import RecordRow, UnitOfWork

#: Types of fields that hold text by language.
TEXTS = frozenset({"langmap", "longtext"})


@dataclass(frozen=True, slots=True)
class Original:
    """A record with the words of one revision."""

    row: RecordRow
    kind: Kind
    revision: int
    body: Mapping[str, Any]
    #: BCP 47; the language it was written in.
    language: str
    #: Who published it, as far as that is known.
    publisher: str
    own: bool

    @property
    def reference(self) -> dict[str, Any]:
        """Return an exact reference to this revision, as bodies hold it."""
        return {"origin": self.row.oid, "record": self.row.record, "revision": self.revision}


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a body."""

    pointer: str
    #: From the outside to the inside, with the place in a list (from 1) where there is one.
    path: tuple[tuple[Field, int | None], ...]
    section: Section
    texts: Mapping[str, str]
    #: The language of the original's words, and these words.
    language: str
    text: str

    @property
    def field(self) -> Field:
        """The innermost field."""
        return self.path[-1][0]

    @property
    def long(self) -> bool:
        """Say whether it may have several lines."""
        return self.field.type == "longtext"


def original(d: Editorial, oid: str, record: str, revision: int | None = None) -> Original:
    """Return a record, at the revision that is shown or at another one that is held.

    Raises `NotFoundError`, `GoneError` when it was erased, and `BadInputError` for a kind that this
    node does not know: nobody could say which of its members are words.
    """
    with d.database.reading() as uow:
        row = uow.records.get(oid, record)
        if row is not None and row.state == ERASED:
            raise GoneError("This record was erased by its origin.", record=record)
        if row is None or row.state != SHOWN:
            raise NotFoundError("No record with this id is shown here.", record=record)
        at = revision if revision is not None else row.revision
        schema, content = _content(uow, row, at)
        own = own_origin(uow) == oid
        origin = uow.origins.get(oid)
    kind = d.contract.kind(schema)
    if kind is None or content is None:
        raise BadInputError(
            "This node cannot read this record fully, so it cannot be worked on here.",
            hint="Its keeper can bring the node up to date.",
            schema=schema,
        )
    language = content.body.get("language")
    return Original(
        row=row,
        kind=kind,
        revision=at,
        body=content.body,
        language=language if isinstance(language, str) else "",
        publisher=(origin.name if origin else "") or oid[:8],
        own=own,
    )


def passages(of: Original) -> list[Passage]:
    """Return every text of a record in the order of its page."""
    found = []
    for section in of.kind.sections:
        for pointer, path, texts in _walk(section.fields, of.body, "", ()):
            language, text = pick(texts, (), of.language)
            found.append(Passage(pointer, path, section, texts, language, text))
    return found


_Path = tuple[tuple[Field, int | None], ...]


def _walk(
    fields: Sequence[Field], body: Mapping[str, Any], above: str, path: _Path
) -> Iterator[tuple[str, _Path, Mapping[str, str]]]:
    for each in fields:
        value = body.get(each.name)
        listed = isinstance(value, list)
        for place, item in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(item, dict):
                continue
            pointer = f"{above}/{each.name}" + (f"/{place}" if listed else "")
            here = (*path, (each, place + 1 if listed else None))
            if each.type in TEXTS:
                if item and all(isinstance(text, str) for text in item.values()):
                    yield pointer, here, item
            elif each.items:
                yield from _walk(each.items, item, pointer, here)


def _content(uow: UnitOfWork, row: RecordRow, revision: int) -> tuple[str, Content | None]:
    """Return the schema and the content of one revision; None where it is not held."""
    schema, epoch, seq = row.schema, row.epoch, row.seq
    log = uow.logs.get(row.oid, epoch)
    if revision != row.revision:
        entries = uow.entries.revisions(row.oid, row.record)
        entry = next((e for e in entries if e.revision == revision and e.state == HELD), None)
        if entry is None:
            return schema, None
        schema, seq = entry.schema or schema, entry.seq
        log_id: int | None = entry.log_id
    else:
        log_id = log.id if log else None
    if log_id is None:
        return schema, None
    try:
        return schema, parse_content(uow.contents.of_entry(log_id, seq))
    except (BadInputError, NotFoundError, GoneError):
        return schema, None
