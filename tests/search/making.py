"""Small indexes for tests: entries from a few words, and what a query finds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.search.expansion import NO_CONCEPTS, Concepts
from node.search.index import SearchIndex, State
from node.search.query import Query
from node.search.schema import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def entry(record: str, title: Mapping[str, str], **members: Any) -> Entry:
    """Make an entry of origin "o" unless `members` name another."""
    return Entry(**({"oid": "o", "record": record, "title": title} | members))


def index_of(folder: Path, *entries: Entry, cursor: int = 1) -> SearchIndex:
    """Make an index with these entries."""
    index = SearchIndex.open(folder / "index")
    with index.writing() as writer:
        for each in entries:
            writer.put(each)
        writer.commit(State(cursor, "test"))
    return index


def found(
    index: SearchIndex, text: str = "", concepts: Concepts = NO_CONCEPTS, **members: Any
) -> list[str]:
    """Return the ids that a query finds, in order."""
    return [hit.record for hit in index.search(Query(text=text, **members), concepts).hits]


def titles(**by_language: Sequence[str]) -> list[Entry]:
    """Make entries from titles by language, named el-0, el-1 and so on."""
    return [
        entry(f"{language}-{place}", {language: title})
        for language, some in by_language.items()
        for place, title in enumerate(some)
    ]
