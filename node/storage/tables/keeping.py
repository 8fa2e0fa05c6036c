"""The node's own small things: values under a name, the keeper's decisions, who did what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text

from node.storage.tables.base import BigId, Json, Moment, RecordId, Words, metadata

settings_kv = Table(
    "settings_kv",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Json),
)

#: No projection: `rebuild` leaves it alone. A pair is named with the smaller key first.
sameness_decisions = Table(
    "sameness_decisions",
    metadata,
    Column("one_record", RecordId, primary_key=True),
    Column("one_oid", Text, primary_key=True),
    Column("other_record", RecordId, primary_key=True),
    Column("other_oid", Text, primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("reason", Words, nullable=False),
    Column("decided", Moment, nullable=False),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("detail", Json, nullable=False),
)
