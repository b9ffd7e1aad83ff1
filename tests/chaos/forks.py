"""Work in a process of its own, which may be killed."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from traceback import format_exc

from qabot.errors import QABotError

KILLED = -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    status: int  #: 0: done; 1: refused by an error of qabot; KILLED; else it broke
    said: str

    @property
    def is_told(self) -> bool:
        """Whether it was refused in one sentence."""
        return self.status == 1 and len(self.said.splitlines()) == 1


def forked(work: Callable[[], str], *, killed_after: float | None = None) -> Ended:
    """Do work in a process of its own, for FAISS's threads do not survive a fork."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        status, said = _outcome(work)
        os.write(writing, said.encode()[-50_000:])
        os._exit(status)
    os.close(writing)
    if killed_after is not None:
        sleep(killed_after)
        os.kill(process, signal.SIGKILL)
    with os.fdopen(reading, "rb") as said_by:
        text = said_by.read().decode()
    _, ended = os.waitpid(process, 0)
    return Ended(os.waitstatus_to_exitcode(ended), text)


def _outcome(work: Callable[[], str]) -> tuple[int, str]:
    try:
        return 0, work()
    except QABotError as error:
        return 1, str(error)
    except BaseException:  # noqa: BLE001 - whatever it was, the parent is told
        return 70, format_exc()
