"""What the keeper has decided of records that are said to be the same.

Revision 0002, after 0001, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sameness_decisions",
        sa.Column("one_record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("one_oid", sa.Text(), nullable=False),
        sa.Column("other_record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("other_oid", sa.Text(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "one_record", "one_oid", "other_record", "other_oid", name="pk_sameness_decisions"
        ),
        sqlite_with_rowid=False,
    )
