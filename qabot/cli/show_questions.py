"""The test set, as a table for people."""

from collections.abc import Collection, Sequence

from rich.text import Text

from qabot.cli.terminal import console, grid
from qabot.evaluation.questions import LabelledQuestion

_WIDEST = 100  # characters shown of a text


def show_questions(questions: Sequence[LabelledQuestion], stale: Collection[str]) -> None:
    """Print the questions; `stale` are the ids of those whose text is in no version in force."""
    table = grid("bold", "", "dim")
    for one in questions:
        gold = " ".join(one.gold[0].split()) if one.gold else "(not covered)"
        shown = gold if len(gold) <= _WIDEST else gold[:_WIDEST].rsplit(" ", 1)[0] + " …"
        said = f"{shown} (in no version in force)" if one.id in stale else shown
        table.add_row(*map(Text, (one.id, one.question, said)))
    console().print(table)
