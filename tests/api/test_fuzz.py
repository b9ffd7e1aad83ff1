import gzip
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.api.server import Connection
from tests.support.serving import service

QUESTION = b'{"question": "When is a router refunded?"}'
JSON = b"Content-Type: application/json\r\n"


class Impatient(Connection):
    """Waits so short that a test can wait for it, over and over."""

    seconds = 0.1


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of an open service; none of its answers may have been an error of its own."""
    with service(tmp_path_factory.mktemp("fuzz")) as (_, address):
        yield int(address.rpartition(":")[2])
        assert_no_fault(address)


@pytest.fixture(scope="module")
def impatient_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of an open service that waits 0.1 seconds for a request."""
    folder = tmp_path_factory.mktemp("impatient")
    with service(folder, connection=Impatient) as (_, address):
        yield int(address.rpartition(":")[2])
        assert_no_fault(address)


def assert_no_fault(address: str) -> None:
    """Check the service's own count: no request ended in a 5xx, or without a status."""
    counts = httpx2.get(f"{address}/metrics").text
    assert 'status="200"' in counts
    assert 'status="5' not in counts
    assert 'status="0"' not in counts


def talk(port: int, sent: bytes) -> bytes:
    """Send bytes and return all that comes back; fails where the connection stays open."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        try:
            client.sendall(sent)
            while part := client.recv(65_536):
                got += part
        except (BrokenPipeError, ConnectionResetError):
            pass  # the service closed before it had read everything
    return got


def request(body: bytes, headers: bytes = JSON, path: bytes = b"/v1/ask") -> bytes:
    """Return a POST as it goes over the wire."""
    length = b"Content-Length: %d\r\n" % len(body)
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" % path
    return head + headers + length + b"\r\n" + body


def status(response: bytes) -> int:
    """Return the status of a response, and check that a problem is a whole one."""
    head, _, body = response.partition(b"\r\n\r\n")
    code = int(head.split(b" ")[1])
    if b"application/problem+json" in head:
        assert json.loads(body)["status"] == code
    return code


def assert_answers(port: int) -> None:
    """Check that a normal question is still answered."""
    assert b'"status": "answered"' in talk(port, request(QUESTION))


REFUSED = {
    "question": ["1", "1.5", "true", "null", "[]", "{}", '""', r'"\ud800"', f'"{"x" * 2001}"'],
    "company": ["1", "true", "[]", "{}", r'"\ud800"', f'"{"x" * 201}"'],
    "as_of": ["1", "1e9", "true", "[]", '""', '"2021-13-10"', '"0000-00-00"', r'"a\u0000b refund"'],
    "k": ["1e999", "-1e999", "1" + "0" * 5000, "NaN", "Infinity", "0", "11", "2.5", "true", '"3"'],
    "surprise": ["1"],
}
TAKEN = {
    "question": [r'"\u0000"', r'"a\u0000b"', '"😀"', r'"\ud83d\ude00"', '"\u202e החזר"', '"?"'],
    "company": ["null", '""', r'"\u0000"', '"😀"', '"\u202e החזר"', f'"{"x" * 200}"'],
    "as_of": ["null", '"0001-01-01"', '"9999-12-31"'],
    "k": ["1", "10", "2.0", "1e1"],
}
NO_OBJECTS = [
    b"", b"null", b"1", b"[]", b'"question"', b"question=refund", b"\0" * 100, b"\xff\xfe",
    b'{"question": "ref', b'{"question": "\xff"}', QUESTION[:-1], QUESTION + b"}", b"'",
    b"{" * 8000,
    b"[" * 8000 + b"]" * 8000, b'{"question": ' + b"[" * 8000 + b"]" * 8000 + b"}",
    b'{"question": "refund", "question": 1}', QUESTION.decode().encode("utf-16")[:-1],
]  # fmt: skip


def cases(values: dict[str, list[str]], path: str = "/v1/ask") -> list[object]:
    """Return each value of each field as a test case."""
    return [
        pytest.param(path, field, value, id=f"{field}={value[:16]!r}")
        for field, written in values.items()
        for value in written
    ]


def body(field: str, value: str, **others: str) -> bytes:
    """Return a JSON object whose values are given as they are written."""
    fields = {**others, field: value}
    written = ", ".join(f'"{name}": {text}' for name, text in fields.items())
    return f"{{{written}}}".encode()


FEEDBACK = {"answer": '"9f86d081884c7d659a2feaa0"', "helpful": "true"}
REFUSED_FEEDBACK = {
    "answer": ["1", "null", '"x"', r'"9f86d081884c7d659a2feaa0\n"', '"9F86D081884C7D659A2FEAA0"'],
    "helpful": ["1", '"true"', "null"],
    "comment": ["1", "[]", r'"\ud800"', f'"{"x" * 2001}"'],
    "by": ["1", "{}", r'"\udfff"', f'"{"x" * 65}"'],
}
TAKEN_FEEDBACK = {
    "comment": ["null", '""', r'"\u0000"', '"😀 \u202e החזר"'],
    "by": ["null", '""', r'"a\u0000b"', '"😀"'],
}


@pytest.mark.parametrize(
    ("path", "field", "value"), cases(REFUSED) + cases(REFUSED_FEEDBACK, "/v1/feedback")
)
def test_wrong_value_is_a_problem(port: int, path: str, field: str, value: str) -> None:
    """A field of a wrong type, length or form is refused, and no word of it is repeated."""
    others = FEEDBACK if path == "/v1/feedback" else {"question": '"refund"'}

    response = talk(port, request(body(field, value, **others), path=path.encode()))

    assert status(response) in (400, 422)
    assert b"application/problem+json" in response
    assert b"surprise" not in response


@pytest.mark.parametrize(
    ("path", "field", "value"), cases(TAKEN) + cases(TAKEN_FEEDBACK, "/v1/feedback")
)
def test_odd_value_is_taken(port: int, path: str, field: str, value: str) -> None:
    """NULs, emoji, right-to-left text and the ends of each range are values as any other."""
    others = {"question": '"refund"'}
    if path == "/v1/feedback":
        given = json.loads(talk(port, request(body("k", "1", **others))).rpartition(b"\r\n\r\n")[2])
        others = {**FEEDBACK, "answer": json.dumps(given["id"])}

    response = talk(port, request(body(field, value, **others), path=path.encode()))

    assert status(response) == (204 if path == "/v1/feedback" else 200)


@pytest.mark.parametrize("sent", NO_OBJECTS, ids=lambda sent: repr(sent[:24]))
def test_body_that_is_no_object_is_a_problem(port: int, sent: bytes) -> None:
    """What is no JSON, cut off, nested 8,000 deep or no object is refused."""
    assert status(talk(port, request(sent))) in (400, 422)
    assert_answers(port)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"", 422),
        (b"Content-Type: text/plain\r\n", 422),
        (b"Content-Type: multipart/form-data; boundary=x\r\n", 422),
        (b"Content-Type: application/x-www-form-urlencoded\r\n", 422),
        (b"Content-Type: ;;;\xff\r\n", 422),
        (b"Content-Type: application/json; charset=utf-16\r\n", 200),  # JSON says it is UTF-8
        (JSON + b"Accept: \xff\r\nAuthorization: Basic !\r\nX-Request-ID: \xff\r\n", 200),
        (JSON + b"If-None-Match: \xff, W/, ,*\r\nRange: bytes=0-1\r\n", 200),
        (JSON + b"Authorization: Bearer sk_\xe9\r\n", 401),
        (JSON + b"Origin: \xff\r\n", 403),
        (JSON + b"X-Big: " + b"x" * 24_000 + b"\r\n", 200),
        (JSON + b"".join(b"X-%d: x\r\n" % number for number in range(1500)), 200),
        (JSON + b"Connection: upgrade\r\nUpgrade: websocket\r\n", 422),  # its body is frames
        (JSON + b"Content-Length: 7\r\n", 400),
        (JSON + b"Transfer-Encoding: chunked\r\n", 400),
    ],
    ids=lambda value: repr(value[:48]) if isinstance(value, bytes) else str(value),
)
def test_odd_headers_do_no_harm(port: int, headers: bytes, expected: int) -> None:
    """Headers that are wrong, huge or many are refused or ignored."""
    assert status(talk(port, request(QUESTION, headers))) == expected
    assert_answers(port)


def test_compressed_body_is_refused(port: int) -> None:
    """A body is never unpacked: what is packed is no JSON."""
    packed = gzip.compress(QUESTION)

    response = talk(port, request(packed, JSON + b"Content-Encoding: gzip\r\n"))

    assert status(response) == 400


HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + JSON
CHUNK = b"%x\r\n%s\r\n"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (HEAD + b"Content-Length: -5\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: +5\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: abc\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: 999999999999\r\n\r\n{}", 413),
        (HEAD + b"Content-Length: 5\r\n\r\n" + QUESTION, 422),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        (
            HEAD
            + b"Transfer-Encoding: chunked\r\n\r\n"
            + CHUNK % (len(QUESTION), QUESTION)
            + CHUNK % (0, b""),
            200,
        ),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK % (9000, b"x" * 9000) * 2, 413),
        (b"GET /v1/build HTTP/1.0\r\n\r\n", 200),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET / HTTP/3.7\r\n\r\n", 400),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.0\r\n\r\n", 404),
        (b"BREW / HTTP/1.0\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.0\r\n\r\n", 400),
        (b"GET /v1/versions/%ff%00 HTTP/1.0\r\n\r\n", 404),
        (b"GET /v1/policies/%00/changes HTTP/1.0\r\n\r\n", 404),
        (b"GET /?key=%ff%00 HTTP/1.0\r\n\r\n", 401),
        (b"GET /v1/versions/x?access=%ff%00 HTTP/1.0\r\n\r\n", 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\0" * 1000, 400),
    ],
    ids=lambda value: repr(value[-48:]) if isinstance(value, bytes) else str(value),
)
def test_odd_requests_end(port: int, sent: bytes, expected: int) -> None:
    """Wrong lengths, chunks, methods and addresses do no harm, and the connection is closed."""
    assert status(talk(port, sent)) == expected
    assert_answers(port)


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    """Requests sent at once, before any answer, each get theirs."""
    one = b"GET /v1/policies HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    last = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

    response = talk(port, one * 20 + last)

    statuses = [line.split()[0] for line in response.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200"] * 20 + [b"404"]


def test_body_is_asked_for(port: int) -> None:
    """A client that waits for "100 Continue" gets it, then its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(QUESTION))
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(QUESTION)
        assert status(client.recv(65_536)) == 200


@given(st.binary(max_size=300))
def test_no_body_breaks_it(port: int, sent: bytes) -> None:
    """Whatever bytes a body is, the answer is the client's fault."""
    assert 400 <= status(talk(port, request(sent))) < 500


@given(st.text(min_size=1, max_size=300), st.text(max_size=100), st.dates(), st.integers(1, 10))
def test_no_question_breaks_it(port: int, question: str, company: str, day: object, k: int) -> None:
    """Every question is answered, whatever its text, company, day and number of citations."""
    fields = {"question": question, "company": company or None, "as_of": str(day), "k": k}

    assert status(talk(port, request(json.dumps(fields).encode()))) == 200


@given(st.data())
@settings(max_examples=50)
def test_no_request_breaks_it(impatient_port: int, data: st.DataObject) -> None:
    """A request with any stretch of it replaced is answered, refused or let go of."""
    whole = request(QUESTION).replace(b"1.1", b"1.0", 1)  # keeps no connection alive
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))

    response = talk(impatient_port, whole[:start] + data.draw(st.binary(max_size=30)) + whole[end:])

    assert response == b"" or 200 <= status(response) < 500


@pytest.mark.parametrize(
    "sent", [b"", b"\r\n" * 500, b"GET", HEAD, HEAD + b"Content-Length: 9\r\n\r\n"]
)
def test_client_that_stalls_is_let_go(impatient_port: int, sent: bytes) -> None:
    """A connection on which no whole request comes is closed in time."""
    began = monotonic()

    assert talk(impatient_port, sent) == b""
    assert 0.9 * Impatient.seconds <= monotonic() - began < 30


SLOW = {
    "head": b"POST /v1/ask HTTP/1.1\r\nX-Slow: ",
    "body": HEAD + b"Content-Length: 9999\r\n\r\n",
    # 413 at once, and the body comes all the same:
    "refused": HEAD.replace(b"close", b"keep-alive") + b"Content-Length: 99999\r\n\r\n",
}


class Patient(Connection):
    """Waits long enough for a test to see that it waits."""

    seconds = 2.0


def test_slow_clients_slow_nobody(tmp_path: Path) -> None:
    """While 50 clients send a byte now and then, others are answered; then the 50 are let go."""
    with service(tmp_path, connection=Patient) as (_, address), ExitStack() as opened:
        port = int(address.rpartition(":")[2])
        slow = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(50)
        ]
        for client, start in zip(slow, list(SLOW.values()) * 20, strict=False):
            client.sendall(start)
        assert sum(map(drips, slow)) == 50

        assert_answers(port)
        assert sum(map(drips, slow)) == 50  # they still hang

        began = monotonic()
        while sum(map(drips, slow)) and monotonic() - began < 30:
            sleep(0.2)
        assert monotonic() - began < 30
        assert_answers(port)
        assert_no_fault(address)


def drips(client: socket.socket) -> bool:
    """Send one more byte; tell whether the service still listens."""
    try:
        client.sendall(b"x")
        client.setblocking(False)
        return client.recv(65_536) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        client.setblocking(True)
