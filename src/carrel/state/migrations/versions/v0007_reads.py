"""What personal data each person was lately shown."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "read_lately",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("mask", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.Date(), nullable=True),
        sa.Column("made_of", sa.JSON(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person", "day", "tag", "mask"),
    )


def downgrade() -> None:
    op.drop_table("read_lately")
