"""What `qabot index` understood of each file, and what it left out, for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from qabot.catalog.drafts import is_unnamed
from qabot.cli.show_builds import counts
from qabot.cli.terminal import console, count, grid, in_force
from qabot.index.build import Report
from qabot.index.releases import builds_folder
from qabot.index.writer import REPORT
from qabot.readers.reading import CATALOG
from qabot.records import Version

_NAMED = 5  # files that a sentence names


def show_report(report: Report, index: Path, seconds: float) -> None:
    """Print what a build understood of each file and where from, what it left out, and counts."""
    out = console()
    _show_versions(out, report)
    for sentence in _open_questions(report.versions):
        out.print(Text(sentence, style="yellow"))
    removed = sum(report.removed.values(), Counter())
    if removed:
        whole = builds_folder(index) / report.manifest.id / REPORT
        out.print(Text(f"Left out: {_by_rule(removed)}; all of it is in {whole}"))
    for one in report.ignored:
        out.print(Text(f"Ignored {one.path}: {one.reason}."))
    for sentence in report.skipped:
        out.print(Text(f"Skipped: {sentence}", style="yellow"))
    out.print(
        f"{counts(report.manifest)}; {count(report.encoded, 'texts')} encoded, "
        f"{report.reused:,} known before; {seconds:.1f} s"
    )


def _show_versions(out: Console, report: Report) -> None:
    values = [row.value for version in report.versions for row in _understood(version)]
    widest = min(max(map(len, values)), out.width // 2)
    for version in report.versions:
        out.print(Text(version.file, style="bold"))
        table = grid("", "", "dim")
        table.columns[1].min_width = widest
        for row in _understood(version):
            table.add_row(*map(Text, (row.what, row.value, row.origin)))
        if removed := report.removed[version.file]:
            table.add_row("left out", count(removed.total(), "blocks"), _by_rule(removed))
        out.print(Padding.indent(table, 2))


def _open_questions(versions: Sequence[Version]) -> Iterator[str]:
    """Yield a sentence for each thing that the files leave open, and how to settle it."""
    undated = [version.file for version in versions if "undated" in version.origins]
    if undated:
        yield (
            f"It is unclear which day is meant in {_some(undated)}: write it as "
            f"effective: YYYY-MM-DD in front matter or {CATALOG}."
        )
    unnamed = [version.file for version in versions if is_unnamed(version.company)]
    if unnamed:
        yield (
            f"No company was found in {_some(unnamed)}: write company: NAME in front matter, or "
            f'"*": {{company: NAME}} in {CATALOG} for all files beside it.'
        )


def _by_rule(removed: Counter[str]) -> str:
    """Say how many blocks each rule left out, the most frequent first."""
    return ", ".join(f"{rule} {number:,}" for rule, number in removed.most_common())


def _some(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    return ", ".join(files) if more <= 1 else f"{', '.join(files[:_NAMED])} and {more:,} more"


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing that was understood of a file."""

    what: str  #: "company"
    value: str
    origin: str  #: where it was found


def _understood(version: Version) -> list[_Row]:
    """Return what a file was taken for, line by line."""
    origins = version.origins
    next_one = "; the next version" if version.effective_until else ""
    return [
        _Row("company", version.company, origins["company"]),
        _Row("policy", version.policy, origins["policy"]),
        _Row("title", version.title, origins["title"]),
        _Row(
            "in force",
            in_force(version.effective_from, version.effective_until),
            origins.get("effective", origins.get("undated", "no date found")) + next_one,
        ),
        _Row("url", version.url or "-", origins.get("url", "no address found")),
    ]
