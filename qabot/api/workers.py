"""Several processes behind one listening socket: begun, replaced where one dies, ended together.

Each takes a connection only when it is free to, so none waits behind another's. This process reads
and answers nothing: what could harm a worker does not reach it.
"""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import NoReturn

import structlog

from qabot.api.listening import take_no_more
from qabot.service.logs import configure_logs
from qabot.settings import LogFormat

_SECONDS_TO_END = 9.7  # after which a worker that has not ended is killed
_SOON = 10.0  # seconds: who dies sooner is likely to do so again, and is replaced a second later
_ENDING = (signal.SIGTERM, signal.SIGINT)

_log = structlog.get_logger("qabot.service")


@dataclass(frozen=True, slots=True)
class Worker:
    """What one of several processes is given."""

    is_first: bool  #: it says where the service answers
    count: int  #: of processes, this one among them
    folder: Path  #: for what they count together
    parent: int  #: file descriptor that can be read to its end once the first process is gone
    ready: int  #: file descriptor to write to once the service answers

    @property
    def is_orphan(self) -> bool:
        """Whether the first process is gone."""
        return bool(select([self.parent], [], [], 0)[0])


def begin_workers(count: int, listening: socket.socket, logs: LogFormat) -> Worker:
    """Return in each of `count` new processes; the process that calls never returns.

    It replaces whoever dies, and ends as a signal tells it, all workers before it. What keeps the
    first worker from starting ends it all, with that worker's exit code.
    """
    place = Path("/dev/shm")
    folder = Path(mkdtemp("", "qabot-", place if os.access(place, os.W_OK) else None))
    workers = _Workers(count, listening, folder)
    try:
        worker = workers.begin(is_first=True)
        if worker is None and workers.first_is_ready():
            worker = workers.kept(logs)
    except SystemExit:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if worker is None:
        workers.end_as_told(folder)
    return worker


class _Workers:
    """The workers of this process."""

    def __init__(self, count: int, listening: socket.socket, folder: Path) -> None:
        self._listening = listening
        self._count, self._folder = count, folder
        self._begun: dict[int, float] = {}  # process ids, and when each began
        self._signal: signal.Signals | None = None  # by which all are to end
        self._parent, self._held = os.pipe()
        self._ready, self._made_ready = os.pipe()
        self._handlers = {number: signal.getsignal(number) for number in _ENDING}
        for number in _ENDING:
            signal.signal(number, self._end)

    def begin(self, *, is_first: bool = False) -> Worker | None:
        """Return a worker in a new process, None in this one."""
        with _blocked():
            process = os.fork()
            if process:
                self._begun[process] = monotonic()
                return None
            os.setpgid(0, 0)  # Ctrl-C is for the first process, which tells this one
            os.close(self._held)
            os.close(self._ready)
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
        return Worker(is_first, self._count, self._folder, self._parent, self._made_ready)

    def first_is_ready(self) -> bool:
        """Wait for the first worker; exit as it did where it fails; False: all are to end."""
        os.close(self._made_ready)
        if os.read(self._ready, 1):
            self._made_ready = os.open(os.devnull, os.O_WRONLY)
            return True
        process = next(iter(self._begun))
        _, status = os.waitpid(process, 0)
        self._begun.clear()
        if self._signal is None:
            sys.exit(os.waitstatus_to_exitcode(status))
        return False

    def kept(self, logs: LogFormat) -> Worker | None:
        """Keep up the workers until a signal ends all; return in each new one, and at the end."""
        configure_logs(logs)
        while self._begun or not self._signal:
            while len(self._begun) < self._count and not self._signal:
                if worker := self.begin():
                    return worker
            process, status = os.waitpid(-1, 0)
            lived = monotonic() - self._begun.pop(process)
            if not self._signal:
                _log.error("worker ended", status=os.waitstatus_to_exitcode(status))
                sleep(1 if lived < _SOON else 0)
        return None

    def end_as_told(self, folder: Path) -> NoReturn:
        """Let the signal do what it does without workers."""
        shutil.rmtree(folder, ignore_errors=True)
        assert self._signal is not None
        signal.signal(self._signal, self._handlers[self._signal])
        signal.raise_signal(self._signal)
        sys.exit(128 + self._signal)

    def _end(self, number: int, _: object) -> None:
        """Have all workers answer what they took, and end."""
        if self._signal is None:
            take_no_more(self._listening)
            self._listening.close()  # once the workers close it too, clients are refused at once
            signal.signal(signal.SIGALRM, lambda *_: self._tell(signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, _SECONDS_TO_END)
        self._signal = signal.Signals(number)
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for process in self._begun:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(process, number)


@contextmanager
def _blocked() -> Iterator[None]:
    """Let a signal wait while a worker is begun: else it would miss that one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
