"""How much the HTTP service carries, under wrk: part of `make bench`.

wrk and the service share the machine, as do eight threads with the encoder when it runs alone.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from urllib.request import urlopen

import click

from qabot.answering.bot import Bot
from qabot.encoder.load import ENCODERS
from qabot.encoder.model_names import DEFAULT
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.releases import manifests, use
from qabot.records import Answer, AskedQuestion
from tests.benchmarks.bench import INDEX, POLICIES, QUESTIONS, ROOT, default_models
from tests.benchmarks.figures import THREADS, Figure, answered_a_second, resident_mb

CLIENTS = THREADS
SHARE = 0.6  # of the questions a second that as many threads get answered without the service
SHARE_KNOWN = 2.5  # where each has been asked before: of those that they get encoded
SLOWEST = 10.0  # 99th percentile, in medians
RESPONSIVE_MS = 1000.0  # for a sign of life, under four times the load
GROWTH = 1.05  # of memory, over 50,000 questions and 20 builds

_SECONDS = 60
_WARMING = 20  # seconds
_REPEATED = 10  # times that threads alone go through the questions
_VARIANTS = 300  # of each question: more than are asked before they come round again
_SOAK, _SWAPS = 50_000, 20
_SCRIPT = """
local questions, variants = {%s}, %d
local requests, sent = {}, 0
function init(arguments)
  local headers = {["Content-Type"] = "application/json"}
  for variant = 1, variants do
    for _, question in ipairs(questions) do
      local body = '{"question": "' .. question .. string.rep(" ", variant - 1) .. '"}'
      table.insert(requests, wrk.format("POST", "/v1/ask", headers, body))
    end
  end
end
function request()
  sent = sent + 1
  return requests[(sent - 1) %% #requests + 1]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %%d, "seconds": %%f, "refused": %%d, "broken": %%d, "p50": %%f, "p99": %%f}\\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    requests: int
    seconds: float
    refused: int  #: answered with a status above 399
    broken: int  #: not answered: refused connections, timeouts
    p50: float  #: milliseconds
    p99: float  #: milliseconds


def main() -> int:
    """Measure and print; exits with 1 when a figure is on the wrong side of its floor."""
    questions = [json.loads(line)["question"] for line in QUESTIONS.open()]
    failed = False
    with TemporaryDirectory() as folder:
        for figure in _all(Path(folder), questions):
            click.echo(str(figure))
            failed |= figure.fails
    return int(failed)


def _all(folder: Path, questions: Sequence[str]) -> Iterator[Figure]:
    models = default_models()
    index = folder / "index"
    index.mkdir()
    (index / ENCODERS).symlink_to(INDEX / ENCODERS)
    build(plan(sorted(POLICIES.glob("*.md")), DEFAULT), index, models.encoder)  # to swap with
    build(plan([POLICIES], DEFAULT), index, models.encoder)
    new, known = (_script(folder, questions, variants) for variants in (_VARIANTS, 1))
    with _serving(index) as (url, process):
        bot = Bot.open(index, models)

        def ask(question: str) -> Answer:
            return bot.ask(AskedQuestion(question))

        yield from _carrying("new", url, new, "answered", ask, questions, least=SHARE)
        _wrk(url, known, CLIENTS, _WARMING)  # till every process of the service knows them
        encode = models.encoder.encode_query
        yield from _carrying("known", url, known, "encoded", encode, questions, least=SHARE_KNOWN)
        yield from _shedding(url, new)
        yield from _lasting(url, new, index, process)


def _script(folder: Path, questions: Sequence[str], variants: int) -> Path:
    """Write what wrk asks: each question with none, one, two ... blanks behind it, in turn."""
    script = folder / f"questions-{variants}.lua"
    quoted = (json.dumps(json.dumps(question)[1:-1]) for question in questions)
    script.write_text(_SCRIPT % (", ".join(quoted), variants))
    return script


def _carrying(
    which: str,
    url: str,
    script: Path,
    done: str,
    work: Callable[[str], object],
    questions: Sequence[str],
    *,
    least: float,
) -> Iterator[Figure]:
    """Load the service; `work` is what as many threads do alone, before and after."""
    many = [*questions] * _REPEATED
    before = answered_a_second(work, many)
    load = _wrk(url, script, CLIENTS, _SECONDS)
    alone = max(before, answered_a_second(work, many))
    rate = load.requests / load.seconds
    yield Figure(f"questions {done}, {CLIENTS} threads, nothing else", alone, "a second")
    yield Figure(f"{which} questions answered over HTTP, {CLIENTS} clients", rate, "a second")
    yield Figure("  share of that", rate / alone, "", least=least)
    yield Figure("  p50", load.p50, "ms")
    yield Figure("  p99", load.p99, "ms")
    yield Figure("  p99 in medians", load.p99 / load.p50, "", most=SLOWEST)
    yield Figure(f"  errors in {_SECONDS} seconds", load.refused + load.broken, "", most=0)


def _shedding(url: str, script: Path) -> Iterator[Figure]:
    """Ask with four times as many clients as the service takes questions at once."""
    stop, waits = Event(), list[float]()
    watcher = Thread(target=_watch, args=(url, stop, waits))
    watcher.start()
    load = _wrk(url, script, 4 * 32, 15)
    stop.set()
    watcher.join()
    answered = (load.requests - load.refused) / load.seconds
    yield Figure("128 clients: questions answered", answered, "a second")
    yield Figure("  turned away with 503", load.refused / load.seconds, "a second", least=1)
    yield Figure("  not answered at all", load.broken, "", most=0)
    yield Figure("  slowest sign of life", max(waits), "ms", most=RESPONSIVE_MS)


def _watch(url: str, stop: Event, waits: list[float]) -> None:
    while not stop.wait(0.1):
        began = perf_counter()
        with urlopen(f"{url}/health/live"):
            waits.append(1000 * (perf_counter() - began))


def _lasting(
    url: str, script: Path, index: Path, process: subprocess.Popen[str]
) -> Iterator[Figure]:
    """Ask on and on while one build takes over from the other."""
    builds = [manifest.id for manifest in manifests(index)]
    asked = refused = swaps = 0
    begun = 0.0
    while asked < _SOAK or swaps < _SWAPS:
        use(index, builds[(swaps + 1) % len(builds)])
        swaps += 1
        load = _wrk(url, script, CLIENTS, 5)
        asked += load.requests
        refused += load.refused + load.broken
        if swaps == 3:  # both builds have been open, one beside the other
            begun = _resident_mb(process)
    ended = _resident_mb(process)
    yield Figure(f"{asked:,} questions, {swaps} builds taken over: errors", refused, "", most=0)
    yield Figure("  memory after three builds", begun, "MB")
    yield Figure("  memory at the end", ended, "MB")
    yield Figure("  growth", ended / begun, "times", most=GROWTH)


def _resident_mb(process: subprocess.Popen[str]) -> float:
    """Return the memory of a service and its workers; what they share counts for each."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return sum(map(resident_mb, [process.pid, *map(int, children)]))


def _wrk(url: str, script: Path, clients: int, seconds: int) -> Load:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s"]
    run = subprocess.run(
        [*command, "-s", str(script), url], capture_output=True, text=True, check=True
    )
    return Load(**json.loads(run.stdout.splitlines()[-1]))


@contextmanager
def _serving(index: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `qabot serve` in a process of its own; gives its address."""
    settings = {
        "QABOT_STATE": f"sqlite:///{index}/state.sqlite",
        "QABOT_ADDRESS_LIMIT": "1000000/second",
    }
    qabot = str(Path(sys.executable).with_name("qabot"))
    command = ["env", *(f"{name}={value}" for name, value in settings.items()), qabot, "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--index", str(index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://[\d.:]+", process.stdout.readline())
            assert found, "qabot serve did not say where it answers"
            yield found.group(), process
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
