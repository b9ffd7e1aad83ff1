"""What falls over when processes, files, clocks, stores and networks fail: `make chaos`.

Starts real processes, on this machine's loopback alone, and prints a row for each kind of fault.
Exits with 1 if anything failed. `make chaos ROWS="slack fuzz"` runs these alone, PART=0.1 a tenth
of the tries, SEED=7 the same moments and bytes as before.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random, randrange
from tempfile import TemporaryDirectory
from time import perf_counter
from traceback import format_exc

import click

from tests.chaos import builds, clock, damage, disk, fuzz, postgresql, service, slack
from tests.chaos.row import Row, Trial

ROWS: dict[str, Callable[[Trial], Iterator[Row]]] = {
    "slack": slack.delivered,
    "killed": builds.killed,
    "operations": builds.operations,
    "damage": damage.damaged,
    "disk": disk.filled,
    "clock": clock.moved,
    "service": service.interrupted,
    "postgresql": postgresql.failing,
    "fuzz": fuzz.sent,
}


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(ROWS)), metavar="[ROW]...")
@click.option("--part", type=click.FloatRange(0, 1, min_open=True), default=1.0)
@click.option("--seed", type=int, default=lambda: randrange(10_000))
def chaos(names: tuple[str, ...], part: float, seed: int) -> None:
    """Try the kinds of faults that are named, or all."""
    began = perf_counter()
    rows: list[Row] = []
    click.echo("| row | fault | tries | failures |\n|---|---|---|---|\n", nl=False)
    for name in names or ROWS:
        with TemporaryDirectory(prefix="qabot-chaos-") as folder:
            for row in _guarded(name, Trial(Random(f"{seed} {name}"), Path(folder), part)):
                rows.append(row)
                fault = f"{row.fault} ({row.note})" if row.note else row.fault
                click.echo(f"| {name} | {fault} | {row.tries:,} | {len(row.failures)} |")
                for failure in row.failures[:10]:
                    click.echo(failure, err=True)
    minutes = (perf_counter() - began) / 60
    click.echo(f"\n{minutes:.1f} minutes, seed {seed}")
    sys.exit(any(row.failures for row in rows))


def _guarded(name: str, trial: Trial) -> Iterator[Row]:
    try:
        yield from ROWS[name](trial)
    except Exception:  # noqa: BLE001 - the other rows are still worth their run
        yield Row("the harness itself", 1, [format_exc()])


if __name__ == "__main__":
    chaos()
