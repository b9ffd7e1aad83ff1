"""The command `questions` and those under it: the corpus's own test set."""

from contextlib import closing
from datetime import date
from pathlib import Path

import click

from qabot.cli.options import as_json_option, day, in_index, text, texts
from qabot.errors import BadInput


@click.group()
def questions() -> None:
    """Keep the questions that a build should answer: questions.jsonl in the index.

    `qabot evaluate` measures the answers to them, and `qabot index` says when they get worse.

    \b
    Example:
      qabot questions add "How long are calls kept?" --gold "We keep call records for 12 months."
      qabot questions add "Who won the cup?" --uncovered
      qabot questions list
      qabot questions remove q2
    """


@questions.command("add")
@click.argument("question", callback=text)
@click.option(
    "--passage",
    metavar="VERSION:START",
    callback=text,
    help="What answers: its place.",
)
@click.option(
    "--gold", "golds", metavar="TEXT", multiple=True, callback=texts, help="A sentence that does."
)
@click.option("--uncovered", is_flag=True, help="The policies do not answer it.")
@click.option("--company", metavar="C", callback=text, help="Whose policies it is put to.")
@click.option("--as-of", metavar="DATE", callback=day, help="Day asked about, year-month-day.")
@in_index
def add_question(
    question: str,
    passage: str | None,
    golds: tuple[str, ...],
    uncovered: bool,
    company: str | None,
    as_of: date | None,
    index: Path,
) -> None:
    """Add a question, with what answers it in the live build.

    VERSION:START are those of a citation, or of a sentence in its highlight, as `qabot ask --json`
    prints them. A TEXT is copied from the policy, letter by letter.

    \b
    Example:
      qabot questions add "Are calls kept?" --passage larkfield-telecom/privacy@2025-02-01:88
    """
    if (passage is not None) + bool(golds) + uncovered != 1:
        raise BadInput("Say what answers: --passage VERSION:START, --gold TEXT, or --uncovered.")
    from qabot.catalog.known_company import known_company
    from qabot.evaluation.labelling import add, from_passage, from_texts
    from qabot.evaluation.questions import LabelledQuestion
    from qabot.evaluation.test_set import TEST_SET
    from qabot.index.corpus import Corpus
    from qabot.index.manifest import read_manifest
    from qabot.index.releases import current_folder

    if not any(map(str.isalnum, question)):
        raise BadInput(f"{question!r} is no question; write one.")
    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        company = known_company(company, corpus.entries) if company else None
        asked = LabelledQuestion("", question, company, as_of, covered=not uncovered, gold=())
        if passage is not None:
            asked = from_passage(asked, passage, corpus)
        elif golds:
            asked = from_texts(asked, golds, corpus)
    added = add(index / TEST_SET, asked)
    day = f", asked of {added.as_of}, when that was in force" if added.as_of != as_of else ""
    click.echo(f"Added as {added.id} to {index / TEST_SET}{day}")


@questions.command("remove")
@click.argument("name", metavar="ID", callback=text)
@in_index
def remove_question(name: str, index: Path) -> None:
    """Take a question out, as when its policy says something else now: then add it anew.

    \b
    Example:
      qabot questions remove q4
    """
    from qabot.evaluation.labelling import remove
    from qabot.evaluation.test_set import require_test_set

    removed = remove(require_test_set(index), name)
    click.echo(f"Removed {removed.id}: {removed.question}")


@questions.command("list")
@in_index
@as_json_option
def list_questions(index: Path, as_json: bool) -> None:
    """List the questions, and which of their texts no version in force has any more.

    \b
    Example:
      qabot questions list --json
    """
    from dataclasses import asdict

    from qabot.evaluation.labelling import stale
    from qabot.evaluation.questions import read_questions
    from qabot.evaluation.test_set import require_test_set
    from qabot.index.corpus import Corpus
    from qabot.index.manifest import read_manifest
    from qabot.index.releases import current_folder
    from qabot.service.contract import to_json

    found = read_questions(require_test_set(index))
    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        gone = {one.id for one in found if stale(one, corpus, date.today())}
    if as_json:
        click.echo(to_json([{**asdict(one), "stale": one.id in gone} for one in found]))
    else:
        from qabot.cli.show_questions import show_questions

        show_questions(found, gone)
