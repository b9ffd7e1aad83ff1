"""Weights of the ranking, from examples: of the signals, and of the cross-encoder beside them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from qabot.answering.answerability import FEATURES, features
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
from qabot.records import BoolVector, FloatMatrix, FloatVector, IntVector

START = np.array([1.0, 1.6, 0.05])
"""Weights of SIGNALS to start from; by them the cross-encoder is given the first to judge."""

SHRINK = 0.002
"""How much weights are drawn towards 0."""


@dataclass(frozen=True, slots=True)
class ScopedExample:
    """A question put to a scope, and which of its candidates answer."""

    set: str  #: its name
    group: str  #: the company: what is held out together
    scope: str  #: "one", "ten" or "all"
    covered: bool
    candidates: Candidates
    right: BoolVector  #: which candidates hold the gold text
    first: IntVector  #: places of the candidates that were judged
    log_odds: FloatVector  #: of these


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
    """Return weights, none negative, that give right rows the most of a softmax over their list.

    Each list has columns of shape (rows, weights), and which rows are right; `shares` says what
    each list weighs. The weights are searched from `start`, by L-BFGS-B.
    """
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
        return cost + SHRINK * float(point @ point), slope + 2 * SHRINK * point

    bounds = [(0, None)] * width
    fitted: FloatVector = minimize(loss, start * spread, jac=True, bounds=bounds).x / spread
    return fitted


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one order of an example's candidates comes to."""

    rank: int | None  #: of the first right candidate, from 1
    features: FloatVector  #: FEATURES of the best candidate

    def within(self, first: int) -> bool:
        """Whether a right candidate is among so many of the first."""
        return self.rank is not None and self.rank <= first


@dataclass(frozen=True, slots=True)
class RankedExample:
    """What the ranking makes of an example, without the cross-encoder and with it."""

    example: ScopedExample
    unjudged: Ranked  #: by signals alone
    judged: Ranked  #: with the cross-encoder


def rank_examples(data: Sequence[ScopedExample], weights: Weights) -> list[RankedExample]:
    """Rank the candidates of every example that has some, in the order of the examples."""
    return [_ranked_example(example, weights) for example in data if len(example.right)]


def _ranked_example(example: ScopedExample, weights: Weights) -> RankedExample:
    before = ranked(example.candidates, weights)
    known = dict(zip(example.first.tolist(), example.log_odds.tolist(), strict=True))
    places = [place for place in to_judge(before.scores, weights) if place in known]
    after = before
    if places:
        log_odds = np.array([known[place] for place in places], dtype=np.float32)
        after = with_judgements(before, places, log_odds, weights)
    return RankedExample(example, _ranked(before, example.right), _ranked(after, example.right))


def _ranked(ranking: Ranking, right: BoolVector) -> Ranked:
    places = np.flatnonzero(right[np.argsort(-ranking.scores, kind="stable")])
    values = features(signals_of(ranking, best_place(ranking)))
    return Ranked(
        rank=int(places[0]) + 1 if len(places) else None,
        features=np.array([values[name] for name in FEATURES]),
    )
