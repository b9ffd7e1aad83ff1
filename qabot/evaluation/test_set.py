"""The corpus's own test set, beside the policies, and whether a build answers it worse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qabot.errors import BadInput
from qabot.evaluation.evaluate import Row

TEST_SET = "questions.jsonl"
"""File of an index that holds its test set."""


@dataclass(frozen=True, slots=True)
class Worse:
    """A figure of the test set that a build makes worse."""

    figure: str  #: "hit@1", "marked" or "false answers"
    before: int  #: questions of which it holds
    after: int
    questions: tuple[str, ...]  #: that were right and are not any more


def test_set(index: Path) -> Path | None:
    """Return the file of an index's test set, None where it has none."""
    file = index / TEST_SET
    return file if file.is_file() else None


def require_test_set(index: Path) -> Path:
    """Return the file of an index's test set; raises BadInput where it has none."""
    file = test_set(index)
    if file is None:
        raise BadInput(
            f"{index / TEST_SET} is not there; name a file of questions, or add one with: "
            "qabot questions add"
        )
    return file


def is_hit(row: Row) -> bool:
    """Tell whether the first citation of a covered question is right."""
    return row.question.covered and row.rank == 1


def is_marked(row: Row) -> bool:
    """Tell whether it also marks a sentence that answers."""
    return row.question.covered and row.is_marked


def is_false_answer(row: Row) -> bool:
    """Tell whether a question that nothing covers was answered all the same."""
    return not row.question.covered and row.answer.status == "answered"


def worse(before: Sequence[Row], after: Sequence[Row]) -> list[Worse]:
    """Return the figures that are worse in `after`; both are of the same questions, in order."""
    kinds: tuple[tuple[str, Callable[[Row], bool], bool], ...] = (
        ("hit@1", is_hit, True),
        ("marked", is_marked, True),
        ("false answers", is_false_answer, False),
    )
    found = []
    for figure, holds, is_good in kinds:
        pairs = [(holds(old), holds(new)) for old, new in zip(before, after, strict=True)]
        counts = sum(old for old, _ in pairs), sum(new for _, new in pairs)
        lost = tuple(
            row.question.question
            for row, (old, new) in zip(after, pairs, strict=True)
            if old != new and old == is_good
        )
        if counts[1] < counts[0] if is_good else counts[1] > counts[0]:
            found.append(Worse(figure, *counts, lost))
    return found
