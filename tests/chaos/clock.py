"""A clock that is wrong, and moves, by years."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2

from qabot.index.releases import current_id
from tests.chaos.damage import ROOT
from tests.chaos.row import Row, Trial
from tests.support.processes import PATIENCE, index, qabot, serve

_LIBRARY = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
_QUESTION = "How long do you keep call records?"
_HOURS = 24 * 365


def moved(trial: Trial) -> Iterator[Row]:
    """Index and serve while the clock jumps; days stay those on which a policy is in force."""
    row = Row("the clock moved by up to a year: the newest build is live, every question answered")
    if not _LIBRARY:
        row.note = "not tried: libfaketime is not installed"
        yield row
        return
    moment = trial.folder / "moment"
    _move(moment, 0)
    faked = {
        "LD_PRELOAD": str(_LIBRARY[0]),
        "FAKETIME_TIMESTAMP_FILE": str(moment),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    (trial.folder / "encoders").symlink_to(ROOT / "index" / "encoders")
    index(trial.folder, months=1)
    os.environ |= faked
    try:
        with serve(trial.folder) as served:
            for months in range(2, 2 + trial.times(12)):
                _move(moment, trial.random.randint(-_HOURS, _HOURS))
                row.tried(_fault(trial.folder, served.address, months))
    finally:
        for name in faked:
            del os.environ[name]
    yield row


def _move(moment: Path, hours: int) -> None:
    moment.write_text(f"{hours:+}h\n")


def _fault(folder: Path, address: str, months: int) -> str:
    """Return what is wrong after another build, with the clock as it is now."""
    before = current_id(folder)
    with httpx2.Client(base_url=address, timeout=PATIENCE) as client:
        asked = client.post("/v1/ask", json={"question": _QUESTION})
        if asked.status_code != 200:
            return f"asked: {asked.status_code} {asked.text}"
    index(folder, months)
    if current_id(folder) == before:
        return f"the build {before} is still live"
    found = qabot(folder, "ask", _QUESTION)
    return "" if f"for {months} months" in found.stdout else f"{found.stdout}{found.stderr}"
