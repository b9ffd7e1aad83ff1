"""The `builds` command."""

from pathlib import Path

import click

from qabot.cli.loading import releases_of
from qabot.cli.options import as_json_option, in_index
from qabot.cli.printing import say


@click.command()
@in_index
@as_json_option
def builds(index: Path, as_json: bool) -> None:
    """List the builds, the newest first.

    The one marked "live" answers. Where machines share builds, theirs are listed too.

    \b
    Example:
      qabot builds
    """
    from qabot.service.contract import build_fields, to_json

    listed = releases_of(index).listed()
    if as_json:
        say(to_json(build_fields(listed.manifests, listed.live)))
    else:
        from qabot.cli.show_builds import show_builds

        show_builds(listed)
