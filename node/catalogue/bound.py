"""Statements that are bound to one revision, held against the revision that is shown now.

A translation, a review, an adaptation speaks of exactly one revision. Here the store is asked
what that revision said, only where the record has moved on since, and each revision only once.
What the comparing itself means stands in `staleness`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.catalogue.history import RevisionSummary, revisions_of
from node.catalogue.reading import content_at
from node.catalogue.staleness import Carried, Written, carry, changed_fields, without_base
from node.storage.entries import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.catalogue.context import Catalogue
    from node.core.contents import Content
    from node.storage import RecordRow, UnitOfWork

#: Relations whose meaning depends on the very words of the revision.
TRANSLATES = "translates"
JUDGING = frozenset({"reviews", "adapts"})
#: Contents read for the statements about one record; beyond, revisions are told apart by number.
MAX_READ = 60


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed between the revision a statement speaks of and the one that is shown."""

    #: The revision that is shown.
    now: int
    #: False when the earlier revision is not held here: then only the numbers are known.
    compared: bool
    #: JSON Pointers into the shown body: texts for a translation, whole fields for the others.
    changed: tuple[str, ...] = ()
    #: Texts that came since and have no translation.
    added: tuple[str, ...] = ()
    #: Of a translation: what of it still applies.
    carried: Carried | None = None

    @property
    def stale(self) -> bool:
        """Say whether the statement no longer fits what is shown, or nobody can tell."""
        return bool(not self.compared or self.changed or self.added)


class Bodies:
    """The contents of records within one unit of work, each read once."""

    def __init__(self, c: Catalogue, unit: UnitOfWork) -> None:
        self._c = c
        self._unit = unit
        self._contents: dict[tuple[str, int, int], Content | None] = {}
        self._revisions: dict[tuple[str, str], tuple[RevisionSummary, ...]] = {}

    @property
    def left(self) -> int:
        """Return how many more contents may be read."""
        return max(0, MAX_READ - len(self._contents))

    def content(self, row: RecordRow) -> Content | None:
        """Return what a record says at the revision that is shown."""
        return self._read(row.oid, row.epoch, row.seq)

    def revisions(self, row: RecordRow) -> tuple[RevisionSummary, ...]:
        """Return what was published of a record, newest first."""
        key = row.oid, row.record
        if key not in self._revisions:
            self._revisions[key] = revisions_of(self._unit, row)
        return self._revisions[key]

    def shown(self, row: RecordRow) -> Written | None:
        """Return the shown revision for comparing, None when it cannot be read or understood."""
        return self._written(row.schema, self.content(row))

    def at(self, row: RecordRow, revision: int) -> Written | None:
        """Return a revision for comparing, None when it is not held or cannot be understood."""
        found = next((each for each in self.revisions(row) if each.revision == revision), None)
        if found is None or found.state != HELD or found.fault is not None:
            return None
        return self._written(found.schema, self._read(row.oid, found.epoch, found.seq))

    def since(
        self, relation: str, revision: int | None, about: RecordRow, by: RecordRow
    ) -> Since | None:
        """Return what has changed since the revision that `by` speaks of; None when nothing can.

        None for what speaks of the shown revision, of none, or of a record that is not shown.
        """
        if revision is None or revision >= about.revision or about.state != "shown":
            return None
        if relation not in {TRANSLATES, *JUDGING} or not self.left:
            return Since(about.revision, compared=False)
        before, now = self.at(about, revision), self.shown(about)
        content = self.content(by) if relation == TRANSLATES else None
        if before is None or now is None or (relation == TRANSLATES and content is None):
            return Since(about.revision, compared=False)
        if content is None:
            return Since(about.revision, compared=True, changed=changed_fields(before, now))
        carried = carry(before, now, texts_in(content.body), by.language)
        return Since(
            about.revision,
            compared=True,
            changed=carried.changed,
            added=carried.added,
            carried=carried,
        )

    def _read(self, oid: str, epoch: int, seq: int) -> Content | None:
        key = oid, epoch, seq
        if key not in self._contents:
            self._contents[key] = content_at(self._unit, oid, epoch, seq)
        return self._contents[key]

    def _written(self, schema: str, content: Content | None) -> Written | None:
        kind = self._c.contract.kind(schema)
        if kind is None or content is None:
            return None
        language = content.body.get("language")
        return Written(kind.fields, content.body, language if isinstance(language, str) else "")


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation record as it applies to the revision a reader has before them."""

    language: str
    #: What may be shown, by pointer into the body that is read.
    texts: Mapping[str, str]
    #: Its languages that a machine wrote.
    machine: tuple[str, ...]


def texts_in(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the translated texts of a translation's body by JSON Pointer."""
    texts = body.get("fields")
    if not isinstance(texts, dict):
        return {}
    return {pointer: text for pointer, text in texts.items() if isinstance(text, str)}


def open_translation(
    c: Catalogue, origin: str, record: str, of: Written, since: Since | None
) -> Translation | None:
    """Return what a translation record says of `of`, None when it cannot be read any more.

    `since` is what `Bodies.since` told of it.
    """
    with c.database.reading() as unit:
        row = unit.records.get(origin, record)
        content = Bodies(c, unit).content(row) if row and row.state == "shown" else None
    if row is None or content is None:
        return None
    texts: Mapping[str, str] = texts_in(content.body)
    if since is None and of.fields:
        texts = carry(of, of, texts, row.language).standing
    elif since is None:  # a kind that is not known here: its fields are where the translator says
        pass
    elif since.carried is not None:
        texts = since.carried.standing
    else:
        texts = without_base(texts)
    said = content.body.get("machine_translated")
    machine = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return Translation(row.language, texts, tuple(machine))


def open_original(c: Catalogue, origin: str, record: str, revision: int) -> Written | None:
    """Return the revision that somebody translated, None when it is not shown or held here."""
    with c.database.reading() as unit:
        row = unit.records.get(origin, record)
        return Bodies(c, unit).at(row, revision) if row and row.state == "shown" else None
