"""How well a build answers the corpus's own test set, as it is kept of each that goes live."""

from collections.abc import Sequence
from pathlib import Path

from qabot.answering.bot import Bot
from qabot.evaluation.evaluate import Row, ask_all
from qabot.evaluation.questions import read_questions
from qabot.evaluation.test_set import is_false_answer, is_hit, is_marked, test_set
from qabot.state.stored import BuildFigures


def figures_of(build: str, rows: Sequence[Row]) -> BuildFigures:
    """Return the figures of a build that answered the test set so."""
    covered = [row for row in rows if row.question.covered]
    return BuildFigures(
        build=build,
        covered=len(covered),
        hits=sum(map(is_hit, rows)),
        marked=sum(map(is_marked, rows)),
        answered=sum(row.answer.status == "answered" for row in covered),
        uncovered=len(rows) - len(covered),
        false_answers=sum(map(is_false_answer, rows)),
    )


def measured(index: Path, bot: Bot) -> BuildFigures | None:
    """Ask a bot the test set of an index; None where there is none. Raises BadInput."""
    file = test_set(index)
    if file is None:
        return None
    return figures_of(bot.index.manifest.id, ask_all(bot, read_questions(file)))
