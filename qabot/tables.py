"""What is indexed, and what `qabot index` understood of each file, as tables for people."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qabot.index.build import REPORT, Report
from qabot.index.builds import Manifest, builds_folder
from qabot.index.corpus import Entry
from qabot.records import Version
from qabot.show import console, in_force


def show_report(report: Report, index: Path, seconds: float) -> None:
    """Print what a build understood of each file and where from, what it left out, and counts."""
    out = console()
    _show_versions(out, report)
    blocks = sum(report.removed.values())
    if blocks:
        whole = builds_folder(index) / report.manifest.id / REPORT
        out.print(Text(f"Left out as page furniture: {_count(blocks, 'blocks')}, see {whole}"))
    for one in report.ignored:
        out.print(Text(f"Ignored {one.path}: {one.reason}."))
    for sentence in report.skipped:
        out.print(Text(f"Skipped: {sentence}", style="yellow"))
    out.print(
        f"{_counts(report.manifest)}; {_count(report.encoded, 'texts')} encoded, "
        f"{report.reused:,} known before; {seconds:.1f} s"
    )


def show_policies(entries: Sequence[Entry]) -> None:
    """Print what is indexed, company by company, policy by policy."""
    out = console()
    for company, of_company in groupby(entries, attrgetter("company")):
        out.print(Text(company, style="bold"))
        for policy, of_policy in groupby(of_company, attrgetter("policy")):
            versions = list(of_policy)
            out.print(Text(f"  {policy}: {versions[-1].title}"))
            table = _grid("", "", "dim")
            for version in versions:
                when = in_force(version.effective_from, version.effective_until)
                where = "\n".join(filter(None, (version.file, version.url)))
                table.add_row(*map(Text, (when, _count(len(version.rows), "passages"), where)))
            out.print(Padding.indent(table, 4))


def show_builds(manifests: Sequence[Manifest], live: str | None) -> None:
    """Print the builds, newest first; the one that answers is marked."""
    table = _grid("bold", "")
    for manifest in manifests:
        about = f"{manifest.created}, {manifest.encoder.name}\n{_counts(manifest)}"
        mark = "live" if manifest.id == live else ""
        table.add_row(mark, Text(f"{manifest.id}\n{about}"))
    console().print(table if manifests else "There are no builds yet; make one with: qabot index")


def show_measures(measures: Mapping[str, Any]) -> None:
    """Print what an evaluation measured, a line each."""
    for name, value in measures.items():
        named = value.items() if isinstance(value, dict) else [("", value)]
        for part, number in named:
            shown = f"{number:.4g}" if isinstance(number, float) else str(number)
            console().print(f"{f'{name} {part}':<32}{shown}")


def _show_versions(out: Console, report: Report) -> None:
    values = [value for version in report.versions for _, value, _ in _understood(version)]
    widest = min(max(map(len, values)), out.width // 2)
    for version in report.versions:
        out.print(Text(version.file, style="bold"))
        table = _grid("", "", "dim")
        table.columns[1].min_width = widest
        for row in _understood(version):
            table.add_row(*map(Text, row))
        if removed := report.removed[version.file]:
            table.add_row("left out", _count(removed, "blocks"), "page furniture")
        out.print(Padding.indent(table, 2))


def _understood(version: Version) -> list[tuple[str, str, str]]:
    """Return what a file was taken for, line by line: what, which, and where that was found."""
    origins = version.origins
    next_one = "; the next version" if version.effective_until else ""
    return [
        ("company", version.company, origins["company"]),
        ("policy", version.policy, origins["policy"]),
        ("title", version.title, origins["title"]),
        (
            "in force",
            in_force(version.effective_from, version.effective_until),
            origins.get("effective", "no date found") + next_one,
        ),
        ("url", version.url or "-", origins.get("url", "no address found")),
    ]


def _counts(manifest: Manifest) -> str:
    return ", ".join(_count(number, things) for things, number in manifest.counts.items())


def _count(number: int, things: str) -> str:
    one = f"{things[:-3]}y" if things.endswith("ies") else things[:-1]
    return f"{number:,} {one if number == 1 else things}"


def _grid(*styles: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for style in styles:
        table.add_column(style=style, overflow="fold")
    return table
