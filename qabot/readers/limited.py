"""PDF and Word files are read in a process of their own, which may take so much time and memory.

What their libraries do with an odd file cannot be foreseen from its length. The process is started
when the first such file comes, serves all that follow, and is replaced when a file ended it.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qabot.errors import UnreadableFile
from qabot.privileges import drop
from qabot.readers.reading import read
from qabot.records import Fact, Reading, Removed, Section

SECONDS, SECONDS_A_MEGABYTE = 30, 30
"""The processor time that reading a file may take."""
MEGABYTES, MEGABYTES_A_MEGABYTE = 500, 100
"""The memory that reading a file may take."""

_LIMITED = (".pdf", ".docx")
_OUT_OF_MEMORY = 3  # exit status
_COMMAND = (sys.executable, "-P", "-m", "qabot.readers.limited")  # -P: no module of this folder


class LimitedReader:
    """Reads policy files, those of a kind that can take long in a process that has limits."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._ended()

    def read(self, path: Path) -> Reading:
        """Read one policy file.

        Raises what `qabot.readers.reading.read` raises, and UnreadableFile for a file that takes
        more time or memory than a policy of its size may.
        """
        if path.suffix.lower() not in _LIMITED:
            return read(path)
        process = self._process = self._process or subprocess.Popen(
            (*_COMMAND, str(self._seconds)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="ascii",
            process_group=0,  # an interrupt from the keyboard is for who waits
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # then there is no answer either
            process.stdin.write(json.dumps(str(path)) + "\n")
            process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise _over_limit(path, self._ended())
        found = json.loads(answer)
        if "refused" in found:
            raise UnreadableFile(found["refused"])
        return _reading_of(found)

    def _ended(self) -> int:
        """Forget the process, which has ended, and return its exit status."""
        process, self._process = self._process, None
        assert process is not None
        process.communicate()
        return process.returncode


def _over_limit(path: Path, status: int) -> UnreadableFile:
    what = {-signal.SIGXCPU: "takes too long to read", _OUT_OF_MEMORY: "takes too much memory"}
    said = what.get(status, "ends the program that reads it")
    return UnreadableFile(
        f"{path} {said}, as no policy of its size does; print it to a new PDF and give that, or "
        "give its text as Markdown."
    )


def _reading_of(found: Mapping[str, Any]) -> Reading:
    return Reading(
        text=found["text"],
        sections=tuple(
            Section(each["start"], each["end"], tuple(each["trail"])) for each in found["sections"]
        ),
        page_starts=tuple(found["page_starts"]),
        removed=tuple(Removed(**each) for each in found["removed"]),
        facts={key: Fact(**fact) for key, fact in found["facts"].items()},
    )


def _limit(path: Path, seconds: float) -> None:
    """Allow this process what reading a file may take, beside what it has taken so far."""
    with suppress(OSError):  # reading says what is wrong with the file
        megabytes = path.stat().st_size / 1_000_000
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds += used.ru_utime + used.ru_stime + SECONDS_A_MEGABYTE * megabytes
        memory = (MEGABYTES + MEGABYTES_A_MEGABYTE * megabytes) * 1_000_000
        for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, memory)):
            _, hard = resource.getrlimit(kind)
            most = int(most) if hard == resource.RLIM_INFINITY else min(int(most), hard)
            resource.setrlimit(kind, (most, hard))


def _answer(path: Path, seconds: float) -> str:
    """Return as JSON what a file reads as, or why it is refused."""
    _limit(path, seconds)
    try:
        return json.dumps(asdict(read(path)))
    except UnreadableFile as error:
        return json.dumps({"refused": str(error)})


def main() -> None:
    """Answer each path that comes on standard input with a line on standard output."""
    drop()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it reads files, and writes none
    sys.unraisablehook = lambda _: None  # out of memory, generators cannot even be closed
    for line in sys.stdin:
        try:
            answer = _answer(Path(json.loads(line)), float(sys.argv[1]))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
