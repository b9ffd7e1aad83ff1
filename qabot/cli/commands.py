"""The commands. Each imports what it needs, so that none waits for what another needs."""

from contextlib import closing
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from qabot import __version__
from qabot.cli.changes_command import changes
from qabot.cli.keys import keys
from qabot.cli.serve import serve
from qabot.cli.shared import (
    as_json_option,
    day,
    in_index,
    load_encoder_of,
    load_models_of,
    settings,
    text,
)
from qabot.cli.slack import slack

if TYPE_CHECKING:
    from qabot.answering.bot import Bot


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def qabot() -> None:
    """Answer questions about company policies, with quotes that can be checked.

    \b
    Example:
      qabot index
      qabot ask "How long do you keep call records?"
    """


qabot.add_command(changes)
qabot.add_command(keys)
qabot.add_command(serve)
qabot.add_command(slack)


@qabot.command("index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@in_index
@click.option("--skip-unreadable", is_flag=True, help="Leave out, and name, what cannot be read.")
def index_command(paths: tuple[Path, ...], index: Path, skip_unreadable: bool) -> None:
    """Read policies and build what the bot answers from.

    PATH is a policy file (.md .html .pdf .docx .txt) or a folder of them; index/policies if none
    is given. Prints what was understood of each file, and where each value came from.

    \b
    Example:
      qabot index
      qabot index policies/ terms.pdf --index /srv/qabot
    """
    from qabot.cli.progress import encoding
    from qabot.cli.report import show_report
    from qabot.cli.unchanged import unchanged
    from qabot.index.build import build, plan

    began = perf_counter()
    encoder = settings().encoder
    planned = plan(paths or [Path("index/policies")], encoder)
    if live := unchanged(planned, index):
        manifest, skipped = live
        if skip_unreadable or not skipped:
            said = f"Nothing changed since build {manifest.id}, which stays live."
            click.echo("\n".join([said, *(f"Skipped: {sentence}" for sentence in skipped)]))
            return
    loaded = load_encoder_of(index)
    with encoding() as progress:
        report = build(planned, index, loaded, skip_unreadable=skip_unreadable, progress=progress)
    show_report(report, index, perf_counter() - began)


@qabot.command()
@click.argument("question", callback=text)
@click.option(
    "--company",
    metavar="C",
    callback=text,
    help="Whose policies; else the company the question names.",
)
@click.option("--as-of", metavar="DATE", callback=day, help="Day asked about, year-month-day.")
@click.option("--k", type=click.IntRange(1, 10), default=3, help="Quotes at most [default: 3].")
@in_index
@as_json_option
def ask(
    question: str, company: str | None, as_of: date | None, k: int, index: Path, as_json: bool
) -> int:
    """Ask a question.

    Exits with 0 when it is answered, with 3 when that is uncertain or the policies do not
    answer it.

    \b
    Example:
      qabot ask "How long do you keep call records?"
      qabot ask "Can I get a refund?" --company "Larkfield Telecom" --as-of 2024-10-01
    """
    bot = _open_bot(index)
    answer = bot.ask(question, company=company, as_of=as_of, k=k)
    if as_json:
        from qabot.service.contract import answer_fields, to_json

        click.echo(to_json(answer_fields(answer)))
    else:
        from qabot.cli.show import show_answer

        show_answer(answer, bot.index.corpus.entries)
    return 0 if answer.status == "answered" else 3


@qabot.command()
@in_index
@as_json_option
def policies(index: Path, as_json: bool) -> None:
    """List the policies, and when each is in force.

    \b
    Example:
      qabot policies --json
    """
    from qabot.index.corpus import Corpus
    from qabot.index.releases import current_folder, read_manifest
    from qabot.service.contract import policy_fields, to_json

    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        entries = corpus.entries
    if as_json:
        click.echo(to_json(policy_fields(entries)))
    else:
        from qabot.cli.listings import show_policies

        show_policies(entries)


@qabot.command()
@in_index
@as_json_option
def builds(index: Path, as_json: bool) -> None:
    """List the builds, the newest first.

    The one marked "live" answers.

    \b
    Example:
      qabot builds
    """
    from qabot.index.releases import current_id, manifests
    from qabot.service.contract import build_fields, to_json

    if as_json:
        click.echo(to_json(build_fields(manifests(index), current_id(index))))
    else:
        from qabot.cli.listings import show_builds

        show_builds(manifests(index), current_id(index))


@qabot.command()
@click.argument("build")
@in_index
def use(build: str, index: Path) -> None:
    """Make BUILD the live one.

    That is how to go back; `qabot builds` lists what there is.

    \b
    Example:
      qabot use 20261122T073000.123456Z-1f2e3d4c
    """
    from qabot.index.releases import use

    manifest = use(index, build)
    click.echo(f"Build {manifest.id} of {manifest.created} is live now.")


@qabot.command()
@click.argument(
    "questions", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
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
    questions: Path, details: Path | None, plot: Path | None, index: Path, as_json: bool
) -> None:
    """Measure the answers to a list of questions.

    FILE has one JSON object a line: a question and the texts that answer it. Prints how often the
    right passage comes first, whether it is told when nothing answers, and the risk-coverage curve.

    \b
    Example:
      qabot evaluate questions.jsonl --details rows.jsonl --plot curve.svg
    """
    from qabot.evaluation.evaluate import ask_all, draw, risk_coverage, summary, write_details
    from qabot.evaluation.questions import read_questions
    from qabot.service.contract import to_json

    rows = ask_all(_open_bot(index), read_questions(questions))
    if details:
        write_details(rows, details)
    if plot:
        draw(rows, plot)
    measures = summary(rows)
    if as_json:
        click.echo(to_json(measures))
    else:
        from qabot.cli.listings import show_curve, show_measures

        show_measures(measures)
        show_curve(risk_coverage(rows, points=10))


def _open_bot(index: Path) -> "Bot":
    from qabot.answering.bot import Bot
    from qabot.index.releases import current_folder

    current_folder(index)  # without a build there is nothing to prepare an encoder for
    return Bot.open(index, load_models_of(index))
