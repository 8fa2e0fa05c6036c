"""People who may sign in, and the desk they work at.

Revision 0003, after 0002, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_import_mappings"),
    )
    op.create_table(
        "people",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("recovery_codes", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=True),
        sa.Column("deactivated", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email_key", name="uq_people_email_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_misses",
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("words", name="pk_search_misses"),
    )
    op.create_table(
        "throttles",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_throttles"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(length=16), nullable=True),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("about_oid", sa.Text(), nullable=True),
        sa.Column("about_record", sa.LargeBinary(length=16), nullable=True),
        sa.Column("about_revision", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("acknowledged", sa.Text(), nullable=False),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("import_key", sa.Text(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("author", BIG_ID, nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("reviewer", BIG_ID, nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("publish_at", sa.BigInteger(), nullable=True),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_drafts_author_people"),
        sa.ForeignKeyConstraint(["reviewer"], ["people.id"], name="fk_drafts_reviewer_people"),
        sa.ForeignKeyConstraint(["updated_by"], ["people.id"], name="fk_drafts_updated_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_author", "drafts", ["author"])
    op.create_index("ix_drafts_import_key", "drafts", ["import_key"], unique=True)
    op.create_index("ix_drafts_record", "drafts", ["record"])
    op.create_index("ix_drafts_state_updated", "drafts", ["state", "updated"])
    op.create_table(
        "imports",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person", BIG_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_imports_person_people"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_table(
        "invitations",
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["people.id"],
            name="fk_invitations_created_by_people",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_invitations_person_people", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name="pk_invitations"),
    )
    op.create_table(
        "local_marks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("oid", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_local_marks_person_people"),
        sa.PrimaryKeyConstraint("id", name="pk_local_marks"),
    )
    op.create_index("ix_local_marks_oid_record", "local_marks", ["oid", "record"])
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.Column("mailed", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_notices_person_people"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_person_id", "notices", ["person", "id"])
    op.create_table(
        "passkeys",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_passkeys_person_people", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("credential", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person"])
    op.create_table(
        "person_logins",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_person_logins_person_people", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_person_logins"),
        sa.UniqueConstraint("person", "issuer", name="uq_person_logins_person_issuer"),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("proved_until", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_sessions_person_people", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "mirrors",
        sa.Column("peer_id", BIG_ID, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["peer_id"], ["peers.id"], name="fk_mirrors_peer_id_peers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("peer_id", "epoch", name="pk_mirrors"),
    )
    op.create_table(
        "draft_comments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("draft", sa.LargeBinary(length=16), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name="fk_draft_comments_draft_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_draft_comments_person_people"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_comments"),
    )
    op.create_index("ix_draft_comments_draft", "draft_comments", ["draft"])
    op.create_table(
        "draft_files",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("draft", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("people", sa.Boolean(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("captions_for", BIG_ID, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("replaces", BIG_ID, nullable=True),
        sa.Column("thumbnail", sa.LargeBinary(length=32), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name="fk_draft_files_draft_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_draft_files_person_people"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_files"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_files_draft", "draft_files", ["draft"])
    op.create_table(
        "draft_versions",
        sa.Column("draft", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("person", BIG_ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name="fk_draft_versions_draft_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_draft_versions_person_people"),
        sa.PrimaryKeyConstraint("draft", "version", name="pk_draft_versions"),
    )
    op.create_table(
        "presence",
        sa.Column("draft", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person", BIG_ID, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name="fk_presence_draft_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_presence_person_people"),
        sa.PrimaryKeyConstraint("draft", "person", name="pk_presence"),
    )
