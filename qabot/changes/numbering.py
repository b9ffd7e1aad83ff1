"""Numbers in front of clauses and headings: "2.1 You may ...", "§ 4 Returns", "Section 3: Fees"."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qabot.canonical import Line
from qabot.readers.headings import DIVISION

_DOTTED = re.compile(r"(?P<number>(?:\d{1,3}|[A-Z])(?:\.\d{1,3})+)[.):]?\s+(?=\S)")
_PLAIN = re.compile(r"(?P<number>\d{1,3})[.):]?\s+(?=[^\W\d_])")  # of a heading
_PARAGRAPH = re.compile(r"§+ ?\d{1,3}[a-z]?[.:]?\s+(?=\S)")
_DIVIDER = re.compile(r"[\s.:–—-]*")

_LETTERS = 1_000  # what a letter counts as, above all numbers

Number = tuple[int, ...]


class SplitLine(NamedTuple):
    """A line of a text and its sentences: clauses may run on in one paragraph."""

    line: Line
    sentences: list[tuple[int, int]]  #: where each begins and ends; a heading or row is one


class _Numbered(NamedTuple):
    """What may be the number of a clause."""

    number: Number
    start: int
    behind: int  #: where words begin behind it


def numbers_of(text: str, split: Iterable[SplitLine]) -> dict[int, int]:
    """Return where words begin behind a number of their own, by where the number begins.

    What only looks like a number of a clause is none: "2.5 million" has no clause 2, 2.4 or 2.6
    beside it.
    """
    found: dict[int, int] = {}
    dotted: list[_Numbered] = []
    known: set[Number] = set()
    for line, sentences in split:
        known.update(_counted(line.marker))
        end = _named(text, line)
        if end is not None:
            found[line.body] = end
        for start, _ in sentences:
            number = _numbered(text, line, start)
            if number and start not in found:
                counted = next(_counted(number["number"]))
                known.add(counted)
                dotted.append(_Numbered(counted, start, number.end()))
    for one in dotted:
        *above, last = one.number
        beside = [(*above, last + step) for step in (-1, 1)]
        if known.intersection([*beside, tuple(above)]):
            found[one.start] = one.behind
    return found


def _named(text: str, line: Line) -> int | None:
    """Return where a heading's words begin behind "Section 3:", or those of a line behind "§ 4"."""
    paragraph = _PARAGRAPH.match(text, line.body, line.end)
    if paragraph:
        return paragraph.end()
    division = DIVISION.match(text, line.body, line.end) if line.kind == "heading" else None
    if division is None or not division["title"].strip():
        return None
    divider = _DIVIDER.match(text, division.start("title"), line.end)
    return divider.end() if divider and divider.end() < line.end else None


def _numbered(text: str, line: Line, start: int) -> re.Match[str] | None:
    dotted = _DOTTED.match(text, start, line.end)
    is_heading = line.kind == "heading"
    return dotted or (_PLAIN.match(text, start, line.end) if is_heading else None)


def _counted(number: str) -> Iterator[Number]:
    """Yield the number that a marker has: (2, 1) of "2.1. "."""
    digits = re.findall(r"\d+|^[A-Z](?=\.\d)", number)
    if digits:
        yield tuple(int(one) if one.isdecimal() else _LETTERS + ord(one) for one in digits)
