"""The `policies` command."""

from contextlib import closing
from datetime import date
from pathlib import Path

import click

from qabot.cli.options import as_json_option, day, in_index
from qabot.cli.printing import say
from qabot.errors import BadInput


@click.command()
@click.option("--as-of", metavar="DATE", callback=day, help="Only what is in force on this day.")
@in_index
@as_json_option
def policies(as_of: date | None, index: Path, as_json: bool) -> None:
    """List the policies, and when each is in force.

    \b
    Example:
      qabot policies --as-of 2024-10-01
      qabot policies --json
    """
    from qabot.index.corpus import Corpus
    from qabot.index.manifest import read_manifest
    from qabot.index.releases import current_folder
    from qabot.records import Span
    from qabot.service.contract import policy_fields, to_json

    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        entries = corpus.entries
    if as_of:
        entries = tuple(one for one in entries if one.is_in_force(Span.of_day(as_of)))
        if not entries:
            raise BadInput(f"Nothing was in force on {as_of}; see all with: qabot policies")
    if as_json:
        say(to_json(policy_fields(entries)))
    else:
        from qabot.cli.show_policies import show_policies

        show_policies(entries)
