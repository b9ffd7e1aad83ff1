"""The `drift` command."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qabot.cli.loading import load_models_of, require_milvus
from qabot.cli.options import as_json_option, in_index, settings, text
from qabot.errors import BadInput

if TYPE_CHECKING:
    from qabot.changes.drift import Drift
    from qabot.encoder.base import Models
    from qabot.records import AskedQuestion

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[QUESTIONS.jsonl]",
)
@click.option("--log", "of_log", is_flag=True, help="Ask the questions of the question log.")
@click.option(
    "--sample", "of_sample", is_flag=True, help="Ask the index's questions.jsonl: the default."
)
@click.option("--from", "before", metavar="BUILD", callback=text, help="Else the live build.")
@click.option(
    "--to", "after", metavar="BUILD", callback=text, help="Else the newest that is not live."
)
@click.option(
    "--check",
    "paths",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Make a build of these policies, as `qabot index --check` does, and compare with it.",
)
@click.option("--html", metavar="FILE", type=_FILE, help="Write a report to print or to send.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@in_index
@as_json_option
def drift(
    file: Path | None,
    of_log: bool,
    of_sample: bool,
    before: str | None,
    after: str | None,
    paths: tuple[Path, ...],
    html: Path | None,
    markdown: bool,
    index: Path,
    as_json: bool,
) -> int:
    """Say which answers move from one build to another.

    Asks both builds the same questions and prints those of which the verdict, the passage cited
    first, its rank or the words marked in it are another, with the words that changed. Works before
    a build is live.

    Exits with 0 when nothing moved, with 3 when something did.

    \b
    Example:
      qabot drift --check policies/
      qabot drift questions.jsonl --from 20261122T073000.123456Z-1f2e3d4c --html moved.html
    """
    if (file is not None) + of_log + of_sample > 1:
        raise BadInput("Name one set of questions: a file, --log or --sample.")
    if after and paths:
        raise BadInput("Name one build to compare with: --to or --check.")
    from qabot.answering.bot import Bot
    from qabot.changes.drift import drift as drift_between
    from qabot.evaluation.test_set import require_test_set
    from qabot.index.releases import build_folder

    questions = _logged(index) if of_log else _of_file(file or require_test_set(index))
    models = cache(lambda: load_models_of(index))
    if paths:
        after = _made(paths, index, models)
    first, last = _builds(index, before, after)
    old = Bot.of_build(build_folder(index, first), models(), require_milvus())
    new = Bot.of_build(build_folder(index, last), models(), require_milvus())
    with closing(old.index), closing(new.index):
        found = drift_between(old, new, questions, date.today())
    if html:
        from qabot.api.pages.report_pages import drift_report

        html.write_text(drift_report(found), encoding="utf-8")
    _print(found, as_json=as_json, markdown=markdown)
    return 3 if found.moves else 0


def _print(found: "Drift", *, as_json: bool, markdown: bool) -> None:
    from qabot.cli.show_drift import as_markdown, show_drift
    from qabot.service.contract import drift_fields, to_json

    if as_json:
        click.echo(to_json(drift_fields(found)))
    elif markdown:
        click.echo(as_markdown(found))
    else:
        show_drift(found)


def _builds(index: Path, before: str | None, after: str | None) -> tuple[str, str]:
    """Return which two builds are compared; raises BadInput where there is no second one."""
    from qabot.index.releases import current_folder, manifests

    live = current_folder(index).name
    ids = [manifest.id for manifest in manifests(index)]  # newest first
    if after is None:
        after = next((one for one in ids if one > (before or live)), live)
    if before is None:
        before = live if after != live else next((one for one in ids if one < live), live)
    if before == after:
        raise BadInput(
            f"There is no other build than {before} to compare with; make one with: "
            "qabot drift --check PATH, or name two with --from and --to."
        )
    return before, after


def _made(paths: Sequence[Path], index: Path, models: "Callable[[], Models]") -> str:
    from qabot.cli.show_progress import encoding
    from qabot.index.build_plan import plan
    from qabot.service.checked_build import make_build

    with encoding() as progress:
        planned = plan(paths, settings().encoder, milvus=require_milvus())
        return make_build(planned, index, models, progress=progress).manifest.id


def _of_file(file: Path) -> "list[AskedQuestion]":
    from qabot.evaluation.questions import read_questions

    return [one.asked() for one in read_questions(file)]


def _logged(index: Path) -> "list[AskedQuestion]":
    """Return the questions of the log, each once; raises BadInput where there is none."""
    from qabot.records import AskedQuestion
    from qabot.state.store import Store

    with closing(Store.open(settings(index).state)) as store:
        logged = store.questions()
    asked = [AskedQuestion(one.text, company=one.company, as_of=one.as_of) for one in logged]
    if not asked:
        raise BadInput(
            "The question log is empty; set QABOT_LOG_QUESTIONS=on for the service that answers."
        )
    return list(dict.fromkeys(asked))
