"""Odd texts cost no more than their length: what is long is read, or refused in one sentence."""

import time
from pathlib import Path

import pytest

from qabot.catalog.identify import identify
from qabot.chunking.passages import split
from qabot.errors import UnreadableFile
from qabot.readers.reading import read

ODD = {
    "without a space": "x",
    "lines of a letter": "a\n",
    "items in a line": "(a) x; (b) y; ",
    "marks in a line": "(a) (b) ",
    "quotation marks": "“a” ",
    "numbers": "1.1. ",
    "numbers without a space": "1.1.",
    "questions": "Who? ",
    "abbreviations": "No. ",
    "announcements": "Last updated: ",
    "names": "Acme, Inc. ",
    "addresses": "a.b-c+",
    "headings": "# a\n",
    "tables": "|a|\n|-|\n",
    "link references": "[a]: b\n",
    "brackets": "[[",
    "stars": "**a* ",
    "template tags": "](  {{ ",
    "elements that stay open": "<div>\n\n",
    "marks that stay raised": "<sup>",
    "notes": "[^1] ",
}


def seconds(path: Path, text: str) -> float:
    """Return the processor time that reading, identifying and splitting a text takes."""
    path.write_text(text)
    began = time.process_time()
    try:
        versions = identify([(path, read(path))])
        split(versions[0])
    except UnreadableFile as error:
        assert str(error).startswith(str(path))
    return time.process_time() - began


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
@pytest.mark.parametrize("odd", ODD)
def test_time_grows_with_the_length(odd: str, suffix: str, tmp_path: Path) -> None:
    """Four times the text takes far less than the sixteen times of what is quadratic."""
    path, text = tmp_path / f"odd{suffix}", ODD[odd] * 16_000
    seconds(path, text[:500])  # what is loaded once
    assert seconds(path, text[:16_000]) < 9 * seconds(path, text[:4_000]) + 0.6
