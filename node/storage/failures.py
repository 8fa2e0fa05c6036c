"""Turns what databases and disks say into `DamageError` with a sentence and a hint.

Nothing was half-written when one of these is raised: the transaction it came from was undone.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from node.errors import DamageError, FootbridgeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class DatabaseBusyError(DamageError):
    """Another process kept the database to itself for too long; the same step may be retried."""

    code = "database-busy"


class DatabaseNewerError(DamageError):
    """The database was written by a newer version of Footbridge."""

    code = "database-newer"


class DatabaseOlderError(DamageError):
    """The database lacks migrations that this version of Footbridge needs."""

    code = "database-older"


_KEPT = "Nothing of this step was written; everything before it is kept."

#: (words of SQLite or SQLSTATE of PostgreSQL, what happened, what to do)
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("database or disk is full", "53100", "no space left"),
        "The disk that holds the database is full.",
        "Free some space; the node goes on by itself.",
    ),
    (
        ("readonly database", "25006"),
        "The database cannot be written: it is read-only.",
        (
            "Let the user that runs the node own the database's file and folder, "
            "or check whether the disk was mounted read-only."
        ),
    ),
    (
        ("unable to open database file",),
        "The database file cannot be opened.",
        "Check that its folder exists and belongs to the user that runs the node.",
    ),
    (
        ("malformed", "not a database", "file is encrypted", "xx001", "xx002"),
        "The database is damaged.",
        (
            "Stop the node, keep a copy of the file, and restore the last backup "
            "or rebuild the node from its peers."
        ),
    ),
    (
        ("disk i/o error", "58030"),
        "The disk failed while the database was read or written.",
        "Check the disk; then run `footbridge verify`.",
    ),
    (
        ("no such table", "42p01"),
        "The database has no tables yet, or not all that this version needs.",
        "Start the node with `footbridge run`, which prepares the database first.",
    ),
    (
        ("28p01", "28000", "password authentication failed"),
        "PostgreSQL refused the user name or password.",
        "Correct `database_url` in the settings.",
    ),
    (
        ("3d000", "fatal:  database"),
        "This PostgreSQL server has no database of that name.",
        "Create it, or correct `database_url` in the settings.",
    ),
)
_UNREACHABLE = (
    "connection failed",
    "connection is bad",
    "connection timeout",
    "08001",
    "08006",
    "57p03",
)
_BUSY = ("database is locked", "database table is locked", "55p03", "40p01", "57014")


@contextmanager
def converted() -> Iterator[None]:
    """Raise `DamageError` in place of any error of the database inside the block.

    Errors of our own families pass unchanged, also those that a column type raised.
    """
    try:
        yield
    except StatementError as error:
        if isinstance(error.orig, FootbridgeError):
            raise error.orig from error
        raise explained(error) from error
    except SQLAlchemyError as error:
        raise explained(error) from error


def explained(error: SQLAlchemyError) -> DamageError:
    """Return the error of our own for one of SQLAlchemy's."""
    original = error.orig if isinstance(error, DBAPIError) else error
    said = f"{getattr(original, 'sqlstate', None) or ''} {original}".lower()
    if any(words in said for words in _BUSY):
        return DatabaseBusyError(
            f"The database was busy with another process for too long. {_KEPT}",
            hint="Try again; if it stays so, look for a second node on the same home.",
        )
    for signs, happened, todo in _KNOWN:
        if any(sign in said for sign in signs):
            return DamageError(f"{happened} {_KEPT}", hint=todo)
    if any(sign in said for sign in _UNREACHABLE):
        return DamageError(
            f"PostgreSQL cannot be reached. {_KEPT}",
            hint="Start it, or correct `database_url`; the node goes on by itself then.",
        )
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DamageError(
            f"The connection to the database was lost. {_KEPT}",
            hint="The node connects again by itself as soon as the database answers.",
        )
    return DamageError(
        f"The database refused: {original}. {_KEPT}",
        hint="Run `footbridge doctor`; if it finds nothing, report this with the log.",
    )
