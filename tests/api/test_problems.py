import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from qabot.api.request_bounds import MOST_BYTES
from qabot.state.known_keys import KEYS_LAST
from tests.slack.programs import eventually
from tests.support.serving import MoodyEncoder, is_problem, new_key, service

CANARY = "Wilhelmina"
WEB = "https://help.example.com"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, httpx2.Client]]:
    """Return an open service whose encoder breaks over some words, and a client of it."""
    with (
        service(tmp_path_factory.mktemp("problems"), encoder=MoodyEncoder()) as (api, address),
        httpx2.Client(base_url=address) as client,
    ):
        yield api, client


@pytest.fixture(scope="module")
def client(served: tuple[FastAPI, httpx2.Client]) -> httpx2.Client:
    """Return a client of that service."""
    return served[1]


@pytest.mark.parametrize("path", ["/nothing", "/v1/", "/v1/versions/", "/static-offline-docs/x"])
def test_unknown_address_is_not_found(client: httpx2.Client, path: str) -> None:
    """An address that is none is a problem of status 404."""
    is_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/v1/ask", "POST"), ("PUT", "/v1/policies", "GET"), ("POST", "/docs", "GET")],
)
def test_wrong_method_is_not_allowed(
    client: httpx2.Client, method: str, path: str, allowed: str
) -> None:
    """A method that an address has not is a problem that says which it has."""
    response = client.request(method, path)

    is_problem(response, 405)
    assert allowed in response.headers["allow"]


WRONG_BODIES: list[tuple[str, bytes]] = [
    ("question", b"{}"),
    ("question", b'{"question": 5}'),
    ("question", b'{"question": null}'),
    ("question", json.dumps({"question": [CANARY]}).encode()),
    ("question", json.dumps({"question": {CANARY: CANARY}}).encode()),
    ("question", json.dumps({"question": CANARY * 201}).encode()),
    ("question", b'{"question": "\\ud800"}'),
    ("company", json.dumps({"question": CANARY, "company": [CANARY]}).encode()),
    ("company", json.dumps({"question": CANARY, "company": CANARY * 50}).encode()),
    ("as_of", json.dumps({"question": CANARY, "as_of": CANARY}).encode()),
    ("as_of", json.dumps({"question": CANARY, "as_of": CANARY[:10]}).encode()),
    ("as_of", json.dumps({"question": CANARY, "as_of": "2024-02-30"}).encode()),
    ("as_of", b'{"question": "a", "as_of": 20240101}'),
    ("as_of", b'{"question": "a", "as_of": "0000-00-00"}'),
    ("k", json.dumps({"question": CANARY, "k": CANARY}).encode()),
    ("k", b'{"question": "a", "k": 0}'),
    ("k", b'{"question": "a", "k": 11}'),
    ("k", b'{"question": "a", "k": true}'),
    ("k", b'{"question": "a", "k": "3"}'),
    ("k", b'{"question": "a", "k": 1.5}'),
    ("k", b'{"question": "a", "k": 1e400}'),
    ("k", b'{"question": "a", "k": NaN}'),
    ("k", b'{"question": "a", "k": 1' + b"0" * 400 + b"}"),
    ("field", json.dumps({"question": CANARY, CANARY: CANARY}).encode()),
    ("body", json.dumps([CANARY]).encode()),
    ("body", json.dumps(CANARY).encode()),
    ("body", f'{{"question": "{CANARY}'.encode()),
    ("body", f'{{"question": "{CANARY}\n"}}'.encode()),
    ("body", CANARY.encode()),
    ("body", b""),
    ("body", b"null"),
]


@pytest.mark.parametrize(("named", "body"), WRONG_BODIES)
def test_wrong_body_is_not_repeated(client: httpx2.Client, named: str, body: bytes) -> None:
    """What is wrong with a body is said by the field's name, without a word of the body."""
    response = client.post("/v1/ask", content=body, headers=JSON)

    detail = is_problem(response, 422)
    assert named in detail
    assert CANARY.lower() not in f"{response.text}{response.headers}".lower()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b'{"question": ' + b"1" * 5_000 + b"}",
        b"\xff\xfe",
        b'{"question": "\xff"}',
        CANARY.encode("utf-16"),
    ],
)
def test_body_that_cannot_be_read_is_a_problem(client: httpx2.Client, body: bytes) -> None:
    """Deep, huge and undecodable JSON is refused, and is not repeated."""
    response = client.post("/v1/ask", content=body, headers=JSON)

    assert response.status_code in (400, 422)
    is_problem(response, response.status_code)
    assert CANARY not in response.text


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense", ";"]
)
def test_body_of_another_kind_is_refused(client: httpx2.Client, content_type: str | None) -> None:
    """Only what says that it is JSON is read: a form of another site cannot ask."""
    headers = {"Content-Type": content_type} if content_type else {}
    body = json.dumps({"question": CANARY}).encode()

    response = client.post("/v1/ask", content=body, headers=headers)

    is_problem(response, 422)
    assert CANARY not in response.text


@pytest.mark.parametrize("accept", ["image/webp", "text/html", "", "no/such;q=x, ,;"])
def test_accept_changes_neither_answer_nor_problem(client: httpx2.Client, accept: str) -> None:
    """Whatever a client says that it accepts, answers are JSON and errors are problems."""
    headers = {"Accept": accept}

    answered = client.post("/v1/ask", json={"question": "When is a refund?"}, headers=headers)

    assert answered.headers["content-type"] == "application/json"
    is_problem(client.post("/v1/ask", json={}, headers=headers), 422)
    is_problem(client.get("/nothing", headers=headers), 404)


def test_body_of_the_most_bytes_is_read(client: httpx2.Client) -> None:
    """A body of 16 KB is read; one byte more is refused before it is looked at."""
    body = json.dumps({"question": "When is a refund?"}).encode()

    at_most = client.post("/v1/ask", content=body.ljust(MOST_BYTES), headers=JSON)
    too_large = client.post("/v1/ask", content=body.ljust(MOST_BYTES + 1), headers=JSON)

    assert at_most.status_code == 200
    assert "16384" in is_problem(too_large, 413)


def test_body_of_unknown_length_is_counted(client: httpx2.Client) -> None:
    """A body that comes in chunks is read up to 16 KB and refused beyond."""
    body = json.dumps({"question": "When is a refund?"}).encode()

    def chunks(length: int) -> Iterator[bytes]:
        yield body
        yield b" " * (length - len(body) - 1)
        yield b" "

    at_most = client.post("/v1/ask", content=chunks(MOST_BYTES), headers=JSON)
    too_large = client.post("/v1/ask", content=chunks(MOST_BYTES + 1), headers=JSON)

    assert at_most.status_code == 200
    is_problem(too_large, 413)
    assert client.get("/health/live").is_success


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/policies"), ("POST", "/nothing")])
def test_large_body_is_refused_everywhere(client: httpx2.Client, method: str, path: str) -> None:
    """A body that says it is too large is refused by every address."""
    is_problem(client.request(method, path, content=b" " * (MOST_BYTES + 1)), 413)


def test_endless_body_ends(client: httpx2.Client) -> None:
    """A client that sends on and on is answered at the bound, while it still sends."""
    address = urlsplit(str(client.base_url))
    head = "POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"

    with create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + 5 * chunk)
        said = connection.recv(4096)

    assert said.startswith(b"HTTP/1.1 413 ")


def test_error_inside_is_a_problem(served: tuple[FastAPI, httpx2.Client]) -> None:
    """An error nobody expected is a 500 with the request's id, under which the log has it.

    Its message, which may quote the question, stands in neither; pages may read the problem.
    """
    api, client = served
    key, header = new_key(api, WEB)

    with capture_logs() as log:
        response = client.post(
            "/v1/ask",
            json={"question": f"Does a volcano of {CANARY} count?"},
            headers={**header, "Origin": WEB},
        )
        eventually(lambda: len(log) == 2)  # a request is booked once its answer is sent

    is_problem(response, 500)
    assert response.headers["access-control-allow-origin"] == WEB
    assert "origin" in response.headers["vary"].lower()
    failed, booked = log
    assert failed["event"] == "failed"
    assert failed["request_id"] == booked["request_id"] == response.headers["x-request-id"]
    assert failed["error"] == "RuntimeError"
    assert any("encode_query" in frame for frame in failed["frames"])
    assert (booked["status"], booked["route"]) == (500, "/v1/ask")
    for said in (response.text, repr(log)):
        assert CANARY not in said
        assert "volcano" not in said
        assert "cannot encode" not in said
    store = api.state.service.store
    store.revoke_key(key.id)


def test_service_answers_on_after_an_error(client: httpx2.Client) -> None:
    """After more errors than there are places, questions are answered as before."""
    for _ in range(40):
        is_problem(client.post("/v1/ask", json={"question": "volcano"}), 500)

    assert client.post("/v1/ask", json={"question": "When is a refund?"}).is_success


def test_store_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    """What needs the store is a 503 that says when to try again, to pages too, not where it is.

    What needs none works on, for keys that were known a moment before.
    """
    with (
        service(tmp_path, keyless=False) as (api, address),
        httpx2.Client(base_url=address) as client,
    ):
        _, header = new_key(api)
        assert client.get("/v1/build", headers=header).is_success
        (tmp_path / "state.sqlite").unlink()
        sleep(KEYS_LAST)

        with capture_logs() as log:
            asked = client.post("/v1/ask", json={"question": "When is a refund?"}, headers=header)
            said = {"answer": asked.json()["id"], "helpful": True}
            responses = [
                client.post("/v1/feedback", json=said, headers=header),
                client.post("/v1/feedback", json=said, headers={**header, "Origin": WEB}),
            ]

        assert asked.is_success
        for response in responses:
            is_problem(response, 503)
            assert int(response.headers["retry-after"]) > 0
            assert str(tmp_path) not in response.text
        assert str(tmp_path) in repr(log)
        assert client.get("/health/live").is_success
        assert client.get("/health/ready").is_success


def preflight(origin: str, method: str = "POST", headers: str = "content-type") -> dict[str, str]:
    """Return what a browser asks before a page of an origin sends."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


def test_preflight_refused_is_a_problem(served: tuple[FastAPI, httpx2.Client]) -> None:
    """A browser that may not send is told why: the origin, or the method and headers."""
    api, client = served
    new_key(api, "https://pages.example.com")
    known = "https://pages.example.com"

    unknown = is_problem(client.options("/v1/ask", headers=preflight("https://evil.example")), 403)
    method = is_problem(client.options("/v1/ask", headers=preflight(known, "DELETE")), 403)
    header = is_problem(client.options("/v1/ask", headers=preflight(known, headers="x-y")), 403)

    assert "origin" in unknown
    assert "No key" not in method + header
    assert client.options("/v1/ask", headers=preflight(known)).status_code == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0a2f6b9c1d3e4f5061728394a5b6c7d8", True),
        ("7d0b1c5e-8f7a-4b62-9a51-0c1d2e3f4a5b", True),
        (CANARY, False),
        ("0a2f", False),
        ("", False),
    ],
)
def test_request_id_is_the_clients_where_it_is_one(
    client: httpx2.Client, sent: str, kept: bool
) -> None:
    """A request's id that a client sends is kept if it is a UUID; any other text is not."""
    response = client.get("/nothing", headers={"X-Request-ID": sent})

    is_problem(response, 404)
    got = response.headers["x-request-id"]
    assert (got == sent) is kept
    assert re.fullmatch("[0-9a-f-]{32,36}", got)


def test_each_request_has_its_own_id(client: httpx2.Client) -> None:
    """Every response has an id, and no two the same."""
    ids = {client.get(path).headers["x-request-id"] for path in ("/nothing", "/docs", "/") * 3}

    assert len(ids) == 9


class _Skipping(asyncio.SelectorEventLoop):
    """An event loop whose time a test can move on."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_slow_client_is_let_go(served: tuple[FastAPI, httpx2.Client]) -> None:
    """A client that has not sent its body within 30 seconds gets a problem of status 408."""
    sent: list[Any] = []

    async def talk() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, _Skipping)

        async def receive() -> dict[str, Any]:
            loop.ahead += 31
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:  # noqa: ANN401
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/ask",
            "query_string": b"",
            "headers": headers,
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 5000),
        }
        await served[0](scope, receive, send)

    with asyncio.Runner(loop_factory=_Skipping) as runner:
        runner.run(talk())

    start, body = sent
    assert start["status"] == 408
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body["body"])["request_id"] == headers["x-request-id"]
