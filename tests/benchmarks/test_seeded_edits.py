from pathlib import Path
from random import Random
from typing import get_args

import pytest

from qabot.changes.compare import changes
from qabot.index.build import read_versions
from tests.benchmarks.changes_bench import RIGHT, STRANGE, classified
from tests.benchmarks.seeded_edits import EditKind, edited, paragraphs, right, version_with

POLICIES = Path(__file__).resolve().parents[2] / "index" / "policies"
VERSIONS = read_versions(sorted(POLICIES.glob("[fpr]*.md")))


@pytest.mark.parametrize("kind", get_args(EditKind))
def test_texts_are_edited(kind: EditKind) -> None:
    """An edit changes the text, unless it is of spaces, and is not told of the text as it was."""
    made = []
    for version in VERSIONS:
        text = paragraphs(version)
        before = version_with(text, version)
        after, edits = edited(text, kind, 2, ["This stands in no policy at all."], Random(0))
        made += edits

        assert (after != text) == bool(edits)
        if kind in ("reworded", "added", "removed", "moved"):
            assert not any(right(edit, changes(before, before)) for edit in edits)

    assert made


def test_edits_are_told_as_what_they_are() -> None:
    """In one policy each kind is told as surely as the floors say."""
    figures = list(classified(VERSIONS, times=2))

    assert [figure.name for figure in figures if figure.fails] == []
    assert {figure.least for figure in figures} == {RIGHT, None}
    assert {figure.most for figure in figures} == {STRANGE, None}
