"""What an evaluation measured, as tables for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qabot.cli.terminal import console, grid

if TYPE_CHECKING:  # loads what asking needs
    from qabot.evaluation.evaluate import Point


def show_measures(measures: Mapping[str, Any]) -> None:
    """Print what an evaluation measured: a line each, then a line for each kind of question."""
    kinds = measures.get("kinds", {})
    for name, value in measures.items():
        named = value.items() if isinstance(value, dict) else [("", value)]
        for part, number in named if name != "kinds" else ():
            console().print(f"{f'{name} {part}':<32}{_shown(number)}")
    table = grid(*[""] * 9)
    for kind, figures in kinds.items():
        if not table.row_count:
            table.add_row("\nkind", *(f"\n{name.replace('_', ' ')}" for name in figures))
        table.add_row(kind, *map(_shown, figures.values()))
    if kinds:
        console().print(table)


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:.4g}"


def show_curve(curve: Sequence["Point"]) -> None:
    """Print what answering above some confidence would bring, from everything to little."""
    out = console()
    table = grid("", "", "", "")
    table.add_row(
        "\nconfidence from", "\ncovered answered", "\nothers answered", "\nfirst is wrong"
    )
    for point in curve:
        shares = (point.threshold, point.coverage, point.false_answer_rate, point.risk)
        table.add_row(*(f"{share:.3f}" for share in shares))
    out.print(table)
