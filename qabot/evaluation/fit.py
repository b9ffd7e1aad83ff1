"""Fit what qabot decides with: the weights of the ranking, and of covered or not.

    python -m qabot.evaluation.fit INDEX=QUESTIONS.jsonl ...

The first set must hold uncovered questions too. A sample of the other sets' questions is put to
the first index besides, where nothing covers them. Half of the companies are held out first, then
the other half, and the figures on them recorded; what is written is then fitted on all.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qabot.answering.answerability import FEATURES, FILE, Decision
from qabot.answering.bot import ENCODERS, Bot
from qabot.answering.retrieval import SIGNALS
from qabot.encoder.base import DEFAULT
from qabot.encoder.load import load_encoder
from qabot.evaluation.questions import Question, is_right, read_questions, words
from qabot.records import BoolVector, FloatMatrix, FloatVector

_FALSE_ANSWERS = 0.05  # share of uncovered questions that may be answered, on what is fitted
_FOLDS = 5  # companies are held out in so many turns
_STRANGERS = 300  # questions of one set that are put to each other index
_START = np.array([1.0, 0.8, 0.05, 0.05, 0.2, 1.5])  # weights of SIGNALS found good by hand
_SCALE = np.array([0.1, 0.1, 5.0, 5.0, 0.2, 0.1])  # of SIGNALS, so that one step fits all
_PULL = 1.0  # towards _START: with little more to gain, what holds elsewhere is kept
_SHRINK = 0.002  # of the decisions' weights towards 0
_WEIGHTS = {
    "covered": 2.0,
    "uncovered": 2.0,
    "stranger": 0.5,
}  # of each kind, shared by its questions

Models = Mapping[str, Decision]  # "alone" and "among"


@dataclass(frozen=True)
class Example:
    """A question put to an index."""

    index: str  # its name
    group: str  # index and company: what is held out together
    kind: str  # "covered", "uncovered", or "stranger" from another set
    signals: FloatMatrix  # of the candidates, shape (candidates, SIGNALS)
    right: BoolVector  # which candidates hold the gold text
    shared: Mapping[str, float]  # the features of the question

    @property
    def covered(self) -> bool:
        """Whether the index answers it."""
        return self.kind == "covered"


def examples(bot: Bot, name: str, questions: Sequence[Question]) -> list[Example]:
    """Put an index's own questions to it."""
    made = []
    texts: dict[int, list[str]] = {}
    for question in questions:
        found, shared = bot.look(question.question, question.company, question.as_of)
        rows = [int(row) for row in found.rows]
        new = [row for row in rows if row not in texts]
        for row, passage in zip(new, bot.index.corpus.passages(new), strict=True):
            texts[row] = words(passage.text)
        gold = [words(text) for text in question.gold]
        right = np.array([is_right(texts[row], gold) for row in rows], dtype=bool)
        kind = "covered" if question.covered else "uncovered"
        made.append(Example(name, f"{name}/{question.company}", kind, found.signals, right, shared))
    return made


def strangers(bot: Bot, name: str, questions: Sequence[Question]) -> list[Example]:
    """Put another set's questions to an index, to each of its companies in turn."""
    companies = sorted({entry.company for entry in bot.index.corpus.entries})
    made = []
    for number, question in enumerate(questions):
        company = companies[number % len(companies)]
        found, shared = bot.look(question.question, company)
        right = np.zeros(len(found.rows), dtype=bool)
        made.append(Example(name, f"{name}/{company}", "stranger", found.signals, right, shared))
    return made


def fit_ranking(data: Sequence[Example], rounds: int = 15) -> FloatVector:
    """Return weights of SIGNALS that give right passages the most of a softmax over candidates.

    Listwise (Cao et al. 2007, ListNet's top-one form), by Adam, each set weighing the same.
    """
    useful = [example for example in data if example.right.any()]
    sets = Counter(example.index for example in useful)
    share = {name: len(useful) / len(sets) / count for name, count in sets.items()}
    weights = start = _START * 6 * _SCALE
    mean, square, kept = np.zeros_like(weights), np.zeros_like(weights), []
    random = np.random.default_rng(0)
    for turn in range(rounds):
        for batch in np.array_split(random.permutation(len(useful)), max(1, len(useful) // 16)):
            slope = _PULL * (weights - start) + np.mean(
                [share[useful[n].index] * _slope(useful[n], weights) for n in batch], axis=0
            )
            mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
            weights = weights - 0.03 / (1 + 0.3 * turn) * mean / (np.sqrt(square) + 1e-8)
        kept.append(weights)
    averaged: FloatVector = np.mean(kept[-4:], axis=0) / _SCALE
    relative: FloatVector = averaged / averaged[0]
    return relative


def _slope(example: Example, weights: FloatVector) -> FloatVector:
    scaled = example.signals / _SCALE
    odds = np.exp(scaled @ weights - (scaled @ weights).max())
    expected = odds / odds.sum()
    wanted = np.where(example.right, expected, 0)
    slope: FloatVector = scaled.T @ (expected - wanted / wanted.sum())
    return slope


def features_of(data: Sequence[Example], ranking: FloatVector) -> FloatMatrix:
    """Return FEATURES of every example, shape (examples, FEATURES)."""
    best = [float((example.signals @ ranking).max()) for example in data]
    values = [{"best": b, **example.shared} for b, example in zip(best, data, strict=True)]
    return np.array([[value[name] for name in FEATURES] for value in values])


def fit_decision(data: Sequence[Example], ranking: FloatVector, used: Sequence[str]) -> Decision:
    """Return the logistic model over the features `used`, none of its weights negative.

    The threshold is where few enough of the set's own uncovered questions are answered.
    """
    values = features_of(data, ranking)
    covered = np.array([example.covered for example in data])
    spread = values.std(axis=0) + 1e-9
    middle = values.mean(axis=0)
    scaled = (values - middle) / spread
    counts = Counter(example.kind for example in data)
    share = np.array([_WEIGHTS[example.kind] / counts[example.kind] for example in data])

    def loss(point: FloatVector) -> tuple[float, FloatVector]:
        logits = scaled @ point[1:] + point[0]
        cost = float((share * np.logaddexp(0, np.where(covered, -logits, logits))).sum())
        error = share * (1 / (1 + np.exp(-logits)) - covered)
        shrink = _SHRINK * point[1:]
        return cost + float(shrink @ point[1:]), np.r_[error.sum(), scaled.T @ error + 2 * shrink]

    bounds = [(None, None), *((0, None if name in used else 0) for name in FEATURES)]
    point: FloatVector = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds).x
    weights = point[1:] / spread
    model = Decision(float(point[0] - weights @ middle), tuple(weights.tolist()), 0.0)
    uncovered = [e for e in data if e.kind == "uncovered"]
    cut = np.quantile(probabilities(uncovered, ranking, model), 1 - _FALSE_ANSWERS)
    return replace(model, threshold=round(float(cut), 3))


def probabilities(data: Sequence[Example], ranking: FloatVector, model: Decision) -> FloatVector:
    """Return the model's probability for every example."""
    rows = features_of(data, ranking)
    return np.array([model.probability(dict(zip(FEATURES, row, strict=True))) for row in rows])


@dataclass(frozen=True)
class Judged:
    """What became of an example under a fit that may not have seen it."""

    set: str
    chances: Mapping[str, float]  # model to probability
    answered: Mapping[str, bool]  # model to decision
    rank: float  # of the first right candidate, from 1; infinite: none


def judge(data: Sequence[Example], ranking: FloatVector, models: Models) -> list[Judged]:
    """Apply a fit to examples."""
    chances = {name: probabilities(data, ranking, model) for name, model in models.items()}
    judged = []
    for number, example in enumerate(data):
        right = example.right[np.argsort(-(example.signals @ ranking))]
        judged.append(
            Judged(
                set=f"{example.index} {example.kind}",
                chances={name: chance[number] for name, chance in chances.items()},
                answered={n: bool(chances[n][number] >= models[n].threshold) for n in models},
                rank=1 + float(np.argmax(right)) if right.any() else np.inf,
            )
        )
    return judged


def report(judged: Sequence[Judged]) -> list[str]:
    """Return, for every set, the share answered by each model, and right in the first 1, 3, 5."""
    lines = []
    for name in sorted({one.set for one in judged}):
        some = [one for one in judged if one.set == name]
        shares = ", ".join(
            f"{model} {np.mean([one.answered[model] for one in some]):.3f}"
            for model in some[0].answered
        )
        hits = " ".join(f"{np.mean([one.rank <= k for one in some]):.3f}" for k in (1, 3, 5))
        lines.append(f"{name}: {len(some)} questions; answered: {shares}; right in 1, 3, 5: {hits}")
    return lines


def main(arguments: Sequence[str]) -> None:
    """Fit on the sets named, print what they say of held-out companies, write fitted.json."""
    pairs = [argument.split("=", 1) for argument in arguments]
    bots = [
        Bot.open(Path(index), load_encoder(DEFAULT, Path(index) / ENCODERS)) for index, _ in pairs
    ]
    asked = [read_questions(Path(questions)) for _, questions in pairs]
    names = [Path(questions).parent.name for _, questions in pairs]
    data = [e for trio in zip(bots, names, asked, strict=True) for e in examples(*trio)]
    for questions in asked[1:]:
        some = questions[:: max(1, len(questions) // _STRANGERS)]
        data += strangers(bots[0], names[0], some)
    groups = sorted({example.group for example in data})
    held_out = []
    for fold in range(_FOLDS):
        apart = set(groups[fold::_FOLDS])
        fitted = fit([example for example in data if example.group not in apart])
        held_out += judge([example for example in data if example.group in apart], *fitted)
    ranking, models = fit(data)
    record = {
        "ranking": dict(zip(SIGNALS, np.round(ranking, 4).tolist(), strict=True)),
        **{
            name: {
                "intercept": round(model.intercept, 4),
                "weights": dict(zip(FEATURES, np.round(model.weights, 4).tolist(), strict=True)),
                "threshold": model.threshold,
            }
            for name, model in models.items()
        },
        "fitted": {
            "on": date.today().isoformat(),
            "command": " ".join(["python -m qabot.evaluation.fit", *(f"INDEX={n}" for n in names)]),
            "questions_sha256": {
                name: sha256(Path(questions).read_bytes()).hexdigest()
                for name, (_, questions) in zip(names, pairs, strict=True)
            },
            "held_out_companies": report(held_out),
            "all": report(judge(data, ranking, models)),
        },
    }
    FILE.write_text(json.dumps(record, indent=2) + "\n")
    sys.stdout.write(FILE.read_text())


def fit(data: Sequence[Example]) -> tuple[FloatVector, Models]:
    """Return the ranking's weights and both decisions."""
    ranking = fit_ranking(data)
    alone = fit_decision(data, ranking, [name for name in FEATURES if name != "gap"])
    return ranking, {"alone": alone, "among": fit_decision(data, ranking, FEATURES)}


if __name__ == "__main__":
    main(sys.argv[1:])
