"""Bytes flipped in what is kept on disk: refused in one sentence, or without effect."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from qabot.encoder.load import PACKAGED
from qabot.encoder.onnx import open_cross_encoder, open_export
from qabot.encoder.tuned_weights import CROSS_ENCODER, ENCODER
from qabot.index.releases import current_folder
from qabot.state.store import Store
from tests.chaos.corpus import QUESTION, answer, built
from tests.chaos.forks import forked
from tests.chaos.row import Row, Trial

ROOT = Path(__file__).resolve().parents[2]


def damaged(trial: Trial) -> Iterator[Row]:
    """Flip bytes in every file of a build, of the state and of the encoders."""
    folder = trial.folder
    forked(lambda: built(folder))
    build = current_folder(folder / "index")
    files = [*(f for f in build.rglob("*") if f.is_file()), build.with_name("CURRENT")]
    yield _flipped(trial, "every file of a build", files, 25, lambda: answer(folder))

    state = folder / "state.sqlite"
    token = forked(lambda: _made(state)).said
    read = _Reading(state, token)
    yield _flipped(trial, "the state", [state], 60, read)

    encoders = shutil.copytree(PACKAGED, folder / "encoders")
    files = [f for f in encoders.rglob("*") if f.is_file()]
    yield _flipped(trial, "every file of the encoders", files, 2, lambda: _encoded(encoders))


def _flipped(trial: Trial, what: str, files: list[Path], times: int, use: Callable[[], str]) -> Row:
    row = Row(f"a byte flipped in {what}: refused in one sentence, or no answer changes")
    expected = forked(use)
    if expected.status:
        row.tried(f"it does not even work untouched: {expected.said}")
    for file in files:
        whole = file.read_bytes()
        for _ in range(trial.times(times)):
            place, bit = trial.random.randrange(len(whole)), 1 << trial.random.randrange(8)
            file.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            ended = forked(use)
            is_fine = ended.is_told or (ended.status, ended.said) == (0, expected.said)
            row.tried("" if is_fine else f"{file.name}, byte {place}: {ended.said}")
            file.write_bytes(whole)
    return row


def _made(state: Path) -> str:
    with closing(Store.open(f"sqlite:///{state}")) as store:
        store.secret("links")
        _, token = store.add_key("server", "test", "Harbour")
    return token


class _Reading:
    """Reads all that a state holds."""

    def __init__(self, state: Path, token: str) -> None:
        self._whole = state.read_bytes()
        self._state = state
        self._token = token

    def __call__(self) -> str:
        """Return what there is, of the file as it is now."""
        for beside in ("-wal", "-shm"):
            self._state.with_name(self._state.name + beside).unlink(missing_ok=True)
        with closing(Store.open(f"sqlite:///{self._state}")) as store:
            key = store.find_key(self._token)
            secret = store.secret("links").hex()
            return f"{key} {secret} {store.keys()} {store.feedback()}"


def _encoded(encoders: Path) -> str:
    judge = open_cross_encoder(encoders / CROSS_ENCODER)
    vector = open_export(encoders / ENCODER).encode_query(QUESTION).tolist()
    return json.dumps([vector, judge.scores(QUESTION, ["Kept for 12 months.", "X"]).tolist()])
