"""The one door to the database: transactions, migrations, and the number of the last change."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from node.storage import migrating
from node.storage.engines import BUSY_TIMEOUT, WRITING, checkpoint, open_engine
from node.storage.failures import converted
from node.storage.uow import UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection


class Database:
    """A database, open for any number of threads; one object for each process.

    After a fork the child must open its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = threading.local()

    @classmethod
    def open(cls, address: str, *, patience: float = BUSY_TIMEOUT) -> Self:
        """Open by SQLAlchemy address; nothing is touched yet. `patience` is in seconds.

        Raises `BadInputError` for an address that is neither of SQLite nor of PostgreSQL.
        """
        return cls(open_engine(address, patience))

    @property
    def dialect(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Give a unit of work that commits once, at the end, or not at all.

        Writers take turns, also those of other processes; who waits longer than the database's
        patience gets `DatabaseBusyError`. What is registered by `after_commit` runs after the
        commit, outside the transaction. Raises `DamageError` when the database cannot be written.
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("One use case, one transaction: this thread is already writing.")
        self._thread.writing = True
        try:
            with converted(), self._connection({WRITING: True}) as connection:
                unit = UnitOfWork(connection)
                yield unit
                unit.finish()
        finally:
            self._thread.writing = False
        _run_all([*unit.followers, self.scrub] if unit.contents.erased else unit.followers)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Give a unit of work that sees the database at one moment; writing in it is refused."""
        options = (
            {}
            if self.dialect == "sqlite"
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with converted(), self._connection(options) as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def _connection(self, options: dict[str, Any]) -> Iterator[Connection]:
        with (
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def stamp(self) -> int:
        """Return the number of the last change that others follow; 0 before the first."""
        with self.reading() as unit:
            return unit.last_change()

    def migrate(self) -> None:
        """Bring the tables to this version, from whatever older version, in one transaction.

        Several processes may do this at once. Raises `DatabaseNewerError` for a newer database.
        """
        with converted():
            with self._connection({}) as connection:
                if migrating.is_current(connection):
                    return
            with self._connection({WRITING: True}) as connection:
                migrating.upgrade(connection)

    def check_version(self) -> None:
        """Raise `DatabaseNewerError` or `DatabaseOlderError` unless the tables fit this version."""
        with converted(), self._connection({}) as connection:
            migrating.check(connection)

    def scrub(self) -> None:
        """Remove what erased contents left behind in files. `writing` does so after an erasure.

        SQLite's main file holds no trace (`secure_delete`), but its write-ahead log does until it
        is emptied; a long reader can delay that to the next time. PostgreSQL's vacuum does it.
        """
        with converted():
            if self.dialect == "sqlite":
                with self._engine.connect() as connection:
                    checkpoint(connection)
            else:
                with self._engine.connect().execution_options(
                    isolation_level="AUTOCOMMIT"
                ) as connection:
                    connection.exec_driver_sql("VACUUM content_blocks")

    def size(self) -> int:
        """Return how many bytes the tables take, with SQLite's write-ahead log left out."""
        asks = {
            "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            "postgresql": "SELECT pg_database_size(current_database())",
        }
        with converted(), self._connection({}) as connection:
            return int(connection.exec_driver_sql(asks[self.dialect]).scalar_one())

    def dispose(self) -> None:
        """Close all idle connections."""
        self._engine.dispose()


def _run_all(followers: list[Callable[[], None]]) -> None:
    """Run each; the first error is raised when all have run, since the commit already stands."""
    failed: list[Exception] = []
    for follower in followers:
        try:
            follower()
        except Exception as error:  # noqa: BLE001  raised again below
            failed.append(error)
    if failed:
        raise failed[0]
