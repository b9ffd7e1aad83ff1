"""A version's text as the parts of a page: headings, paragraphs, lists and tables, all its letters.

Reads the layout that `qabot.canonical` describes. Each line, passage and sentence has an id to
link to: `p` and the offset at which it begins.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from qabot.records import CELLS, Passage, Section, Version

_ITEM = re.compile(
    r"(?P<indent> *)(?P<marker>- |\(?(?:\d+(?:\.\d+)*|[A-Za-z]|[ivxIVX]{1,5})[.)] )?"
)
_DEEPEST = 6  # lists nest no deeper than a narrow screen shows


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of a line, up to where the next sentence begins."""

    id: str | None  #: None: nothing but a further cell begins here
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` counts from 1."""

    level: int
    runs: tuple[Run, ...]
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line that is nothing else."""

    runs: tuple[Run, ...]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, and the lines under it."""

    marker: str  #: "- ", "1. ", "(a) "; "" continues the item above
    runs: tuple[Run, ...]
    under: tuple["Item", ...]


@dataclass(frozen=True, slots=True)
class List:
    """Items that stand together."""

    items: tuple[Item, ...]
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row."""

    label: str  #: the header that it repeats, "Kept for:", or ""
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the same headers."""

    rows: tuple[tuple[Cell, ...], ...]
    kind: Literal["table"] = "table"


Block = Heading | Paragraph | List | Table


@dataclass(frozen=True, slots=True)
class _Line:
    since: int  # where the line before ends; what begins from here on begins the line
    start: int
    end: int
    text: str
    level: int  # of a heading, else 0


def blocks(version: Version, passages: Sequence[Passage]) -> list[Block]:
    """Return a version's text as blocks, in order; only whitespace between them is left out."""
    lines = list(_lines(version))
    sentences = (one.start for passage in passages for one in passage.sentences)
    begun = (passage.start for passage in passages)
    starts = sorted({*(line.start for line in lines), *begun, *sentences})
    found: list[Block] = []
    for (kind, _), alike in groupby(lines, _kind):
        found += _READ[kind](list(alike), starts)
    return found


def contents(version: Version) -> list[Section]:
    """Return the outermost sections; those below it where one alone, the title, holds the text."""
    headed = [section for section in version.sections if section.trail]
    outermost = [section for section in headed if len(section.trail) == 1]
    return outermost if len(outermost) > 1 else [s for s in headed if len(s.trail) == 2]


def _lines(version: Version) -> Iterator[_Line]:
    levels = {section.start: len(section.trail) for section in version.sections}
    since = start = 0
    for text in version.text.split("\n"):
        end = start + len(text)
        if text:
            yield _Line(since, start, end, text, levels.get(start, 0))
            since = end
        start = end + 1


def _kind(line: _Line) -> tuple[str, object]:
    """Return what a line is, and what sets it apart from the next of its kind."""
    if line.level:
        return "heading", None
    if CELLS in line.text and not line.text.startswith((" ", "- ")):
        return "table", tuple(_label(cell) for cell in line.text.split(CELLS))
    return ("list" if _marked(line.text)[0] else "paragraph"), None


def _headings(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [Heading(line.level, _runs(line, line.start, line.end, starts)) for line in lines]


def _paragraphs(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [Paragraph(_runs(line, line.start, line.end, starts)) for line in lines]


def _lists(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [List(_items(lines, starts))]


def _items(lines: Sequence[_Line], starts: Sequence[int]) -> tuple[Item, ...]:
    """Hang each line under the last one before it that is indented less."""
    heads: list[int] = []
    for place, line in enumerate(lines):
        if not heads or _depth(line) <= _depth(lines[heads[-1]]):
            heads.append(place)
    return tuple(
        _item(lines[first], starts, _items(lines[first + 1 : last], starts))
        for first, last in pairwise([*heads, len(lines)])
    )


def _item(line: _Line, starts: Sequence[int], under: tuple[Item, ...]) -> Item:
    length, marker = _marked(line.text)
    return Item(marker, _runs(line, line.start + length, line.end, starts), under)


def _marked(line: str) -> tuple[int, str]:
    """Return how long indentation and marker of a list's item are, and the marker."""
    found = _ITEM.match(line)
    return (found.end(), found["marker"] or "") if found else (0, "")


def _depth(line: _Line) -> int:
    return min((len(line.text) - len(line.text.lstrip(" "))) // 2, _DEEPEST)


def _tables(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [Table(tuple(tuple(_cells(line, starts)) for line in lines))]


def _cells(line: _Line, starts: Sequence[int]) -> Iterator[Cell]:
    since, start = line.since, line.start
    for text in line.text.split(CELLS):
        end, label = start + len(text), _label(text)
        cell = _Line(since, start, end, text, 0)
        yield Cell(label, _runs(cell, start + len(label), end, starts))
        since, start = end, end + len(CELLS)


def _label(cell: str) -> str:
    """Return the header in front of a cell, with what divides it from the cell."""
    header, divider, _ = cell.partition(": ")
    return header + divider if divider else ""


def _runs(line: _Line, start: int, end: int, starts: Sequence[int]) -> tuple[Run, ...]:
    """Cut a line's `start` to `end` where sentences begin; one from before `start` begins there."""
    begun = starts[bisect_left(starts, line.since) : bisect_left(starts, end)]
    edges = [max(offset, start) for offset in begun]
    ids: list[str | None] = [f"p{offset}" for offset in begun]
    if edges[:1] != [start]:
        edges, ids = [start, *edges], [None, *ids]
    spans = pairwise([*edges, end])
    shift = line.start
    return tuple(
        Run(name, line.text[a - shift : b - shift]) for name, (a, b) in zip(ids, spans, strict=True)
    )


_READ = {"heading": _headings, "paragraph": _paragraphs, "list": _lists, "table": _tables}
