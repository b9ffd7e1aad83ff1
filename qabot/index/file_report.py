"""What became of the files that a build was made from: left out, ignored, skipped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qabot.readers.reading import Ignored
from qabot.records import Reading, Removed

REPORT = "report.json"
"""In a build's folder: what was removed from each file and by which rule, what was left out."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of the files."""

    removed: Mapping[str, tuple[Removed, ...]]  #: file read to the blocks that were left out of it
    ignored: tuple[Ignored, ...]
    skipped: tuple[str, ...]  #: one sentence for each file that could not be read


def report_of(
    readings: Sequence[tuple[Path, Reading]], ignored: Sequence[Ignored], skipped: Sequence[str]
) -> FileReport:
    """Return the report of the files that were read."""
    removed = {str(path): reading.removed for path, reading in readings}
    return FileReport(removed, tuple(ignored), tuple(skipped))


def write_report(draft: Path, report: FileReport) -> None:
    """Write REPORT into a build's folder."""
    fields = {
        "removed": {file: [asdict(one) for one in of] for file, of in report.removed.items()},
        "ignored": {str(one.path): one.reason for one in report.ignored},
        "skipped": report.skipped,
    }
    (draft / REPORT).write_text(json.dumps(fields, ensure_ascii=False, indent=2))


def read_report(folder: Path) -> FileReport:
    """Read REPORT from the folder of a build that is whole."""
    fields = json.loads((folder / REPORT).read_text())
    return FileReport(
        {file: tuple(Removed(**one) for one in of) for file, of in fields["removed"].items()},
        tuple(Ignored(Path(path), reason) for path, reason in fields["ignored"].items()),
        tuple(fields["skipped"]),
    )
