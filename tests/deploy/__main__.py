"""Whether what stands in deploy/ holds: `make deploy-check`.

Prints a row for each check and exits with 1 if one failed. What could not be run here is named.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click

from tests.deploy.bare_root import built_and_run
from tests.deploy.booted import installed_and_booted
from tests.deploy.replicas import replicated
from tests.deploy.row import Row
from tests.deploy.validators import files


@click.command(help=__doc__)
@click.option("--files-alone", is_flag=True, help="Build and run nothing.")
def check(files_alone: bool) -> None:
    """Run all that can be run here."""
    began = perf_counter()
    rows: list[Row] = []
    click.echo("| what | with | outcome |\n|---|---|---|")
    for row in _rows(files_alone):
        rows.append(row)
        click.echo(f"| {row.what} | {row.how} | {row.outcome} |")
        if row.failure:
            click.echo(row.failure, err=True)
    failed = sum(bool(row.failure) for row in rows)
    left_out = sum(bool(row.missing) for row in rows)
    seconds = perf_counter() - began
    held = len(rows) - failed - left_out
    click.echo(f"\n{held} hold, {failed} failed, {left_out} not run; {seconds:.0f} s")
    sys.exit(failed > 0)


def _rows(files_alone: bool) -> Iterator[Row]:
    yield from files()
    if not files_alone:
        for run in (built_and_run, installed_and_booted, replicated):
            with TemporaryDirectory(prefix="qabot-deploy-") as folder:
                yield from run(Path(folder))


if __name__ == "__main__":
    check()
