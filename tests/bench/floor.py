"""The tight floor: what no node can do without, written for the purpose, in one process.

Hash, parse, store, facet rows and a full-text index in SQLite, in batches of a thousand, without a
signature, a schema or a network. It is what a figure of the exchange is a ratio of.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import orjson

BATCH = 1000


def floor(contents: Sequence[bytes], path: Path) -> float:
    """Store and index `contents`; return the seconds it took."""
    begun = time.perf_counter()
    database = sqlite3.connect(path)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "CREATE TABLE record(id INTEGER PRIMARY KEY, digest BLOB, body BLOB);"
        "CREATE TABLE facet(name TEXT, value TEXT, id INTEGER);"
        "CREATE VIRTUAL TABLE words USING fts5(title, body, content='');"
    )
    for start in range(0, len(contents), BATCH):
        records, facets, words = [], [], []
        for number, raw in enumerate(contents[start : start + BATCH], start):
            body = orjson.loads(raw)["body"]
            records.append((number, hashlib.sha256(raw).digest(), raw))
            for name in ("country", "success_factor", "target_group"):
                facets += [(name, value, number) for value in body[name]]
            title = " ".join(body["title"].values())
            words.append((number, title, " ".join(_texts(body))))
        with database:
            database.executemany("INSERT INTO record VALUES (?, ?, ?)", records)
            database.executemany("INSERT INTO facet VALUES (?, ?, ?)", facets)
            database.executemany("INSERT INTO words(rowid, title, body) VALUES (?, ?, ?)", words)
    database.execute("CREATE INDEX by_facet ON facet(name, value)")
    database.commit()
    database.close()
    return time.perf_counter() - begun


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
