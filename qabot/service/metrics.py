"""What Prometheus is told: counts and times, never a text."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from qabot.answering.bot import Bot
from qabot.records import Answer

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """The counters of one service: with `folder`, those of all its processes added up."""

    def __init__(self, bot: Callable[[], Bot], folder: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._told = CollectorRegistry() if folder else self._registry
        if folder:
            MultiProcessCollector(self._told, str(folder))  # type: ignore[no-untyped-call]
        self._told.register(_BuildAge(bot))
        self._requests = Counter(
            "qabot_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "qabot_request_seconds",
            "Time from a request's first byte to its response.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stage_seconds = Histogram(
            "qabot_stage_seconds",
            "Time that each stage of an answer took: scope, encode, search, judge, answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "qabot_answers", "Answers by status.", ("status",), registry=self._registry
        )

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        """Count an answer and its stages."""
        self._answers.labels(answer.status).inc()
        for stage, milliseconds in answer.stages_ms.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._told)


class _BuildAge(Collector):
    """How old the build is that answers now, the same in every process."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the one figure."""
        created = datetime.fromisoformat(self._bot().index.manifest.created)
        age = (datetime.now(UTC) - created).total_seconds()
        yield GaugeMetricFamily(
            "qabot_build_age_seconds", "Time since the live build was made.", age
        )
