"""The registry of copies."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ONE_NAME = sa.text("state = 'here' AND kind IN ('table', 'view')")


def upgrade() -> None:
    op.create_table(
        "copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("oldest", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("last_use", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("gone_at", sa.DateTime(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("copy_owner", "copy", ["owner", "state"], unique=False)
    op.create_index("copy_ends", "copy", ["state", "ends"], unique=False)
    op.create_index("copy_name", "copy", ["name"], unique=True, sqlite_where=_ONE_NAME, postgresql_where=_ONE_NAME)


def downgrade() -> None:
    op.drop_table("copy")
