"""How surely edits are told as what they are, and how fast; `python -m` this module.

Edits of each kind are made in real policies, one and five at a time, the same each time. Exits with
1 when a figure is on the wrong side of its floor.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter
from typing import get_args

import click

from qabot.changes.compare import changes
from qabot.index.build import read_versions
from qabot.records import Version
from tests.benchmarks.figures import Figure
from tests.benchmarks.seeded_edits import (
    NEUTRAL,
    EditKind,
    Paragraph,
    edited,
    paragraphs,
    right,
    strange,
    version_with,
)

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

RIGHT = 98.0  # % of the edits of each kind
STRANGE = 2.0  # changes told that nobody made, in % of the edits
SECONDS = 2.0  # for two texts of 200 KB

_TIMES = 12  # that each text is edited in each way
_LARGE = 200_000  # characters


def main() -> int:
    """Measure and print."""
    versions = _versions()
    failed = False
    for figure in [*classified(versions), _timed(versions)]:
        click.echo(str(figure))
        failed |= figure.fails
    return int(failed)


def _versions() -> list[Version]:
    found = read_versions([ROOT / "index" / "policies"])
    if SHARED.is_dir():
        found += read_versions([SHARED / "seeds"])
        for history in sorted((SHARED / "versions").iterdir()):
            found += read_versions([history])[-2:]
    return found


def classified(versions: Sequence[Version], times: int = _TIMES) -> Iterator[Figure]:
    """Yield which share of the edits of each kind is told as what it is."""
    texts = [paragraphs(version) for version in versions]
    for kind in get_args(EditKind):
        told = made = wrong = 0
        for number, (version, text) in enumerate(zip(versions, texts, strict=True)):
            foreign = _sentences(texts[number - 1])
            known = set(_sentences(text))
            foreign = [one for one in foreign if one not in known]
            before = version_with(text, version)
            for seed in range(times):
                after, edits = edited(text, kind, 1 + 4 * (seed % 2), foreign, Random(seed))
                found = changes(before, version_with(after, version))
                made += len(edits)
                told += sum(right(edit, found) for edit in edits)
                wrong += len(strange(edits, found))
        share = 100 * told / max(1, made)
        yield Figure(f"{made:,} edits, {kind}, told as such", share, "%", least=RIGHT)
        if kind not in NEUTRAL:
            yield Figure("  changes told that nobody made", 100 * wrong / made, "%", most=STRANGE)


def _sentences(text: Sequence[Paragraph]) -> list[str]:
    return [
        one
        for paragraph in text
        if paragraph.kind == "paragraph"
        for one in paragraph.sentences
        if len(one.split()) >= 8 and " | " not in one and one.endswith(".")
    ]


def _timed(versions: Sequence[Version]) -> Figure:
    """Compare two texts of 200 KB, of which every twentieth line was edited."""
    text: list[Paragraph] = []
    every = [paragraphs(version) for version in versions]
    size = 0
    while size < _LARGE:
        for one in every:
            text += one
            size += sum(len(sentence) + 1 for line in one for sentence in line.sentences)
    after = text
    for kind in ("reworded", "added", "removed", "moved"):
        after, _ = edited(after, kind, len(text) // 80, _sentences(every[0]), Random(1))
    old, new = version_with(text, versions[0]), version_with(after, versions[0])
    began = perf_counter()
    found = changes(old, new)
    seconds = perf_counter() - began
    name = f"{len(old.text):,} against {len(new.text):,} characters, {len(found.changes):,} changes"
    return Figure(name, seconds, "s", most=SECONDS)


if __name__ == "__main__":
    sys.exit(main())
