"""What one client can hold of the service: heads, requests ahead, answers, connections."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from qabot.api.server import Connection
from tests.slack.programs import eventually
from tests.support.serving import service

GET = b"GET /widget.js HTTP/1.1\r\nHost: 127.0.0.1\r\n"


class Strict(Connection):
    """Waits so short, and allows so few, that a test can wait for it."""

    seconds_to_take = 0.5
    most_of_address = 8


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of an open service that is strict; it answers on afterwards."""
    with service(tmp_path_factory.mktemp("strict"), connection=Strict) as (_, address):
        yield int(address.rpartition(":")[2])
        assert httpx2.get(f"{address}/health/ready").is_success


def sent(port: int, *parts: bytes, seconds: float = 30) -> bytes:
    """Send bytes and return what comes back until the service closes the connection."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        try:
            for part in parts:
                client.sendall(part)
            while piece := client.recv(65_536):
                got += piece
        except (BrokenPipeError, ConnectionResetError):
            pass
    return got


@pytest.mark.parametrize(
    "head",
    [
        [GET, b"X-Long: " + b"x" * 40_000 + b"\r\n\r\n"],
        [GET, *(b"X-%d: %s\r\n" % (number, b"x" * 1_000) for number in range(40)), b"\r\n"],
        [GET, b"X-Endless: ", *([b"x" * 1_000] * 200)],
        [b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
    ],
    ids=["header", "headers", "header without an end", "address"],
)
def test_long_head_is_refused(port: int, head: list[bytes]) -> None:
    """A head of more than 32 KB is refused with 431, whatever makes it long, before it ends."""
    got = sent(port, *head)

    assert not got or got.startswith(b"HTTP/1.1 431 ")  # or reset while it still sent
    if head[-1].endswith(b"\r\n\r\n"):
        assert b"application/problem+json" in got


def test_head_of_usual_length_is_taken(port: int) -> None:
    """Cookies and tokens of 24 KB are no trouble."""
    got = sent(port, GET, b"Cookie: " + b"x" * 24_000 + b"\r\nConnection: close\r\n\r\n")

    assert got.startswith(b"HTTP/1.1 200 ")


def test_requests_ahead_are_bounded(port: int) -> None:
    """Some requests may be sent before the first is answered, hundreds may not."""
    some = sent(port, *[GET + b"\r\n"] * 7, GET + b"Connection: close\r\n\r\n")
    hundreds = sent(port, (GET + b"\r\n") * 400)

    assert some.count(b"HTTP/1.1 200 ") == 8
    assert hundreds.count(b"HTTP/1.1 200 ") <= 64


def test_client_that_takes_nothing_is_let_go(port: int) -> None:
    """Whoever does not take its answers loses the connection, and what was not sent."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect(("127.0.0.1", port))
        began = monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while monotonic() - began < 60:
                client.sendall((GET + b"\r\n") * 4)  # four are allowed each time


def test_connections_of_one_address_are_bounded(tmp_path: Path) -> None:
    """Of many connections from an address those beyond the bound are closed; then there is room."""
    with service(tmp_path, connection=Strict, proxies="") as (_, address), ExitStack() as opened:
        port = int(address.rpartition(":")[2])
        answered = [answers(opened, port) for _ in range(12)]
        opened.close()

        assert answered == [True] * 8 + [False] * 4
        eventually(lambda: has_room(port))  # once it has seen them go


class Small(Connection):
    """Has room for few connections, a proxy's included."""

    most = 6


def test_connections_in_all_are_bounded(tmp_path: Path) -> None:
    """Beyond the bound even a proxy's connections are closed, and when others end there is room."""
    with service(tmp_path, connection=Small) as (_, address), ExitStack() as opened:
        port = int(address.rpartition(":")[2])
        answered = [answers(opened, port) for _ in range(9)]
        opened.close()

        assert answered == [True] * 6 + [False] * 3
        eventually(lambda: has_room(port))


def answers(opened: ExitStack, port: int) -> bool:
    """Tell whether the service answers on one more connection, which stays open."""
    client = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    try:
        client.sendall(GET + b"\r\n")
        return client.recv(12) == b"HTTP/1.1 200"
    except (BrokenPipeError, ConnectionResetError):
        return False


def has_room(port: int) -> bool:
    """Tell whether the service takes a connection."""
    with ExitStack() as opened:
        return answers(opened, port)


class Brief(Connection):
    """Ends soon, as a test wants it."""

    seconds_to_end = 0.3


def test_stalled_request_does_not_keep_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A service that ends lets go of a request that never becomes whole, and calls it no error."""
    with ExitStack() as opened, service(tmp_path, connection=Brief) as (_, address):
        port = int(address.rpartition(":")[2])
        for begun in (b"", GET, GET.replace(b"GET", b"POST") + b"Content-Length: 9\r\n\r\n{"):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(begun)
        assert httpx2.get(f"{address}/health/live").is_success

    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
