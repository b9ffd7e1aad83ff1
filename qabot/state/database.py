"""The database behind a store: found by its address, and what goes wrong said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, create_engine, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from qabot.errors import BadInput, StoreUnavailable

_PATIENCE = 5  # seconds to wait for a connection or a lock
_SILENCE = 10_000  # milliseconds without a sign of life after which PostgreSQL counts as lost
_ARGUMENTS: dict[str, dict[str, int]] = {
    "sqlite": {"timeout": _PATIENCE},
    "postgresql+psycopg": {"connect_timeout": _PATIENCE, "tcp_user_timeout": _SILENCE},
}


def new_engine(address: str) -> Engine:
    """Return what connects to the database; the file and folder of a SQLite one are made."""
    url = _parsed(address)
    if url.drivername == "sqlite":
        _make_file(url)
    try:
        return create_engine(
            url,
            connect_args=_ARGUMENTS[url.drivername],
            hide_parameters=True,  # an error that is logged tells nothing that somebody asked
            pool_pre_ping=True,
            pool_timeout=_PATIENCE,
        )
    except ImportError as error:
        raise StoreUnavailable(
            f"The state store {shown(url)} needs psycopg; install it with: "
            "pip install 'qabot[postgres]'."
        ) from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose work is done as a whole or not at all."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        # A connection that is still open would write to what nobody can read any more.
        raise _unavailable(engine.url, "the file is gone")
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeoutError) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise _unavailable(engine.url, str(said).partition("\n")[0]) from error


def insert_into(engine: Engine, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what happens where the row is there already."""
    if engine.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def shown(url: URL) -> str:
    """Return an address as it may be shown: without password and options."""
    return url.set(query={}).render_as_string(hide_password=True)


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not (_is_file(url, address) or _is_server(url)):
        raise BadInput(
            "QABOT_STATE is no address of a state store; write sqlite:///path/to/file or "
            "postgresql+psycopg://user:password@host/database, with %40 for an @ in the password."
        )
    return url


def _is_file(url: URL, address: str) -> bool:
    named = url.database not in (None, "", ":memory:")
    return url.drivername == "sqlite" and named and "?" not in address  # which begins options


def _is_server(url: URL) -> bool:
    # An "@" that is not written as %40 ends the password early: the rest must not be shown.
    return url.drivername == "postgresql+psycopg" and "@" not in f"{url.host}{url.database}"


def _make_file(url: URL) -> None:
    """Make the file, so that only its owner can read it: it holds secrets."""
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise _unavailable(url, error.strerror or str(error)) from error


def _unavailable(url: URL, reason: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The state store {shown(url)} cannot be used ({reason}); check that it can be reached "
        "and written, or name another one in QABOT_STATE."
    )
