"""How many real policies are taken for no policy: `python -m tests.benchmarks.no_policies PATH...`.

Prints each false alarm, and exits with 1 when there are more than one in a hundred.
"""

import sys
from pathlib import Path

import click

from qabot.catalog.identify import identify
from qabot.changes.no_policy import reads_like
from qabot.errors import UnreadableFile
from qabot.index.build_plan import found_files
from qabot.readers.reading import read
from tests.benchmarks.figures import Figure

MOST = 0.01  # share of policies


def main(paths: list[str]) -> int:
    """Read the policies and judge each."""
    alarms = total = 0
    for path in found_files([Path(path) for path in paths]).files:
        try:
            (version,) = identify([(path, read(path))])
        except UnreadableFile as error:
            click.echo(str(error))
            continue
        total += 1
        if found := reads_like(version):
            alarms += 1
            click.echo(f"{path} reads like {found}")
    figure = Figure(f"{total} policies, taken for none", alarms / total, "share", most=MOST)
    click.echo(str(figure))
    return int(figure.fails)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["index/policies"]))
