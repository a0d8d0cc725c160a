"""The first schema: people, groups, memberships, credentials; the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "access_group",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("gid", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("deprecated", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("of", _NUMBER, nullable=True),
        sa.Column("writer", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("audit_entry_of", "audit_entry", ["of"], unique=True)
    op.create_index("audit_entry_person", "audit_entry", ["person"], unique=False)
    op.create_index("audit_entry_time", "audit_entry", ["time"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sealed_from", _NUMBER, nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("login_failure_subject", "login_failure", ["subject", "time"], unique=False)
    op.create_table(
        "person",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=True),
        sa.Column("gid", sa.Integer(), nullable=True),
        sa.Column("realname", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("expiry_contact", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("suspended", sa.DateTime(), nullable=True),
        sa.Column("suspended_by", sa.Text(), nullable=True),
        sa.Column("suspended_reason", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("begins", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("sponsor", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["group_name"], ["access_group.name"]),
        sa.ForeignKeyConstraint(["person"], ["person.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "membership_open", "membership", ["person", "group_name"], unique=True,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    )
    op.create_index("membership_person", "membership", ["person"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("membership", sa.Integer(), nullable=False),
        sa.Column("native", sa.String(length=40), nullable=False),
        sa.Column("sha2", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["membership"], ["membership.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("credential_membership", "credential", ["membership"], unique=False)


def downgrade() -> None:
    op.drop_index("credential_membership", table_name="credential")
    op.drop_table("credential")
    op.drop_index("membership_person", table_name="membership")
    op.drop_index("membership_open", table_name="membership")
    op.drop_table("membership")
    op.drop_table("person")
    op.drop_index("login_failure_subject", table_name="login_failure")
    op.drop_table("login_failure")
    op.drop_table("audit_head")
    op.drop_index("audit_entry_time", table_name="audit_entry")
    op.drop_index("audit_entry_person", table_name="audit_entry")
    op.drop_index("audit_entry_of", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("access_group")
