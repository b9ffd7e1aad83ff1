"""What is indexed, as tables for people."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qabot.cli.show import console, in_force
from qabot.index.corpus import Entry
from qabot.index.releases import Manifest

if TYPE_CHECKING:  # loads what asking needs
    from qabot.evaluation.evaluate import Point


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
                when = in_force(version.effective_from, version.effective_until)
                where = "\n".join(filter(None, (version.file, version.url)))
                table.add_row(*map(Text, (when, count(len(version.rows), "passages"), where)))
            out.print(Padding.indent(table, 4))


def show_builds(manifests: Sequence[Manifest], live: str | None) -> None:
    """Print the builds, newest first; the one that answers is marked."""
    table = grid("bold", "")
    for manifest in manifests:
        about = f"{manifest.created}, {manifest.encoder.name}\n{counts(manifest)}"
        mark = "live" if manifest.id == live else ""
        table.add_row(mark, Text(f"{manifest.id}\n{about}"))
    console().print(table if manifests else "There are no builds yet; make one with: qabot index")


def show_measures(measures: Mapping[str, Any]) -> None:
    """Print what an evaluation measured: a line each, then a line for each kind of question."""
    kinds = measures.get("kinds", {})
    for name, value in measures.items():
        named = value.items() if isinstance(value, dict) else [("", value)]
        for part, number in named if name != "kinds" else ():
            console().print(f"{f'{name} {part}':<32}{_shown(number)}")
    table = grid(*[""] * 9)
    for kind, figures in kinds.items():
        if not table.row_count:
            table.add_row("\nkind", *(f"\n{name.replace('_', ' ')}" for name in figures))
        table.add_row(kind, *map(_shown, figures.values()))
    if kinds:
        console().print(table)


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:.4g}"


def show_curve(curve: Sequence["Point"]) -> None:
    """Print what answering above some confidence would bring, from everything to little."""
    out = console()
    table = grid("", "", "", "")
    table.add_row(
        "\nconfidence from", "\ncovered answered", "\nothers answered", "\nfirst is wrong"
    )
    for point in curve:
        shares = (point.threshold, point.coverage, point.false_answer_rate, point.risk)
        table.add_row(*(f"{share:.3f}" for share in shares))
    out.print(table)


def counts(manifest: Manifest) -> str:
    """Return how much a build holds: "1 company, 10 policies, ..."."""
    return ", ".join(count(number, things) for things, number in manifest.counts.items())


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
