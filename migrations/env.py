"""Alembic's entry: runs on the connection that `node.storage.migrating` hands over.

It begins and commits nothing itself: the whole upgrade is one transaction of the caller. From the
`alembic` command line (see README.md) the address comes from FOOTBRIDGE_DATABASE_URL instead.
"""

import os

from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from node.storage.engines import WRITING, open_engine
from node.storage.tables import metadata


def plain(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our own column types as what they are in the database.

    A migration must mean the same in ten years, so it imports nothing of `node`.
    """
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=plain,
        # SQLite can change little of a table in place; Alembic then copies it.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    engine = open_engine(os.environ["FOOTBRIDGE_DATABASE_URL"])
    with engine.connect().execution_options(**{WRITING: True}) as own, own.begin():
        run(own)
    engine.dispose()
