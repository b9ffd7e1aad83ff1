"""The `evaluate` command."""

from pathlib import Path

import click

from qabot.cli.loading import open_bot
from qabot.cli.options import as_json_option, in_index
from qabot.cli.printing import say


@click.command()
@click.argument(
    "questions",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[FILE]",
)
@click.option(
    "--details", metavar="FILE", type=click.Path(path_type=Path), help="Write a row a question."
)
@click.option(
    "--plot", metavar="FILE", type=click.Path(path_type=Path), help="Draw the curve: .png or .svg."
)
@in_index
@as_json_option
def evaluate(
    questions: Path | None, details: Path | None, plot: Path | None, index: Path, as_json: bool
) -> None:
    """Measure the answers to a list of questions.

    FILE has one JSON object a line: a question and the texts that answer it; questions.jsonl in
    the index if none is given, whose figures are kept, and shown at /owner. Prints how often the
    right passage comes first, whether it is told when nothing answers, and the risk-coverage curve.

    \b
    Example:
      qabot evaluate questions.jsonl --details rows.jsonl --plot curve.svg
    """
    from qabot.cli.test_set_figures import keep_figures
    from qabot.evaluation.evaluate import ask_all, draw, risk_coverage, summary, write_details
    from qabot.evaluation.questions import read_questions
    from qabot.evaluation.test_set import require_test_set
    from qabot.service.build_figures import figures_of
    from qabot.service.contract import to_json

    bot = open_bot(index)
    rows = ask_all(bot, read_questions(questions or require_test_set(index)))
    if questions is None:
        keep_figures(figures_of(bot.index.manifest.id, rows), index)
    if details:
        write_details(rows, details)
    if plot:
        draw(rows, plot)
    measures = summary(rows)
    if as_json:
        say(to_json(measures))
    else:
        from qabot.cli.show_figures import show_curve, show_measures

        show_measures(measures)
        show_curve(risk_coverage(rows, points=10))
