"""The numbers that examples give: weights of the ranking, and both models of answerability."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from qabot.answering.answerability import FEATURES, Answerability, Fitted, Verdict, features
from qabot.answering.reranking import (
    Ranking,
    Weights,
    best_place,
    ranked,
    signals_of,
    to_judge,
    with_judgements,
)
from qabot.answering.retrieval import Candidates
from qabot.evaluation.figures import calibration_error
from qabot.records import BoolVector, FloatMatrix, FloatVector, IntVector

JUDGED = 2
"""Candidates that the cross-encoder judges; three and five were no better on held-out companies."""

CLOSE = 0.15
"""How close to the first the second is judged: for one question in three, with the same figures."""

START = np.array([1.0, 1.6, 0.05])
"""Weights of SIGNALS to start from; by them the cross-encoder is given the first to judge."""

_SHRINK = 0.002  # of weights towards 0
_FALSE_ANSWERS, _LOST = 0.09, 0.025  # shares on what is fitted, under what is promised
_ENOUGH = 50  # questions of a set that may set a threshold
_CHANGED = 0.005  # share of verdicts that may change where the cross-encoder is left out


@dataclass(frozen=True, slots=True)
class ScopedExample:
    """A question put to a scope, and which of its candidates answer."""

    set: str  # its name
    group: str  # the company: what is held out together
    scope: str  # "one", "ten" or "all"
    covered: bool
    candidates: Candidates
    right: BoolVector  # which candidates hold the gold text
    first: IntVector  # places of the candidates that were judged
    log_odds: FloatVector  # of these


def fit_signals(data: Sequence[ScopedExample]) -> FloatVector:
    """Return weights of SIGNALS that give right passages the most of a softmax over candidates.

    Listwise (Cao et al. 2007, ListNet's top-one form); the first weight is 1. None is negative.
    """
    useful = [example for example in data if example.right.any()]
    lists = [(example.candidates.signals, example.right) for example in useful]
    fitted = _listwise(lists, START * 20, _shares(useful))
    weights: FloatVector = fitted / fitted[0]
    return weights


def fit_judgement(data: Sequence[ScopedExample], signals: FloatVector) -> float:
    """Return the weight of the cross-encoder's log-odds beside the weighed signals."""
    useful = [example for example in data if example.right[example.first].any()]
    lists = []
    for example in useful:
        scores = (example.candidates.signals @ signals)[example.first]
        columns = np.stack([scores, example.log_odds], axis=1)
        lists.append((columns, example.right[example.first]))
    weights = _listwise(lists, np.array([20.0, 1.0]), _shares(useful))
    return float(weights[1] / weights[0])


def _shares(data: Sequence[ScopedExample]) -> FloatVector:
    """Return each example's weight: every kind of scope weighs the same."""
    counts = Counter(example.scope for example in data)
    shares = np.array([1 / counts[example.scope] for example in data])
    normal: FloatVector = shares / shares.sum()
    return normal


def _listwise(
    lists: Sequence[tuple[FloatMatrix, BoolVector]], start: FloatVector, shares: FloatVector
) -> FloatVector:
    longest = max(len(right) for _, right in lists)
    width = len(start)
    padded = np.zeros((len(lists), longest, width))
    open_, good = (np.zeros((len(lists), longest), dtype=bool) for _ in range(2))
    for number, (columns, right) in enumerate(lists):
        padded[number, : len(right)] = columns
        open_[number, : len(right)], good[number, : len(right)] = True, right
    spread = padded[open_].std(axis=0) + 1e-9

    def loss(point: FloatVector) -> tuple[float, FloatVector]:
        scores = np.where(open_, padded @ (point / spread), -np.inf)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        expected = odds / odds.sum(axis=1, keepdims=True)
        held = (expected * good).sum(axis=1)
        wanted = expected * good / np.maximum(held, 1e-12)[:, None]
        slope = np.einsum("n,nk,nkw->w", shares, expected - wanted, padded / spread)
        cost = float(-(shares * np.log(np.maximum(held, 1e-12))).sum())
        return cost + _SHRINK * float(point @ point), slope + 2 * _SHRINK * point

    bounds = [(0, None)] * width
    fitted: FloatVector = minimize(loss, start * spread, jac=True, bounds=bounds).x / spread
    return fitted


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one order of an example's candidates comes to."""

    rank: int | None  # of the first right candidate, from 1
    features: FloatVector  # FEATURES of the best candidate

    def within(self, first: int) -> bool:
        """Whether a right candidate is among so many of the first."""
        return self.rank is not None and self.rank <= first


@dataclass(frozen=True, slots=True)
class Judged:
    """An example's two orders."""

    example: ScopedExample
    unjudged: Ranked  # by signals alone
    judged: Ranked  # with the cross-encoder


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model of answerability says of the best candidate."""

    probability: float  # that it answers
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit said of an example."""

    seen: Judged
    judged: Judgement  # with the cross-encoder
    unjudged: Judgement  # without


def judge(data: Sequence[ScopedExample], weights: Weights) -> list[Judged]:
    """Rank every example that has candidates."""
    return [_judged(example, weights) for example in data if len(example.right)]


def _judged(example: ScopedExample, weights: Weights) -> Judged:
    before = ranked(example.candidates, weights)
    known = dict(zip(example.first.tolist(), example.log_odds.tolist(), strict=True))
    places = [place for place in to_judge(before.scores, weights) if place in known]
    after = before
    if places:
        log_odds = np.array([known[place] for place in places], dtype=np.float32)
        after = with_judgements(before, places, log_odds, weights)
    return Judged(example, _ranked(before, example.right), _ranked(after, example.right))


def _ranked(ranking: Ranking, right: BoolVector) -> Ranked:
    places = np.flatnonzero(right[np.argsort(-ranking.scores, kind="stable")])
    values = features(signals_of(ranking, best_place(ranking)))
    return Ranked(
        rank=int(places[0]) + 1 if len(places) else None,
        features=np.array([values[name] for name in FEATURES]),
    )


def fit_answerability(data: Sequence[Judged], name: str, used: Sequence[str]) -> Answerability:
    """Return the logistic model over the features `used`, none of its weights negative.

    `name` is that of the order which it is for, a field of Judged.

    It tells covered questions from others, which weigh the same together. Its probability is then
    set (Platt 1999) to that of the first citation's being right.
    """
    covered = np.array([one.example.covered for one in data])
    values = _values(data, name)
    counts = Counter((one.example.scope, one.example.covered) for one in data)
    shares = np.array(
        [
            1 / counts[one.example.scope, one.example.covered] * (one.example.scope != "all")
            for one in data
        ]
    )
    spread, middle = values.std(axis=0) + 1e-9, values.mean(axis=0)
    scaled = (values - middle) / spread
    bounds = [(None, None), *((0, None if name in used else 0) for name in FEATURES)]
    point = _logistic(scaled, covered, shares / shares.sum(), bounds, _SHRINK)
    weights = point[1:] / spread
    log_odds = values @ weights + (point[0] - weights @ middle)
    right = np.array([getattr(one, name).within(1) for one in data])
    own = np.array([one.example.scope == "one" for one in data])
    even = np.full(int(own.sum()), 1 / own.sum())
    shift = _logistic(log_odds[own, None], right[own], even, [(None, None), (1e-3, None)], 0.0)
    intercept = float(shift[0] + shift[1] * (point[0] - weights @ middle))
    return Answerability(intercept, tuple((shift[1] * weights).tolist()), 1.0, 0.0)


def _logistic(
    values: FloatMatrix,
    truth: BoolVector,
    shares: FloatVector,
    bounds: Sequence[tuple[float | None, float | None]],
    shrink: float,
) -> FloatVector:
    def loss(point: FloatVector) -> tuple[float, FloatVector]:
        log_odds = values @ point[1:] + point[0]
        cost = float((shares * np.logaddexp(0, np.where(truth, -log_odds, log_odds))).sum())
        error = shares * (1 / (1 + np.exp(-log_odds)) - truth)
        small = shrink * point[1:]
        return cost + float(small @ point[1:]), np.r_[error.sum(), values.T @ error + 2 * small]

    point: FloatVector = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds).x
    return point


def _values(data: Sequence[Judged], name: str) -> FloatMatrix:
    return np.array([getattr(one, name).features for one in data])


def probabilities(values: FloatMatrix, model: Answerability) -> FloatVector:
    """Return the model's probability for every row of FEATURES."""
    return np.array([model.probability(dict(zip(FEATURES, row, strict=True))) for row in values])


def with_thresholds(
    model: Answerability, data: Sequence[Judged], chances: FloatVector
) -> Answerability:
    """Return the model with thresholds: few near misses answered, few covered ones not covered.

    They hold in each set, questions being put to their own company: the strictest decides.
    """
    answered, uncertain = [0.5], [1.0]
    covered = np.array([one.example.covered for one in data])
    for name in sorted({one.example.set for one in data}):
        inside = np.array([one.example.set == name and one.example.scope == "one" for one in data])
        if (inside & ~covered).sum() >= _ENOUGH:
            answered.append(np.quantile(chances[inside & ~covered], 1 - _FALSE_ANSWERS))
        if (inside & covered).sum() >= _ENOUGH:
            uncertain.append(np.quantile(chances[inside & covered], _LOST))
    return replace(model, answered=float(max(answered)), uncertain=float(min(uncertain)))


def fit(data: Sequence[ScopedExample]) -> Fitted:
    """Return everything that is fitted; `data` holds examples with near misses among them."""
    signals = fit_signals(data)
    weights = Weights(tuple(signals.tolist()), fit_judgement(data, signals), JUDGED, CLOSE)
    seen = judge(data, weights)
    models = {}
    for name, used in (("unjudged", FEATURES[1:]), ("judged", FEATURES)):
        model = fit_answerability(seen, name, used)
        chances = probabilities(_values(seen, name), model)
        models[name] = with_thresholds(model, seen, chances)
    return Fitted(weights, models["judged"], models["unjudged"], _doubt(seen, **models))


def _doubt(
    seen: Sequence[Judged], judged: Answerability, unjudged: Answerability
) -> tuple[float, float]:
    """Return between which probabilities the cross-encoder can change something.

    Outside, so few verdicts or first places change as `_CHANGED` says.
    """
    before = probabilities(_values(seen, "unjudged"), unjudged)
    after = probabilities(_values(seen, "judged"), judged)
    changed = np.array(
        [
            unjudged.verdict(b) != judged.verdict(a)
            or not np.allclose(o.unjudged.features[1:], o.judged.features[1:])
            for b, a, o in zip(before, after, seen, strict=True)
        ]
    )
    order = np.argsort(before)
    allowed = _CHANGED / 2 * len(seen)
    from_below, from_above = changed[order].cumsum(), changed[order[::-1]].cumsum()
    low = before[order[int((from_below <= allowed).sum()) - 1]] if not changed[order[0]] else 0.0
    top = int((from_above <= allowed).sum())
    high = before[order[::-1][top - 1]] if top else 1.0
    return float(min(low, high)), float(high)


def outcomes(data: Sequence[ScopedExample], fitted: Fitted) -> list[Outcome]:
    """Return what a fit makes of examples, those without candidates left out."""
    seen = judge(data, fitted.ranking)
    made = []
    for name in ("judged", "unjudged"):
        model: Answerability = getattr(fitted, name)
        chances = probabilities(_values(seen, name), model)
        made.append([Judgement(float(chance), model.verdict(float(chance))) for chance in chances])
    return [Outcome(one, *both) for one, *both in zip(seen, *made, strict=True)]


def figures(made: Sequence[Outcome]) -> dict[str, dict[str, float | None]]:
    """Return the figures of each kind of scope, with the cross-encoder, and without as well."""
    return {
        f"{scope}{suffix}": _figures([one for one in made if one.seen.example.scope == scope], name)
        for scope in ("one", "ten", "all")
        for name, suffix in (("judged", ""), ("unjudged", ", without cross-encoder"))
        if any(one.seen.example.scope == scope for one in made)
    }


def _figures(made: Sequence[Outcome], name: str) -> dict[str, float | None]:
    covered = [one for one in made if one.seen.example.covered]
    others = [one for one in made if not one.seen.example.covered]
    chances = np.array([getattr(one, name).probability for one in made])
    right = np.array([getattr(one.seen, name).within(1) for one in made])

    def share(some: Sequence[Outcome], *verdicts: str) -> float | None:
        return _mean([getattr(one, name).verdict in verdicts for one in some])

    return {
        "questions": len(made),
        **{
            f"hit@{k}": _mean([getattr(o.seen, name).within(k) for o in covered]) for k in (1, 3, 5)
        },
        "coverage": share(covered, "answered"),
        "false_answer_rate": share(others, "answered"),
        "offered": share(covered, "answered", "uncertain"),
        "calibration_error": round(calibration_error(chances, right), 3),
    }


def _mean(truths: Sequence[bool]) -> float | None:
    return round(sum(truths) / len(truths), 3) if truths else None
