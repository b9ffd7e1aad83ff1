"""A real HTTP server around the service, in a thread of the test's process."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Semaphore, Thread
from time import sleep

import httpx2
from fastapi import FastAPI

from qabot.api.application import create_api
from qabot.api.server import Connection, server
from qabot.api.service import Service
from qabot.encoder.base import Encoder, Models
from qabot.errors import EncoderUnavailable
from qabot.index.shared_releases import SharedReleases
from qabot.records import FloatVector
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import Key, KeyKind
from tests.support.fakes import HesitantBot, WordEncoder, WordJudge, build_bot, policy

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


class MoodyEncoder(WordEncoder):
    """Breaks over "volcano" and over "eclipse", and thinks about "eternity" until told to go on."""

    def __init__(self) -> None:
        self.thinking = Semaphore(0)  #: released by each question that is thought about
        self.go_on = Event()
        self.broken = ""  #: a word that every question is then read with

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question."""
        question = f"{question} {self.broken}"
        if "volcano" in question.lower():
            raise RuntimeError(f"cannot encode {question}")
        if "eclipse" in question.lower():
            raise EncoderUnavailable(f"no encoder for {question}")
        if "eternity" in question.lower():
            self.thinking.release()
            self.go_on.wait(timeout=60)
        return super().encode_query(question)


def live_bot(folder: Path, encoder: Encoder | None = None) -> LiveBot:
    """Return the bot of a small corpus of two companies, indexed in `folder / "index"`.

    Until another build goes live, it is the hesitant one.
    """
    models = Models(encoder or WordEncoder(), WordJudge())
    build_bot(folder, FILES, models)
    live = LiveBot(SharedReleases(folder / "index"), models)
    live.bot = HesitantBot(live.bot.index, models.encoder, models.cross_encoder)
    return live


@contextmanager
def service(
    folder: Path,
    *,
    keyless: bool = True,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    connection: type[Connection] = Connection,
    proxies: str = "127.0.0.1",
) -> Iterator[tuple[FastAPI, str]]:
    """Serve that corpus; gives the application, for its store, and the service's address."""
    settings = settings or Settings(address_limit=MANY, key_limit=MANY)
    with closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store:
        questions = Questions(live_bot(folder, encoder), store, settings)
        api = create_api(questions, store, settings, keyless=keyless)
        with serving(api, connection, proxies) as address:
            yield api, address


@contextmanager
def serving(
    api: FastAPI, connection: type[Connection] = Connection, proxies: str = "127.0.0.1"
) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    running = server(api, connection, proxies)
    thread = Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    while not running.started:
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()
        listening.close()


def new_key(
    api: FastAPI, *origins: str, company: str | None = None
) -> tuple[Key, Mapping[str, str]]:
    """Add a key to a service, for pages of these origins or else for servers; with its header."""
    kind: KeyKind = "publishable" if origins else "server"
    key, token = store_of(api).add_key(kind, "test", company, origins)
    return key, {"Authorization": f"Bearer {token}"}


def store_of(api: FastAPI) -> Store:
    """Return what a service keeps its state in."""
    service: Service = api.state.service
    return service.store


def is_problem(response: httpx2.Response, status: int) -> str:
    """Check that a response is a problem of this status as RFC 9457 has it; return its detail."""
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "detail", "request_id"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem["title"]
    detail: str = problem["detail"]
    assert detail
    return detail
