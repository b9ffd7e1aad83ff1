"""What is measured and how, the same for qabot and its peers. Needs numpy alone."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

THREADS = 8
Question = TypeVar("Question")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def fails(self) -> bool:
        """Whether it is on the wrong side of its floor."""
        return (self.least is not None and self.value < self.least) or (
            self.most is not None and self.value > self.most
        )

    def __str__(self) -> str:
        floor = f"  at least {self.least:g}" if self.least is not None else ""
        floor += f"  at most {self.most:g}" if self.most is not None else ""
        verdict = (": FAILED" if self.fails else ": ok") if floor else ""
        return f"{self.name:<68}{self.value:>11.2f} {self.unit:<11}{floor}{verdict}"


def timed(
    ask: Callable[[Question], Found], questions: Iterable[Question]
) -> tuple[list[Found], list[float]]:
    """Ask one question after the other; return what came back, and the milliseconds of each."""
    found, times = [], []
    for question in questions:
        began = perf_counter()
        found.append(ask(question))
        times.append(1000 * (perf_counter() - began))
    return found, times


def p50_p99(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    p50, p99 = np.percentile(times, [50, 99])
    return float(p50), float(p99)


def answered_a_second(ask: Callable[[Question], object], questions: Sequence[Question]) -> float:
    """Return how many questions a second eight threads get answered."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(ask, questions[:THREADS]))  # to start the threads
        began = perf_counter()
        list(threads.map(ask, questions))
        return len(questions) / (perf_counter() - began)


def resident_mb(process: int | str = "self") -> float:
    """Return the memory that a process holds now, in megabytes; Linux alone."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1000
