"""Whom the owners of tables let read them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share",
        sa.Column("copy", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("given", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["copy"], ["copy.id"]),
        sa.PrimaryKeyConstraint("copy", "kind", "name"),
    )
    op.create_index("share_receiver", "share", ["kind", "name"], unique=False)
    _name_copies()


def _name_copies() -> None:
    """The definition of a table that a person made names its row in the registry of copies. What it was made of is not known: its owner alone reads it."""
    copy = sa.table("copy", sa.column("id"), sa.column("name"), sa.column("kind"), sa.column("state"))
    table = sa.table("lake_table", sa.column("database"), sa.column("name"), sa.column("definition", sa.JSON()))
    connection = op.get_bind()
    here = connection.execute(sa.select(copy.c.id, copy.c.name).where(copy.c.state == "here", copy.c.kind.in_(["table", "view"])))
    for id, name in here.all():
        which = sa.and_(table.c.database == name.partition(".")[0], table.c.name == name.partition(".")[2])
        definition = connection.execute(sa.select(table.c.definition).where(which)).scalar()
        if definition is not None:
            connection.execute(sa.update(table).where(which).values(definition={**definition, "copy": id, "made_of": ["own"]}))


def downgrade() -> None:
    op.drop_table("share")
