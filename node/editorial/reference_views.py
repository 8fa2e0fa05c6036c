"""Other records in a form: what the chosen one is called, and which ones words find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from node.catalogue.browsing import SearchRequest, search_records
from node.catalogue.links import LinkView
from node.catalogue.listing import Names, card_of
from node.editorial.access_views import desk
from node.errors import FootbridgeError
from node.storage.records import SHOWN
from node.web.context import runtime
from node.web.i18n import reading_languages
from node.web.names import called
from node.web.texts import pick_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.catalogue.cards import RecordCard
    from node.contract import Description
    from node.editorial.formboxes import Box
    from node.storage import UnitOfWork

#: So many records are offered for words; more words find the right one sooner than a longer list.
OFFERED = 8
MAX_WORDS = 200


def origin_of(record: str) -> str:
    """Return who published a record that is held here, "" for one that is not."""
    with desk().database.reading() as uow:
        return next((held.oid for held in uow.records.find(record)), "")


def about_record(box: Box) -> dict[str, Any]:
    """Return what the record that a box refers to is called, or what its words find."""
    if isinstance(box.value, dict):
        with desk().database.reading() as uow:
            card = _card(uow, box.value)
        return _about(card) if card else {}
    if isinstance(box.value, str):
        exact = box.spec.item("revision")
        return {"found": records_found(box.value, exact=exact is not None and exact.required)}
    return {}


def links_of_body(description: Description) -> tuple[LinkView, ...]:
    """Return the links that a body would have if it were published, to what is held here."""
    with desk().database.reading() as uow:
        return tuple(
            LinkView(
                relation=link.relation,
                direction="out",
                origin=link.origin,
                record=link.record,
                revision=link.revision,
                card=(card := _card(uow, {"origin": link.origin, "record": link.record})),
                state=SHOWN if card else "absent",
                publisher=Names(uow).of(link.origin),
            )
            for link in description.links
        )


def _card(uow: UnitOfWork, value: Mapping[str, Any]) -> RecordCard | None:
    origin, record = value.get("origin"), value.get("record")
    if not isinstance(origin, str) or not isinstance(record, str):
        return None
    row = next((row for row in uow.records.find(record) if row.oid == origin), None)
    return card_of(row, Names(uow)) if row is not None and row.state == SHOWN else None


def records_found(words: str, *, exact: bool) -> list[dict[str, Any]]:
    """Return the records that words find: what to send for each, and what it is called.

    `exact` asks for the revision that stands there now.
    """
    request = SearchRequest(q=words[:MAX_WORDS], size=OFFERED, languages=reading_languages())
    try:
        page = search_records(runtime().catalogue, request)
    except FootbridgeError:
        return []  # the index is being made again; an address can be pasted meanwhile
    return [{"value": _address(card, exact=exact), **_about(card)} for card in page.items]


def _address(card: RecordCard, *, exact: bool) -> str:
    return f"{card.origin.oid}/{card.id}" + (f"@{card.revision}" if exact else "")


def _about(card: RecordCard) -> dict[str, Any]:
    title = pick_text(card.title, card.language)
    return {
        "title": str(title) if title else card.id,
        "publisher": called(card.origin),
        "href": url_for("catalogue.record", record_id=card.id, origin=card.origin.oid),
    }
