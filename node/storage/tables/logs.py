"""Origins, their logs, and the bytes of entries and contents: the truth of this node.

Bytes stand in pages as they were received, compressed by zstd, and `entries` points into them. One
row for each content under its random digest was measured at 1.6 times the time and four times the
disk. A full entry page never changes; a content block changes only by an erasure.

`entries`, `tree_nodes` and `entry_pages` are clustered by their key on SQLite (WITHOUT ROWID):
they grow at their end, so the key costs no second tree and writes stay in a few disk pages.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from node.storage.tables.base import BigId, Digest, Json, Moment, RecordId, Words, metadata

#: One row: the number of the last change that others follow.
counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)

origins = Table(
    "origins",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("oid", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("reason", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("introduced_by", BigId, ForeignKey("peers.id", ondelete="SET NULL")),
    Column("first_seen", Moment, nullable=False),
)

logs = Table(
    "logs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("origin_id", BigId, ForeignKey("origins.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("frozen", Boolean, nullable=False),
    # The opened epoch statement, so that no signature is checked again on each read.
    Column("key", LargeBinary(32), nullable=False),
    Column("next", Json, nullable=False),
    Column("continues_size", BigInteger),
    Column("continues_root", LargeBinary(32)),
    Column("statement", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("applied", BigInteger, nullable=False),
    # The newest checkpoint whose tree is held completely: this one is relayed.
    Column("checkpoint_note", LargeBinary),
    Column("checkpoint_size", BigInteger),
    Column("checkpoint_root", LargeBinary(32)),
    Column("checkpoint_dated", BigInteger),
    # A newer verified one that is still being filled up to.
    Column("target_note", LargeBinary),
    Column("target_size", BigInteger),
    Column("target_root", LargeBinary(32)),
    Column("target_dated", BigInteger),
    Column("change", BigInteger, nullable=False, index=True),
    UniqueConstraint("origin_id", "epoch"),
)

entry_pages = Table(
    "entry_pages",
    metadata,
    Column("log_id", BigId, ForeignKey("logs.id"), primary_key=True, autoincrement=False),
    Column("page", BigInteger, primary_key=True, autoincrement=False),
    Column("lines", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

#: Roots of perfect subtrees of 256, 256², 256³ leaves (level 8, 16, 24), so that a proof in a log
#: of a million entries reads one page and a few hundred hashes.
tree_nodes = Table(
    "tree_nodes",
    metadata,
    Column("log_id", BigId, ForeignKey("logs.id"), primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

content_blocks = Table(
    "content_blocks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("log_id", BigId, ForeignKey("logs.id"), nullable=False),
    Column("page", BigInteger, nullable=False),
    # Bytes before compression.
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index(None, "log_id", "page"),
)

entries = Table(
    "entries",
    metadata,
    Column("log_id", BigId, ForeignKey("logs.id"), primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("record", RecordId),
    Column("revision", BigInteger),
    Column("schema", Text),
    Column("digest", Digest),
    Column("size", Integer),
    Column("created", Moment),
    Column("fault", Words),
    Column("state", Text, nullable=False),
    Column("block_id", BigInteger),
    Column("offset", Integer),
    Column("length", Integer),
    sqlite_with_rowid=False,
)
Index("ix_entries_digest", entries.c.digest)
Index("ix_entries_record", entries.c.record)
#: Only what is wanted: at rest this index is empty.
Index(
    "ix_entries_missing",
    entries.c.log_id,
    entries.c.seq,
    sqlite_where=entries.c.state == "missing",
    postgresql_where=entries.c.state == "missing",
)

#: Digests that an origin erased: they answer "gone" and are never taken in again from its log.
refused_digests = Table(
    "refused_digests",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("origin_id", BigId, ForeignKey("origins.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("oid", Text, nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Words, nullable=False),
    Column("note_a", LargeBinary, nullable=False),
    Column("note_b", LargeBinary, nullable=False),
    Column("peer_id", BigId, ForeignKey("peers.id", ondelete="SET NULL")),
    Column("seen", Moment, nullable=False),
)
