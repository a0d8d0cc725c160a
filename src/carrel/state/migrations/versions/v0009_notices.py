"""What owners have been told of the ends of their copies."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("copy", sa.String(length=32), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("handed", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["copy"], ["copy.id"]),
        sa.PrimaryKeyConstraint("copy", "ends", "days"),
    )


def downgrade() -> None:
    op.drop_table("notice")
