"""What others' records add to cards: a title in the reader's language, and that it has ended.

Lists have to be quick, so the cheap rule holds here. A translation counts only while the record
stands at the very revision that was translated. A record's own confirmations are opened only
where there are any; without them its status is what the index has from its body.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from node.catalogue.bound import TRANSLATES, Bodies
from node.catalogue.cards import TranslatedCard
from node.catalogue.confirming import standing, word_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.catalogue.cards import RecordCard
    from node.catalogue.confirming import Standing
    from node.catalogue.context import Catalogue
    from node.storage import LinkRow, RecordRow, UnitOfWork

CONFIRMS = "confirms"
#: Links to the cards of one list that are looked at, and confirmations of one record opened.
MAX_LINKS, MAX_OPENED = 500, 3

Key = tuple[str, str]


def dressed(c: Catalogue, unit: UnitOfWork, cards: Sequence[RecordCard]) -> tuple[RecordCard, ...]:
    """Return the cards with what translations and their own confirmations add to them."""
    by_key = {(card.origin.oid, card.id): card for card in cards}
    links = [
        link
        for link in unit.records.links_to_any(by_key, (TRANSLATES, CONFIRMS), MAX_LINKS)
        if _counts(link, by_key[link.target_oid, link.target_record])
    ]
    if not links:
        return tuple(cards)
    rows = _rows(unit, ((link.oid, link.record) for link in links))
    said: dict[tuple[Key, str], list[RecordRow]] = defaultdict(list)
    for link in links:
        row = rows.get((link.oid, link.record))
        if row is not None and row.state == "shown":
            said[(link.target_oid, link.target_record), link.relation].append(row)
    bodies = Bodies(c, unit)
    confirmed = _rows(unit, (key for key, relation in said if relation == CONFIRMS))
    found = []
    for key, card in by_key.items():
        translations = {
            row.language: TranslatedCard(
                row.title.get(row.language, ""), row.summary.get(row.language, "")
            )
            for row in sorted(said[key, TRANSLATES], key=lambda row: row.published)
        }
        stands = None
        if key in confirmed:
            stands = _standing(c, bodies, confirmed[key], said[key, CONFIRMS])
        found.append(replace(card, translated=translations, standing=stands))
    return tuple(found)


def _counts(link: LinkRow, card: RecordCard) -> bool:
    if link.relation == CONFIRMS:
        return link.oid == link.target_oid
    return link.target_revision == card.revision


def _rows(unit: UnitOfWork, keys: Iterable[Key]) -> dict[Key, RecordRow]:
    ids: dict[str, list[str]] = defaultdict(list)
    for oid, record in keys:
        ids[oid].append(record)
    return {
        (oid, record): row
        for oid, records in ids.items()
        for record, row in unit.records.get_many(oid, records).items()
    }


def _standing(
    c: Catalogue, bodies: Bodies, row: RecordRow, confirmations: Sequence[RecordRow]
) -> Standing | None:
    content = bodies.content(row)
    if content is None:
        return None
    newest = sorted(confirmations, key=lambda each: each.published, reverse=True)[:MAX_OPENED]
    opened = ((each, bodies.content(each)) for each in newest)
    words = [word_of(each.oid, each.record, said.body) for each, said in opened if said]
    today = c.clock.now().date()
    return standing(row.oid, content.body, [word for word in words if word], today)
