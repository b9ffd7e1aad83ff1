"""Covered or not: whether the policies in scope answer a question, as a fitted probability.

A logistic model over four features, each of which can only speak for an answer (its weight is not
negative), so a decision can be explained feature by feature. Weights, threshold, and what they
were fitted on are in fitted.json; `python -m qabot.fit` writes that file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from qabot.index.policy_index import PolicyIndex, Scope
from qabot.index.words import terms
from qabot.records import FloatVector
from qabot.retrieve import SIGNALS, Candidates

FEATURES = ("best", "several", "known", "gap")
"""What speaks for an answer being there:

best     ranking score of a hit
several  mean cosine of the question and the three nearest passages in scope, in [-1, 1]
known    share of the question's words, by rarity, that passages in scope hold, in [0, 1]
gap      how much nearer the nearest passage of any company's is than the nearest in scope, at
         most 0: what other companies say plainly and this one's nearest does not, it lacks
"""

FILE = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers that were fitted."""

    ranking: tuple[float, ...]  #: weights of SIGNALS
    intercept: float
    weights: tuple[float, ...]  #: of FEATURES, none negative
    threshold: float  #: probability from which a question counts as covered


@cache
def fitted() -> Fitted:
    """Return the numbers in fitted.json."""
    numbers = json.loads(FILE.read_text())
    covered = numbers["covered"]
    return Fitted(
        ranking=tuple(numbers["ranking"][name] for name in SIGNALS),
        intercept=covered["intercept"],
        weights=tuple(covered["weights"][name] for name in FEATURES),
        threshold=covered["threshold"],
    )


def features(
    question: str, vector: FloatVector, found: Candidates, index: PolicyIndex, all_in_force: Scope
) -> Mapping[str, float]:
    """Return the features of a question that all of its hits share: all but "best"."""
    meaning = np.sort(found.signals[:, SIGNALS.index("meaning")])[::-1]
    nearest = index.vectors.search(vector, 1, all_in_force.rows)
    anywhere = float((index.vectors.rows(nearest) @ vector).max(initial=-1.0))
    return {
        "several": float(meaning[:3].mean()),
        "known": index.words.known(terms(question), found.rows),
        "gap": min(0.0, float(meaning[0]) - anywhere),
    }


def probability(best: float, shared: Mapping[str, float], numbers: Fitted) -> float:
    """Return the probability that a hit with this ranking score answers."""
    values = {"best": best, **shared}
    weighed = zip(FEATURES, numbers.weights, strict=True)
    logit = numbers.intercept + sum(weight * values[name] for name, weight in weighed)
    return float(1 / (1 + np.exp(-logit)))
