"""Clients that ask a service all the time, each request on its own, and note what they got."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import monotonic
from typing import Any

ASKED = json.dumps({"question": "How long do you keep call records?", "k": 10}).encode()


@dataclass(frozen=True, slots=True)
class Got:
    """What came of a request."""

    status: int  #: 0: nobody took the connection; -1: it was taken, and no whole answer came
    body: Any
    seconds: float
    said: str = ""


@dataclass(slots=True)
class Askers:
    """Clients of one service."""

    port: int
    headers: Mapping[str, str]
    got: list[Got] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Ask until told to stop."""
        while not self.stop.wait(0.005):
            self.got.append(ask(self.port, self.headers))


def ask(
    port: int,
    headers: Mapping[str, str] | None = None,
    path: str = "/v1/ask",
    body: bytes = ASKED,
) -> Got:
    """Ask once, on a connection of its own; or post something else, somewhere else."""
    began = monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.connect()
    except OSError as error:
        return Got(0, None, monotonic() - began, str(error))
    sent = {"Content-Type": "application/json", "Connection": "close", **(headers or {})}
    try:
        connection.request("POST", path, body, sent)
        response = connection.getresponse()
        read = response.read()
        found = json.loads(read) if read else None
        return Got(response.status, found, monotonic() - began)
    except (OSError, HTTPException, ValueError) as error:
        return Got(-1, None, monotonic() - began, f"{type(error).__name__}: {error}")
    finally:
        connection.close()


@contextmanager
def asking(port: int, clients: int, headers: Mapping[str, str] | None = None) -> Iterator[Askers]:
    """Keep a service busy."""
    askers = Askers(port, headers or {})
    threads = [Thread(target=askers.run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield askers
    finally:
        askers.stop.set()
        for thread in threads:
            thread.join()
