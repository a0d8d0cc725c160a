"""On which fewer tags of a column the owner of a table and a steward have agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retag",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("copy", sa.String(length=32), nullable=False),
        sa.Column("column", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("proposed", sa.DateTime(), nullable=False),
        sa.Column("steward", sa.String(length=80), nullable=True),
        sa.Column("decided", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["copy"], ["copy.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retag_copy", "retag", ["copy", "column"], unique=False)


def downgrade() -> None:
    op.drop_table("retag")
