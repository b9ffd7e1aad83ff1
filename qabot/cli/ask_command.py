"""The `ask` command."""

from datetime import date
from pathlib import Path

import click

from qabot.cli.loading import open_bot
from qabot.cli.options import as_json_option, day, in_index, text, texts
from qabot.cli.printing import say
from qabot.errors import BadInput


@click.command()
@click.argument("words", nargs=-1, callback=texts, metavar="QUESTION...")
@click.option(
    "--company",
    metavar="C",
    callback=text,
    help="Whose policies; else the company the question names.",
)
@click.option("--as-of", metavar="DATE", callback=day, help="Day asked about, year-month-day.")
@click.option("--k", type=click.IntRange(1, 10), default=3, help="Quotes at most [default: 3].")
@click.option("--more", is_flag=True, help="Show the whole passage, and further ones.")
@in_index
@as_json_option
def ask(
    words: tuple[str, ...],
    company: str | None,
    as_of: date | None,
    k: int,
    more: bool,
    index: Path,
    as_json: bool,
) -> int:
    """Ask a question, in quotation marks or without.

    Exits with 0 when it is answered, with 3 when that is uncertain or the policies do not
    answer it.

    \b
    Example:
      qabot ask "How long do you keep call records?"
      qabot ask "Can I get a refund?" --company "Larkfield Telecom" --as-of 2024-10-01
    """
    from qabot.records import AskedQuestion
    from qabot.service.contract import MOST_CHARACTERS, answer_fields, to_json

    question = " ".join(words).strip()
    if not question:
        raise BadInput('A question is missing; write: qabot ask "QUESTION"')
    if len(question) > MOST_CHARACTERS:
        raise BadInput(
            f"The question has {len(question):,} characters; ask it in {MOST_CHARACTERS:,} at most."
        )

    bot = open_bot(index)
    answer = bot.ask(AskedQuestion(question, company=company, as_of=as_of, k=k))
    if as_json:
        say(to_json(answer_fields(answer)))
    else:
        from qabot.cli.show_answer import show_answer

        show_answer(answer, bot.index.corpus.entries, more=more)
    return 0 if answer.status == "answered" else 3
