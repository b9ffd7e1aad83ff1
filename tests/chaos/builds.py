"""Builders that are killed, or refused what they ask of the disk, at any moment."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from qabot.index.releases import builds_folder
from tests.chaos.corpus import answer, built, warm
from tests.chaos.forks import KILLED, forked
from tests.chaos.row import Row, Trial

_OPERATIONS = {
    "fcntl.flock",
    "glob.glob",
    "open",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "shutil.rmtree",
    "sqlite3.connect",
}
"""What Python tells an audit hook of, before it is done."""

_MOST = 1_000  # operations of a build; it makes some hundred


def killed(trial: Trial) -> Iterator[Row]:
    """Builders killed at random moments."""
    row = Row("a builder killed at a random moment; the live build answers, the next one is made")
    warm(trial.folder)
    forked(lambda: built(trial.folder))
    for number in range(trial.times(150)):
        forked(lambda: _built_forever(trial.folder), killed_after=trial.random.uniform(0.01, 0.3))
        row.tried(_lost(trial.folder, can_build=number % 5 == 4))
    forked(lambda: built(trial.folder, 1))
    left = [path.name for path in builds_folder(trial.folder / "index").glob(".draft-*")]
    row.tried(f"left behind: {left}" if left else "")
    yield row


def operations(trial: Trial) -> Iterator[Row]:
    """Builders killed before, or refused, each of their operations on files."""
    step = round(1 / trial.part)
    warm(trial.folder)
    for fault, fail in (("killed before", _kill), ("refused", _refuse)):
        row = Row(f"a builder {fault} each operation on a file; as above, or one sentence")
        forked(lambda: built(trial.folder))
        for number in count(trial.random.randrange(step), step):
            ended = forked(lambda: _built_until(trial.folder, number, fail))  # noqa: B023 - at once
            if ended.status == 0 and "all" in ended.said:
                break
            fine = ended.status in (0, KILLED) or ended.is_told
            where = f"operation {number}: "
            lost = _lost(trial.folder, can_build=number % 5 == 4)
            row.tried("" if fine and not lost else where + (lost or ended.said))
            if row.tries > _MOST:
                row.failures.append("no build came to its end")
                break
        yield row


def _lost(folder: Path, *, can_build: bool) -> str:
    """Return what is wrong after a builder ended early, "" if nothing is."""
    for work in (lambda: answer(folder), lambda: built(folder) if can_build else ""):
        ended = forked(work)
        if ended.status != 0:
            return ended.said
    return ""


def _built_forever(folder: Path) -> str:
    for number in count(1):
        built(folder, number)
    return ""


def _built_until(folder: Path, operation: int, fail: Callable[[], None]) -> str:
    """Build with other policies than before; fail at an operation in the index, the first is 0."""
    done = count()
    is_reached = False
    inside = str(folder / "index")

    def audited(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal is_reached
        if event not in _OPERATIONS or is_reached:
            return
        place = str(arguments[0]) if arguments else ""
        is_inside = place.startswith(inside) or not place.startswith("/")  # by a descriptor
        if is_inside and next(done) == operation:
            is_reached = True
            fail()

    sys.addaudithook(audited)
    built(folder, operation + 1)
    return "done" if is_reached else "all operations were done"


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _refuse() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
