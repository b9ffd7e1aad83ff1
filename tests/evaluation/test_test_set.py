from dataclasses import replace
from pathlib import Path

import pytest

from qabot.evaluation.evaluate import Row, ask_all
from qabot.evaluation.questions import LabelledQuestion
from qabot.evaluation.test_set import worse
from tests.support.fakes import build_bot, policy

QUESTIONS = [
    LabelledQuestion("1", "How long are call records kept?", None, None, True, ("12 months",)),
    LabelledQuestion("2", "Who won the cup?", None, None, False, ()),
]


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    """Return what became of a question that is answered rightly, and of one that nothing covers."""
    text = "# Privacy\n\nCall records are kept for 12 months."
    bot = build_bot(tmp_path, {"a.md": policy("Harbour", "privacy", "2024-01-01", text)})
    answered, other = ask_all(bot, QUESTIONS)
    assert (answered.rank, answered.is_marked) == (1, True)
    return [answered, replace(other, answer=replace(other.answer, status="not_covered"))]


def test_nothing_is_worse(rows: list[Row]) -> None:
    """The same answers are not worse, and better ones neither."""
    missed = [replace(rows[0], rank=None, is_marked=False), rows[1]]

    assert worse(rows, rows) == []
    assert worse(missed, rows) == []


def test_what_is_worse_is_named(rows: list[Row]) -> None:
    """A lost hit, a lost mark and a false answer are told with their questions."""
    false = replace(rows[1], answer=replace(rows[1].answer, status="answered"))

    hit, marked, answered = worse(rows, [replace(rows[0], rank=2, is_marked=False), false])

    assert (hit.figure, hit.before, hit.after) == ("hit@1", 1, 0)
    assert hit.questions == marked.questions == ("How long are call records kept?",)
    assert (answered.figure, answered.before, answered.after) == ("false answers", 0, 1)
    assert answered.questions == ("Who won the cup?",)
