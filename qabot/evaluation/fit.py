"""Fit what qabot decides with: the weights of the ranking, and of answered, uncertain, not covered.

    python -m qabot.evaluation.fit SET... [--index DIR] [--out FILE]

Each SET is a folder for evaluation: policies/ and questions.jsonl. Companies on which the encoder
or the cross-encoder was tuned are left out, by the cards of their weights. Every question is put to
its own company; some also to that and nine others together (a company has ten policies, not one),
and to everything. The verdict is fitted on the first two, for among everything what one company
leaves open another often answers; its thresholds on the first. Companies are then held out in five
turns, and the figures on them recorded; what is written is fitted on all.
"""

import argparse
import json
import random
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from qabot.answering.answerability import FEATURES, FILE, Fitted
from qabot.answering.bot import Bot
from qabot.answering.retrieval import SIGNALS
from qabot.encoder.base import CrossEncoder, Models
from qabot.encoder.load import ENCODERS, load_models
from qabot.encoder.model_names import DEFAULT
from qabot.evaluation.fit_ranking import START, ScopedExample
from qabot.evaluation.fitting import JUDGED, Outcome, figures, fit, outcomes
from qabot.evaluation.questions import LabelledQuestion, is_right, read_questions, words
from qabot.evaluation.training_examples import held_out_companies
from qabot.index.build import build, read_versions
from qabot.index.build_plan import plan
from qabot.index.embedding_text import passage_text

_FOLDS = 5
_TOGETHER = 10  # companies whose policies make one scope
_WIDE = 3  # one question in so many is put to the wider scopes too


def examples(folder: Path, index: Path, models: Models, every: int = 1) -> Iterator[ScopedExample]:
    """Yield one in `every` of a set's questions to companies that nothing was tuned on.

    Each is put to its scopes.
    """
    companies = held_out_companies(folder)
    asked = [q for q in read_questions(folder / "questions.jsonl") if q.company in companies]
    asked = asked[::every]
    versions = read_versions([folder / "policies"])
    files = [Path(version.file) for version in versions if version.company in companies]
    build(plan(files, models.encoder.card.name), index, models.encoder)
    bot = Bot.open(index, models)
    draw = random.Random(0)
    texts: dict[int, list[str]] = {}
    for number, question in enumerate(track(asked, folder.name, disable=not sys.stderr.isatty())):
        company = question.company or ""
        others = [name for name in companies if name != company]
        scopes = [_Scope(folder.name, "one", frozenset([company]))]
        if number % _WIDE == 0 and len(others) >= _TOGETHER:
            together = draw.sample(others, _TOGETHER - 1)
            scopes.append(_Scope(folder.name, "ten", frozenset([company, *together])))
            scopes.append(_Scope(folder.name, "all", None))
        for scope in scopes:
            yield _example(bot, models.cross_encoder, question, scope, texts)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a question of a set is put to."""

    set: str  #: its name
    name: str  #: "one", "ten" or "all"
    companies: frozenset[str] | None  #: None: all


def _example(
    bot: Bot,
    judge: CrossEncoder | None,
    question: LabelledQuestion,
    scope: _Scope,
    texts: dict[int, list[str]],
) -> ScopedExample:
    """Put a question to a scope; `texts` keeps the words of passages by row."""
    found = bot.candidates(question.question, scope.companies)
    rows = [int(row) for row in found.rows]
    passages = dict(zip(rows, bot.index.corpus.passages(rows), strict=True))
    for row, passage in passages.items():
        if row not in texts:
            texts[row] = words(passage.text)
    gold = [words(text) for text in question.gold] if question.covered else []
    own = [bot.index.corpus.entry(p.version).company == question.company for p in passages.values()]
    right = [mine and is_right(texts[row], gold) for mine, row in zip(own, rows, strict=True)]
    order = np.argsort(-(found.signals @ START), kind="stable")
    first = order[: JUDGED + 1]  # one more: the order may change
    log_odds = np.zeros(len(first), dtype=np.float32)
    if judge is not None and len(first):
        read = [passages[rows[place]] for place in first.tolist()]
        seen = [passage_text(bot.index.corpus.entry(p.version), p) for p in read]
        log_odds = judge.scores(found.question, seen)
    return ScopedExample(
        set=scope.set,
        group=question.company or "",
        scope=scope.name,
        covered=question.covered,
        candidates=found,
        right=np.array(right, dtype=bool),
        first=first,
        log_odds=log_odds,
    )


def main(arguments: Sequence[str]) -> None:
    """Fit on the sets named, judge held-out companies, and write the numbers."""
    options = _options(arguments)
    models = load_models(DEFAULT, options.index / ENCODERS)
    data = {
        folder.name: list(examples(folder, options.work / folder.name, models, options.every))
        for folder in options.sets
    }
    everything = [example for some in data.values() for example in some]
    groups = sorted(
        {example.group for example in everything}, key=lambda name: sha256(name.encode()).digest()
    )
    held_out: list[Outcome] = []
    for fold in range(_FOLDS):
        apart = set(groups[fold::_FOLDS])
        numbers = fit([example for example in everything if example.group not in apart])
        held_out += outcomes([e for e in everything if e.group in apart], numbers)
    record = written(fit(everything))
    record["fitted"] = {
        "on": date.today().isoformat(),
        "command": f"python -m qabot.evaluation.fit {shlex.join(arguments)}",
        "questions_sha256": {
            folder.name: sha256((folder / "questions.jsonl").read_bytes()).hexdigest()
            for folder in options.sets
        },
        "companies": {
            name: sorted({example.group for example in some}) for name, some in data.items()
        },
        "held_out_companies": {
            name: figures([one for one in held_out if one.ranked.example.set == name])
            for name in data
        },
    }
    options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    sys.stdout.write(json.dumps(record["fitted"]["held_out_companies"], indent=1) + "\n")


def written(numbers: Fitted) -> dict[str, Any]:
    """Return numbers as they stand in fitted.json."""
    return {
        "ranking": {
            "signals": dict(
                zip(SIGNALS, np.round(numbers.ranking.signals, 4).tolist(), strict=True)
            ),
            "cross_encoder": round(numbers.ranking.cross_encoder, 5),
            "judged": numbers.ranking.judged,
            "close": numbers.ranking.close,
        },
        **{
            name: {
                "intercept": round(model.intercept, 4),
                "weights": dict(zip(FEATURES, np.round(model.weights, 4).tolist(), strict=True)),
                "answered": round(model.answered, 4),
                "uncertain": round(model.uncertain, 4),
            }
            for name, model in (("judged", numbers.judged), ("unjudged", numbers.unjudged))
        },
        "doubt": [round(bound, 4) for bound in numbers.doubt],
    }


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    summary, _, _ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(prog="python -m qabot.evaluation.fit", description=summary)
    add = parser.add_argument
    add("sets", nargs="+", type=Path, metavar="SET", help="folder of policies/ and questions.jsonl")
    add("--every", type=int, default=1, metavar="N", help="take one question in so many (1)")
    add("--out", type=Path, default=FILE, metavar="FILE", help="where the numbers go (in use here)")
    add("--work", type=Path, default=Path("build/fit"), help="where sets are indexed (build/fit)")
    add("--index", type=Path, default=Path("index"), help="whose prepared models are used (index)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
