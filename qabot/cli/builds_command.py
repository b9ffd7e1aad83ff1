"""The `builds` command."""

from pathlib import Path

import click

from qabot.cli.options import as_json_option, in_index
from qabot.cli.printing import say


@click.command()
@in_index
@as_json_option
def builds(index: Path, as_json: bool) -> None:
    """List the builds, the newest first.

    The one marked "live" answers.

    \b
    Example:
      qabot builds
    """
    from qabot.index.releases import current_id, manifests, were_live
    from qabot.service.contract import build_fields, to_json

    if as_json:
        say(to_json(build_fields(manifests(index), current_id(index))))
    else:
        from qabot.cli.show_builds import show_builds

        show_builds(manifests(index), current_id(index), were_live(index))
