"""A version's text as the parts of a page: headings, paragraphs, lists and tables, all its letters.

`qabot.canonical` parses the text. Each line, passage and sentence has an id to
link to: `p` and the offset at which it begins.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from qabot.canonical import Line, cells, has_heading, lines
from qabot.records import Passage, Section, Version

_LISTS_CONTENTS = re.compile(r"(?:table of )?contents:?|in this (?:policy|page)", re.IGNORECASE)
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
    """Rows, each with a cell for each column, or None where it leaves one out."""

    columns: tuple[str, ...]  #: headers, "" where a column has none
    rows: tuple[tuple[Cell | None, ...], ...]
    kind: Literal["table"] = "table"


Block = Heading | Paragraph | List | Table


@dataclass(frozen=True, slots=True)
class _Line:
    parsed: Line
    text: str
    since: int  # where the line before ends; what begins from here on begins the line


def blocks(version: Version, passages: Sequence[Passage]) -> list[Block]:
    """Return a version's text as blocks, in order; only whitespace between them is left out."""
    found = list(_lines(version))
    sentences = (one.start for passage in passages for one in passage.sentences)
    begun = (passage.start for passage in passages)
    starts = sorted({*(line.parsed.start for line in found), *begun, *sentences})
    parts: list[Block] = []
    for kind, alike in groupby(found, lambda line: line.parsed.kind):
        parts += _READ[kind](list(alike), starts)
    return parts


def contents(version: Version) -> list[Section]:
    """Return the outermost sections; those below it where one alone, the title, holds the text."""
    headed = [
        section
        for section in version.sections
        if has_heading(version.text, section) and not _LISTS_CONTENTS.fullmatch(section.trail[-1])
    ]
    outermost = [section for section in headed if len(section.trail) == 1]
    return outermost if len(outermost) > 1 else [s for s in headed if len(s.trail) == 2]


def _lines(version: Version) -> Iterator[_Line]:
    since = 0
    for section in version.sections:
        for line in lines(version.text, section):
            yield _Line(line, version.text[line.start : line.end], since)
            since = line.end


def _headings(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [Heading(line.parsed.level, _all_runs(line, starts)) for line in lines]


def _paragraphs(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    return [Paragraph(_all_runs(line, starts)) for line in lines]


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
    parsed = line.parsed
    runs = _runs(line.text, parsed.start, (line.since, parsed.body, parsed.end), starts)
    return Item(parsed.marker, runs, under)


def _depth(line: _Line) -> int:
    return min(line.parsed.indent // 2, _DEEPEST)


def _tables(lines: Sequence[_Line], starts: Sequence[int]) -> list[Block]:
    """Make a table of the rows whose headers are, in their order, among the same columns."""
    tables: list[Block] = []
    columns: tuple[str, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    for row in (tuple(_cells(line, starts)) for line in lines):
        together = _merged(columns, tuple(cell.label for cell in row)) if rows else None
        if rows and together is None:
            tables.append(_table(columns, rows))
            rows = []
        columns = together or tuple(cell.label for cell in row)
        rows.append(row)
    return [*tables, _table(columns, rows)]


def _merged(columns: tuple[str, ...], labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the longer of two rows' headers where the other's are among them, else None."""
    fewer, more = sorted((labels, columns), key=len)
    left = iter(more)
    is_among = fewer == more or ("" not in more and all(label in left for label in fewer))
    return more if is_among else None


def _table(columns: tuple[str, ...], rows: Sequence[tuple[Cell, ...]]) -> Table:
    return Table(columns, tuple(_under(columns, row) for row in rows))


def _under(columns: tuple[str, ...], row: tuple[Cell, ...]) -> tuple[Cell | None, ...]:
    if len(row) == len(columns):
        return row
    by_label = {cell.label: cell for cell in row}
    return tuple(by_label.get(label) for label in columns)


def _cells(line: _Line, starts: Sequence[int]) -> Iterator[Cell]:
    since, begin = line.since, line.parsed.start
    for one in cells(line.text):
        span = since, begin + one.value, begin + one.end
        yield Cell(line.text[one.start : one.value], _runs(line.text, begin, span, starts))
        since = begin + one.end


def _all_runs(line: _Line, starts: Sequence[int]) -> tuple[Run, ...]:
    begin, end = line.parsed.start, line.parsed.end
    return _runs(line.text, begin, (line.since, begin, end), starts)


def _runs(
    text: str, begin: int, span: tuple[int, int, int], starts: Sequence[int]
) -> tuple[Run, ...]:
    """Cut a line where sentences begin.

    `text` is the line and `begin` its offset. `span` says (since, start, end): the letters from
    `start` to `end` are cut, and what begins from `since` on but before `start` begins there.
    """
    since, start, end = span
    begun = starts[bisect_left(starts, since) : bisect_left(starts, end)]
    edges = [max(offset, start) for offset in begun]
    ids: list[str | None] = [f"p{offset}" for offset in begun]
    if edges[:1] != [start]:
        edges, ids = [start, *edges], [None, *ids]
    spans = pairwise([*edges, end])
    return tuple(
        Run(name, text[a - begin : b - begin]) for name, (a, b) in zip(ids, spans, strict=True)
    )


_READ = {"heading": _headings, "paragraph": _paragraphs, "item": _lists, "row": _tables}
