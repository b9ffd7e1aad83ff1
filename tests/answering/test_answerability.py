import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answerability import FEATURES, Answerability, fitted
from qabot.answering.retrieval import SIGNALS

MODELS = (fitted().judged, fitted().unjudged)
values = st.lists(
    st.floats(-5, 5, allow_subnormal=False), min_size=len(FEATURES), max_size=len(FEATURES)
)


def test_ranking_weighs_every_signal() -> None:
    """There is a weight for each signal, and none lets a signal speak against a passage."""
    ranking = fitted().ranking
    assert len(ranking.signals) == len(SIGNALS)
    assert all(weight >= 0 for weight in (*ranking.signals, ranking.cross_encoder))
    assert any(weight > 0 for weight in ranking.signals)
    assert ranking.judged >= 1


@pytest.mark.parametrize("model", MODELS, ids=["judged", "unjudged"])
def test_no_feature_speaks_against_an_answer(model: Answerability) -> None:
    """No weight is negative, and the thresholds leave room for all three verdicts."""
    assert len(model.weights) == len(FEATURES)
    assert all(weight >= 0 for weight in model.weights)
    assert 0 < model.uncertain < model.answered < 1


def test_nothing_hangs_on_a_judgement_that_was_not_made() -> None:
    """Without the cross-encoder its log-odds weigh nothing."""
    assert fitted().unjudged.weights[FEATURES.index("cross_encoder")] == 0
    assert fitted().judged.weights[FEATURES.index("cross_encoder")] > 0


@given(st.sampled_from(MODELS), values, st.sampled_from(FEATURES), st.floats(0, 5))
def test_probability_rises_with_each_feature(
    model: Answerability, values: list[float], name: str, more: float
) -> None:
    """More of any feature never makes an answer less likely, and it stays a probability."""
    features = dict(zip(FEATURES, values, strict=True))

    before = model.probability(features)
    after = model.probability({**features, name: features[name] + more})

    assert 0 <= before <= after <= 1


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    """A probability and its verdict can be worked out by hand."""
    weights = (1.0, 2.0, *[0.0] * (len(FEATURES) - 2))
    model = Answerability(intercept=-1.0, weights=weights, answered=0.7, uncertain=0.5)
    features = dict.fromkeys(FEATURES, 9.0) | {FEATURES[0]: 0.0, FEATURES[1]: 0.5}

    assert model.probability(features) == pytest.approx(0.5)
    assert model.verdict(model.probability(features)) == "uncertain"
    assert model.probability({**features, FEATURES[0]: 1.0}) == pytest.approx(0.7310586)
    assert model.verdict(0.7310586) == "answered"
    assert model.verdict(0.4999) == "not_covered"
