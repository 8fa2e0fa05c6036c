"""The first tables.

Revision 0001, the first, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "blobs",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_blobs"),
    )
    op.create_index("ix_blobs_state", "blobs", ["state"])

    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter"),
    )
    op.create_table(
        "peers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("oid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("private_ok", sa.Boolean(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("heads_token", sa.Text(), nullable=False),
        sa.Column("heads_etag", sa.Text(), nullable=False),
        sa.Column("next_due", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_ok", sa.BigInteger(), nullable=True),
        sa.Column("complete_as_of", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_peers"),
        sa.UniqueConstraint("url", name="uq_peers_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_peers_oid", "peers", ["oid"])

    op.create_table(
        "settings_kv",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_settings_kv"),
    )
    op.create_table(
        "work",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("kind", "key", name="uq_work_kind_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_due", "work", ["due"])

    op.create_table(
        "evidence",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("oid", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("note_a", sa.LargeBinary(), nullable=False),
        sa.Column("note_b", sa.LargeBinary(), nullable=False),
        sa.Column("peer_id", BIG_ID, nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["peer_id"], ["peers.id"], name="fk_evidence_peer_id_peers", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_oid", "evidence", ["oid"])

    op.create_table(
        "origins",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("oid", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("introduced_by", BIG_ID, nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduced_by"],
            ["peers.id"],
            name="fk_origins_introduced_by_peers",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_origins"),
        sa.UniqueConstraint("oid", name="uq_origins_oid"),
    )
    op.create_table(
        "rounds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("peer_id", BIG_ID, nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("contents", sa.BigInteger(), nullable=False),
        sa.Column("blobs", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("verified", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["peer_id"], ["peers.id"], name="fk_rounds_peer_id_peers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
    )
    op.create_index("ix_rounds_peer_id_id", "rounds", ["peer_id", "id"])

    op.create_table(
        "links",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("target_oid", sa.Text(), nullable=False),
        sa.Column("target_record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("target_revision", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["origin_id"], ["origins.id"], name="fk_links_origin_id_origins"),
        sa.PrimaryKeyConstraint("record", "origin_id", "position", name="pk_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_target_record", "links", ["target_record"])

    op.create_table(
        "logs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("origin_id", BIG_ID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("continues_size", sa.BigInteger(), nullable=True),
        sa.Column("continues_root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_note", sa.LargeBinary(), nullable=True),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=True),
        sa.Column("checkpoint_root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("checkpoint_dated", sa.BigInteger(), nullable=True),
        sa.Column("target_note", sa.LargeBinary(), nullable=True),
        sa.Column("target_size", sa.BigInteger(), nullable=True),
        sa.Column("target_root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("target_dated", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["origins.id"], name="fk_logs_origin_id_origins"),
        sa.PrimaryKeyConstraint("id", name="pk_logs"),
        sa.UniqueConstraint("origin_id", "epoch", name="uq_logs_origin_id_epoch"),
    )
    op.create_index("ix_logs_change", "logs", ["change"])

    op.create_table(
        "record_blobs",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["origins.id"], name="fk_record_blobs_origin_id_origins"
        ),
        sa.PrimaryKeyConstraint(
            "record", "origin_id", "digest", "revision", name="pk_record_blobs"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_blobs_digest", "record_blobs", ["digest"])

    op.create_table(
        "records",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("first_published", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["origins.id"], name="fk_records_origin_id_origins"),
        sa.PrimaryKeyConstraint("record", "origin_id", name="pk_records"),
    )
    op.create_index("ix_records_change", "records", ["change"])
    op.create_index("ix_records_state_kind_published", "records", ["state", "kind", "published"])
    op.create_index(
        "ix_records_origin_id_state_published_kind",
        "records",
        ["origin_id", "state", "published", "kind"],
    )

    op.create_table(
        "refused_digests",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["origins.id"], name="fk_refused_digests_origin_id_origins"
        ),
        sa.PrimaryKeyConstraint("digest", "origin_id", name="pk_refused_digests"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "content_blocks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("log_id", BIG_ID, nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name="fk_content_blocks_log_id_logs"),
        sa.PrimaryKeyConstraint("id", name="pk_content_blocks"),
    )
    op.create_index("ix_content_blocks_log_id_page", "content_blocks", ["log_id", "page"])

    op.create_table(
        "entries",
        sa.Column("log_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(length=16), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("schema", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("block_id", sa.BigInteger(), nullable=True),
        sa.Column("offset", sa.Integer(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name="fk_entries_log_id_logs"),
        sa.PrimaryKeyConstraint("log_id", "seq", name="pk_entries"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entries_digest", "entries", ["digest"])
    op.create_index(
        "ix_entries_missing",
        "entries",
        ["log_id", "seq"],
        sqlite_where=sa.text("state = 'missing'"),
        postgresql_where=sa.text("state = 'missing'"),
    )
    op.create_index("ix_entries_record", "entries", ["record"])

    op.create_table(
        "entry_pages",
        sa.Column("log_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("page", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name="fk_entry_pages_log_id_logs"),
        sa.PrimaryKeyConstraint("log_id", "page", name="pk_entry_pages"),
    )
    op.create_table(
        "tree_nodes",
        sa.Column("log_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name="fk_tree_nodes_log_id_logs"),
        sa.PrimaryKeyConstraint("log_id", "level", "position", name="pk_tree_nodes"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO counter (id, value) VALUES (1, 0)")
