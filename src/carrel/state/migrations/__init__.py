"""Brings a state database to the schema that this code knows, and back. Each revision is a file in `versions/`, explicit operations only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from carrel.model.errors import Unavailable
from carrel.state.store import State

_LOCK: Final = 0x0CA88E1
"""Key of PostgreSQL's advisory lock that lets one process migrate at a time. On SQLite the write transaction does."""


def head() -> str:
    """The revision that this code is written for."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def current(state: State) -> str | None:
    """The revision of the database; None where it holds no schema of ours.

    Raises:
        Unavailable: the database does not answer or is damaged.
    """
    with state.read() as connection:
        return _revision(connection)


def upgrade(state: State) -> None:
    """Brings the database to `head()` in one transaction. Nothing happens when it is there; of two processes at once, one waits for the other.

    Raises:
        Unavailable: the database does not answer, is damaged, or was made by a newer Carrel.
    """
    newest = head()
    if current(state) != newest:
        _migrate(state, lambda config: command.upgrade(config, newest))


def downgrade(state: State, revision: str) -> None:
    """Takes the database back to `revision`; `base` leaves no table of ours. What later revisions added is lost.

    Raises:
        Unavailable: as `upgrade`.
    """
    _migrate(state, lambda config: command.downgrade(config, revision))


def ensure(state: State) -> None:
    """As `upgrade`, for a database that must be there already: an empty one means that the state was lost, and is not filled silently.

    Raises:
        Unavailable: as `upgrade`; also when the database holds no schema of ours.
    """
    if current(state) is None:
        raise Unavailable(
            "the state database is missing or empty: " + state.where,
            help="restore it from a backup; to begin anew, `carrel init` in another folder",
        )
    upgrade(state)


def _migrate(state: State, deed: Callable[[Config], None]) -> None:
    with state.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        found = _revision(connection)
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if found is not None and found not in known:
            raise Unavailable(
                f"the state database was made by a newer Carrel: its schema is `{found}`, this one knows up to `{head()}`",
                help="install the newer Carrel again, or restore the backup that was made before it",
            )
        config = _config()
        config.attributes["connection"] = connection
        deed(config)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    # ConfigParser would read a percent sign in the path as the start of a reference.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config

