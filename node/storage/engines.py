"""Opens engines for SQLite and PostgreSQL so that both behave alike.

Both have one writer at a time and readers that see one moment. On SQLite a writing transaction is
BEGIN IMMEDIATE, so it waits for its turn at the start and never fails in the middle because
another was first. On PostgreSQL it takes an advisory lock for the same effect, so a use case that
reads, decides and writes is right on both without row locks.

SQLite's `synchronous` is FULL, not the NORMAL usual with WAL. NORMAL never corrupts, but a power
cut may take back the last commits; for an own publication that means a checkpoint which peers
already hold is signed again for other entries, and that is a fork. It costs one fsync a commit.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError

from node.errors import BadInputError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

#: How long a writer waits for its turn, in seconds.
BUSY_TIMEOUT = 30
#: Memory SQLite may use for pages, in KiB, filled only by what is used. Of the connections of a
#: process one writes, and needs the upper parts of the large indexes; the others are many.
WRITER_CACHE_KIB = 32 * 1024
READER_CACHE_KIB = 4 * 1024
#: The WAL is copied into the database when it has grown to this many pages of 4 KiB.
WAL_PAGES = 4096
#: The lock of the one writer on PostgreSQL: any number that nobody else uses ("footbrdg").
WRITER_LOCK = 0x666F6F7462726467

#: Execution option that marks a connection as the writer.
WRITING = "footbridge_writing"


def open_engine(address: str, patience: float = BUSY_TIMEOUT) -> Engine:
    """Make an engine for a SQLAlchemy address of SQLite or PostgreSQL; nothing is opened yet.

    A writer waits up to `patience` seconds for its turn.

    Raises `BadInputError` for an address of another kind, or an SQLite address without a file.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise BadInputError(
            f"{address!r} is not the address of a database.",
            hint="Write sqlite:////path/node.db or postgresql://user@host/name.",
        ) from error
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        return _open_sqlite(url, patience)
    if backend in ("postgresql", "postgres"):
        return _open_postgresql(url.set(drivername="postgresql+psycopg"), patience)
    raise BadInputError(
        f"Footbridge keeps its data in SQLite or PostgreSQL, not in {backend}.",
        hint="Correct `database_url` in the settings, or leave it out for SQLite.",
    )


def _open_sqlite(url: URL, patience: float) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise BadInputError("An SQLite database needs a file: the logs must outlive the process.")
    engine = create_engine(url, connect_args={"timeout": patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN would come late and be the wrong one; `begin` below says it.
        connection.isolation_level = None
        _set_wal(connection, patience)
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            # Erased words must not stay readable in free pages of the file.
            "secure_delete = ON",
            f"wal_autocheckpoint = {WAL_PAGES}",
            f"journal_size_limit = {WAL_PAGES * 4096}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        raw = raw_sqlite(connection)
        raw.execute(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
        raw.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB if writing else READER_CACHE_KIB}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _set_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL, which is remembered in the file.

    The switch itself does not honour the busy timeout, so two processes that make the same new
    database at once would fail without trying again.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _open_postgresql(url: URL, patience: float) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(patience * 1000)}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITING, False):
            connection.execute(select(func.pg_advisory_xact_lock(WRITER_LOCK)))

    return engine


def checkpoint(connection: Connection) -> None:
    """Empty SQLite's write-ahead log, unless readers hold it for longer than a second."""
    raw = raw_sqlite(connection)
    (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute("PRAGMA busy_timeout = 1000")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    raw.execute(f"PRAGMA busy_timeout = {patience}")


def raw_sqlite(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection, for what is said before or outside of transactions."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)
