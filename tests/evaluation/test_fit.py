from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from qabot.answering.answerability import FEATURES, Answerability, parsed
from qabot.answering.retrieval import SIGNALS, Candidates
from qabot.evaluation.fit import written
from qabot.evaluation.fit_ranking import ScopedExample
from qabot.evaluation.fitting import figures, fit, outcomes


def example(
    number: int, *, covered: bool, name: str = "first", draw: np.random.Generator
) -> ScopedExample:
    """Return a question with six candidates, the third of which answers if any does.

    What answers has a higher cosine, and the cross-encoder is surer still; the first word signal
    tells nothing.
    """
    dense = draw.uniform(0.2, 0.5, 6)
    log_odds = draw.normal(-3, 1, 6)
    if covered:
        dense[2] += 0.35
        log_odds[2] += 5
    signals = np.stack([dense, dense + 0.05, draw.uniform(0, 9, 6)], axis=1, dtype=np.float32)
    right = np.zeros(6, dtype=bool)
    right[2] = covered
    return ScopedExample(
        set=name,
        group=f"company {number % 5}",
        scope="one",
        covered=covered,
        candidates=Candidates(
            "",
            (),
            np.arange(6),
            signals,
            np.ones(6, dtype=np.float32),
            np.arange(7, dtype=np.int64),
        ),
        right=right,
        first=np.arange(6),
        log_odds=log_odds.astype(np.float32),
    )


@pytest.fixture(scope="module")
def data() -> Sequence[ScopedExample]:
    """Return 300 questions, a third of which nothing answers."""
    draw = np.random.default_rng(0)
    return [example(n, covered=n % 3 > 0, draw=draw) for n in range(300)]


def test_fit_finds_what_tells_right_from_wrong(data: Sequence[ScopedExample]) -> None:
    """The signal that tells nothing weighs next to nothing; the judgement speaks for an answer."""
    numbers = fit(data)

    weights = dict(zip(SIGNALS, numbers.ranking.signals, strict=True))
    assert weights["dense"] == 1.0
    assert weights["bm25"] < 0.02
    assert numbers.ranking.cross_encoder > 0
    assert numbers.judged.weights[FEATURES.index("cross_encoder")] > 0
    assert numbers.unjudged.weights[FEATURES.index("cross_encoder")] == 0


def test_thresholds_keep_what_is_promised(data: Sequence[ScopedExample]) -> None:
    """At most a tenth of what nothing answers is answered, and few covered ones are refused."""
    made = figures(outcomes(data, fit(data)))
    one = {name: float(figure or 0) for name, figure in made["one"].items()}

    assert one["hit@1"] > 0.9
    assert one["false_answer_rate"] <= 0.1
    assert one["offered"] >= 0.97
    assert one["coverage"] > 0.8
    assert one["calibration_error"] < 0.1


def test_hardest_set_decides(data: Sequence[ScopedExample]) -> None:
    """A set whose near misses look better raises the threshold for all."""
    draw = np.random.default_rng(1)
    near = [example(n, covered=False, name="second", draw=draw) for n in range(60)]
    nearer = [replace(one, log_odds=one.log_odds + 4) for one in near]
    alone = fit(data)

    together = fit([*data, *nearer])

    rate = figures(outcomes(nearer, together))["one"]["false_answer_rate"]
    assert rate is not None
    assert rate <= 0.1
    assert (figures(outcomes(nearer, alone))["one"]["false_answer_rate"] or 0.0) > 0.1


def test_numbers_are_read_as_written(data: Sequence[ScopedExample]) -> None:
    """What is written for the package is what was fitted, rounded."""
    numbers = fit(data)

    read = parsed(written(numbers))

    assert read.ranking.judged == numbers.ranking.judged
    assert read.ranking.signals == pytest.approx(numbers.ranking.signals, abs=1e-4)
    for one, other in ((read.judged, numbers.judged), (read.unjudged, numbers.unjudged)):
        assert isinstance(one, Answerability)
        assert one.weights == pytest.approx(other.weights, abs=1e-3)
        assert (one.answered, one.uncertain) == pytest.approx(
            (other.answered, other.uncertain), abs=1e-3
        )
