"""Models of answerability, from ranked examples: their weights, thresholds and range of doubt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from qabot.answering.answerability import FEATURES, Answerability
from qabot.evaluation.fit_ranking import SHRINK, RankedExample
from qabot.records import BoolVector, FloatMatrix, FloatVector

_FALSE_ANSWERS, _LOST = 0.09, 0.025  # shares on what is fitted, under what is promised
_ENOUGH = 50  # questions of a set that may set a threshold
_CHANGED = 0.005  # share of verdicts that may change where the cross-encoder is left out


def fit_answerability(
    data: Sequence[RankedExample], name: str, used: Sequence[str]
) -> Answerability:
    """Return the logistic model over the features `used`, none of its weights negative.

    `name` is that of the order which it is for, a field of RankedExample.

    It tells covered questions from others, which weigh the same together. Its probability is then
    set (Platt 1999) to that of the first citation's being right.
    """
    covered = np.array([one.example.covered for one in data])
    values = values_of(data, name)
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
    point = _logistic(scaled, covered, shares / shares.sum(), bounds, SHRINK)
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
    """Return intercept and weights of a logistic regression, by L-BFGS-B.

    `values` has shape (examples, weights); `shares` says what each example weighs; `bounds` are of
    the intercept and of each weight; `shrink` is how much weights are drawn towards 0 (L2).
    """

    def loss(point: FloatVector) -> tuple[float, FloatVector]:
        log_odds = values @ point[1:] + point[0]
        cost = float((shares * np.logaddexp(0, np.where(truth, -log_odds, log_odds))).sum())
        error = shares * (1 / (1 + np.exp(-log_odds)) - truth)
        small = shrink * point[1:]
        return cost + float(small @ point[1:]), np.r_[error.sum(), values.T @ error + 2 * small]

    point: FloatVector = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds).x
    return point


def values_of(data: Sequence[RankedExample], name: str) -> FloatMatrix:
    """Return the features of every example in the order `name`, a field of RankedExample."""
    return np.array([getattr(one, name).features for one in data])


def probabilities(values: FloatMatrix, model: Answerability) -> FloatVector:
    """Return the model's probability for every row of FEATURES."""
    return np.array([model.probability(dict(zip(FEATURES, row, strict=True))) for row in values])


def with_thresholds(
    model: Answerability, data: Sequence[RankedExample], chances: FloatVector
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


def doubt(
    seen: Sequence[RankedExample], judged: Answerability, unjudged: Answerability
) -> tuple[float, float]:
    """Return the lowest and highest probability at which the cross-encoder can change something.

    Below and above, it changes the verdict or the first place of at most `_CHANGED` of all
    questions, half of them on either side.
    """
    before = probabilities(values_of(seen, "unjudged"), unjudged)
    after = probabilities(values_of(seen, "judged"), judged)
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
