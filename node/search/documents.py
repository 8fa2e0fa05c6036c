"""From records to the documents of the index: what each is found by, alone and with others.

Records that stand as one (`joining`) have documents for both ways of asking. Each has its own, met
where records are asked for by themselves; and the one that stands for all has a second, with the
words and facets of all of them: a word that stands only in a duplicate or a translation finds the
result it belongs to. A translation's own document is met among records of its kind, too.

When one of them changes, all are written again: those that stand with it now, and those that did.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from node.core.contents import Content
from node.core.limits import PAGE_LINES
from node.errors import NotFoundError
from node.search.joining import plan
from node.search.schema import ALONE, KIND, TOGETHER, Entry, key_of
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Contract
    from node.core.sameness import Key
    from node.search.index import Writer
    from node.search.joining import Plan
    from node.storage import RecordRow, UnitOfWork

#: From so many records of one log page on, the page's contents are unpacked once, together.
WHOLE_PAGE = 4

#: Facets of a record that say what it is and not what it is about: they are never lent to another.
OWN_FACETS = {"kind"}
#: Of a translation, the original takes on these alone: what it is about, the original says itself.
OF_TRANSLATIONS = {"language", "origin"}


class Rules(NamedTuple):
    """By what records become documents."""

    contract: Contract
    #: Whose claims join duplicates.
    policy: str


def write(unit: UnitOfWork, rules: Rules, writer: Writer, rows: Sequence[RecordRow]) -> None:
    """Write these records, and all that stand or stood as one with any of them."""
    planned, affected = _affected(unit, rules, writer, rows)
    known = planned.rows
    shown = [known[key] for key in affected if key in known and known[key].state == SHOWN]
    contents = _contents(unit, shown)
    entries = {
        (row.oid, row.record): entry_of(
            row, contents.get((row.oid, row.epoch, row.seq)), rules.contract
        )
        for row in shown
    }
    for key in affected:
        if key in entries:
            writer.put(*_documents(key, planned, entries))
        else:
            writer.remove(*key)


def _affected(
    unit: UnitOfWork, rules: Rules, writer: Writer, rows: Sequence[RecordRow]
) -> tuple[Plan, list[Key]]:
    """Return how records stand, and which have to be written, the changed ones first."""
    affected = {(row.oid, row.record): None for row in rows}
    while True:
        planned = plan(unit, affected, rules.policy, rows)
        near = {key_of(*key) for key in affected}
        stood = [_split(key) for key in sorted(writer.standing_with(near) - near)]
        stand = [
            other.key
            for key in affected
            for other in planned.group(key)
            if other.key not in affected
        ]
        if not stood and not stand:
            return planned, list(affected)
        affected |= dict.fromkeys((*stood, *stand))


def _split(key: str) -> Key:
    oid, _slash, record = key.partition("/")
    return (oid, record)


def _documents(key: Key, planned: Plan, entries: Mapping[Key, Entry]) -> list[Entry]:
    """Return the documents of one record."""
    own = entries[key]
    if key in planned.into:
        first = key_of(*planned.into[key])
        relation = next(each.relation for each in planned.group(key) if each.key == key)
        return [replace(own, only=KIND if relation == "translation" else ALONE, into=first)]
    others = planned.members.get(key)
    if not others:
        return [own]
    together = own
    for other in others:
        lent = OF_TRANSLATIONS if other.relation == "translation" else None
        together = _with(together, entries[other.key], lent)
    return [
        replace(own, only=ALONE, into=own.key),
        replace(together, only=TOGETHER, into=own.key),
    ]


def _with(entry: Entry, other: Entry, lent: set[str] | None) -> Entry:
    """Return a record that is found by another's words and facets as well.

    The other's title counts as one only in a language in which there is none yet, so that a
    duplicate cannot push a result up by saying in its title once more what the first one says.
    """
    texts = {language: list(some) for language, some in entry.texts.items()}
    title, summary = dict(entry.title), dict(entry.summary)
    for into, lines in ((title, other.title), (summary, other.summary)):
        for language, line in lines.items():
            if language in into:
                texts.setdefault(language, []).append(line)
            else:
                into[language] = line
    for language, some in other.texts.items():
        texts.setdefault(language, []).extend(some)
    facets = {name: list(values) for name, values in entry.facets.items()}
    for name, values in other.facets.items():
        if name not in OWN_FACETS and (lent is None or name in lent):
            facets[name] = list(dict.fromkeys((*facets.get(name, ()), *values)))
    return replace(entry, title=title, summary=summary, texts=texts, facets=facets)


def entry_of(row: RecordRow, content: Content | None, contract: Contract) -> Entry:
    """Return what the index holds of a record; without its content, what its row says."""
    texts: dict[str, list[str]] = {}
    if content is not None:
        for language, found in contract.describe(content, row.schema).texts.items():
            above = (row.title.get(language), row.summary.get(language))
            texts[language] = [text for text in found if text not in above]
    facets: dict[str, Sequence[str]] = dict(row.facets)
    facets |= {"kind": (row.kind,), "origin": (row.oid,)}
    return Entry(
        oid=row.oid,
        record=row.record,
        title=row.title,
        summary=row.summary,
        texts=texts,
        facets=facets,
        published=int(row.published.timestamp()),
        change=row.change,
    )


def _contents(unit: UnitOfWork, rows: Sequence[RecordRow]) -> dict[tuple[str, int, int], Content]:
    """Return the contents of records by (oid, epoch, seq), unpacking each page of a log once."""
    pages: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for row in rows:
        pages[row.oid, row.epoch, row.seq // PAGE_LINES].append(row.seq)
    found: dict[tuple[str, int, int], Content] = {}
    logs: dict[tuple[str, int], int | None] = {}
    for (oid, epoch, page), seqs in pages.items():
        if (oid, epoch) not in logs:
            log = unit.logs.get(oid, epoch)
            logs[oid, epoch] = None if log is None else log.id
        log_id = logs[oid, epoch]
        if log_id is None:
            continue
        for seq, raw in _lines(unit, log_id, page, seqs):
            found[oid, epoch, seq] = read_content(raw)
    return found


def _lines(
    unit: UnitOfWork, log_id: int, page: int, seqs: Sequence[int]
) -> list[tuple[int, bytes]]:
    if len(seqs) >= WHOLE_PAGE:
        wanted = set(seqs)
        items = unit.contents.page_items(log_id, page, limit=_NO_LIMIT)
        lines = [(seq, raw) for seq, raw in items if seq in wanted]
        # An entry that repeats another's content has no line of its own.
        seqs = sorted(wanted.difference(seq for seq, _raw in lines))
    else:
        lines = []
    for seq in seqs:
        try:
            lines.append((seq, unit.contents.of_entry(log_id, seq)))
        except NotFoundError:  # erased or dropped since the row was read
            continue
    return lines


_NO_LIMIT = 1 << 40


def read_content(raw: bytes) -> Content:
    """Return a content from the store, unverified: it was verified before it was stored."""
    document: dict[str, Any] = orjson.loads(raw)
    return Content(
        raw=raw,
        digest="",
        salt=b"",
        kind=document["kind"],
        body=document["body"],
        blobs=(),
        fallback=document["fallback"],
    )
