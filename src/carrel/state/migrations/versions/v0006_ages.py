"""When rows of tables of sources become too old, so that a sweep need not look through all tables."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lake_table", sa.Column("due", sa.Date(), nullable=True))
    op.add_column("lake_table", sa.Column("rules", sa.String(length=16), nullable=True))
    op.create_index("lake_table_due", "lake_table", ["due"])
    op.create_index("lake_table_rules", "lake_table", ["rules"])


def downgrade() -> None:
    op.drop_index("lake_table_rules", "lake_table")
    op.drop_index("lake_table_due", "lake_table")
    op.drop_column("lake_table", "rules")
    op.drop_column("lake_table", "due")
