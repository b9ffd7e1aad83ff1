"""Databases to test stores with."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.ports import free_port


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that runs for the tests."""

    port: int
    folder: Path
    call: Callable[..., None]  #: runs a program of PostgreSQL's on the server's folder

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server, as where it crashes, and start it again when the block ends."""
        self.call("pg_ctl", "-m", "immediate", "stop")
        try:
            yield
        finally:
            self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-F -h 127.0.0.1 -p {self.port} -c unix_socket_directories="
        self.call("pg_ctl", "-w", "-o", options, "start")

    def signal(self, number: int) -> None:
        """Send a signal to the server and to all of its processes."""
        leader = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                pid, parent = (
                    int(status.parent.name),
                    int(status.read_text().rsplit(")")[1].split()[1]),
                )
                if leader in (pid, parent):
                    os.kill(pid, number)

    def address(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+psycopg://qabot@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str) -> None:
        """Run what no transaction may hold."""
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()


@dataclass(frozen=True)
class Place:
    """Where a store is or will be, and how it is lost for good."""

    address: str
    lose: Callable[[], None]


@contextmanager
def running_server() -> Iterator[Server]:
    """Give a PostgreSQL server with an empty folder, which refuses to run as root."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    found = [Path(shutil.which("initdb") or ""), *Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    programs = [initdb.parent for initdb in found if initdb.is_file()]
    if not programs:
        pytest.skip("PostgreSQL is not installed")
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="qabot-postgresql-") as folder:
        if user:
            shutil.chown(folder, user)
        port = free_port()

        def call(program: str, *arguments: str) -> None:
            command = [str(programs[-1] / program), "-D", f"{folder}/data", *arguments]
            with Path(folder, "log").open("ab") as log:
                subprocess.run(
                    command, check=True, user=user, cwd=folder, stdout=log, stderr=log, timeout=60
                )

        call("initdb", "-A", "trust", "-U", "qabot", "-E", "UTF8", "--locale=C", "--no-sync")
        server = Server(port, Path(folder), call)
        server.start()
        yield server
        call("pg_ctl", "-m", "immediate", "stop")
