"""The node's own small things: values under a name, and who did what."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from node.storage.tables.base import BigId, Json, Moment, Words, metadata

settings_kv = Table(
    "settings_kv",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Json),
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
