"""The `policies` command."""

from contextlib import closing
from pathlib import Path

import click

from qabot.cli.options import as_json_option, in_index
from qabot.cli.printing import say


@click.command()
@in_index
@as_json_option
def policies(index: Path, as_json: bool) -> None:
    """List the policies, and when each is in force.

    \b
    Example:
      qabot policies --json
    """
    from qabot.index.corpus import Corpus
    from qabot.index.manifest import read_manifest
    from qabot.index.releases import current_folder
    from qabot.service.contract import policy_fields, to_json

    folder = current_folder(index)
    read_manifest(folder)
    with closing(Corpus.open(folder)) as corpus:
        entries = corpus.entries
    if as_json:
        say(to_json(policy_fields(entries)))
    else:
        from qabot.cli.show_policies import show_policies

        show_policies(entries)
