"""The `gaps` command."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from qabot.cli.loading import open_bot
from qabot.cli.options import as_json_option, in_index, settings, text


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, help="Of how many days [default: 30]."
)
@click.option("--company", metavar="C", callback=text, help="Those asked of it alone.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@as_json_option
@in_index
def gaps(days: int, company: str | None, as_csv: bool, as_json: bool, index: Path) -> None:
    """Show what people asked and no policy answered, grouped by meaning, and what they then did.

    Reads the question log, which QABOT_LOG_QUESTIONS=on keeps: questions that were not covered or
    uncertain, or whose answer was said not to help; how often a person was asked then, or the same
    in other words, and whether these were answered.

    \b
    Example:
      qabot gaps --days 7
      qabot gaps --company "Larkfield Telecom" --csv > gaps.csv
    """
    from qabot.catalog.known_company import known_company
    from qabot.cli.show_gaps import SHOWN, show_csv, show_gaps
    from qabot.service.gaps import find_gaps
    from qabot.state.store import Store
    from qabot.state.stored import now

    bot = open_bot(index)
    company = known_company(company, bot.index.corpus.entries) if company else None
    set_here = settings(index)
    with closing(Store.open(set_here.state)) as store:
        looked_at = slice(None if as_json or as_csv else SHOWN)
        found = find_gaps(store, bot, now() - timedelta(days), company, looked_at=looked_at)
    if as_json:
        from qabot.service.contract import gap_fields, to_json

        click.echo(to_json([gap_fields(gap) for gap in found]))
    else:
        show = show_csv if as_csv else show_gaps
        show(found, days, is_logged=set_here.log_questions)
