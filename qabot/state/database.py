"""The database behind a store: found by its address, and what goes wrong said in a sentence."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from qabot.errors import BadInput, StoreUnavailable

_PATIENCE = 2  # seconds for a connection, a lock or a statement: Slack waits for three
_SILENCE = 10_000  # milliseconds without a sign of life after which PostgreSQL counts as lost
_ARGUMENTS: dict[str, dict[str, int]] = {
    "sqlite": {"timeout": _PATIENCE},
    "postgresql+psycopg": {"connect_timeout": _PATIENCE, "tcp_user_timeout": _SILENCE},
}
_LIMITS = f"SET lock_timeout = '{_PATIENCE}s'; SET statement_timeout = '{_PATIENCE}s'"
_UNLIMITED = {
    "sqlite": f"PRAGMA busy_timeout = {60_000}",
    "postgresql": "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0",
}


def new_engine(address: str) -> Engine:
    """Return what connects to the database; the file and folder of a SQLite one are made."""
    url = _parsed(address)
    if url.drivername == "sqlite":
        _make_file(url)
    try:
        engine = create_engine(
            url,
            connect_args=_ARGUMENTS[url.drivername],
            hide_parameters=True,  # an error that is logged tells nothing that somebody asked
            pool_timeout=_PATIENCE,
        )
    except ImportError as error:
        raise StoreUnavailable(
            f"The state store {shown(url)} needs psycopg; install it with: "
            "pip install 'qabot[postgres]'."
        ) from error
    if url.drivername == "sqlite":
        _follow_file(engine, Path(url.database or ""))
    else:
        event.listen(engine, "connect", _limit)
    return engine


@contextmanager
def transaction(engine: Engine, *, patient: bool = False) -> Iterator[Connection]:
    """Give a connection whose work is done as a whole or not at all.

    The block holds SQL alone, and what reads its rows: whatever cannot be read counts as damaged.
    Without `patient` no lock and no statement is waited for longer than two seconds.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        # A connection that is still open would write to what nobody can read any more.
        raise _unavailable(engine.url, "the file is gone")
    try:
        with engine.connect() as connection, _cut_off(connection, patient) as cut:
            _replace_lost(connection, cut)
            if patient:
                connection.execute(text(_UNLIMITED[engine.dialect.name]))
            yield connection
            connection.commit()
            if patient and engine.dialect.name == "sqlite":
                connection.execute(text(f"PRAGMA busy_timeout = {1000 * _PATIENCE}"))
    except (DBAPIError, PoolTimeoutError) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise _unavailable(engine.url, str(said).partition("\n")[0]) from error
    except (ValueError, TypeError) as error:
        raise _unavailable(engine.url, "what it holds is damaged") from error


class _Cut(Timer):
    """Ends a connection to a PostgreSQL that neither answers nor goes away, as where it is stopped.

    Its own time limits do not hold then, and psycopg waits for it without end.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(1.25 * _PATIENCE, self._end)  # later than the server's own limits
        self.daemon = True
        self.is_done = False
        self._connection = connection

    def _end(self) -> None:
        self.is_done = True
        raw: Any = self._connection.connection.driver_connection
        with suppress(OSError), socket.socket(fileno=os.dup(raw.fileno())) as peer:
            peer.shutdown(socket.SHUT_RDWR)


@contextmanager
def _cut_off(connection: Connection, patient: bool) -> Iterator[_Cut | None]:
    if patient or connection.dialect.name == "sqlite":
        yield None
        return
    cut = _Cut(connection)
    cut.start()
    try:
        yield cut
    finally:
        cut.cancel()


def _replace_lost(connection: Connection, cut: _Cut | None) -> None:
    """Look whether a pooled connection is still alive; the next statement makes it anew if not."""
    if connection.dialect.name == "sqlite":
        return
    try:
        connection.scalar(text("SELECT 1"))
    except DBAPIError as error:
        if not error.connection_invalidated or (cut and cut.is_done):
            raise
        connection.rollback()


def _limit(raw: Any, _: object) -> None:  # noqa: ANN401
    with raw.cursor() as cursor:
        cursor.execute(_LIMITS)
    raw.commit()


def _follow_file(engine: Engine, file: Path) -> None:
    """Have connections follow a SQLite file that is replaced, as where a backup is put back.

    One that is open still reads and writes the old file, which nobody sees any more. What SQLite
    keeps beside the old file (-wal, -shm) must not be taken for the new one's.
    """
    opened = f"file:{quote(str(file.absolute()))}?mode=rw"
    beside = [file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm")]

    def connecting(_: object, record: Any, place: list[str], how: dict[str, Any]) -> None:  # noqa: ANN401
        # Whoever made the file anew would lose what stands in -wal, for one that comes back.
        place[0] = opened
        how["uri"] = True
        record.info["file"] = _identity(
            file
        )  # before it is opened: after that another may be there

    def checked_out(_: object, record: Any, __: object) -> None:  # noqa: ANN401
        found = _identity(file)
        if found and record.info["file"] == found:
            record.info["beside"] = {path: _identity(path) for path in beside}
            return
        for path, identity in record.info.get("beside", {}).items():
            if found and identity and identity == _identity(path):
                path.unlink(missing_ok=True)
        engine.pool.dispose()
        raise DisconnectionError

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "checkout", checked_out)


def _identity(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of its name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
