"""The `changes` command."""

from contextlib import closing
from datetime import date
from pathlib import Path

import click

from qabot.cli.loading import open_bot
from qabot.cli.options import as_json_option, day, in_index, text
from qabot.cli.printing import say


@click.command()
@click.argument("policy", callback=text)
@click.option(
    "--from",
    "since",
    metavar="DATE",
    callback=day,
    help="Compare the version in force on this day; else the one before the later.",
)
@click.option(
    "--to",
    "until",
    metavar="DATE",
    callback=day,
    help="With the version in force on this day; else with that of today.",
)
@click.option("--about", "phrase", metavar="TEXT", callback=text, help="Only what is about this.")
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report to print or to send.",
)
@in_index
@as_json_option
def changes(
    policy: str,
    since: date | None,
    until: date | None,
    phrase: str | None,
    html: Path | None,
    index: Path,
    as_json: bool,
) -> None:
    """Say what changed in a policy from one version to another.

    POLICY is written as `qabot policies` lists it. Prints what was added, removed, reworded and
    moved, under the headings where it stands; in what was reworded, [-old words-] stand before the
    {+new words+} in their place.

    \b
    Example:
      qabot changes larkfield-telecom/privacy
      qabot changes larkfield-telecom/privacy --from 2024-01-01 --to 2025-06-30
      qabot changes larkfield-telecom/privacy --about "location data" --html changes.html
    """
    from qabot.changes.about import about
    from qabot.changes.compare import compare
    from qabot.index.corpus import Corpus
    from qabot.index.manifest import read_manifest
    from qabot.index.releases import current_folder
    from qabot.service.contract import changes_fields, to_json

    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        found = compare(corpus, policy, since, until)
        entries = corpus.entries
    if phrase is not None:
        found = about(found, phrase, open_bot(index))
    if html:
        from qabot.api.pages.report_pages import changes_report

        html.write_text(changes_report(found), encoding="utf-8")
    if as_json:
        say(to_json(changes_fields(found)))
    else:
        from qabot.cli.show_changes import show_changes

        show_changes(found, entries)
