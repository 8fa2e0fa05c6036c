"""The full-text index: a projection that follows the store and can always be made again."""

from node.search.expansion import Concepts
from node.search.folder import IndexDamagedError
from node.search.index import IndexBusyError, SearchIndex
from node.search.query import Hit, Query, Recognised, Results
from node.search.schema import Entry

__all__ = [
    "Concepts",
    "Entry",
    "Hit",
    "IndexBusyError",
    "IndexDamagedError",
    "Query",
    "Recognised",
    "Results",
    "SearchIndex",
]
