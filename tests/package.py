"""The wheel, tried as a stranger would try it: `make package`.

It is built, looked into, installed with the constraints into an empty environment outside of the
checkout, and there it indexes the sample and answers.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zipfile import ZipFile

import click

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How long do you keep call records?"

MOST_SECONDS = 180.0  # from the sources to an answer, on two cores
MOST_MB = 850.0
MOST_HELP_SECONDS = 0.3

HOLDS = (
    "qabot/answering/fitted.json",
    "qabot/api/owner/owner.css",
    "qabot/api/owner/templates/owner.html",
    "qabot/api/pages/page.css",
    "qabot/api/pages/templates/base.html",
    "qabot/api/widget/widget.js",
    "qabot/encoder/exports/cross-encoder/cross-encoder.onnx",
    "qabot/encoder/exports/encoder/encoder.onnx",
    "qabot/encoder/weights/card.json",
    "qabot/py.typed",
    "qabot/state/migrations/versions/step_0001.py",
)
LACKS = ("tests", "benchmark", "node_modules", "/widget/source/", "deploy", "index/policies")


_IGNORED = shutil.ignore_patterns("node_modules", "__pycache__")


def main() -> int:
    """Try the wheel and print the figures; return 1 where one is on the wrong side of its floor."""
    failed = False
    with TemporaryDirectory() as folder:
        for figure in _tried(Path(folder)):
            click.echo(str(figure))
            failed |= figure.fails
    return int(failed)


def _tried(folder: Path) -> Iterator[Figure]:
    began = perf_counter()
    sources = folder / "sources"  # a build leaves files beside them, and takes in those of others
    shutil.copytree(ROOT / "qabot", sources / "qabot", ignore=_IGNORED)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    _run(folder, sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "dist", "./sources")
    (wheel,) = (folder / "dist").glob("qabot-*.whl")
    yield Figure("wheel", wheel.stat().st_size / 1e6, "MB")
    _look_into(wheel)

    venv.create(folder / "empty", with_pip=True)
    programs = folder / "empty" / "bin"
    installing = perf_counter()
    constraints = str(ROOT / "deploy" / "constraints.txt")
    _run(folder, str(programs / "pip"), "install", "-q", "-c", constraints, str(wheel))
    yield Figure("installing it", perf_counter() - installing, "s")
    (libraries,) = (folder / "empty").glob("lib/python3*/site-packages")
    size = sum(file.stat().st_size for file in libraries.rglob("*") if file.is_file())
    yield Figure("  with all it needs", size / 1e6, "MB", most=MOST_MB)

    qabot = str(programs / "qabot")
    said = _run(folder, qabot, "--version")
    assert said.split() == ["qabot", wheel.name.split("-")[1]], said
    indexing = perf_counter()
    _run(folder, qabot, "index", str(ROOT / "index" / "policies"))
    yield Figure("indexing the sample", perf_counter() - indexing, "s")
    asking = perf_counter()
    answer = json.loads(_run(folder, qabot, "ask", QUESTION, "--json"))
    assert answer["status"] == "answered", answer
    yield Figure("a question, with the start", perf_counter() - asking, "s")
    yield Figure("from sources to an answer", perf_counter() - began, "s", most=MOST_SECONDS)

    index = (qabot, "index", str(ROOT / "index" / "policies"), "--index", "plain")
    refused = _run(folder, *index, status=1, encoder="all-MiniLM-L6-v2")
    assert "pip install 'qabot[tune]'" in refused, refused
    assert len(refused.splitlines()) == 1, refused
    yield Figure("qabot --help", min(_help_seconds(folder, qabot)), "s", most=MOST_HELP_SECONDS)


def _look_into(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert (missing := [name for name in HOLDS if name not in names]) == [], missing
    needless = [name for name in names if any(part in name for part in LACKS)]
    assert needless == [], needless


def _help_seconds(folder: Path, qabot: str) -> Iterator[float]:
    for _ in range(5):
        began = perf_counter()
        _run(folder, qabot, "--help")
        yield perf_counter() - began


def _run(folder: Path, *command: str, status: int = 0, encoder: str = "") -> str:
    """Run a command in a folder, with nothing of this checkout; return what it printed."""
    kept = {"PATH", "HOME", "LANG", "TMPDIR"}
    environment = {
        name: value for name, value in os.environ.items() if name in kept or "PIP_" in name
    }
    if encoder:
        environment["QABOT_ENCODER"] = encoder
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert run.returncode == status, f"{command} ended with {run.returncode}: {run.stderr}"
    return run.stderr if status else run.stdout


if __name__ == "__main__":
    sys.exit(main())
