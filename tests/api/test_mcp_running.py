import asyncio
import gc
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread, Timer
from threading import enumerate as enumerate_threads
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp.server.streamable_http import StreamableHTTPServerTransport
from mcp.types import INTERNAL_ERROR, CallToolResult

from qabot.api.application import create_api
from qabot.encoder.base import Models
from qabot.index.shared_releases import SharedReleases
from qabot.records import FloatVector
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from tests.api.agent import REFUND, asked, both_eras, call, failed, talk, untimed, words
from tests.slack.programs import eventually
from tests.support.fakes import WordEncoder, WordJudge, build_bot, policy
from tests.support.serving import MANY, service, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """Serve two companies, with the question log switched on."""
    settings = Settings(address_limit=MANY, key_limit=MANY, log_questions=True)
    with service(tmp_path_factory.mktemp("served"), settings=settings) as served:
        yield served


def test_answers_are_counted_and_remembered(served: tuple[FastAPI, str]) -> None:
    """An agent's question is counted and logged as others are, and feedback knows its answer."""
    api, address = served
    store = api.state.service.store
    logged = len(store.questions())
    counted = _answers(address)

    question = {"question": REFUND, "company": "Harbour Broadband"}
    answer = call(address, "search_policies", question).structured_content
    said = {"answer": answer["id"], "helpful": True}
    assert httpx2.post(f"{address}/v1/feedback", json=said).status_code == 204

    assert _answers(address) == counted + 1
    assert [entry.text for entry in eventually(lambda: store.questions()[logged:])] == [REFUND]
    (feedback,) = (entry for entry in store.feedback() if entry.answer == answer["id"][:16])
    assert feedback.about is not None and feedback.about["status"] == "answered"


def _answers(address: str) -> float:
    lines = httpx2.get(f"{address}/metrics").text.splitlines()
    counts = (line for line in lines if line.startswith('qabot_answers_total{status="answered"}'))
    return sum(float(count.split()[-1]) for count in counts)


@both_eras
def test_twenty_calls_at_once(served: tuple[FastAPI, str], mode: str) -> None:
    """Twenty calls at once on one connection get the answer that one gets."""
    address, arguments = served[1], {"question": REFUND}

    async def at_once(client: Client) -> list[CallToolResult]:
        calls = (client.call_tool("search_policies", arguments) for _ in range(20))
        return await asyncio.gather(*calls)

    results = talk(address, at_once, mode)

    expected = untimed(asked(address, arguments))
    assert [untimed(result.structured_content) for result in results] == [expected] * 20


@both_eras
def test_calls_leave_nothing_behind(served: tuple[FastAPI, str], mode: str) -> None:
    """After 40 calls there are no more tasks and sessions than after one."""

    async def many(client: Client, count: int) -> None:
        for _ in range(count):
            await client.call_tool(
                "get_version", {"version": "harbour-broadband/refunds@2024-03-01"}
            )

    talk(served[1], lambda client: many(client, 1), mode)
    before = _alive()
    talk(served[1], lambda client: many(client, 40), mode)

    assert _alive() < before + 5  # the service's own watch has a task now and then


def _alive() -> int:
    gc.collect()
    kinds = (asyncio.Task, StreamableHTTPServerTransport)
    return sum(issubclass(type(one), kinds) for one in gc.get_objects())


class _Moody(WordEncoder):
    """Fails on a question that says so, and takes its time for another."""

    def __init__(self) -> None:
        self.asked, self.go_on = Event(), Event()

    def encode_query(self, question: str) -> FloatVector:
        """Return the vector of a question, in the end."""
        if "explode" in question:
            raise RuntimeError(question)
        if "dawdle" in question:
            self.asked.set()
            assert self.go_on.wait(60)
        return super().encode_query(question)


def _api(folder: Path, encoder: WordEncoder, store: Store, text: str) -> FastAPI:
    """Return a service over one policy that takes one question at a time."""
    build_bot(folder, {"terms.md": policy("Harbour", "terms", "2024-01-01", f"# Terms\n\n{text}")})
    settings = Settings(address_limit=MANY, key_limit=MANY, in_flight=1)
    live = LiveBot(SharedReleases(folder / "index"), Models(encoder, WordJudge()))
    return create_api(Questions(live, store, settings), store, settings, keyless=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open the store of a service of one's own."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        yield store


@pytest.fixture
def moody(tmp_path: Path, store: Store) -> tuple[_Moody, FastAPI]:
    """Return a service that is not yet served, and what makes it wait or fail."""
    encoder = _Moody()
    return encoder, _api(tmp_path, encoder, store, "We send one parcel a day, free of charge.\n")


def test_long_text_comes_in_parts(tmp_path: Path, store: Store) -> None:
    """A long text comes in parts, each saying where to go on; together they are the text."""
    text = "We send one parcel a day, at a price of 5 €, to wherever it may be.\n\n" * 400
    parts: list[dict[str, Any]] = []
    with serving(_api(tmp_path, WordEncoder(), store, text)) as address:
        start: int | None = 0
        while start is not None:
            arguments = {"version": "harbour/terms@2024-01-01", "start": start}
            parts.append(call(address, "get_version", arguments).structured_content)
            start = parts[-1]["next_start"]

    whole = "".join(part["text"] for part in parts)
    assert [len(part["text"]) for part in parts] == [20_000, parts[0]["length"] - 20_000]
    assert sha256(whole.encode()).hexdigest() == parts[0]["sha256"]


def test_too_many_questions(moody: tuple[_Moody, FastAPI]) -> None:
    """Beyond the questions in flight a tool says to ask again; the one in flight is answered."""
    encoder, api = moody
    first: list[CallToolResult] = []
    with serving(api) as address:
        ask = {"question": "Do you dawdle with a parcel?"}
        asking = Thread(target=lambda: first.append(call(address, "search_policies", ask)))
        asking.start()
        assert encoder.asked.wait(30)
        second = call(address, "search_policies", {"question": REFUND})
        encoder.go_on.set()
        asking.join()

    assert second.is_error
    assert words(second) == "Too many questions at once; ask again in a second."
    assert not first[0].is_error


@both_eras
def test_shutdown_gives_what_it_owes(moody: tuple[_Moody, FastAPI], mode: str) -> None:
    """A service that is told to stop answers the call that it took, and then is gone."""
    encoder, api = moody
    owed: list[CallToolResult] = []
    before = set(enumerate_threads())

    async def ask(client: Client) -> None:
        await client.list_tools()  # what the client would look up after the call
        question = {"question": "Do you dawdle with a parcel?"}
        owed.append(await client.call_tool("search_policies", question))

    with serving(api) as address:
        asking = Thread(target=lambda: talk(address, ask, mode))
        asking.start()
        assert encoder.asked.wait(30)
        Timer(0.3, encoder.go_on.set).start()
    asking.join(30)

    assert not asking.is_alive()
    assert not owed[0].is_error
    assert set(enumerate_threads()) <= before


@both_eras
def test_failure_says_nothing_of_the_question(
    moody: tuple[_Moody, FastAPI],
    mode: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What goes wrong unexpectedly is told in one sentence; no log quotes the question."""
    caplog.set_level("INFO")

    with serving(moody[1]) as address:
        question = {"question": "Does my xylophone explode?"}
        error = failed(address, "search_policies", question, mode)

    assert error.code == INTERNAL_ERROR
    assert error.message == "Something went wrong here; the request's id finds it in the log."
    logged = caplog.text + "".join(capfd.readouterr())
    assert "RuntimeError" in logged and "xylophone" not in logged
