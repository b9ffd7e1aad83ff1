"""Answerability: whether the policies in scope answer a question, do not, or qabot cannot tell.

A logistic regression over a few features of the best hit, calibrated by Platt scaling (Platt 1999):
of the answers given with a probability of 0.8, four of five are right. No weight is negative, so
each feature can only raise the probability, and a verdict can be explained feature by feature. Two
thresholds turn the probability into a verdict; between them qabot abstains (uncertain). There are
two models, with the cross-encoder's judgement and without. The numbers, and what they were fitted
on, are in fitted.json, which `python -m qabot.evaluation.fit` writes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qabot.answering.reranking import Weights
from qabot.answering.retrieval import SIGNALS

FEATURES = ("cross_encoder", "dense", "best_sentence")
"""What the probability that a passage answers a question is made from:

cross_encoder         log-odds that it does, by the cross-encoder; not used where that is left out
dense, best_sentence  as among the signals of `qabot.answering.retrieval`
"""

FILE = Path(__file__).with_name("fitted.json")

Verdict = Literal["answered", "uncertain", "not_covered"]


@dataclass(frozen=True, slots=True)
class Answerability:
    """A logistic model, and the thresholds of its verdicts."""

    intercept: float
    weights: tuple[float, ...]  #: of FEATURES, none negative
    answered: float  #: probability from which a question is answered
    uncertain: float  #: probability from which it is not called not covered

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, in [0, 1], that the hit with these features answers.

        It is the logistic function of intercept and weighed features; `features` has all FEATURES.
        """
        weighed = zip(FEATURES, self.weights, strict=True)
        log_odds = self.intercept + sum(w * features[name] for name, w in weighed)
        return float(1 / (1 + np.exp(-log_odds)))

    def verdict(self, probability: float) -> Verdict:
        """Return the verdict on a question whose best hit answers with this probability."""
        if probability >= self.answered:
            return "answered"
        return "uncertain" if probability >= self.uncertain else "not_covered"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers that were fitted."""

    ranking: Weights
    judged: Answerability  #: with the cross-encoder
    unjudged: Answerability  #: without it
    doubt: tuple[float, float]
    """Probabilities by `unjudged` between which the cross-encoder can change something."""


@cache
def fitted() -> Fitted:
    """Return the numbers in fitted.json."""
    return parsed(json.loads(FILE.read_text()))


def parsed(numbers: Mapping[str, Any]) -> Fitted:
    """Return the numbers as they stand in fitted.json."""
    ranking = numbers["ranking"]
    low, high = numbers["doubt"]
    return Fitted(
        ranking=Weights(
            signals=tuple(ranking["signals"][name] for name in SIGNALS),
            cross_encoder=ranking["cross_encoder"],
            judged=ranking["judged"],
            close=ranking["close"],
        ),
        judged=_answerability(numbers["judged"]),
        unjudged=_answerability(numbers["unjudged"]),
        doubt=(low, high),
    )


def _answerability(numbers: Mapping[str, Any]) -> Answerability:
    weights = tuple(numbers["weights"][name] for name in FEATURES)
    return Answerability(numbers["intercept"], weights, numbers["answered"], numbers["uncertain"])


def features(signals: Mapping[str, float]) -> Mapping[str, float]:
    """Return FEATURES of a candidate, from what `reranking.signals_of` returns of it.

    A judgement that was not made counts as 0; the model without the cross-encoder ignores it.
    """
    return {name: signals.get(name, 0.0) for name in FEATURES}
