"""The `use` command."""

from pathlib import Path

import click

from qabot.cli.loading import releases_of
from qabot.cli.options import in_index
from qabot.cli.printing import say
from qabot.cli.test_set_figures import measure


@click.command()
@click.argument("build")
@in_index
def use(build: str, index: Path) -> None:
    """Make BUILD the live one.

    That is how to go back; `qabot builds` lists what there is.

    \b
    Example:
      qabot use 20261122T073000.123456Z-1f2e3d4c
    """
    from qabot.index.releases import current_id
    from qabot.service.checked_build import never_live

    before, warned = current_id(index), never_live(index, build)
    manifest = releases_of(index).use(build)
    say(f"Build {manifest.id} of {manifest.created} is live now.")
    names = ", ".join(dict.fromkeys(one.name for one in warned or () if one.is_guarded))
    if before and names:
        say(
            f"It was only looked at before, and nobody said yes to what it changes of {names}: "
            f"qabot use {before} goes back."
        )
    measure(index)
