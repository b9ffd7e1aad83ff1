"""Programs of others that tests run: started with the test, gone with it, whatever happens."""

import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen, TimeoutExpired
from time import monotonic, sleep
from typing import TypeVar

import pytest

NODE = Path(__file__).parents[1] / "node"

# The program lives as long as our end of its guard's input is open. So it also ends where the tests
# are killed and no `finally` of theirs runs; and no child is left behind unwaited for.
_GUARD = """
exec 3<&0
"$@" 3<&- < /dev/null & program=$!
{ read -r _ <&3; kill $program; } & watcher=$!
wait $program; status=$?
kill $watcher; wait $watcher
exit $status
"""
_PATIENCE = 60.0  #: seconds; what starts here takes a fifth of one on a quiet machine

Value = TypeVar("Value")


def installed(*path: str) -> Path:
    """Return a file of a package that npm installed, or skip the test."""
    file = NODE.joinpath("node_modules", *path)
    if not file.exists():
        pytest.skip(f"{'/'.join(path)} is not installed: npm ci --prefix tests/node")
    return file


def eventually(read: Callable[[], Value | None], what: str = "what was waited for") -> Value:
    """Return the first value that is true, of those read one after another."""
    deadline = monotonic() + _PATIENCE
    while not (value := read()):
        if monotonic() > deadline:
            raise AssertionError(f"{what} did not come, but {value!r}")
        sleep(0.01)
    return value


@contextmanager
def running(command: Sequence[str | Path], announcement: str, folder: Path) -> Iterator[str]:
    """Run a program until the block ends; gives the address that it announces.

    Its output goes to `folder`, where it also keeps its temporary files; `announcement` is the
    pattern of what it says once it listens, the address being its first group.
    """
    output = folder / "output"
    with (
        output.open("wb") as file,
        Popen(
            ["sh", "-c", _GUARD, "sh", *command],
            stdin=PIPE,
            stdout=file,
            stderr=STDOUT,
            start_new_session=True,  # an interrupt from the keyboard reaches the tests alone
            env={**os.environ, "TMPDIR": str(folder)},
        ) as guard,
    ):
        try:
            yield eventually(lambda: _announced(output, announcement, guard), str(command[0]))
        finally:
            _end(guard)


def _announced(output: Path, announcement: str, guard: Popen[bytes]) -> str | None:
    ended = guard.poll() is not None
    text = output.read_text(encoding="utf-8", errors="replace")
    assert not ended, f"it ended with {guard.returncode}: {text}"
    found = re.search(announcement, text)
    return found[1] if found else None


def _end(guard: Popen[bytes]) -> None:
    assert guard.stdin is not None
    guard.stdin.close()
    try:
        guard.wait(timeout=5)
    except TimeoutExpired:
        os.killpg(guard.pid, signal.SIGKILL)
        guard.wait()
