"""Requests that no client means to send, over kept connections: none ends in a 5xx."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from random import Random
from socket import create_connection, socket

import httpx2

from tests.chaos.damage import ROOT
from tests.chaos.row import Row, Trial
from tests.support.processes import index, serve

_REQUESTS = 100_000
_CONNECTIONS = 4
_PATHS = (
    "/", "/v1/ask", "/v1/policies", "/v1/versions/harbour/privacy@2024-03-01", "/v1/build",
    "/v1/policies/harbour/privacy/changes?from=2020-01-01&to=2024-01-01", "/v1/feedback", "/mcp",
    "/metrics", "/health/live", "/health/ready", "/openapi.json", "/docs", "/widget.js",
    "/slack/events", "/versions/harbour/privacy@2024-03-01",
)  # fmt: skip
_METHODS = ("GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW")
_QUESTION = "How long do you keep call records?"
_ODD = (
    "", " ", "\0", "\u202e", "\ud83d\ude00", "\u00e9" * 50, "%00", "%ff", "../..", "//", "?",
    "'", '"', "<script>", "\r", "\x1b[2J", "{}", "[[", "-1", "1e999", "9" * 40, "NaN", "null", "@",
    "&a=1",
)  # fmt: skip
_VALUES: tuple[object, ...] = (
    None, True, 0, -1, 11, 1e308, float("nan"), float("inf"), 10**30, "", " ", "x" * 1000, "\0",
    "\ud800", "2024-02-30", "2024-03-01", "9999-12-31", "0001-01-01", [], {}, [[]], {"a": {}},
    "Harbour", _QUESTION, "\u202e\u0301" * 20, "?" * 999,
)  # fmt: skip
_HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Cookie", "Expect", "If-None-Match", "Origin",
    "Range", "Referer", "X-Forwarded-For", "X-Request-ID", "Mcp-Session-Id", "Content-Encoding",
    "Transfer-Encoding", "Upgrade", "Connection", "Host", "Forwarded", "Sec-Fetch-Site",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes out."""

    method: str
    head: bytes
    body: bytes


def sent(trial: Trial) -> Iterator[Row]:
    """Send odd requests to `qabot serve`."""
    row = Row("odd requests over kept connections: no 5xx, none without an answer")
    (trial.folder / "encoders").symlink_to(ROOT / "index" / "encoders")
    index(trial.folder, months=1)
    each = trial.times(_REQUESTS // _CONNECTIONS)
    with serve(trial.folder) as served, ThreadPoolExecutor(_CONNECTIONS) as threads:
        randoms = [Random(trial.random.random()) for _ in range(_CONNECTIONS)]
        statuses = Counter[int]()
        for found, failures in threads.map(lambda r: _talk(served.port, r, each), randoms):
            statuses += found
            row.failures += failures
        row.tries = statuses.total()
        counted = httpx2.get(f"{served.address}/metrics").text
        row.failures += [line for line in counted.splitlines() if 'status="5' in line]
        if not httpx2.get(f"{served.address}/health/ready").is_success:
            row.failures.append("not ready afterwards")
    said = (trial.folder / "stderr").read_text()
    if "Traceback" in said:
        row.failures.append(said[said.index("Traceback") :][:2000])
    row.note = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    yield row


def _talk(port: int, random: Random, times: int) -> tuple[Counter[int], list[str]]:
    """Send so many requests, one after the other; a connection is kept while the service does."""
    statuses, failures = Counter[int](), list[str]()
    client: socket | None = None
    for _ in range(times):
        request = _request(random)
        client = client or create_connection(("127.0.0.1", port), timeout=20)
        status, is_kept = _answered(client, request)
        statuses[status] += 1
        if status >= 500 or status == 0:
            failures.append(f"{status}: {request}")
        if not is_kept:
            client.close()
            client = None
    return statuses, failures


def _answered(client: socket, request: Sent) -> tuple[int, bool]:
    """Return the status that a request gets, 0 for none, and whether the connection is kept."""
    try:
        client.sendall(request.head + request.body)
        response = HTTPResponse(client, method=request.method)
        response.begin()
        response.read()
    except (OSError, HTTPException):
        return 0, False
    return response.status, not response.will_close


def _request(random: Random) -> Sent:
    method = random.choice(_METHODS)
    path = random.choice(_PATHS)
    if path in ("/v1/ask", "/v1/feedback", "/mcp") and random.random() < 0.8:
        method = "POST"
    if random.random() < 0.3:
        path = _odd(random, path)
    body = _body(random, path) if method in ("POST", "PUT", "PATCH") else b""
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json"}
    if path == "/mcp":
        headers["Accept"] = "application/json, text/event-stream"
    if random.random() < 0.3:
        name = random.choice(_HEADERS)
        headers[name] = _odd(random, headers.get(name, random.choice(_ODD)))
    if body or random.random() < 0.1:
        headers["Content-Length"] = str(len(body))
    if "Transfer-Encoding" in headers:  # then the length is not what counts
        headers["Transfer-Encoding"] = "chunked"
        headers.pop("Content-Length", None)
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join(line.replace("\r", "").replace("\n", "") for line in lines) + "\r\n\r\n"
    return Sent(method, head.encode("utf-8", "surrogatepass"), body)


def _odd(random: Random, text: str) -> str:
    """Return a text with something odd in it."""
    place = random.randrange(len(text) + 1)
    return text[:place] + random.choice(_ODD) + text[place + random.randrange(2) :]


def _body(random: Random, path: str) -> bytes:
    """Return a body that is right, nearly right, or nothing of the kind."""
    right: dict[str, object] = {"question": _QUESTION, "company": "Harbour", "k": 3}
    if "feedback" in path:
        right = {"answer": "0" * 24, "helpful": True, "comment": "x", "by": "y"}
    if path == "/mcp":
        called = {"name": random.choice(["ask", "policies"]), "arguments": {**right}}
        right = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
    for _ in range(random.randrange(4)):
        right[random.choice([*right, "as_of", "x"])] = random.choice(_VALUES)
    body = json.dumps(right, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    chance = random.random()
    if chance < 0.15:
        place = random.randrange(len(body))
        return body[:place] + random.randbytes(random.randrange(4)) + body[place + 1 :]
    if chance < 0.2:
        return random.choice(
            [b"[" * 5_000, b'{"question": "' + b"x" * 20_000 + b'"}', b"\xff\xfe{}"]
        )
    return body
