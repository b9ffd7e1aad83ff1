"""Figures over confidences: how sure, and how right."""

import numpy as np

from qabot.records import BoolVector, FloatVector

_BINS = 10


def auroc(yes: FloatVector, no: FloatVector) -> float | None:
    """Return how surely a covered question gets more confidence than another; None without both.

    Ties count half: the Mann-Whitney statistic over all pairs.
    """
    if not len(yes) or not len(no):
        return None
    return float((yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2)


def calibration_error(confidences: FloatVector, right: BoolVector) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017).

    It is the mean distance, weighed by how many fall into a bin, of the bin's mean confidence from
    the share that is right. 0 is best, 1 worst.
    """
    return sum(
        share * abs(confidence - accuracy)
        for share, confidence, accuracy in reliability(confidences, right)
    )


def reliability(confidences: FloatVector, right: BoolVector) -> list[tuple[float, float, float]]:
    """Return, for each bin that is not empty, its share of all, mean confidence and share right."""
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    return [
        (float(inside.mean()), float(confidences[inside].mean()), float(right[inside].mean()))
        for number in range(_BINS)
        if (inside := bins == number).any()
    ]
