"""The desk of the node's own people: drafts and what belongs to them. Nothing here travels.

A draft is worth more than its record: it is the only copy. Every version that was saved is kept
until the draft is discarded or long published, so that no edit, whoever made it, loses a word.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from node.storage.tables.base import BigId, Digest, Json, Moment, RecordId, Words, metadata


def _person(name: str, *, nullable: bool = True) -> Column[int]:
    """Make a column for somebody; people are deactivated and never deleted."""
    return Column(name, BigId, ForeignKey("people.id"), nullable=nullable)


def _draft() -> Column[str]:
    return Column("draft", RecordId, ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False)


drafts = Table(
    "drafts",
    metadata,
    Column("id", RecordId, primary_key=True),
    #: The schema it is written for: ``good-practice/1``.
    Column("schema", Text, nullable=False),
    Column("body", Json, nullable=False),
    #: Counted up by every save; who saves says which version they had before their eyes.
    Column("version", Integer, nullable=False),
    #: draft, submitted, returned, approved, scheduled, published, discarded.
    Column("state", Text, nullable=False),
    #: The own record that it revises and the revision it began from.
    Column("record", RecordId),
    Column("base_revision", Integer),
    #: The record that it translates, adapts, reviews or tells of.
    Column("about_oid", Text),
    Column("about_record", RecordId),
    Column("about_revision", Integer),
    Column("title", Words, nullable=False),
    Column("acknowledged", Json, nullable=False),
    #: What its editors know of it and nobody signs: which texts a machine wrote, what an earlier
    #: translation said.
    Column("aside", Json, nullable=False),
    #: What the author told the editor, or the editor the author, with the last step.
    Column("note", Words, nullable=False),
    #: Where it was imported from: source and key of the row, so that it is imported once.
    Column("import_key", Words),
    #: Whether every colleague who writes may open and change it, and not its author alone.
    Column("shared", Boolean, nullable=False),
    _person("author", nullable=False),
    _person("updated_by"),
    _person("reviewer"),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("publish_at", Moment),
    Column("published_revision", Integer),
    Index(None, "state", "updated"),
    Index(None, "author"),
    Index(None, "record"),
    Index(None, "import_key", unique=True),
)

draft_versions = Table(
    "draft_versions",
    metadata,
    _draft(),
    Column("version", Integer, nullable=False, autoincrement=False),
    Column("body", Json, nullable=False),
    _person("person"),
    Column("at", Moment, nullable=False),
    #: saved, autosaved, submitted, returned, approved, published, restored, merged.
    Column("what", Text, nullable=False),
    PrimaryKeyConstraint("draft", "version", name="pk_draft_versions"),
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("id", BigId, primary_key=True),
    _draft(),
    #: The field it stands at, as a JSON Pointer; empty for the draft as a whole.
    Column("pointer", Words, nullable=False),
    Column("text", Words, nullable=False),
    _person("person", nullable=False),
    Column("at", Moment, nullable=False),
    Column("resolved", Moment),
    Index(None, "draft"),
)

draft_files = Table(
    "draft_files",
    metadata,
    Column("id", BigId, primary_key=True),
    _draft(),
    #: None while its pieces are still arriving.
    Column("digest", Digest),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("name", Words, nullable=False),
    #: What it shows, by language.
    Column("alt", Json, nullable=False),
    #: Who agreed to be shown and how that is known; empty: nobody said so.
    Column("consent", Words, nullable=False),
    #: Whether people can be recognised in it; None: nobody answered yet.
    Column("people", Boolean),
    Column("credit", Words, nullable=False),
    #: Captions: the number of the film they belong to, and their language.
    Column("captions_for", BigId),
    Column("language", Text, nullable=False),
    #: The number of the file whose place it takes when it has arrived.
    Column("replaces", BigId),
    Column("thumbnail", Digest),
    #: Codes of what was done to it or should be known of it: "place-removed".
    Column("notes", Json, nullable=False),
    _person("person"),
    Column("at", Moment, nullable=False),
    Index(None, "draft"),
    # The number names the unfinished file on disk.
    sqlite_autoincrement=True,
)

presence = Table(
    "presence",
    metadata,
    _draft(),
    _person("person", nullable=False),
    Column("seen", Moment, nullable=False),
    PrimaryKeyConstraint("draft", "person", name="pk_presence"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", BigId, primary_key=True),
    _person("person", nullable=False),
    #: submitted, returned, approved, published, adapted, reviewed, stale-translation, reminder …
    Column("what", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen", Moment),
    #: Whether it still has to go out by e-mail.
    Column("mailed", Moment),
    Index(None, "person", "id"),
)

local_marks = Table(
    "local_marks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("oid", Text, nullable=False),
    Column("record", RecordId, nullable=False),
    #: hidden: not shown here, for `text`'s reason; note: a private remark.
    Column("what", Text, nullable=False),
    Column("text", Words, nullable=False),
    _person("person"),
    Column("at", Moment, nullable=False),
    Index(None, "oid", "record"),
)

search_misses = Table(
    "search_misses",
    metadata,
    Column("words", Words, primary_key=True),
    Column("language", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last", Moment, nullable=False),
    #: Why nobody wants to be told of it any more: known, not-ours, begun.
    Column("dismissed", Text),
)

imports = Table(
    "imports",
    metadata,
    Column("id", RecordId, primary_key=True),
    _person("person"),
    Column("name", Words, nullable=False),
    Column("schema", Text, nullable=False),
    #: uploaded, mapped, tried, running, done, failed.
    Column("state", Text, nullable=False),
    Column("mapping", Json, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    #: Counts and sentences: made, unchanged, refused.
    Column("report", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

import_mappings = Table(
    "import_mappings",
    metadata,
    #: A digest of the schema and the table's headings.
    Column("key", Text, primary_key=True),
    Column("mapping", Json, nullable=False),
    Column("at", Moment, nullable=False),
)
