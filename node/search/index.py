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
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import orjson
import tantivy

from node.errors import DamageError
from node.search import folder
from node.search.expansion import NO_CONCEPTS, Concepts
from node.search.schema import EVERY, STATE_ID, Entry, document_of, key_of, state_document
from node.search.searching import run
from node.search.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from node.search.query import Query, Results

#: Memory a writer fills before it writes a segment, in bytes, on its one thread.
WRITER_MEMORY = 48 * 1024 * 1024
#: Answers to queries without words that are kept until the next commit.
MAX_BROWSED = 200


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

    def __init__(self, writer: tantivy.IndexWriter, view: Callable[[], View]) -> None:
        self._writer = writer
        self._view = view
        self._written = Standing()
        self._cleared = False

    def put(self, *entries: Entry) -> None:
        """Add the documents of one record, in the place of an earlier state of it."""
        first = entries[0]
        self._writer.delete_documents_by_term("id", first.key)
        for entry in entries:
            self._writer.add_document(document_of(entry))
        self._written.note(first.key, first.into)

    def remove(self, oid: str, record: str) -> None:
        """Take a record out; one that is not in is no error."""
        key = key_of(oid, record)
        self._writer.delete_documents_by_term("id", key)
        self._written.note(key, "")

    def clear(self) -> None:
        """Take everything out."""
        self._writer.delete_all_documents()
        self._written, self._cleared = Standing(over_nothing=True), True

    def standing_with(self, keys: Iterable[str]) -> set[str]:
        """Return all that stood as one with any of these when they were last written."""
        before = None if self._cleared else self._view()
        return self._written.with_any(set(keys), before)

    def commit(self, state: State) -> None:
        """Make all changes and the new state visible and lasting, together."""
        self._writer.delete_documents_by_term("id", STATE_ID)
        text = orjson.dumps({"cursor": state.cursor, "made_by": state.made_by}).decode()
        self._writer.add_document(state_document(text))
        self._writer.commit()
        self._written, self._cleared = Standing(), False


class View(NamedTuple):
    """One commit as a reader sees it: it stays as it is while others write."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    #: Languages that texts in it are in.
    languages: tuple[str, ...]
    #: Answers to queries without words, by what was asked.
    browsed: dict[object, Results]


class SearchIndex:
    """The index in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._open()
        #: The store's counter when the follower last found nothing new behind the cursor.
        self.looked_at = -1

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open the index in `root`; an empty one where there is none, or a damaged one.

        Raises `DamageError` when the folder cannot be written.
        """
        return cls(root)

    @property
    def root(self) -> Path:
        """Return the folder the index was opened in."""
        return self._root

    def _open(self) -> None:
        # Read before the index is: a commit in between is then seen as one at the next look.
        self._seen = folder.fingerprint(self._root)
        self._index = folder.open_or_make(self._root)
        self._view: View | None = None

    def view(self) -> View:
        """Return the newest commit. Raises `IndexDamagedError` when it cannot be read."""
        with self._lock, folder.damage_named(self._root):
            seen = folder.fingerprint(self._root)
            if seen != self._seen and seen[0] and self._seen[0]:
                self._index.reload()
                self._seen, self._view = seen, None
            elif seen != self._seen:
                self._open()
            if self._view is None:
                searcher = self._index.searcher()
                listed = searcher.terms_with_prefix("language", "")
                languages = tuple(code for code, _count in listed if code != EVERY)
                self._view = View(searcher, self._index.schema, languages, {})
            return self._view

    def search(self, query: Query, concepts: Concepts = NO_CONCEPTS) -> Results:
        """Answer a query. Nothing that a person can type makes it fail.

        Raises `IndexDamagedError` when the index's files are not readable; the next follower
        then makes the index again.
        """
        try:
            with folder.damage_named(self._root):
                view = self.view()
                key = _browsing_key(query)
                if key in view.browsed:
                    return view.browsed[key]
                found = run(view.searcher, view.schema, view.languages, query, concepts)
                if key is not None and len(view.browsed) < MAX_BROWSED:
                    view.browsed[key] = found
                return found
        except folder.IndexDamagedError:
            folder.mark_damaged(self._root)
            raise

    def languages(self) -> tuple[str, ...]:
        """Return the languages that texts in the index are in."""
        return self.view().languages

    def state(self) -> State:
        """Return how far the index has come; the zero state when it is empty."""
        view = self.view()
        with folder.damage_named(self._root):
            hits = view.searcher.search(
                tantivy.Query.term_query(view.schema, "id", STATE_ID), limit=1
            ).hits
            if not hits:
                return State()
            return _read_state(str(view.searcher.doc(hits[0][1]).get_first("state")))

    def is_damaged(self) -> bool:
        """Say whether a search met damage since the index was made."""
        return folder.is_marked(self._root)

    def replace(self) -> None:
        """Throw the index away and start an empty one in its place."""
        with self._lock:
            folder.set_aside(self._root)
            self._open()

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
            yield Writer(writer, self.view)
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


def _browsing_key(query: Query) -> object:
    """Return what tells queries without words apart, None for one with words.

    The home page and the first page of the catalogue ask the same of all records, for every
    visitor; until the next commit the answer is the same.
    """
    if query.text.strip():
        return None
    facets = tuple(sorted((name, tuple(values)) for name, values in query.facets.items()))
    return (facets, query.offset, query.limit, query.folded, query.counted)


def _read_state(text: str) -> State:
    try:
        found: Any = orjson.loads(text)
        return State(int(found["cursor"]), str(found["made_by"]))
    except (ValueError, KeyError, TypeError):
        return State()
