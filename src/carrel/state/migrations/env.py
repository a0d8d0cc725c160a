"""Run by Alembic for every command: migrates on the connection, and in the transaction, of the caller."""

from alembic import context

from carrel.state.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
