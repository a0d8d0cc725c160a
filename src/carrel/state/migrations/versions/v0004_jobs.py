"""Jobs that run by the clock: their pauses, runs and attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first", sa.DateTime(), nullable=True),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.Column("paused", sa.DateTime(), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "job_run",
        sa.Column("id", number, nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("next_try", sa.DateTime(), nullable=True),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["job.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("job_run_partition", "job_run", ["job", "since"], unique=True)
    op.create_index("job_run_state", "job_run", ["state"])
    op.create_table(
        "job_attempt",
        sa.Column("run", number, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("tail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["run"], ["job_run.id"]),
        sa.PrimaryKeyConstraint("run", "number"),
    )


def downgrade() -> None:
    op.drop_table("job_attempt")
    op.drop_index("job_run_state", "job_run")
    op.drop_index("job_run_partition", "job_run")
    op.drop_table("job_run")
    op.drop_table("job")
