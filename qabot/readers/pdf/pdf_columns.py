"""Columns of prose on a PDF page, told from those of a table by how their lines go on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from pdfplumber.utils.text import extract_text

from qabot.readers.pdf.pdf_marks import Thing

Letters = Sequence[Thing]
"""The letters of one line, from left to right, without blanks."""

_WORDS = 3  # a line of prose, at least, on average; labels and values have fewer
_ENDS = re.compile(r"[.!?:;][\"')\]”’]*$")


@dataclass(frozen=True, slots=True)
class ProseColumns:
    """Columns of prose, each read to its end before the next."""

    gaps: tuple[float, ...]  #: the middle of the gap between each two, in points from the left


def are_prose(columns: Sequence[Sequence[tuple[Letters, Letters]]]) -> bool:
    """Whether the text of every column runs on from line to line, as in no table of short cells.

    A column is given by its lines that stand right above another, each with that one.
    """
    if not all(columns) or min(map(_words_a_line, columns)) < _WORDS:
        return False
    edges = [max(line[-1]["x1"] for pair in pairs for line in pair) for pairs in columns]
    shares = [
        sum(_goes_on(above, below, edge) for above, below in pairs) / len(pairs)
        for pairs, edge in zip(columns, edges, strict=True)
    ]
    return min(shares) >= 0.5 and sum(shares) > 0.5 * len(shares)


def _words_a_line(pairs: Sequence[tuple[Letters, Letters]]) -> float:
    return mean(len(_text(above).split()) for above, _ in pairs)


def is_wrapped(above: Letters, below: Letters, edge: float) -> bool:
    """Whether a line of several words, as of prose, goes on below; `edge` is that of its column."""
    return len(_text(above).split()) >= _WORDS and _goes_on(above, below, edge)


def is_full(above: Letters, below: Letters, edge: float, space: float = 0.2) -> bool:
    """Whether a line has no room for the next one's first word before the edge of its column.

    `space` is what divides words, as a multiple of the size of the letters.
    """
    first = _text(below).split()[0]
    width = below[min(len(first), len(below)) - 1]["x1"] - below[0]["x0"]
    return bool(above[-1]["x1"] + width + space * above[-1]["size"] > edge)


def _goes_on(above: Letters, below: Letters, edge: float) -> bool:
    """Whether a line has no room for the next one's first word, and breaks off in a sentence."""
    is_small = str(below[0]["text"]).islower() and not _ENDS.search(_text(above).rstrip())
    return is_small and is_full(above, below, edge)


def _text(letters: Letters) -> str:
    return extract_text(list(letters), x_tolerance_ratio=0.15)
