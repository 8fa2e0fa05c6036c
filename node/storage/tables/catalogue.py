"""Records, links between them and their files: a projection of the logs, made again by `rebuild`.

Only whether a file is held here (`blobs`) is not a projection: it says what lies in the blob store.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from node.storage.tables.base import BigId, Digest, Json, Moment, RecordId, Words, metadata

records = Table(
    "records",
    metadata,
    # The record first: its address names no origin, and a search for both uses the same index.
    Column("record", RecordId, primary_key=True),
    Column("origin_id", BigId, ForeignKey("origins.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("schema", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("title", Json, nullable=False),
    Column("summary", Json, nullable=False),
    Column("countries", Json, nullable=False),
    Column("facets", Json, nullable=False),
    Column("published", Moment, nullable=False),
    Column("first_published", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("fault", Words),
    Column("known", Boolean, nullable=False),
    Column("arrived", Moment, nullable=False),
    Column("change", BigInteger, nullable=False, index=True),
    # Both answer "the newest" and counts from the index alone, without reading rows.
    Index(None, "state", "kind", "published"),
    Index(None, "origin_id", "state", "published", "kind"),
)

links = Table(
    "links",
    metadata,
    Column("record", RecordId, primary_key=True),
    Column("origin_id", BigId, ForeignKey("origins.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("relation", Text, nullable=False),
    # The target may be a record, or an origin, that this node has never seen.
    Column("target_oid", Text, nullable=False),
    Column("target_record", RecordId, nullable=False, index=True),
    Column("target_revision", BigInteger),
    sqlite_with_rowid=False,
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("fault", Words),
)

record_blobs = Table(
    "record_blobs",
    metadata,
    Column("record", RecordId, primary_key=True),
    Column("origin_id", BigId, ForeignKey("origins.id"), primary_key=True, autoincrement=False),
    Column("digest", Digest, primary_key=True, index=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
