"""Covered or not: whether the policies in scope answer a question, as a fitted probability.

A logistic model over a few features, each of which can only speak for an answer (no weight is
negative), so that a decision can be explained feature by feature. There are two: one for a scope
beside which other companies' policies are indexed, one for a corpus searched whole. Weights,
thresholds, and what they were fitted on are in fitted.json, which `python -m qabot.evaluation.fit`
writes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from qabot.answering.retrieval import SIGNALS, Candidates
from qabot.index.policy_index import PolicyIndex, Scope
from qabot.records import FloatVector

FEATURES = ("best", "several", "known", "gap")
"""What speaks for an answer being there:

best     ranking score of a hit
several  mean cosine of the question and the three nearest passages in scope, in [-1, 1]
known    share of the question's words, by rarity, that passages in scope hold, in [0, 1]
gap      cosine of the nearest passage in scope less that of the nearest of any company, at most
         0: what others say plainly, and nothing in scope nearly so, is not in scope. Always 0,
         and not used, where nothing but the scope is indexed.
"""

FILE = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the two models."""

    intercept: float
    weights: tuple[float, ...]  #: of FEATURES, none negative
    threshold: float  #: probability from which a question counts as covered

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability that the hit these features are of answers, in [0, 1]."""
        weighed = zip(FEATURES, self.weights, strict=True)
        logit = self.intercept + sum(weight * features[name] for name, weight in weighed)
        return float(1 / (1 + np.exp(-logit)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers that were fitted."""

    ranking: tuple[float, ...]  #: weights of SIGNALS
    alone: Decision  #: nothing but the scope is indexed
    among: Decision  #: other companies' policies are indexed too


@cache
def fitted() -> Fitted:
    """Return the numbers in fitted.json."""
    numbers = json.loads(FILE.read_text())
    return Fitted(
        ranking=tuple(numbers["ranking"][name] for name in SIGNALS),
        alone=_decision(numbers["alone"]),
        among=_decision(numbers["among"]),
    )


def _decision(numbers: Mapping[str, Any]) -> Decision:
    weights = tuple(numbers["weights"][name] for name in FEATURES)
    return Decision(numbers["intercept"], weights, numbers["threshold"])


def features(
    vector: FloatVector, found: Candidates, index: PolicyIndex, others: Scope | None
) -> Mapping[str, float]:
    """Return the features of a question that all of its hits share: all but "best".

    `others` is everything in force where that is more than the scope. Without candidates nothing
    speaks for an answer.
    """
    if not len(found.rows):
        return {"several": 0.0, "known": 0.0, "gap": -1.0}
    meaning = np.sort(found.signals[:, SIGNALS.index("meaning")])[::-1]
    anywhere = -1.0
    if others is not None:
        nearest = index.vectors.search(vector, 1, others.rows)
        anywhere = float((index.vectors.rows(nearest) @ vector).max(initial=-1.0))
    return {
        "several": float(meaning[:3].mean()),
        "known": found.known,
        "gap": min(0.0, float(meaning[0]) - anywhere),
    }
