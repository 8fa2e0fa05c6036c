"""The index, open for searching by any thread and for writing by one process at a time.

A reader looks at one file's time stamp before each search and sees new commits at once; it needs
no thread for that. A writer exists only while something is being written: the library's own lock
file keeps a second one out, and it is given back when a process dies.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import orjson
import tantivy

from node.errors import DamageError
from node.search import folder
from node.search.expansion import NO_CONCEPTS, Concepts
from node.search.schema import STATE_ID, Entry, document_of, key_of, state_document
from node.search.searching import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.search.query import Query, Results

#: Memory a writer fills before it writes a segment, in bytes, on its one thread.
WRITER_MEMORY = 48 * 1024 * 1024


class IndexBusyError(DamageError):
    """Another process is writing to the index, and did not finish in the time given."""

    code = "index-busy"


@dataclass(frozen=True, slots=True)
class State:
    """Up to which change of the store the index has come, and what made it."""

    cursor: int = 0
    #: A change of this (other software, other vocabularies) means: make it again.
    made_by: str = ""


class Writer:
    """Changes to the index, seen by nobody until `commit`."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer

    def put(self, entry: Entry) -> None:
        """Add a record, in the place of an earlier state of it."""
        self._writer.delete_documents_by_term("id", entry.key)
        self._writer.add_document(document_of(entry))

    def remove(self, oid: str, record: str) -> None:
        """Take a record out; one that is not in is no error."""
        self._writer.delete_documents_by_term("id", key_of(oid, record))

    def clear(self) -> None:
        """Take everything out."""
        self._writer.delete_all_documents()

    def commit(self, state: State) -> None:
        """Make all changes and the new state visible and lasting, together."""
        self._writer.delete_documents_by_term("id", STATE_ID)
        text = orjson.dumps({"cursor": state.cursor, "made_by": state.made_by}).decode()
        self._writer.add_document(state_document(text))
        self._writer.commit()


class SearchIndex:
    """The index in a folder."""

    def __init__(self, root: Path, index: tantivy.Index) -> None:
        self._root = root
        self._index = index
        self._seen = folder.fingerprint(root)
        self._lock = threading.Lock()
        self._languages: tuple[str, ...] | None = None
        #: The store's counter when the follower last found nothing new behind the cursor.
        self.looked_at = -1

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open the index in `root`; an empty one where there is none, or a damaged one.

        Raises `DamageError` when the folder cannot be written.
        """
        return cls(root, folder.open_or_make(root))

    @property
    def root(self) -> Path:
        """Return the folder the index was opened in."""
        return self._root

    def searcher(self) -> tantivy.Searcher:
        """Return a view of the newest commit that stays as it is."""
        with self._lock:
            seen = folder.fingerprint(self._root)
            if seen != self._seen:
                self._reload(seen)
            return self._index.searcher()

    def _reload(self, seen: tuple[int, int]) -> None:
        if seen[0] and self._seen[0]:
            with folder.damage_named(self._root):
                self._index.reload()
        else:
            self._index = folder.open_or_make(self._root)
            seen = folder.fingerprint(self._root)
        self._seen = seen
        self._languages = None

    def search(self, query: Query, concepts: Concepts = NO_CONCEPTS) -> Results:
        """Answer a query. Nothing that a person can type makes it fail.

        Raises `IndexDamagedError` when the index's files are not readable; the next follower
        then makes the index again.
        """
        try:
            with folder.damage_named(self._root):
                searcher = self.searcher()
                return run(searcher, self._index.schema, self.languages(), query, concepts)
        except folder.IndexDamagedError:
            folder.mark_damaged(self._root)
            raise

    def languages(self) -> tuple[str, ...]:
        """Return the languages that texts in the index are in."""
        known = self._languages
        if known is None:
            listed = self.searcher().terms_with_prefix("language", "")
            known = tuple(code for code, _count in listed if code != "*")
            self._languages = known
        return known

    def state(self) -> State:
        """Return how far the index has come; the zero state when it is empty."""
        with folder.damage_named(self._root):
            searcher = self.searcher()
            query = tantivy.Query.term_query(self._index.schema, "id", STATE_ID)
            hits = searcher.search(query, limit=1).hits
            if not hits:
                return State()
            text = searcher.doc(hits[0][1]).get_first("state")
            return _read_state(str(text))

    def is_damaged(self) -> bool:
        """Say whether a search met damage since the index was made."""
        return folder.is_marked(self._root)

    def replace(self) -> None:
        """Throw the index away and start an empty one in its place."""
        with self._lock:
            folder.set_aside(self._root)
            self._index = folder.open_or_make(self._root)
            self._seen = folder.fingerprint(self._root)
            self._languages = None

    def tidy(self) -> None:
        """Delete what earlier versions and damaged indexes have left in the folder."""
        folder.remove_others(self._root)

    @contextmanager
    def writing(self, wait: float = 30.0) -> Iterator[Writer]:
        """Give the writer, when no other process has it for `wait` seconds.

        What was not committed when the block ends is dropped. Raises `IndexBusyError`.
        """
        writer = self._take_writer(wait)
        try:
            yield Writer(writer)
        except BaseException:
            writer.rollback()
            raise
        finally:
            # Lets merges finish, closes the threads and gives the lock back.
            writer.wait_merging_threads()

    def _take_writer(self, wait: float) -> tantivy.IndexWriter:
        deadline = time.monotonic() + wait
        while True:
            try:
                return self._index.writer(WRITER_MEMORY, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise folder.IndexDamagedError(
                        "The search index cannot be written; no record is lost.",
                        hint="Check the disk's free space; the index is made again by itself.",
                        reason=str(error),
                    ) from error
                if time.monotonic() >= deadline:
                    raise IndexBusyError(
                        "Another process is writing to the search index.",
                        hint="Try again when it has finished.",
                    ) from error
            time.sleep(0.05)


def _read_state(text: str) -> State:
    try:
        found: Any = orjson.loads(text)
        return State(int(found["cursor"]), str(found["made_by"]))
    except (ValueError, KeyError, TypeError):
        return State()
