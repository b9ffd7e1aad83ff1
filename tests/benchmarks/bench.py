"""How fast qabot is, measured beside what it is built on: `make bench`.

Prints a figure a line and exits with 1 when one is on the wrong side of its floor. Figures of speed
are the best of several rounds: other work on the machine only ever makes them worse. Floors in time
are those of two cores on which plain sentence-transformers encodes a short question in 9 ms; on a
slower machine they are that much lower.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import click
import numpy as np

from qabot.answering.bot import Bot
from qabot.encoder.base import Encoder, Models
from qabot.encoder.load import ENCODERS, load_models
from qabot.encoder.model_names import DEFAULT
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.dense import Vectors
from qabot.index.row_ranges import RowRanges
from qabot.index.writer import encoded_texts
from qabot.records import Answer, AskedQuestion, Chunked, FloatVector, IntVector
from tests.benchmarks.figures import THREADS, Figure, answered_a_second, p50_p99, timed
from tests.benchmarks.synthetic import clustered, contents_of, markdown, synthetic_build
from tests.support.fakes import open_files

ROOT = Path(__file__).resolve().parents[2]
POLICIES, INDEX = ROOT / "index" / "policies", ROOT / "index"
SEEDS = ROOT.parent / "shared" / "seeds"
QUESTIONS = ROOT / "tests" / "data" / "sample-questions.jsonl"

PLAIN_MS = 9.0  # a question encoded by plain sentence-transformers where floors were set
P50_MS, P99_MS = 15.0, 30.0  # a question over five policies
LARGE_MS = 20.0  # a question over 100,000 passages, median
PER_SECOND = 100.0  # questions that eight threads get answered
START_S = 0.6  # from the start of `qabot ask` to its answer
MEMORY_MB = 250.0
SEARCH_MS = 10.0
RECALL = 0.95  # of the ten nearest
QUESTION_FASTER = 3.0  # times, than plain sentence-transformers
INDEXING_SHARE = 0.85  # of the passages a second that plain sentence-transformers encodes

_ROUNDS = 3
_ASKED = 100  # vectors searched for


def main(arguments: Sequence[str]) -> int:
    """Measure and print; `--million` adds a search among a million vectors, which takes minutes."""
    slowness = max(1.0, _plain_ms() / PLAIN_MS)
    click.echo(str(Figure("this machine, against that of the floors", slowness, "times slower")))
    models = default_models()
    questions = [json.loads(line)["question"] for line in QUESTIONS.open()]
    sizes = [100_000, 1_000_000] if "--million" in arguments else [100_000]
    failed = False
    with TemporaryDirectory() as folder:
        for figure in _all(Path(folder), models, questions, sizes, slowness):
            click.echo(str(figure))
            failed |= figure.fails
    return int(failed)


def default_models() -> Models:
    """Return what `qabot ask` runs where nothing is set."""
    exports = INDEX / ENCODERS
    return load_models(DEFAULT, exports)


def _all(
    folder: Path,
    models: Models,
    questions: Sequence[str],
    sizes: Sequence[int],
    slowness: float,
) -> Iterator[Figure]:
    sample = folder / "sample"
    paths = [SEEDS] if SEEDS.is_dir() else [POLICIES]
    build(plan(paths, DEFAULT), sample, models.encoder)
    (sample / ENCODERS).symlink_to(INDEX / ENCODERS)
    yield from _starting(sample, questions[0], slowness)
    for size in sizes:
        yield from _searching(size, slowness)
    small = Bot.open(sample, models)
    # one that names a company which is not indexed is not searched for
    questions = [question for question in questions if not small.names_company(question)][:100]
    yield from _asking(
        "five policies", small, questions, p50=P50_MS * slowness, p99=P99_MS * slowness
    )
    rate = max(answered_a_second(_asked_by(small), questions) for _ in range(_ROUNDS))
    yield Figure(f"ask, {THREADS} threads", rate, "a second", least=PER_SECOND / slowness)
    large = folder / "large"
    synthetic_build(large, open_files(sample), passages=100_000)
    bot = Bot.open(large, models)
    yield from _asking("100,000 passages", bot, questions, p50=LARGE_MS * slowness)
    yield from _encoding(models.encoder, questions, folder)


def _encoding(encoder: Encoder, questions: Sequence[str], folder: Path) -> Iterator[Figure]:
    """Compare with plain sentence-transformers, question by question and in bulk."""
    from qabot.encoder.pytorch import (
        original,  # loads PyTorch: last, so that it disturbs nothing else
    )

    model, _ = original(DEFAULT)
    plain = _median_ms(lambda q: model.encode(q, show_progress_bar=False), questions)
    ours = _median_ms(encoder.encode_query, questions)
    yield Figure("one question, sentence-transformers on PyTorch", plain, "ms")
    yield Figure("one question, qabot", ours, "ms")
    yield Figure("  times faster", plain / ours, "", least=QUESTION_FASTER)
    policies = folder / "policies"
    markdown(policies, contents_of([POLICIES]), passages=1_000)
    began = perf_counter()
    report = build(plan([policies], DEFAULT), folder / "thousand", encoder)
    passages = report.manifest.counts["passages"]
    rate = passages / (perf_counter() - began)
    texts = _passage_texts(folder / "thousand")
    raw = _rate(lambda: model.encode(texts, show_progress_bar=False), len(texts))
    mine = _rate(lambda: encoder.encode_documents(texts), len(texts))
    yield Figure("passages encoded, sentence-transformers on PyTorch", raw, "passages/s")
    yield Figure("passages encoded, qabot", mine, "passages/s")
    yield Figure(f"{passages} passages indexed, every sentence encoded too", rate, "passages/s")
    yield Figure("  share of plain encoding", rate / raw, "", least=INDEXING_SHARE)


def _passage_texts(index: Path) -> list[str]:
    live = open_files(index)
    contents = []
    for entry in live.corpus.entries:
        version = live.corpus.version(entry.id)
        if version:
            contents.append(Chunked(version, live.corpus.passages(entry.rows)))
    return [*encoded_texts(contents).passages]


def _asked_by(bot: Bot, company: str | None = None) -> Callable[[str], Answer]:
    return lambda question: bot.ask(AskedQuestion(question, company))


def _asking(
    where: str, bot: Bot, questions: Sequence[str], *, p50: float, p99: float | None = None
) -> Iterator[Figure]:
    """Ask; of each percentile the best round counts."""
    companies = sorted({entry.company for entry in bot.index.corpus.entries})
    scopes: dict[str, str | None] = {"of all": None, "of one company": companies[0]}
    for name, company in scopes.items():
        ask = _asked_by(bot, company)
        timed(ask, questions[:10])  # to warm up
        rounds = [p50_p99(timed(ask, questions)[1]) for _ in range(_ROUNDS)]
        medians, slowest = zip(*rounds, strict=True)
        yield Figure(f"ask, {where}, {name}, p50", min(medians), "ms", most=p50)
        yield Figure(f"ask, {where}, {name}, p99", min(slowest), "ms", most=p99)


def _searching(count: int, slowness: float) -> Iterator[Figure]:
    vectors = clustered(count + _ASKED)
    asked, vectors = vectors[count:], vectors[:count]
    index = Vectors.build(vectors)
    scopes = {
        "all": [range(count)],
        "half of them": [range(row, row + 1) for row in range(0, count, 2)],
        "2 % of them": [range(count // 50)],
    }
    for name, ranges in scopes.items():
        scope = RowRanges.of(ranges)
        inside = scope.rows()
        times, shared = [], []
        for vector in asked:
            began = perf_counter()
            found = index.search(vector, 10, scope)
            times.append(1000 * (perf_counter() - began))
            shared.append(_shared(found, (vectors @ vector)[inside], inside))
        yield Figure(
            f"search among {count:,} vectors, {name}",
            median(times),
            "ms",
            most=SEARCH_MS * slowness,
        )
        yield Figure("  recall@10", float(np.mean(shared)), "", least=RECALL)
    alone = [
        index.search(vector, 10, RowRanges.of([range(row, row + 1)])).tolist() == [row]
        for row, vector in enumerate(asked)
    ]
    yield Figure(f"one of {count:,} vectors found by its scope", float(np.mean(alone)), "", least=1)


def _shared(found: IntVector, cosines: FloatVector, rows: IntVector) -> float:
    nearest = rows[np.argpartition(-cosines, 10)[:10]]
    return len(set(found) & set(nearest)) / 10


_PLAIN = """
import sys
from statistics import median
from time import perf_counter
from qabot.encoder.model_names import PLAIN
from qabot.encoder.pytorch import original
model, _ = original(PLAIN)
times = []
for _ in range(60):
    began = perf_counter()
    model.encode(sys.argv[1], show_progress_bar=False)
    times.append(1000 * (perf_counter() - began))
print(median(times[10:]))
"""


def _plain_ms() -> float:
    """Return how long plain sentence-transformers takes for a question, in a process of its own."""
    _, printed = _started(_PLAIN, "How long do you keep call records?")
    return float(printed.split()[-1])


_ASK = """
import sys
from qabot.cli import main
code = main(["ask", *sys.argv[1:]])
# not ru_maxrss: that of a child starts at its parent's
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
sys.exit(0 if code in (0, 3) else 1)
"""


def _starting(index: Path, question: str, slowness: float) -> Iterator[Figure]:
    asked = [_started(_ASK, question, "--index", str(index)) for _ in range(5)]
    yield Figure(
        "`qabot ask`, from its start to its answer",
        median(seconds for seconds, _ in asked),
        "s",
        most=START_S * slowness,
    )
    memory = max(int(printed.split()[-1]) for _, printed in asked) / 1000
    yield Figure("memory of a process that has answered", memory, "MB", most=MEMORY_MB)


def _started(code: str, *arguments: str) -> tuple[float, str]:
    """Run code in a fresh Python; return the seconds to its first line, and all that it printed."""
    began = perf_counter()
    command = [sys.executable, "-c", code, *arguments]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdout=pipe, stderr=nowhere, text=True, cwd=ROOT) as process:
        assert process.stdout
        first = process.stdout.readline()
        seconds = perf_counter() - began
        printed = first + process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return seconds, printed


def _median_ms(encode: Callable[[str], object], questions: Sequence[str]) -> float:
    """Return the median time of a question, in the best of several rounds."""
    return min(median(timed(encode, questions)[1]) for _ in range(_ROUNDS))


def _rate(work: Callable[[], object], count: int) -> float:
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
