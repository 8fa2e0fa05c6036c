"""Which records the index holds as one, so that all of them are written again when one changes.

The store says how records stand now. How they stood when they were written, only the index itself
knows: what was last committed, and over that what has been written since and nobody can read yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import tantivy

from node.core.sameness import MAX_GROUP
from node.search.joining import MAX_TRANSLATIONS
from node.search.schema import ALONE, KIND, TOGETHER

if TYPE_CHECKING:
    from collections.abc import Collection

#: Documents of one result: each record by itself, and all together.
MAX_DOCUMENTS = MAX_GROUP + MAX_TRANSLATIONS + 1


class Committed(Protocol):
    """A commit that can be read."""

    @property
    def searcher(self) -> tantivy.Searcher:
        """Return what answers."""
        ...

    @property
    def schema(self) -> tantivy.Schema:
        """Return the index's schema."""
        ...


class Standing:
    """What was written since the last commit: for each record, the one that stands for it."""

    def __init__(self, *, over_nothing: bool = False) -> None:
        """`over_nothing`: there is no commit below, so what stands alone need not be noted."""
        self._over_nothing = over_nothing
        self._into: dict[str, str] = {}
        self._with: dict[str, set[str]] = {}

    def note(self, key: str, into: str) -> None:
        """Note that a record was written, standing with others (`into` names one) or alone."""
        before = self._into.get(key)
        if before:
            self._with[before].discard(key)
        if into or before or not self._over_nothing:
            self._into[key] = into
        if into:
            self._with.setdefault(into, set()).add(key)

    def with_any(self, keys: set[str], before: Committed | None) -> set[str]:
        """Return what stands with any of these; `before` is asked for what was not written."""
        heads = {into for key in keys if (into := self._into.get(key))}
        older: set[str] = set()
        if before is not None:
            unwritten = keys - self._into.keys()
            heads |= {into for _key, into in _documents(before, "id", unwritten, 2)}
            older = {key for key, _into in _documents(before, "into", heads, MAX_DOCUMENTS)}
        return (older - self._into.keys()).union(*(self._with.get(head, ()) for head in heads))


def _documents(
    before: Committed, field: str, values: Collection[str], most: int
) -> set[tuple[str, str]]:
    """Return (id, into) of the documents that stand with others and have one of these values."""
    if not values or not before.searcher.num_docs:
        return set()
    together = tantivy.Query.term_set_query(before.schema, field, sorted(values))
    joined = tantivy.Query.term_set_query(before.schema, "only", [ALONE, TOGETHER, KIND])
    asked = tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, joined), (tantivy.Occur.Must, together)]
    )
    found = before.searcher.search(asked, limit=most * len(values), count=False)
    documents = [before.searcher.doc(address) for _score, address in found.hits]
    return {(str(each.get_first("id")), str(each.get_first("into"))) for each in documents}
