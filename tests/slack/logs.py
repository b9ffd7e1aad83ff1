"""What is logged while a test runs, by us and by the libraries, as text."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from structlog.testing import capture_logs

Log = Callable[[], str]


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logged() -> Iterator[Log]:
    """Keep what is logged until the block ends; gives what returns it.

    Not from the standard output: threads that write there while pytest swaps it crash Python.
    """
    others = _Lines()
    logging.getLogger().addHandler(others)
    try:
        with capture_logs() as ours:
            yield lambda: "\n".join([*map(str, ours), *others.lines])
    finally:
        logging.getLogger().removeHandler(others)
