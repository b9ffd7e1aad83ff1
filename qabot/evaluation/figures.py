"""Figures over confidences: AUROC, calibration error, reliability bins."""

from dataclasses import dataclass

import numpy as np

from qabot.records import BoolVector, FloatVector

_BINS = 10


def auroc(yes: FloatVector, no: FloatVector) -> float | None:
    """Return the area under the ROC curve; None where one of the two is empty.

    `yes` and `no` are the confidences of covered and of uncovered questions. It is the share of
    pairs in which the covered question has the higher confidence, ties counting half: the
    Mann-Whitney statistic over all pairs.
    """
    if not len(yes) or not len(no):
        return None
    return float((yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2)


@dataclass(frozen=True, slots=True)
class Bin:
    """What has a confidence in one range of a tenth."""

    share: float  #: of all, above 0 and up to 1
    confidence: float  #: mean, in [0, 1]
    right: float  #: share of those in it that is right


def calibration_error(confidences: FloatVector, right: BoolVector) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017).

    Both arguments have shape (questions,). The error is the mean distance, weighed by the bins'
    shares, of a bin's mean confidence from the share that is right. 0 is best, 1 worst.
    """
    return sum(
        one.share * abs(one.confidence - one.right) for one in reliability(confidences, right)
    )


def reliability(confidences: FloatVector, right: BoolVector) -> list[Bin]:
    """Return the bins that are not empty, ascending; both arguments have shape (questions,)."""
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    return [
        Bin(float(inside.mean()), float(confidences[inside].mean()), float(right[inside].mean()))
        for number in range(_BINS)
        if (inside := bins == number).any()
    ]
