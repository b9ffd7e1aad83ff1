import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry._logs import Logger, LoggerProvider, NoOpLogger, set_logger_provider
from structlog.testing import capture_logs

from qabot.cli import main
from qabot.settings import Settings
from qabot.state.store import Store
from tests.slack.programs import eventually
from tests.support.serving import FILES, MANY, MoodyEncoder, is_problem, service, store_of

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Wilhelmina"
BANNED = CANARY.lower().encode()


def send_canaries(address: str) -> None:
    """Send the canary in every part of every kind of request."""
    json_type = {"Content-Type": "application/json"}
    question = {"question": f"When does {CANARY} get a refund?", "company": CANARY}
    with httpx2.Client(base_url=address) as client:
        answer = client.post("/v1/ask", json=question).json()
        client.post("/v1/ask", json={"question": f"Is a router of {CANARY} refunded?"})
        client.post("/v1/ask", json={**question, "as_of": CANARY, CANARY: CANARY})
        client.post("/v1/ask", content=f"{{{CANARY}", headers=json_type)
        client.post("/v1/ask", content=CANARY.encode() * 4000, headers=json_type)
        client.post("/v1/ask", content=CANARY.encode(), headers={"Content-Type": CANARY})
        client.post("/v1/ask", json={"question": f"{CANARY} volcano"})
        client.get(f"/{CANARY}/{CANARY}", params={CANARY: CANARY})
        client.get(f"/v1/versions/{CANARY}", params={"access": CANARY})
        client.get(f"/v1/policies/{CANARY}/changes", params={"from": CANARY})
        client.request(CANARY.upper(), "/v1/ask")
        feedback = {"answer": answer["id"], "helpful": True, "by": "x"}
        client.post("/v1/feedback", json={**feedback, "helpful": CANARY, "comment": CANARY})
        client.post("/v1/feedback", json=feedback)
        headers = ("User-Agent", "Referer", "Origin", "X-Request-ID", "Authorization", "Accept")
        for name in (*headers, "If-None-Match", "Cookie", "X-Forwarded-For", "Traceparent"):
            client.post("/v1/ask", json=question, headers={name: CANARY})
        client.options(
            "/v1/ask", headers={"Origin": CANARY, "Access-Control-Request-Method": CANARY}
        )
    place = urlsplit(address)
    for raw in (
        f"GET /{CANARY} HTTP/7.0\r\n\r\n",
        f"{CANARY}\r\n\r\n",
        f"GET /{CANARY}?{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n",
        f"GET /{CANARY} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ):
        with create_connection((place.hostname, place.port), timeout=30) as connection:
            connection.sendall(raw.encode())
            connection.recv(4096)


@dataclass(frozen=True)
class Served:
    """What is left of `qabot serve` after canaries were sent to it and it was told to stop."""

    code: int
    said: str
    lines: Sequence[dict[str, object]]
    state: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Served:
    """Run `qabot serve` in a process of its own."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "encoders").symlink_to(exports)
    policies = folder / "policies"
    policies.mkdir()
    for name, text in FILES.items():
        (policies / name).write_text(text)
    assert main(["index", str(policies), "--index", str(folder)]) == 0
    code = "import sys; from qabot.cli import main; sys.exit(main())"
    state = folder / "state.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", "0", "--index", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QABOT_STATE": f"sqlite:///{state}", "PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(2)]
        try:
            send_canaries(said[0].split()[-1].rstrip("/"))
        finally:
            process.send_signal(signal.SIGTERM)
            more, errors = process.communicate(timeout=60)
    lines = [json.loads(line) for line in errors.splitlines()]
    return Served(process.returncode, "".join(said) + more, lines, state)


def test_service_says_where_it_is_and_that_it_is_open(served: Served) -> None:
    """`qabot serve` says what it serves and where, that it is for this machine, and how to open."""
    where, who = served.said.splitlines()

    assert where.startswith("2 policies, 5 passages. Ask on http://127.0.0.1:")
    assert "this machine alone" in who
    assert "qabot keys add" in who


def test_service_stops_when_told(served: Served) -> None:
    """SIGTERM ends the service as a signal does, or with 0, and without a traceback."""
    assert served.code in (0, -signal.SIGTERM)
    assert not [line for line in served.lines if "Traceback" in repr(line)]


def test_log_is_json_with_request_ids(served: Served) -> None:
    """Each line of the log is one JSON object; a request's says its id, route, status and time."""
    requests = [line for line in served.lines if line["event"] == "request"]

    assert len(requests) > 20
    for line in requests:
        assert line.keys() == {
            "event",
            "request_id",
            "route",
            "method",
            "status",
            "ms",
            "level",
            "time",
        }
    assert len({line["request_id"] for line in requests}) == len(requests)
    assert {"/v1/ask", "none", "/v1/feedback"} <= {str(line["route"]) for line in requests}


def test_log_holds_no_word_that_was_sent(served: Served) -> None:
    """No word of a question, a body, an address or a header reaches standard output or error."""
    assert BANNED not in f"{served.said}{served.lines}".lower().encode()


def test_state_holds_no_question(served: Served) -> None:
    """Unless it is switched on, nothing of a question is written to disk; feedback is."""
    for file in served.state.parent.glob("state.sqlite*"):
        assert BANNED not in file.read_bytes().lower()
    with closing(Store.open(f"sqlite:///{served.state}")) as store:
        assert store.questions() == []
        assert len(store.feedback()) == 1


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service in this process, whose encoder breaks over some words."""
    folder = tmp_path_factory.mktemp("asked")
    with service(folder, encoder=MoodyEncoder()) as (_, address):
        yield address


def test_figures_and_log_hold_no_word_that_was_sent(
    asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the encoder breaks and quotes the question, neither log nor figures repeat it."""
    caplog.set_level("WARNING")  # as the service sets it

    with capture_logs() as log:
        send_canaries(asked)

    clients = {"httpx2", "httpcore2"}  # the test's own
    ours = [one for one in caplog.records if one.name.partition(".")[0] not in clients]
    assert [line for line in log if line["event"] == "failed"]
    assert ours
    assert CANARY.lower() not in repr(log).lower()
    assert CANARY.lower() not in " ".join(one.getMessage() for one in ours).lower()
    assert CANARY.lower() not in httpx2.get(f"{asked}/metrics").text.lower()


class _Spans(trace.NoOpTracer):
    """Keeps what begins a span."""

    def start_span(self, *told: Any, **more: Any) -> trace.Span:  # noqa: ANN401
        TOLD.append((told, more))
        return super().start_span(*told, **more)


class _Records(NoOpLogger):
    """Keeps what is logged."""

    def emit(self, *told: Any, **more: Any) -> None:  # noqa: ANN401
        TOLD.append((told, more))


class _Tracing(trace.TracerProvider):
    def get_tracer(self, *_: Any, **more: Any) -> trace.Tracer:  # noqa: ANN401
        return _Spans()


class _Logging(LoggerProvider):
    def get_logger(self, *_: Any, **more: Any) -> Logger:  # noqa: ANN401
        return _Records("")


TOLD: list[object] = []


def test_nothing_is_told_to_telemetry(asked: str) -> None:
    """OpenTelemetry, set up in the service's process, gets no word that was sent."""
    trace.set_tracer_provider(_Tracing())
    set_logger_provider(_Logging())
    trace.get_tracer("").start_span("heard")

    send_canaries(asked)

    assert "heard" in repr(TOLD)
    assert CANARY.lower() not in repr(TOLD).lower()


def test_question_log_is_masked(tmp_path: Path) -> None:
    """Switched on, the question log holds what was asked and how it went, persons masked."""
    settings = Settings(address_limit=MANY, key_limit=MANY, log_questions=True)
    question = "Does ann@example.com, +49 30 901820, 4111 1111 1111 1111, get a refund?"
    with (
        service(tmp_path, settings=settings) as (api, address),
        httpx2.Client(base_url=address) as client,
        capture_logs() as log,
    ):
        body = {"question": question, "company": "ann@example.com", "as_of": "2024-05-01"}
        answer = client.post("/v1/ask", json=body).json()
        (logged,) = eventually(store_of(api).questions)
        build = client.get("/v1/build").json()["build"]

    assert logged.text == "Does [e-mail], [phone], [card], get a refund?"
    assert logged.company == "[e-mail]"
    assert (logged.answer, logged.status, logged.build) == (
        answer["id"][:16],
        "unknown_company",
        build,
    )
    assert str(logged.as_of) == "2024-05-01"
    assert "refund" not in repr(log)
    for file in tmp_path.glob("state.sqlite*"):
        assert b"ann@example.com" not in file.read_bytes()


def test_answer_is_given_though_the_question_cannot_be_kept(tmp_path: Path) -> None:
    """Switched on, a question log that cannot be written costs nobody the answer; it is logged."""
    settings = Settings(address_limit=MANY, key_limit=MANY, log_questions=True)
    with service(tmp_path, settings=settings) as (_, address), capture_logs() as log:
        (tmp_path / "state.sqlite").unlink()

        asked = httpx2.post(f"{address}/v1/ask", json={"question": CANARY})
        eventually(lambda: "question not kept" in repr(log))

    assert asked.is_success
    assert CANARY not in repr(log)


def test_what_is_refused_is_not_logged(tmp_path: Path) -> None:
    """Switched on, the question log holds no body that was refused."""
    settings = Settings(address_limit=MANY, key_limit=MANY, log_questions=True)
    with service(tmp_path, settings=settings) as (api, address):
        wrong = httpx2.post(f"{address}/v1/ask", json={"question": CANARY, "k": 99})

        is_problem(wrong, 422)
        api.state.service.questions.close()  # what waits is written
        assert store_of(api).questions() == []


def test_question_log_is_off_unless_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting, or with it off, no questions are kept."""
    monkeypatch.delenv("QABOT_LOG_QUESTIONS", raising=False)
    assert not Settings().log_questions
    monkeypatch.setenv("QABOT_LOG_QUESTIONS", "on")
    assert Settings().log_questions
