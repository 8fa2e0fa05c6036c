"""Peers, the history of rounds with them, and work that is due."""

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
    UniqueConstraint,
)

from node.storage.tables.base import BigId, Json, Moment, Words, metadata

peers = Table(
    "peers",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("oid", Text, nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("state", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("private_ok", Boolean, nullable=False),
    Column("added", Moment, nullable=False),
    Column("heads_token", Words, nullable=False),
    Column("heads_etag", Words, nullable=False),
    Column("next_due", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_ok", Moment),
    Column("complete_as_of", Moment),
    Column("last_error", Words, nullable=False),
    Column("leased_until", Moment),
    Column("worker", Text, nullable=False),
    # A peer that was removed keeps its number for ever, so history never points to another one.
    sqlite_autoincrement=True,
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("peer_id", BigId, ForeignKey("peers.id", ondelete="CASCADE"), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("outcome", Text, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("contents", BigInteger, nullable=False),
    Column("blobs", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("verified", BigInteger, nullable=False),
    Column("refused", Json, nullable=False),
    Column("sentence", Words, nullable=False),
    Index(None, "peer_id", "id"),
)

work = Table(
    "work",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("due", Moment, nullable=False, index=True),
    Column("payload", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("why", Words, nullable=False),
    Column("leased_until", Moment),
    Column("worker", Text, nullable=False),
    # Asked for again while a worker was at it: it is done once more.
    Column("again", Boolean, nullable=False),
    UniqueConstraint("kind", "key"),
    # A worker that lost its lease must not end another piece of work by an old number.
    sqlite_autoincrement=True,
)

mirrors = Table(
    "mirrors",
    metadata,
    Column("peer_id", BigId, ForeignKey("peers.id", ondelete="CASCADE"), nullable=False),
    Column("epoch", Integer, nullable=False, autoincrement=False),
    #: How much of this node's own log the peer says it holds, and has obeyed.
    Column("size", BigInteger, nullable=False),
    Column("applied", BigInteger, nullable=False),
    Column("seen", Moment, nullable=False),
    PrimaryKeyConstraint("peer_id", "epoch", name="pk_mirrors"),
)
