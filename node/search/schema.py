"""What the index holds of a record, and how a record becomes one document of it.

The index holds no text: titles, summaries and bodies are indexed and thrown away, so the index
stays small and erased words are not left lying in it. Hits are named by origin and record.

=============  =====================================================================
``id``         ``oid/record``; the key that a record is replaced and removed by
``title``      the title's folded words in order, all languages one after another
``title_s``    the title's stems in order (see `node.search.stemming`)
``summary_s``  the summary's stems in order
``body_s``     the stems of every other text in order
``title_m``    second stems and openings of the title
``text_m``     the same for summary and body
``grams``      runs of four letters, for languages without a stemmer
``facet``      ``name=value`` for every facet value: filtered by term, counted by one
               aggregation over all names at once
``language``   languages the record's texts are in, and ``*`` on every record
``only``       on records that stand as one with others (`node.search.joining`), where their
               document is met: `ALONE`, `TOGETHER` or `KIND`; others have none and are
               met everywhere
``into``       on the same, the key of the record that stands for all
``newest``     the order "newest first": seconds, then order of arrival
``state``      only on one document that is no record: up to which change of the store
               the index has come, and what it was made by. It is written in the same
               commit as the records, so index and cursor cannot part, whatever stops.
=============  =====================================================================

Only titles are held as written too. Doing the same for bodies would double the index and the time
to make it, for little: every word of a query is looked up by its stem in every language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tantivy

from node.search.stemming import BORDER, analyse, primary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Raised whenever fields, folding or stemming change: the index is then made anew.
VERSION = 2

#: The document that carries the cursor. No oid or record id has this form.
STATE_ID = "#state"

EVERY = "*"

#: A record by itself, met only where each is asked for by itself.
ALONE = "alone"
#: A record with the words of all that stand with it, met wherever they are shown as one.
TOGETHER = "together"
#: A translation, met by itself and among records of its kind.
KIND = "kind"
_BETWEEN = f" {BORDER} "


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
    #: Where this document is met: "" everywhere, or one of `ALONE`, `TOGETHER` and `KIND`.
    only: str = ""
    #: The key of the record that stands for it and others, "" when it stands for itself alone.
    into: str = ""

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
    for name in ("title", "title_s", "summary_s", "body_s"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("title_m", "text_m", "grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("only", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("into", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("newest", fast=True)
    builder.add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document_of(entry: Entry) -> tantivy.Document:
    """Return the document that stands for a record."""
    title = [analyse(text, language) for language, text in entry.title.items()]
    summary = [analyse(text, language) for language, text in entry.summary.items()]
    body = [analyse(_BETWEEN.join(texts), code) for code, texts in entry.texts.items()]
    document = tantivy.Document()
    document.add_text("id", entry.key)
    document.add_text("title", _BETWEEN.join([text.words for text in title]))
    for name, texts in (("title_s", title), ("summary_s", summary), ("body_s", body)):
        document.add_text(name, _BETWEEN.join([text.stems for text in texts]))
    for name, texts in (("title_m", title), ("text_m", summary + body)):
        document.add_text(name, " ".join([text.more for text in texts if text.more]))
    document.add_text("grams", " ".join([t.grams for t in (*title, *summary, *body) if t.grams]))
    for name, values in entry.facets.items():
        for value in dict.fromkeys(values):
            document.add_text("facet", f"{name}={value}")
    languages = {primary(code) for code in (*entry.title, *entry.summary, *entry.texts)}
    for language in (EVERY, *sorted(languages)):
        document.add_text("language", language)
    if entry.only:
        document.add_text("only", entry.only)
        document.add_text("into", entry.into)
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
