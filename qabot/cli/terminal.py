"""What all tables and texts for people are printed with: console, grid, counts, dates."""

import sys
from collections.abc import Iterable
from datetime import date, timedelta

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from qabot.cli.printing import printable
from qabot.records import Citation, Entry, Version
from qabot.service.wording import written

_UNBOUNDED = 10_000  # columns of what is piped: nothing is wrapped


class _Printable(Console):
    """Prints what policies, questions and names say, and obeys no control character in them."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the pieces of what is printed; styles become escape sequences later."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)


def console() -> Console:
    """Return standard output: as wide as the terminal, else one line a paragraph."""
    piped = not sys.stdout.isatty()
    width = _UNBOUNDED if piped else None
    return _Printable(width=width, soft_wrap=piped, highlight=False, markup=False, emoji=False)


def count(number: int, things: str) -> str:
    """Return "1 policy", "10 policies"."""
    one = f"{things[:-3]}y" if things.endswith("ies") else things[:-1]
    return f"{number:,} {one if number == 1 else things}"


def grid(*styles: str) -> Table:
    """Return a table without lines, with a column for each style."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for style in styles:
        table.add_column(style=style, overflow="fold")
    return table


def days_in_force(version: Citation | Entry | Version) -> str:
    """Return in short when a version is in force: "since 10 June 2021".

    One without a date counts as in force from the day on which it was first seen.
    """
    since, until, seen = version.effective_from, version.effective_until, version.first_seen
    last = until and written(until - timedelta(days=1))
    if since is None and seen:
        end = f", until {last}" if last else ""
        return f"since it was first seen, {written(seen)}{end} (no date)"
    if since is None:
        return f"until {last}" if last else "since an unknown day"
    if last:
        return f"{written(since)} - {last}"
    return f"{'since' if since <= date.today() else 'from'} {written(since)}"
