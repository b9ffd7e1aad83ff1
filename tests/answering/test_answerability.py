import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answerability import FEATURES, Decision, fitted
from qabot.answering.retrieval import SIGNALS

DECISIONS = (fitted().alone, fitted().among)
values = st.lists(
    st.floats(-5, 5, allow_subnormal=False), min_size=len(FEATURES), max_size=len(FEATURES)
)


def test_ranking_weighs_every_signal() -> None:
    """There is a weight for each signal, and none lets a signal speak against a passage."""
    assert len(fitted().ranking) == len(SIGNALS)
    assert all(weight >= 0 for weight in fitted().ranking)
    assert any(weight > 0 for weight in fitted().ranking)


@pytest.mark.parametrize("decision", DECISIONS, ids=["alone", "among"])
def test_no_feature_speaks_against_an_answer(decision: Decision) -> None:
    """No weight is negative, and the threshold leaves room on both sides."""
    assert len(decision.weights) == len(FEATURES)
    assert all(weight >= 0 for weight in decision.weights)
    assert 0 < decision.threshold < 1


def test_gap_is_not_used_where_there_is_none() -> None:
    """Where nothing but the scope is indexed, the distance to other companies has no weight."""
    assert fitted().alone.weights[FEATURES.index("gap")] == 0


@given(st.sampled_from(DECISIONS), values, st.sampled_from(FEATURES), st.floats(0, 5))
def test_probability_rises_with_each_feature(
    decision: Decision, values: list[float], name: str, more: float
) -> None:
    """More of any feature never makes an answer less likely, and it stays a probability."""
    features = dict(zip(FEATURES, values, strict=True))

    before = decision.probability(features)
    after = decision.probability({**features, name: features[name] + more})

    assert 0 <= before <= after <= 1


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    """A decision can be worked out by hand."""
    decision = Decision(intercept=-1.0, weights=(1.0, 2.0, 0.0, 0.5), threshold=0.5)
    features = {"best": 0.5, "several": 0.5, "known": 9.0, "gap": -1.0}

    assert decision.probability(features) == pytest.approx(0.5)
    assert decision.probability({**features, "best": 1.5}) == pytest.approx(0.7310586)
