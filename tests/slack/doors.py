"""An address at which a bot will be served: known before it is, as a Slack must be told it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import sleep

from fastapi import FastAPI

from qabot.api.server import server


@dataclass(frozen=True, slots=True)
class Door:
    """A free port of this machine, kept."""

    listening: socket.socket

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    @property
    def events(self) -> str:
        """Where Slack sends everything to."""
        return f"{self.address}/slack/events"

    @contextmanager
    def open(self, api: FastAPI) -> Iterator[None]:
        """Serve an application there until the block ends."""
        running = server(api)
        thread = Thread(target=running.run, kwargs={"sockets": [self.listening]})
        thread.start()
        while not running.started:
            sleep(0.01)
        try:
            yield
        finally:
            running.should_exit = True
            thread.join()


@contextmanager
def door() -> Iterator[Door]:
    """Keep a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as `qabot serve` has it
        yield Door(listening)
