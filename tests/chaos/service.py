"""A service that is killed, told to end, and given other builds, under load."""

import signal
from collections.abc import Iterator
from time import monotonic, sleep

from tests.chaos.askers import Got, ask, asking
from tests.chaos.damage import ROOT
from tests.chaos.row import Row, Trial
from tests.support.processes import PATIENCE, index, serve, texts

_CLIENTS = 4


def interrupted(trial: Trial) -> Iterator[Row]:
    """Interrupt `qabot serve` in every way."""
    (trial.folder / "encoders").symlink_to(ROOT / "index" / "encoders")
    index(trial.folder, months=1)
    yield _killed(trial)
    yield _terminated(trial)
    yield _swapped(trial)


def _killed(trial: Trial) -> Row:
    row = Row("the service killed under load: the next one starts and answers")
    for _ in range(trial.times(8)):
        with serve(trial.folder) as served, asking(served.port, _CLIENTS):
            sleep(trial.random.uniform(0, 1))
            served.process.kill()
        with serve(trial.folder) as served:
            got = ask(served.port)
            row.tried("" if got.status == 200 else f"{got}")
    return row


def _terminated(trial: Trial) -> Row:
    row = Row("the service told to end under load: who was taken is answered, within 10 seconds")
    for _ in range(trial.times(12)):
        with serve(trial.folder) as served, asking(served.port, _CLIENTS) as askers:
            sleep(trial.random.uniform(0.2, 1))
            served.process.terminate()
            told = monotonic()
            status = served.process.wait(PATIENCE)
            took = monotonic() - told
        lost = [got for got in askers.got if got.status not in (0, 200)]
        row.tries += len(askers.got)
        if lost or status != -signal.SIGTERM or took > 10:
            row.failures.append(f"status {status} after {took:.1f} s, lost: {lost[:2]}")
    return row


def _swapped(trial: Trial) -> Row:
    row = Row("another build put live under load: every answer is whole and of one build")
    known: list[frozenset[str]] = []
    with serve(trial.folder) as served:
        known.append(texts(served.address))
        with asking(served.port, _CLIENTS) as askers:
            for months in range(2, 2 + trial.times(6)):
                index(trial.folder, months)
                sleep(2.5)  # it is looked for each second
                known.append(texts(served.address))
    if len({*known}) != len(known):
        row.failures.append("a build never went live")
    for got in askers.got:
        row.tried("" if _is_of_one(got, known) else f"{got}")
    return row


def _is_of_one(got: Got, known: list[frozenset[str]]) -> bool:
    if got.status != 200:
        return False
    cited = {citation["sha256"] for citation in got.body["citations"]}
    return len(cited) > 1 and any(cited <= build for build in known)
