"""Traces by OpenTelemetry: a span for each question, and one for each stage of its answer.

They tell times, the verdict and the build, never a text. Where OTEL_EXPORTER_OTLP_ENDPOINT is not
set, nothing of OpenTelemetry is loaded.
"""

from time import time_ns
from typing import TYPE_CHECKING, Protocol

from qabot.errors import BadInput
from qabot.records import Answer
from qabot.settings import traces_endpoint

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class Traces(Protocol):
    """Where answers are told to."""

    def answered(self, answer: Answer, build: str, began: int) -> None:
        """Tell of an answer that is made now; `began` is when it was asked, by `time_ns`."""

    def close(self) -> None:
        """Send what waits to be sent."""


def traces() -> Traces:
    """Return what sends spans to the endpoint that is set, or else does nothing.

    Raises BadInput where one is set and OpenTelemetry is not installed.
    """
    if not traces_endpoint():
        return _NoTraces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise BadInput(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed; install it "
            "with: pip install 'qabot[traces]'"
        ) from error
    named = Resource({"service.name": "qabot"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return _Spans(provider)


class _NoTraces:
    def answered(self, answer: Answer, build: str, began: int) -> None:
        pass

    def close(self) -> None:
        pass


class _Spans:
    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("qabot")

    def answered(self, answer: Answer, build: str, began: int) -> None:
        """Tell of the answer and of its stages, one after the other until now."""
        from opentelemetry.context import Context
        from opentelemetry.trace import set_span_in_context

        told = {"qabot.status": answer.status, "qabot.build": build, "qabot.answer": answer.id}
        whole = self._tracer.start_span("ask", Context(), attributes=told, start_time=began)
        inside, now = set_span_in_context(whole, Context()), time_ns()
        at = max(began, now - round(1e6 * sum(answer.stages_ms.values())))
        for stage, milliseconds in answer.stages_ms.items():
            ended = at + round(1e6 * milliseconds)
            self._tracer.start_span(stage, inside, start_time=at).end(ended)
            at = ended
        whole.end(max(at, now))

    def close(self) -> None:
        self._provider.shutdown()
