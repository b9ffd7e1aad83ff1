from asyncio import run
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import time_ns

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from qabot.records import AskedQuestion
from qabot.service.ask import Questions
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.serving import live_bot

QUESTION = AskedQuestion("When is the whole price refunded?", company="Harbour Broadband")


class Collector(ThreadingHTTPServer):
    """Takes traces, as OpenTelemetry's collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[bytes] = []

    @property
    def spans(self) -> list[Span]:
        """Return all spans that came, of whatever service."""
        requests = map(ExportTraceServiceRequest.FromString, self.bodies)
        scopes = [
            one for each in requests for some in each.resource_spans for one in some.scope_spans
        ]
        return [span for scope in scopes for span in scope.spans]


class Taking(BaseHTTPRequestHandler):
    """Keeps the body of each request."""

    def do_POST(self) -> None:
        """Take traces."""
        assert isinstance(self.server, Collector)
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of it."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Run a collector on a free port of this machine."""
    with Collector() as collector:
        thread = Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


@contextmanager
def answering(folder: Path) -> Iterator[Questions]:
    """Answer about a small corpus; what waits to be sent is sent when the block ends."""
    with (
        closing(Store.open(f"sqlite:///{folder}/state.sqlite")) as store,
        closing(Questions(live_bot(folder), store, Settings())) as questions,
    ):
        yield questions


def test_question_and_its_stages_are_traced(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A span tells of the question, its verdict and build; each stage's lies inside it."""
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    began = time_ns()
    with answering(tmp_path) as questions:
        put = questions.put(QUESTION)
        answer = run(questions.answer(put, None))
        run(questions.answer(put, None))  # known by now: it goes through no stage
    ended = time_ns()

    first, again = sorted(
        (span for span in collector.spans if span.name == "ask"),
        key=lambda span: span.start_time_unix_nano,
    )
    told = {one.key: one.value.string_value for one in first.attributes}
    assert told == {
        "qabot.status": answer.status,
        "qabot.build": put.build,
        "qabot.answer": answer.id,
    }
    stages = [span for span in collector.spans if span.parent_span_id == first.span_id]
    assert [span.name for span in stages] == list(answer.stages_ms)
    assert {span.trace_id for span in stages} == {first.trace_id} != {again.trace_id}
    times = [
        began,
        first.start_time_unix_nano,
        *(time for one in stages for time in (one.start_time_unix_nano, one.end_time_unix_nano)),
        first.end_time_unix_nano,
        ended,
    ]
    assert times == sorted(times)
    assert not [span for span in collector.spans if span.parent_span_id == again.span_id]


def test_traces_hold_no_text(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No word of a question or of its answer is sent."""
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    with answering(tmp_path) as questions:
        run(questions.answer(questions.put(QUESTION), None))

    sent = b"".join(collector.bodies).lower()

    assert b"ask" in sent
    assert not [word for word in (b"refund", b"price", b"harbour") if word in sent]
