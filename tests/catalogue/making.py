"""A node with a catalogue, and drafts that refer to one another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from node.catalogue.context import Catalogue
from node.exchange.drafts import Draft
from node.exchange.proving import proof_file
from node.exchange.publishing import Published, publish
from node.search import SearchIndex
from node.search.follower import follow
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from node.exchange.context import Exchange


@dataclass(frozen=True)
class Shelf:
    """A node and its catalogue."""

    x: Exchange
    catalogue: Catalogue

    @property
    def oid(self) -> str:
        return self.x.own_oid()

    def publish(self, *drafts: Draft) -> list[str]:
        """Publish drafts, bring the index up to them, and return the records' ids."""
        done: list[Published] = publish(self.x, drafts)
        self.follow()
        return [one.record for one in done]

    def follow(self) -> int:
        return follow(self.x.database, self.x.contract, self.catalogue.index)

    def reference(self, record: str, revision: int | None = None) -> dict[str, Any]:
        exact = {} if revision is None else {"revision": revision}
        return {"origin": self.oid, "record": record} | exact


def make_shelf(folder: Path, name: str = "Puente", **settings: Any) -> Shelf:
    """Make a node of its own with an empty catalogue."""
    x = make_exchange(folder, name, **settings)
    catalogue = Catalogue(
        database=x.database,
        contract=x.contract,
        index=SearchIndex.open(x.settings.home / "index"),
        settings=x.settings,
        clock=x.clock,
        prove=lambda oid, record, revision: proof_file(x, oid, record, revision),
    )
    return Shelf(x, catalogue)


def organisation(name: str = "Puente de Prueba", **members: Any) -> Draft:
    body = {
        "name": {"es": name},
        "mission": {"es": "Acompañamos hasta un empleo.", "en": "We help people into work."},
        "language": "es",
        "type": "ngo",
        "countries": ["ES"],
    }
    return Draft(kind="organisation", body=body | members)


def review(subject: dict[str, Any]) -> Draft:
    body = {
        "title": {"en": "Review of the groups"},
        "subject": subject,
        "language": "en",
        "recommendation": "recommended",
        "statement": {"en": "We sat in twice and would do it again."},
    }
    return Draft(kind="review", body=body)


def adaptation(practice: dict[str, Any], title: str = "The same in Aarhus") -> Draft:
    body = {
        "title": {"en": title},
        "language": "en",
        "practice": practice,
        "country": ["DK"],
        "context": {"en": "A library in the harbour."},
        "what_changed": {"en": "Coffee instead of tea."},
        "outcome": "worked",
        "why": {"en": "People like coffee."},
    }
    return Draft(kind="adaptation", body=body)


def translation(subject: dict[str, Any], language: str, **fields: str) -> Draft:
    body = {
        "subject": subject,
        "language": language,
        "licence": "CC-BY-4.0",
        "fields": {f"/{name}": text for name, text in fields.items()},
    }
    return Draft(kind="translation", body=body)


def set_state(shelf: Shelf, record: str, state: str, fault: str | None = None) -> None:
    """Let a record stand as the exchange would put it."""
    with shelf.x.database.writing() as uow:
        row = uow.records.get(shelf.oid, record)
        assert row is not None
        uow.records.upsert(replace(row, state=state, fault=fault, change=uow.next_change()))
    shelf.follow()
