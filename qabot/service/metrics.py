"""What Prometheus is told: counts and times, never a text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from qabot.answering.bot import Bot
from qabot.errors import StoreUnavailable
from qabot.records import Answer
from qabot.state.stored import now
from qabot.state.worklist import Backlog

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """The counters of one service: with `folder`, those of all its processes added up.

    `backlog` tells what waits in Slack, or raises StoreUnavailable; it is asked at each exposition.
    """

    def __init__(
        self,
        bot: Callable[[], Bot],
        backlog: Callable[[], Backlog],
        folder: Path | None = None,
    ) -> None:
        self._registry = CollectorRegistry()
        self._told = CollectorRegistry() if folder else self._registry
        if folder:
            MultiProcessCollector(self._told, str(folder))  # type: ignore[no-untyped-call]
        self._told.register(_BuildAge(bot))
        self._told.register(_StateFigures(backlog))
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
            "Time that each stage of an answer took: parts, scope, encode, search, judge, answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "qabot_answers", "Answers by status.", ("status",), registry=self._registry
        )
        self._pull_failures = Counter(
            "qabot_pull_failures",
            "Looks at the store of builds that failed: it is away, or a build of it is refused.",
            registry=self._registry,
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

    def pull_failed(self) -> None:
        """Count a look at the store of builds that failed."""
        self._pull_failures.inc()

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format; looks into the state store."""
        return generate_latest(self._told)


@dataclass(frozen=True, slots=True)
class _StateFigures(Collector):
    """What the state store tells, the same for all processes that share it."""

    backlog: Callable[[], Backlog]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look into the store now; where it does not answer, say that alone."""
        try:
            backlog = self.backlog()
        except StoreUnavailable:
            backlog = None
        yield GaugeMetricFamily(
            "qabot_store_up", "Whether the state store answers: 1 or 0.", value=backlog is not None
        )
        if backlog:
            yield GaugeMetricFamily(
                "qabot_slack_backlog",
                "Questions and other work taken on in Slack and not finished.",
                value=backlog.works,
            )
            age = now() - backlog.oldest if backlog.oldest else None
            yield GaugeMetricFamily(
                "qabot_slack_backlog_age_seconds",
                "Time since the oldest of that work was taken on; 0 where there is none.",
                value=age.total_seconds() if age else 0,
            )


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
