"""What the index holds of a record, and how a record becomes one document of it.

The index holds no text: titles, summaries and bodies are indexed and thrown away, so the index
stays small and erased words are not left lying in it. Hits are named by origin and record.

=============  =====================================================================
``id``         ``oid/record``; the key that a record is replaced and removed by
``title``      folded words in order, all languages of the title one after another
``summary``    the same for the summary
``body``       the same for every other text
``title_s``    stems and openings of the title (see `node.search.stemming`)
``text_s``     the same for summary and body
``grams``      runs of four letters, for languages without a stemmer
``facet``      ``name=value`` for every facet value: filtered by term, counted by one
               aggregation over all names at once
``language``   languages the record's texts are in, and ``*`` on every record
``newest``     the order "newest first": seconds, then order of arrival
``state``      only on one document that is no record: up to which change of the store
               the index has come, and what it was made by. It is written in the same
               commit as the records, so index and cursor cannot part, whatever stops.
=============  =====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tantivy

from node.search.stemming import Analysed, analyse, primary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Raised whenever fields, folding or stemming change: the index is then made anew.
VERSION = 1

#: The document that carries the cursor. No oid or record id has this form.
STATE_ID = "#state"

#: Stands between two texts, so that no phrase is found across their border.
BORDER = " \u00b6 "

EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record as the index takes it. Texts are language maps; facets are codes by name."""

    oid: str
    record: str
    title: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Seconds since 1970 of what is shown as the date.
    published: int = 0
    #: The store's change counter: what came later stands first among equal seconds.
    change: int = 0

    @property
    def key(self) -> str:
        """Return the record's key in the index."""
        return key_of(self.oid, self.record)


def key_of(oid: str, record: str) -> str:
    """Return the key a record has in the index."""
    return f"{oid}/{record}"


def build_schema() -> tantivy.Schema:
    """Return the index's schema, version `VERSION`."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "summary", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("title_s", "text_s", "grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("newest", fast=True)
    builder.add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document_of(entry: Entry) -> tantivy.Document:
    """Return the document that stands for a record."""
    title = [analyse(text, language) for language, text in entry.title.items()]
    summary = [analyse(text, language) for language, text in entry.summary.items()]
    body = [analyse(text, code) for code, texts in entry.texts.items() for text in texts]
    document = tantivy.Document()
    document.add_text("id", entry.key)
    for name, texts in (("title", title), ("summary", summary), ("body", body)):
        document.add_text(name, _words(texts))
    document.add_text("title_s", " ".join([text.stems for text in title]))
    document.add_text("text_s", " ".join([text.stems for text in (*summary, *body)]))
    runs = " ".join([text.grams for text in (*title, *summary, *body) if text.grams])
    if runs:
        document.add_text("grams", runs)
    for name, values in entry.facets.items():
        for value in dict.fromkeys(values):
            document.add_text("facet", f"{name}={value}")
    languages = {primary(code) for code in (*entry.title, *entry.summary, *entry.texts)}
    for language in (EVERY, *sorted(languages)):
        document.add_text("language", language)
    document.add_unsigned("newest", order_of(entry.published, entry.change))
    return document


def order_of(published: int, change: int) -> int:
    """Return the number that sorts by date and, within a second, by arrival."""
    return (max(0, published) << 20) | (change & 0xFFFFF)


def state_document(state: str) -> tantivy.Document:
    """Return the document that carries the index's own state."""
    document = tantivy.Document()
    document.add_text("id", STATE_ID)
    document.add_text("state", state)
    return document


def _words(texts: list[Analysed]) -> str:
    return BORDER.join([text.words for text in texts])
