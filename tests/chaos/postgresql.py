"""A PostgreSQL that is stopped, locked and hung, and comes back, behind a service under load."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import create_engine, text

from tests.chaos.askers import Got, ask, asking
from tests.chaos.damage import ROOT
from tests.chaos.row import Row, Trial
from tests.support.databases import Server, running_server
from tests.support.processes import PATIENCE, QABOT, environment, index, qabot

_SECONDS = 6.0  # that a store is away
_SLOWEST = 10.0  # seconds for an answer meanwhile
_BACK = 15.0  # seconds after which everything works again


def failing(trial: Trial) -> Iterator[Row]:
    """Let the store of `qabot serve` fail in each way."""
    (trial.folder / "encoders").symlink_to(ROOT / "index" / "encoders")
    index(trial.folder, months=1)
    with running_server() as server:
        server.run("CREATE DATABASE chaos")
        address = server.address("chaos")
        token = qabot(trial.folder, "keys", "add", "test", "--server", STATE=address).stdout.strip()
        headers = {"Authorization": f"Bearer {token}"}
        with _served(trial.folder, address) as port:
            for way in ("stopped", "locked", "hung"):
                row = Row(f"PostgreSQL {way} and brought back, under load: known keys get answers")
                for _ in range(trial.times(3)):
                    _tried(row, server, way, port, headers)
                yield row


def _tried(row: Row, server: Server, way: str, port: int, headers: dict[str, str]) -> None:
    with asking(port, 4, headers) as askers:
        sleep(1)
        with away(server, way, "chaos"):
            sleep(_SECONDS)
        back = monotonic()
        while (said := _feedback(port, headers)).status != 204:
            if monotonic() - back > _BACK:
                row.failures.append(f"not back after {_BACK} s: {said}")
                break
            sleep(0.2)
    for got in askers.got:
        row.tried("" if got.status == 200 and got.seconds < _SLOWEST else f"{got}")


def _feedback(port: int, headers: dict[str, str]) -> Got:
    """Say that an answer helped, which only the store can keep."""
    answer = ask(port, headers)
    if answer.status != 200:
        return answer
    said = {"answer": answer.body["id"], "helpful": True, "by": "chaos"}
    return ask(port, headers, "/v1/feedback", json.dumps(said).encode())


@contextmanager
def away(server: Server, way: str, database: str) -> Iterator[None]:
    """Stop, lock or hang a server until the block ends."""
    if way == "stopped":
        with server.stopped():
            yield
    elif way == "hung":
        server.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            server.signal(signal.SIGCONT)
    else:
        engine = create_engine(server.address(database))
        with engine.begin() as connection:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            names = ", ".join(connection.scalars(text(tables)))
            connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
            yield
        engine.dispose()


@contextmanager
def _served(folder: Path, state: str) -> Iterator[int]:
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*QABOT, "serve", "--port", "0"],
            env=environment(folder, {"STATE": state}) | {"PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=output,
        )
    try:
        began = monotonic()
        while not (found := re.search(rb"http://[\d.]+:(\d+)", said.read_bytes())):
            assert monotonic() - began < PATIENCE, said.read_text()
            sleep(0.05)
        port = int(found[1])
        while ask(port).status == 0:
            sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()
