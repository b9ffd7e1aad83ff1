"""Fits ranking and verdict together on examples, and gives the figures of a fit on others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qabot.answering.answerability import FEATURES, Answerability, Fitted, Verdict
from qabot.answering.reranking import Weights
from qabot.evaluation.figures import calibration_error
from qabot.evaluation.fit_answerability import (
    doubt,
    fit_answerability,
    probabilities,
    values_of,
    with_thresholds,
)
from qabot.evaluation.fit_ranking import (
    RankedExample,
    ScopedExample,
    fit_judgement,
    fit_signals,
    rank_examples,
)

JUDGED = 2
"""Candidates that the cross-encoder judges; three and five were no better on held-out companies."""

CLOSE = 0.15
"""How close to the first the second is judged: for one question in three, with the same figures."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model of answerability says of the best candidate."""

    probability: float  #: that it answers
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit said of an example."""

    ranked: RankedExample
    judged: Judgement  #: with the cross-encoder
    unjudged: Judgement  #: without


def fit(data: Sequence[ScopedExample]) -> Fitted:
    """Return everything that is fitted; `data` holds examples with near misses among them."""
    signals = fit_signals(data)
    weights = Weights(tuple(signals.tolist()), fit_judgement(data, signals), JUDGED, CLOSE)
    seen = rank_examples(data, weights)
    models = {}
    for name, used in (("unjudged", FEATURES[1:]), ("judged", FEATURES)):
        model = fit_answerability(seen, name, used)
        chances = probabilities(values_of(seen, name), model)
        models[name] = with_thresholds(model, seen, chances)
    return Fitted(weights, models["judged"], models["unjudged"], doubt(seen, **models))


def outcomes(data: Sequence[ScopedExample], fitted: Fitted) -> list[Outcome]:
    """Return what a fit makes of examples, those without candidates left out."""
    seen = rank_examples(data, fitted.ranking)
    made = []
    for name in ("judged", "unjudged"):
        model: Answerability = getattr(fitted, name)
        chances = probabilities(values_of(seen, name), model)
        made.append([Judgement(float(chance), model.verdict(float(chance))) for chance in chances])
    return [Outcome(one, *both) for one, *both in zip(seen, *made, strict=True)]


def figures(made: Sequence[Outcome]) -> dict[str, dict[str, float | None]]:
    """Return the figures of each kind of scope, with the cross-encoder, and without as well."""
    return {
        f"{scope}{suffix}": _figures(
            [one for one in made if one.ranked.example.scope == scope], name
        )
        for scope in ("one", "ten", "all")
        for name, suffix in (("judged", ""), ("unjudged", ", without cross-encoder"))
        if any(one.ranked.example.scope == scope for one in made)
    }


def _figures(made: Sequence[Outcome], name: str) -> dict[str, float | None]:
    covered = [one for one in made if one.ranked.example.covered]
    others = [one for one in made if not one.ranked.example.covered]
    chances = np.array([getattr(one, name).probability for one in made])
    right = np.array([getattr(one.ranked, name).within(1) for one in made])

    def share(some: Sequence[Outcome], *verdicts: str) -> float | None:
        return _mean([getattr(one, name).verdict in verdicts for one in some])

    return {
        "questions": len(made),
        **{
            f"hit@{k}": _mean([getattr(o.ranked, name).within(k) for o in covered])
            for k in (1, 3, 5)
        },
        "coverage": share(covered, "answered"),
        "false_answer_rate": share(others, "answered"),
        "offered": share(covered, "answered", "uncertain"),
        "calibration_error": round(calibration_error(chances, right), 3),
    }


def _mean(truths: Sequence[bool]) -> float | None:
    return round(sum(truths) / len(truths), 3) if truths else None
