"""What is indexed, as a table for people."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from rich.padding import Padding
from rich.text import Text

from qabot.cli.terminal import console, count, days_in_force, grid
from qabot.records import Entry


def show_policies(entries: Sequence[Entry]) -> None:
    """Print what is indexed, company by company, policy by policy."""
    out = console()
    for company, of_company in groupby(entries, attrgetter("company")):
        out.print(Text(company, style="bold"))
        for policy, of_policy in groupby(of_company, attrgetter("policy")):
            versions = list(of_policy)
            out.print(Text(f"  {policy}: {versions[-1].title}"))
            table = grid("", "", "dim")
            for version in versions:
                when = days_in_force(version)
                where = "\n".join(filter(None, (version.file, version.url)))
                table.add_row(*map(Text, (when, count(len(version.rows), "passages"), where)))
            out.print(Padding.indent(table, 4))
