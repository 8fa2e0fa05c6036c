"""From empty to this version, on both databases, and never backwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from node.errors import DamageError
from node.storage import Database, migrating
from node.storage.engines import WRITING, open_engine
from node.storage.failures import DatabaseNewerError, DatabaseOlderError
from node.storage.tables import metadata

if TYPE_CHECKING:
    from tests.support.databases import Databases


def _execute(address: str, statement: str) -> None:
    engine = open_engine(address)
    with (
        engine.connect().execution_options(**{WRITING: True}) as connection,
        connection.begin(),
    ):
        connection.execute(text(statement))
    engine.dispose()


def test_the_migrated_tables_are_those_of_the_models(databases: Databases) -> None:
    address = databases.address(migrated=False)
    databases.open(address).migrate()
    engine = open_engine(address)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        # What the comparison does not look at: that keys and indexes have the models' columns.
        inspector = inspect(connection)
        for table in metadata.tables.values():
            key = inspector.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]
            indexes = {i["name"]: i["column_names"] for i in inspector.get_indexes(table.name)}
            for index in table.indexes:
                assert indexes[index.name] == [column.name for column in index.columns]
    engine.dispose()


def test_a_migrated_sqlite_database_has_the_physical_form_of_the_models(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'some.db'}"
    database = Database.open(address)
    database.migrate()
    database.dispose()
    engine = open_engine(address)
    with engine.connect() as connection:
        for name, table in metadata.tables.items():
            sql = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"),
                {"name": name},
            ).scalar_one()
            without = not table.dialect_options["sqlite"]["with_rowid"]
            assert ("WITHOUT ROWID" in sql) is without, name
            counting = bool(table.dialect_options["sqlite"]["autoincrement"])
            assert ("AUTOINCREMENT" in sql) is counting, name
    engine.dispose()


def test_every_earlier_version_comes_up_to_this_one_with_what_is_in_it(
    databases: Databases,
) -> None:
    scripts = ScriptDirectory.from_config(migrating.configuration())
    for script in scripts.walk_revisions():
        address = databases.address(migrated=False)
        engine = open_engine(address)
        with (
            engine.connect().execution_options(**{WRITING: True}) as connection,
            connection.begin(),
        ):
            config = migrating.configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, script.revision)
            connection.execute(text("INSERT INTO settings_kv VALUES ('a', '1')"))
        engine.dispose()
        database = databases.open(address)
        database.migrate()
        database.check_version()
        with database.reading() as unit:
            assert unit.settings.get("a") == 1
            assert unit.sameness.decisions() == []


def test_migrating_again_changes_nothing(databases: Databases) -> None:
    database = databases.open(databases.address(migrated=False))
    database.migrate()
    with database.writing() as unit:
        unit.settings.put("a", 1)
    database.migrate()
    database.check_version()
    with database.reading() as unit:
        assert unit.settings.get("a") == 1


def test_an_empty_database_is_older_and_the_hint_says_what_to_do(databases: Databases) -> None:
    database = databases.open(databases.address(migrated=False))
    with pytest.raises(DatabaseOlderError) as caught:
        database.check_version()
    assert "footbridge run" in caught.value.hint


def test_reading_before_the_tables_exist_says_how_to_prepare_them(databases: Databases) -> None:
    database = databases.open(databases.address(migrated=False))
    with pytest.raises(DamageError) as caught:
        database.stamp()
    assert "footbridge run" in caught.value.hint


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(databases: Databases) -> None:
    address = databases.address()
    _execute(address, "UPDATE alembic_version SET version_num = '9999'")
    database = databases.open(address)
    for open_it in (database.check_version, database.migrate):
        with pytest.raises(DatabaseNewerError) as caught:
            open_it()
        assert "newer version" in caught.value.message
        assert "Upgrade Footbridge" in caught.value.hint
    assert database.stamp() == 0


def test_a_migration_that_fails_leaves_nothing_behind(databases: Databases) -> None:
    address = databases.address(migrated=False)
    # The first migration makes this table too, after others: it must fail in the middle.
    _execute(address, "CREATE TABLE tree_nodes (a INTEGER)")
    database = databases.open(address)
    with pytest.raises(DamageError):
        database.migrate()
    engine = open_engine(address)
    assert set(inspect(engine).get_table_names()) <= {"tree_nodes", "alembic_version"}
    engine.dispose()
    _execute(address, "DROP TABLE tree_nodes")
    database.migrate()
    database.check_version()


def test_processes_that_migrate_at_once_do_not_hinder_one_another(databases: Databases) -> None:
    address = databases.address(migrated=False)
    program = "import sys; from node.storage import Database; Database.open(sys.argv[1]).migrate()"
    running = [
        subprocess.Popen([sys.executable, "-c", program, address], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in running:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
    databases.open(address).check_version()


def test_every_migration_has_one_successor_and_imports_nothing_of_the_node() -> None:
    scripts = ScriptDirectory.from_config(migrating.configuration())
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        source = Path(script.path).read_text(encoding="utf-8")
        assert "import node" not in source
        assert "from node" not in source


def test_the_scripts_are_found_in_an_installed_package_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "node"
    for folder in (package / "_shared" / "migrations", tmp_path / "migrations"):
        folder.mkdir(parents=True)
        (folder / "env.py").touch()
    monkeypatch.setattr(migrating, "_PACKAGE", package)
    assert migrating.find_migrations() == package / "_shared" / "migrations"
    (package / "_shared" / "migrations" / "env.py").unlink()
    assert migrating.find_migrations() == tmp_path / "migrations"
    (tmp_path / "migrations" / "env.py").unlink()
    with pytest.raises(DamageError, match="missing"):
        migrating.find_migrations()
