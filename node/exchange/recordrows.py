"""Makes the rows of records, some hundred at a time: entries, and contents where they may be shown.

What a record's state is, `standing` decides; what its words, facets and links are, the contract.
This module fetches both and writes what comes of it. It is on the hot path of a first pull, so each
batch asks the database twice and writes twice, whatever its size.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from node.core.contents import parse_content
from node.errors import BadInputError
from node.exchange.standing import Standing, Voids, standing
from node.storage import LinkRow, RecordRow
from node.storage.origins import BLOCKED
from node.storage.records import ERASED, HIDDEN, HIDDEN_HERE, PENDING, SHOWN, WITHDRAWN
from node.storage.sameness import JOINING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from node.contract import Description
    from node.core.contents import Content
    from node.core.sameness import Key
    from node.exchange.context import Exchange
    from node.storage import EntryRow, UnitOfWork

BLOCKED_HERE = "This origin is blocked on this node."
NOTHING_BEHIND = "Its origin has declared it void."

Links = tuple[str, str, "Sequence[LinkRow]"]


class RowMaker:
    """Makes rows of one origin's records inside one transaction."""

    def __init__(
        self, x: Exchange, uow: UnitOfWork, oid: str, fresh: Mapping[str | None, Content]
    ) -> None:
        """Prepare. `fresh` are contents at hand, by digest; others are read from the store."""
        self._contract, self._uow, self._oid, self._fresh = x.contract, uow, oid, fresh
        logs = uow.logs.of(oid)
        self._voids = Voids(logs, uow.entries.subtree)
        self._epochs = {log.id: log.epoch.number for log in logs}
        self._now = x.clock.now()
        origin = uow.origins.get(oid)
        self._blocked = origin is not None and origin.status == BLOCKED
        self._hidden = uow.desk.hidden_of(oid)

    def make(self, records: Sequence[str], *, leave_same: bool = False) -> int:
        """Write the rows and links of these records, which should be some hundred at most.

        With `leave_same`, rows that come out as they are get no new number of change, so that
        nobody who follows changes looks at them. Returns how many were written.
        """
        entries: defaultdict[str | None, list[EntryRow]] = defaultdict(list)
        for entry in self._uow.entries.revisions_many(self._oid, records):
            if not self._voids.has(entry.log_id, entry.seq):
                entries[entry.record].append(entry)
        before = self._uow.records.get_many(self._oid, records)
        rows: list[RecordRow] = []
        links: list[Links] = []
        for record in records:
            old = before.get(record)
            row, said = self._row(record, standing(entries[record]), old)
            if row is None or (leave_same and old is not None and _says_the_same(row, old)):
                continue
            rows.append(row)
            if said or old is not None:
                links.append((self._oid, record, said if row.state == SHOWN else ()))
        spoken_of = self._spoken_of(links, before)
        self._uow.records.upsert(*rows)
        self._uow.records.set_links_many(links)
        if spoken_of:
            self._uow.sameness.touch(spoken_of, self._uow.next_change)
        return len(rows)

    def _spoken_of(self, links: Sequence[Links], before: Mapping[str, RecordRow]) -> set[Key]:
        """Return what these records translate or call the same, or did so until now.

        Such records may be shown as one with others, which the search index follows by their
        numbers of change. Call it before the links are written.
        """
        said = [link for _oid, _record, some in links for link in some]
        now = {(s.target_oid, s.target_record) for s in said if s.relation in JOINING}
        ids = [record for _oid, record, _links in links if record in before]
        return now | self._uow.sameness.targets(self._oid, ids)

    def _row(
        self, record: str, stands: Standing | None, old: RecordRow | None
    ) -> tuple[RecordRow | None, Sequence[LinkRow]]:
        if stands is None or stands.state == PENDING:
            if old is None:
                return None, ()  # nothing to tell yet
            state, fault = (PENDING, None) if stands else (HIDDEN, NOTHING_BEHIND)
            change = self._uow.next_change()
            return replace(old, state=state, fault=fault, change=change), ()
        state, fault, told = stands.state, stands.fault, None
        if state in {SHOWN, WITHDRAWN} and stands.entry.block_id is not None:
            try:
                told = self._described(stands.entry)
            except BadInputError as error:
                state, fault = HIDDEN, error.message
        if self._blocked and state not in {ERASED, WITHDRAWN}:
            state, fault = HIDDEN, BLOCKED_HERE
        elif record in self._hidden and state not in {ERASED, WITHDRAWN}:
            # Without its words, so that no list, page or program shows them by mistake.
            state, fault, told = HIDDEN, HIDDEN_HERE, None
        row = self._built(record, stands, told, (state, fault), old)
        return row, self._links(record, told)

    def _built(
        self,
        record: str,
        stands: Standing,
        told: Description | None,
        shown: tuple[str, str | None],
        old: RecordRow | None,
    ) -> RecordRow:
        entry = stands.entry
        schema = entry.schema or ""
        place = (self._epochs[entry.log_id], entry.seq)
        published = entry.created or self._now
        return RecordRow(
            oid=self._oid,
            record=record,
            kind=schema.partition("/")[0],
            schema=schema,
            revision=entry.revision or 0,
            epoch=place[0],
            seq=place[1],
            language=told.language if told else "",
            title=told.title if told else {},
            summary=told.summary if told else {},
            countries=told.countries if told else (),
            facets=dict(told.facets) if told else {},
            published=published,
            first_published=stands.first.created or published,
            state=shown[0],
            fault=shown[1],
            known=told.known if told else True,
            arrived=self._arrived(place, old),
            change=self._uow.next_change(),
        )

    def _arrived(self, place: tuple[int, int], old: RecordRow | None) -> datetime:
        """Give when the revision that is told came here first."""
        return old.arrived if old and (old.epoch, old.seq) == place else self._now

    def _described(self, entry: EntryRow) -> Description:
        content = self._fresh.get(entry.digest)
        if content is None:
            content = parse_content(self._uow.contents.of_entry(entry.log_id, entry.seq))
        return self._contract.describe(content, entry.schema or "")

    def _links(self, record: str, told: Description | None) -> list[LinkRow]:
        return [
            LinkRow(self._oid, record, link.relation, link.origin, link.record, link.revision)
            for link in (told.links if told else ())
        ]


def _says_the_same(new: RecordRow, old: RecordRow) -> bool:
    """Compare two rows of one record, but for the number of change and how lists are held."""

    def said(row: RecordRow) -> RecordRow:
        facets = {name: tuple(values) for name, values in row.facets.items()}
        return replace(row, change=0, facets=facets, countries=tuple(row.countries))

    return said(new) == said(old)
