"""A real HTTP server around the service, in a thread of the test's process."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import uvicorn
from fastapi import FastAPI

from qabot.api.app import create_api
from qabot.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from tests.fakes import WordEncoder, build_bot, policy

MANY = "100000/second"
"""A rate that no test reaches."""

FILES = {
    "harbour-refunds-2024.md": policy(
        "Harbour Broadband",
        "refunds",
        "2024-03-01",
        "# Refunds\n\nWe refund the whole price within 14 days of the order.\n\n"
        "## Equipment\n\nA router that is sent back is refunded within 30 days.\n",
        url="https://harbour.example/refunds",
    ),
    "harbour-refunds-2022.md": policy(
        "Harbour Broadband",
        "refunds",
        "2022-03-01",
        "# Refunds\n\nWe refund the whole price within 7 days of the order.\n",
        url="https://harbour.example/refunds",
    ),
    "pinecrest-privacy.md": policy(
        "Pinecrest Mobile",
        "privacy",
        "2023-05-05",
        "# Privacy\n\nCall records are kept for 12 months.\n\n## Cookies\n\n"
        "We set one cookie, which remembers your language.\n",
    ).replace("url: https://example.com/p\n", ""),  # no public address: cited on our own page
}


def live_bot(folder: Path) -> LiveBot:
    """Return the bot of a small corpus of two companies, indexed in `folder / "index"`."""
    build_bot(folder, FILES)
    return LiveBot(folder / "index", WordEncoder())


@contextmanager
def service(
    folder: Path, *, keyless: bool = True, settings: Settings | None = None
) -> Iterator[tuple[FastAPI, str]]:
    """Serve that corpus; gives the application, for its store, and the service's address."""
    settings = settings or Settings(address_limit=MANY, key_limit=MANY)
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        api = create_api(live_bot(folder), store, settings, keyless=keyless)
        with serving(api) as address:
            yield api, address


@contextmanager
def serving(api: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api, log_config=None, access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
