"""Brings the tables of a store up to date, however many processes open it at once."""

from contextlib import suppress
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from qabot.errors import StoreUnavailable
from qabot.state.database import shown, transaction

SCHEMA = "0004"
"""The newest step in `migrations/versions`."""

VERSION_TABLE = "qabot_schema"

_ALONE = {  # held until the transaction ends; the number is nothing but ours
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7102206127)",
}
_one_thread = Lock()  # Alembic keeps what it works on in its modules


def upgrade(engine: Engine) -> None:
    """Bring the tables to `SCHEMA`; where they are there already it takes one look."""
    with transaction(engine) as connection:
        found = _schema(connection)
    if engine.dialect.name == "sqlite":
        _let_read_while_written(engine)
    if found != SCHEMA:
        with _one_thread, transaction(engine, patient=True) as connection:
            connection.execute(text(_ALONE[engine.dialect.name]))
            if _schema(connection) != SCHEMA:
                _migrate(connection)


def _let_read_while_written(engine: Engine) -> None:
    """Put the file into WAL mode, in which it stays.

    While another process is doing the same SQLite refuses at once, however long it may wait
    otherwise; then the other one does it for both.
    """
    with suppress(OperationalError), engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))


def _schema(connection: Connection) -> str | None:
    """Return the step a database is at, None before the first."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        return found
    if tables and connection.dialect.name == "sqlite":  # a server's database may be shared
        raise StoreUnavailable(
            f"{shown(connection.engine.url)} is a database of something else than qabot's state; "
            "name another file in QABOT_STATE."
        )
    return None


def _migrate(connection: Connection) -> None:
    from alembic import command  # a third of a second that an up-to-date store need not wait
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "qabot.state:migrations")
    try:
        command.upgrade(config, SCHEMA)
    except CommandError as error:
        raise StoreUnavailable(
            f"The state store {shown(connection.engine.url)} was written by another release of "
            f"qabot ({error}); run the newest one."
        ) from error
