"""How far an indexing is, on standard error: a bar in a terminal, else a line now and then."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from qabot.encoder.base import Progress

_EVERY = 10.0  # seconds between two lines


class _Rate(ProgressColumn):
    """Texts a second."""

    def render(self, task: Task) -> Text:
        """Return the rate of the last half minute."""
        return Text(f"{task.speed:,.0f} texts/s" if task.speed else "")


@contextmanager
def encoding() -> Iterator[Callable[[int], Progress]]:
    """Give what `build` takes as `progress`; what it shows is gone when the block ends."""
    if not sys.stderr.isatty():
        yield _lines
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    remaining = TimeRemainingColumn(elapsed_when_finished=True)
    with Bar(*columns, _Rate(), remaining, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def begin(total: int) -> Progress:
            bar.reset(task, total=total, description="Encoding")
            return partial(bar.advance, task)

        yield begin


def _lines(total: int) -> Progress:
    began = told = perf_counter()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        now = perf_counter()
        if now - told >= _EVERY:
            told = now
            rate = done / (now - began)
            left = (total - done) / rate
            sys.stderr.write(
                f"Encoded {done:,} of {total:,} texts, {rate:,.0f} texts/s, {left:,.0f} s left\n"
            )

    return advance
