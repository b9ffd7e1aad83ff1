"""qabot beside what else finds passages on a CPU, on the same passages: part of `make bench`.

    python -m tests.benchmarks.peers_compare [SET]

SET is a folder of the evaluation form: `policies` and `questions.jsonl`; without it the sample.
Asked are its covered questions. The peers get the passages as qabot encodes them, and run with the
published weights and with qabot's tuned ones, each time in a process of their own. Exits with 1
when qabot is not ahead of every peer at hit@1, or takes too much memory.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click

from qabot.catalog.names import same_company
from qabot.encoder.load import ENCODERS, load_encoder
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.evaluation.questions import LabelledQuestion, is_right, read_questions, words
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.embedding_text import passage_text
from qabot.index.passage_index import PassageIndex
from qabot.index.policy_index import PolicyIndex
from tests.benchmarks.bench import INDEX, MEMORY_MB, POLICIES, QUESTIONS, ROOT
from tests.benchmarks.figures import Figure
from tests.benchmarks.peers import PEERS, Asked, Measured, Passage
from tests.support.fakes import open_files

PYTHON = ROOT / "build" / "peers" / "bin" / "python"
"""Of the environment that `make bench` makes for the peers."""

QABOT = "qabot"
_RANKS = (1, 3, 5)
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}


def main(folder: Path | None) -> int:
    """Measure, print a table and say whether qabot is ahead."""
    policies = folder / "policies" if folder else POLICIES
    questions = read_questions(folder / "questions.jsonl" if folder else QUESTIONS)
    covered = [question for question in questions if question.covered]
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        index, seconds = _indexed(policies, work / "index")
        passages = write_passages(index, work)
        write_questions(covered, index, work)
        click.echo(f"{len(covered):,} questions, {passages:,} passages\n{_HEADER}")
        hits: dict[str, float] = {}
        for name, measured in _all(work, seconds):
            shares = hit_rates(measured, covered)
            hits[name] = shares[0]
            click.echo(_line(name, shares, measured))
    return int(_fails(hits, measured))


def _all(work: Path, seconds: float) -> Iterator[tuple[str, Measured]]:
    """Yield each peer's figures and, last, those of qabot, whose index took so many seconds."""
    for weights, model in _models(work).items():
        for peer in PEERS:
            yield f"{peer}, {weights}", run(PYTHON, peer, model, work)
    yield QABOT, replace(run(Path(sys.executable), QABOT, work / "index", work), index_s=seconds)


def run(python: Path, peer: str, model: Path, folder: Path) -> Measured:
    """Measure a peer in a process of its own."""
    command = [str(python), "-m", "tests.benchmarks.peers", peer, str(model), str(folder)]
    process = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **_OFFLINE}, capture_output=True, text=True
    )
    if process.returncode:
        raise click.ClickException(f"{peer} failed:\n{process.stderr}")
    return Measured(**json.loads(process.stdout.splitlines()[-1]))


def hit_rates(measured: Measured, questions: Sequence[LabelledQuestion]) -> list[float]:
    """Return hit@1, hit@3 and hit@5."""
    ranks = []
    for quotes, question in zip(measured.found, questions, strict=True):
        gold = [words(text) for text in question.gold]
        right = (n for n, quote in enumerate(quotes, start=1) if is_right(words(quote), gold))
        ranks.append(next(right, None))
    return [sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in _RANKS]


def write_passages(index: PassageIndex, folder: Path) -> int:
    """Write passages.jsonl; return how many there are."""
    count = 0
    with (folder / "passages.jsonl").open("w") as file:
        for entry in index.corpus.entries:
            version = index.corpus.version(entry.id)
            assert version
            since, until = version.effective_from or date.min, version.effective_until or date.max
            for passage in index.corpus.passages(entry.rows):
                line = Passage(
                    text=passage_text(version, passage),
                    quote=passage.text,
                    company=version.company,
                    since=since.toordinal(),
                    until=until.toordinal(),
                )
                file.write(json.dumps(asdict(line)) + "\n")
                count += 1
    return count


def write_questions(
    questions: Sequence[LabelledQuestion], index: PassageIndex, folder: Path
) -> None:
    """Write questions.jsonl; a company by its name in the index."""
    names = {
        same_company(name): entry.company
        for entry in index.corpus.entries
        for name in (*entry.aliases, entry.company)
    }
    with (folder / "questions.jsonl").open("w") as file:
        for question in questions:
            line = Asked(
                question=question.question,
                company=question.company
                and names.get(same_company(question.company), question.company),
                as_of=question.as_of.toordinal() if question.as_of else None,
            )
            file.write(json.dumps(asdict(line)) + "\n")


def _indexed(policies: Path, folder: Path) -> tuple[PolicyIndex, float]:
    """Build qabot's index of these policies; return it and the seconds that took."""
    folder.mkdir()
    (folder / ENCODERS).symlink_to(INDEX / ENCODERS)
    encoder = load_encoder(DEFAULT, folder / ENCODERS)
    began = perf_counter()
    build(plan([policies], DEFAULT), folder, encoder)
    return open_files(folder), perf_counter() - began


def _models(work: Path) -> Mapping[str, Path]:
    """Write the models that peers run with; return their folders by what tells them apart."""
    from qabot.encoder.pytorch import original  # loads PyTorch

    folders = {}
    for weights, name in (("published weights", PLAIN), ("qabot's weights", DEFAULT)):
        folders[weights] = work / name
        original(name)[0].save(str(folders[weights]), create_model_card=False)
    return folders


_COLUMNS = ("hit@1", "hit@3", "hit@5", "p50 ms", "p99 ms", "8 threads", "indexing", "memory")
_HEADER = " " * 48 + "".join(f"{column:>11}" for column in _COLUMNS)


def _line(name: str, shares: Sequence[float], measured: Measured) -> str:
    cells = [f"{share:.3f}" for share in shares]
    cells += [f"{measured.p50:.1f}", f"{measured.p99:.1f}", f"{measured.per_second:.0f} a s"]
    cells += [f"{measured.index_s:.1f} s", f"{measured.memory_mb:.0f} MB"]
    return f"{name:<48}" + "".join(f"{cell:>11}" for cell in cells)


def _fails(hits: Mapping[str, float], qabot: Measured) -> bool:
    ahead = hits[QABOT] > max(share for name, share in hits.items() if name != QABOT)
    click.echo(f"qabot is ahead of every peer at hit@1: {'ok' if ahead else 'FAILED'}")
    memory = Figure("memory of qabot after answering", qabot.memory_mb, "MB", most=MEMORY_MB)
    click.echo(str(memory))
    return not ahead or memory.fails


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
