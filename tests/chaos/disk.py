"""A disk that fills while policies are indexed."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from qabot.index.opening import load
from qabot.index.releases import current_folder
from tests.chaos.damage import ROOT
from tests.chaos.forks import forked
from tests.chaos.row import Row, Trial
from tests.support.processes import PATIENCE, QABOT, environment, index

_AMOUNTS = 14
_NEEDED = 220_000  # bytes, about: what the build takes


def filled(trial: Trial) -> Iterator[Row]:
    """Run `qabot index` with too little room, and with enough."""
    row = Row("`qabot index` as the disk fills: one sentence, and the live build stays whole")
    with _small_disk(trial.folder / "disk") as is_disk:
        row.note = "a small tmpfs" if is_disk else "by RLIMIT_FSIZE: no disk can be mounted here"
        folder = trial.folder / "disk"
        (folder / "encoders").symlink_to(ROOT / "index" / "encoders")
        index(folder, months=12)
        for number in range(trial.times(_AMOUNTS)):
            room = _NEEDED * (number + 1) // trial.times(_AMOUNTS)
            index_with = partial(_indexed_with, folder, number)
            with _filled(folder, room) if is_disk else _limited(room) as limit:
                ended = index_with(limit)
            live = forked(lambda: _proven(folder))
            told = ended.returncode == 1 and len(ended.stderr.splitlines()) == 1
            fine = (ended.returncode == 0 or told) and live.status == 0
            row.tried("" if fine else f"{room} bytes: {ended.stderr} {live.said}")
    yield row


def _indexed_with(
    folder: Path, number: int, limit: Callable[[], None] | None
) -> subprocess.CompletedProcess[str]:
    for file in (folder / "policies").glob("*.md"):
        text = file.read_text()
        file.write_text(text.replace(" months", f" months and {number} days", 1))
    return subprocess.run(
        [*QABOT, "index", folder / "policies"],
        env=environment(folder, {}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        preexec_fn=limit,
    )


def _proven(folder: Path) -> str:
    load(current_folder(folder)).prove()
    return ""


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of some megabytes, where that is allowed; tell whether it is."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _filled(folder: Path, room: int) -> Iterator[None]:
    """Fill a disk until so many bytes are free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(ballast.stat().st_size - room)
    yield
    ballast.unlink()


@contextmanager
def _limited(room: int) -> Iterator[Callable[[], None]]:
    """Give what keeps a process from writing files of more bytes."""
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room // 8, room // 8))
