"""What a build would change, what to look at, and what was understood of its files, for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from qabot.changes.build_differences import Difference
from qabot.changes.build_warnings import BuildWarning
from qabot.cli.show_builds import counts
from qabot.cli.terminal import console, count, days_in_force, grid
from qabot.index.file_report import REPORT
from qabot.index.releases import builds_folder
from qabot.readers.reading import CATALOG, Ignored
from qabot.records import Removed, Version
from qabot.service.checked_build import CheckedBuild

_NAMED = 3  # files or versions that a line names
_COMPANIES = 20  # that a first build names
_SENTENCES = 2  # of one kind of warning
_LISTED = 12  # new or changed files that have a line each


def show_checked(
    made: CheckedBuild,
    undecided: Sequence[BuildWarning],
    index: Path,
    seconds: float,
    *,
    details: bool,
) -> None:
    """Print what a build changes against the live one, what to look at, and its counts.

    `undecided` are the warnings that somebody has to say yes to. With `details`, all that was
    understood of every file comes first.
    """
    out = console()
    if details:
        _show_details(out, made, index)
    if made.is_live:
        out.print(Text(f"Nothing changed since build {made.manifest.id}, which stays live."))
    else:
        _show_files(out, made, details=details)
        for line in _changed(made):
            out.print(Text(line))
    warnings = _warnings(made.changes.warnings, undecided)
    for sentence in (*warnings, *_of_test_set(made)):
        out.print(Text(sentence, style="yellow"))
    if made.files.ignored:
        out.print(Text(f"Ignored: {_some([_ignored(one) for one in made.files.ignored])}"))
    for sentence in made.files.skipped:
        out.print(Text(f"Skipped: {sentence}", style="yellow"))
    if not made.is_live:
        encoded = f"{count(made.encoded, 'texts')} encoded, {made.reused:,} known before"
        how = encoded if made.encoded or made.reused else "made before"
        out.print(f"{counts(made.manifest)}; {how}; {seconds:.1f} s")


def _show_files(out: Console, made: CheckedBuild, *, details: bool) -> None:
    """Say how many files are new, and in a line each, where they are few, what they are."""
    files = made.changes.files
    touched = {*files.added, *files.changed}
    versions = [version for version in made.versions if version.file in touched]
    few = len(versions) <= _LISTED
    hint = "" if few or details else "; what was understood of each: qabot index --details"
    numbers = ", ".join(
        f"{len(names):,} {kind}"
        for kind, names in (
            ("new", files.added),
            ("changed", files.changed),
            ("removed", files.removed),
        )
    )
    out.print(f"Files: {numbers}{hint}")
    if few and not details:
        table = grid("bold", "", "", "dim")
        for version in versions:
            blocks = len(made.files.removed.get(version.file, ()))
            left_out = f"; left out {count(blocks, 'blocks')}" if blocks else ""
            day = days_in_force(version)
            what = (version.file, version.policy, day, f"{version.title}{left_out}")
            table.add_row(*map(Text, what))
        for file in sorted(one for one in touched if Path(one).name == CATALOG):
            table.add_row(Text(file), "", "", Text("says what files beside it are"))
        out.print(Padding.indent(table, 2))


def _changed(made: CheckedBuild) -> Iterator[str]:
    """Yield what becomes of policies and versions; of a first build, whose they are."""
    if made.changes.live:
        for things in ("policies", "versions"):
            if said := _said(getattr(made.changes, things)):
                yield f"{things.capitalize()}: {said}"
        return
    companies = sorted({version.company for version in made.versions})
    more = len(companies) - _COMPANIES
    yield f"Companies: {', '.join(companies[:_COMPANIES])}{f' and {more:,} more' * (more > 0)}"


def _said(difference: Difference) -> str:
    parts = (
        ("new", difference.added),
        ("changed", difference.changed),
        ("removed", difference.removed),
    )
    return "; ".join(f"{len(names):,} {kind} ({_some(names)})" for kind, names in parts if names)


def _warnings(warnings: Sequence[BuildWarning], undecided: Sequence[BuildWarning]) -> Iterator[str]:
    """Yield a line or two for each kind of warning, the most serious first."""
    for _, of_kind in groupby(warnings, attrgetter("kind")):
        files: dict[str, list[str]] = {}
        group = list(of_kind)
        for one in group:
            files.setdefault(one.sentence, []).extend(one.files)
        label = "Decide" if any(one in undecided for one in group) else "Look"
        shown = list(files)[:_SENTENCES]
        for sentence in shown:
            yield f"{label}: {_some(files.pop(sentence))}: {sentence}"
        if files:
            others = [file for of_sentence in files.values() for file in of_sentence]
            yield f"{label}: the like of {_some(others)}; all of it: qabot index --check --json"


def _of_test_set(made: CheckedBuild) -> Iterator[str]:
    """Yield which figures of the test set get worse, and whose sentence is out of force then."""
    for one in made.worse:
        counted = f"{one.figure} {one.before:,} before, {one.after:,} now"
        yield f"Look: of the test set, {counted}: {_some(one.questions)}"
    if made.outdated:
        yield (
            "Look: of the test set, the sentence that answers is in no version in force any more: "
            f"{_some(made.outdated)}; where that is meant: qabot questions remove, then add"
        )


def _ignored(one: Ignored) -> str:
    return f"{one.path} ({one.reason})"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {more:,} more"


def _show_details(out: Console, made: CheckedBuild, index: Path) -> None:
    values = [row.value for version in made.versions for row in _understood(version)]
    widest = min(max(map(len, values)), out.width // 2)
    for version in made.versions:
        out.print(Text(version.file, style="bold"))
        table = grid("", "", "dim")
        table.columns[1].min_width = widest
        for row in _understood(version):
            table.add_row(*map(Text, (row.what, row.value, row.origin)))
        if removed := made.files.removed.get(version.file):
            table.add_row("left out", count(len(removed), "blocks"), _by_rule(removed))
        out.print(Padding.indent(table, 2))
    everything = [one for of_file in made.files.removed.values() for one in of_file]
    if everything:
        whole = builds_folder(index) / made.manifest.id / REPORT
        out.print(Text(f"Left out: {_by_rule(everything)}; all of it is in {whole}"))


def _by_rule(removed: Iterable[Removed]) -> str:
    """Say how many blocks each rule left out, the most frequent first."""
    rules = Counter(one.rule for one in removed)
    return ", ".join(f"{rule} {number:,}" for rule, number in rules.most_common())


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
            days_in_force(version),
            origins.get("effective", origins.get("undated", "no date found")) + next_one,
        ),
        _Row("url", version.url or "-", origins.get("url", "no address found")),
    ]
