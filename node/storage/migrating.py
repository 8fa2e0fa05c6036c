"""Runs Alembic inside a transaction that is already open, so a stop in the middle undoes it all.

The scripts stand in ``migrations/`` at the top of a checkout, and in ``node/_shared/migrations``
of an installed package; an editable install has only the first.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from node.errors import DamageError
from node.storage.failures import DatabaseNewerError, DatabaseOlderError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_PACKAGE = Path(__file__).resolve().parents[1]


def find_migrations() -> Path:
    """Return the folder of the migration scripts; `DamageError` when it is missing."""
    for folder in (_PACKAGE / "_shared" / "migrations", _PACKAGE.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise DamageError(
        "The migration scripts are missing from this installation.",
        hint="Install Footbridge again.",
    )


def configuration() -> Config:
    """Return Alembic's configuration, without a file and without touching logging."""
    config = Config()
    config.set_main_option("script_location", str(find_migrations()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def is_current(connection: Connection) -> bool:
    """Say whether the database is exactly at this version's head."""
    return _version(connection) == _head()


def upgrade(connection: Connection) -> None:
    """Upgrade to head. Raises `DatabaseNewerError` when the database is ahead of us."""
    _refuse_newer(_version(connection))
    config = configuration()
    config.attributes["connection"] = connection
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(config, "head")


def check(connection: Connection) -> None:
    """Raise unless the database is exactly at head."""
    version = _version(connection)
    if version == _head():
        return
    _refuse_newer(version)
    raise DatabaseOlderError(
        "The database has not been prepared for this version of Footbridge.",
        hint="Start the node with `footbridge run`, which brings it up to date first.",
        version=version,
    )


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(configuration()).get_current_head()


def _refuse_newer(version: str | None) -> None:
    known = {
        script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()
    }
    if version is not None and version not in known:
        raise DatabaseNewerError(
            f"The database was written by a newer version of Footbridge (its tables are at "
            f"{version}). Nothing was changed.",
            hint="Upgrade Footbridge, or restore the backup made before the upgrade.",
            version=version,
        )
