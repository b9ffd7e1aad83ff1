"""What is indexed, as a table for people."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from rich.padding import Padding
from rich.text import Text

from qabot.cli.terminal import console, count, grid, in_force
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
                when = in_force(version.effective_from, version.effective_until, version.first_seen)
                where = "\n".join(filter(None, (version.file, version.url)))
                table.add_row(*map(Text, (when, count(len(version.rows), "passages"), where)))
            out.print(Padding.indent(table, 4))
