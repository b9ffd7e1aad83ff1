"""Printed lines of a table without rules around its cells: at which of them a row begins."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from qabot.readers.headings import marker_of
from qabot.readers.pdf.pdf_columns import is_full, is_wrapped
from qabot.readers.pdf.pdf_marks import Thing
from qabot.readers.pdf.pdf_shown import UNKNOWN_LETTER, known_letters

GAP = 0.9  # between columns at least, as a multiple of the size of the letters
_APART = 1.25  # from the line above, as a multiple of the least pitch: a row of its own
_ROOM = 0.12  # more above a row than between the lines of a cell, as a multiple of the size
_WIDEST_SPACE = 0.6  # between words, as of letters of one width, as a multiple of the size
_OVERLAP = 0.2  # of lines that reach into each other, as a multiple of the size
_ACROSS = 0.8  # of a table's width, at least, that a rule between its rows takes


class Rule(NamedTuple):
    """A horizontal rule, or the upper or lower edge of a shaded area."""

    left: float
    right: float
    top: float  #: from the page's upper edge


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line of what may be a table."""

    cells: tuple[tuple[Thing, ...], ...]  #: the letters of each
    size: float
    top: float
    bottom: float


def row_of(line: Thing) -> Row:
    """Return a printed line cut at its wide gaps."""
    chars = [c for c in {id(c): c for c in line["chars"]}.values() if c["text"].strip()]
    size = max((char["size"] for char in chars), default=1.0)
    cells: list[list[Thing]] = [chars[:1]]
    for left, right in pairwise(chars):
        if right["x0"] - left["x1"] >= GAP * size:
            cells.append([])
        cells[-1].append(right)
    first = known_letters("".join(char["text"] for char in cells[0]))
    if len(cells) > 1 and (marker_of(first) == first or set(first) == {UNKNOWN_LETTER}):
        cells[:2] = [cells[0] + cells[1]]
    return Row(tuple(map(tuple, cells)), size, line["top"], line["bottom"])


def in_columns(row: Row, gaps: Sequence[float]) -> list[list[Thing]]:
    """Return the letters of a line in each column."""
    line: list[list[Thing]] = [[] for _ in range(len(gaps) + 1)]
    for cell in row.cells:
        line[bisect_left(gaps, cell[0]["x0"])] += cell
    return line


def set_apart(rows: Sequence[Row]) -> list[int]:
    """Return the places of the lines that stand further below the one above than others do."""
    pitches = [below.bottom - above.bottom for above, below in pairwise(rows)]
    return [i for i, pitch in enumerate(pitches, 1) if pitch > _APART * min(pitches)]


def row_starts(rows: Sequence[Row], gaps: Sequence[float], rules: Sequence[Rule]) -> list[int]:
    """Return the places of the lines at which rows of several lines begin, but for the first.

    Rows are told by rules between them, else by more room above a row than between its lines; both
    only where no second label stands within a row. The result is empty where nothing tells them:
    each line may then be a row.
    """
    for starts in (_between_rules(rows, rules), _with_room(rows, gaps)):
        if starts and len(starts) + 1 < len(rows) and _are_whole(rows, gaps, starts):
            return starts
    return []


def _between_rules(rows: Sequence[Row], rules: Sequence[Rule]) -> list[int]:
    left = min(row.cells[0][0]["x0"] for row in rows)
    right = max(row.cells[-1][-1]["x1"] for row in rows)
    least = _ACROSS * (right - left)
    starts: list[int] = []
    for place, (above, below) in enumerate(_between(rows), 1):
        inside = [(one.left, one.right) for one in rules if above - 1 <= one.top <= below + 1]
        covered = sum(max(0.0, min(b, right) - max(a, left)) for a, b in dict.fromkeys(inside))
        starts += [place] if covered >= least else []
    return starts if len(starts) > 1 else []


def _with_room(rows: Sequence[Row], gaps: Sequence[float]) -> list[int]:
    """Return the places of lines above which more room is left than anywhere in a column."""
    least = _least_room(rows, gaps) + _ROOM * max(row.size for row in rows)
    return [
        place for place, (above, below) in enumerate(_between(rows), 1) if below - above > least
    ]


def _least_room(rows: Sequence[Row], gaps: Sequence[float]) -> float:
    ends: dict[int, float] = {}
    rooms: list[float] = []
    for row in rows:
        for column in {bisect_left(gaps, cell[0]["x0"]) for cell in row.cells}:
            rooms += [row.top - ends[column]] if column in ends else []
            ends[column] = row.bottom
    return min(rooms, default=0.0)


def _between(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return for each line but the first where the lines above it end, and where it begins."""
    ends = [rows[0].bottom]
    for row in rows[1:]:
        ends.append(max(ends[-1], row.bottom))
    return [(end, row.top) for end, row in zip(ends, rows[1:], strict=False)]


def _are_whole(rows: Sequence[Row], gaps: Sequence[float], starts: Sequence[int]) -> bool:
    """Whether between these places no row begins: a second label stands where a cell goes on.

    No cell has room for what stands below it; and one of several words goes on there in small
    letters, or only rows begin with a capital. Where all cells of a row have as many lines, as
    those of a group of rows have, both are asked for. Lines that reach into each other, as where
    cells stand in the middle, are of one row in any case.
    """
    lines = [in_columns(row, gaps) for row in rows]
    edges = [
        max((line[c][-1]["x1"] for line in lines if line[c]), default=0.0)
        for c in range(len(gaps) + 1)
    ]
    parts = [lines[start:end] for start, end in pairwise([0, *starts, len(lines)])]
    labelled = [part for part in parts if sum(bool(line[0]) for line in part) > 1]
    are_even = 2 * sum(map(_is_even, labelled)) > len(labelled)
    are_capital = not any(_is_small(part[0][0]) for part in parts)
    overlap = _OVERLAP * max(row.size for row in rows)
    reach = [True, *(below < above - overlap for above, below in _between(rows))]
    for start, end in pairwise([0, *starts, len(lines)]):
        above, last = lines[start], start
        for place, line in enumerate(lines[start + 1 : end], start + 1):
            pairs = [
                (old, new, edge)
                for old, new, edge in zip(above, line, edges, strict=True)
                if old and new
            ]
            is_wide = any(is_wrapped(*pair) for pair in pairs)
            is_small = are_capital and all(_is_small(new) for _, new, _ in pairs)
            goes_on = is_wide and is_small if are_even else is_wide or is_small
            goes_on = goes_on and all(is_full(*pair, space=_WIDEST_SPACE) for pair in pairs)
            if line[0] and above[0] and not (goes_on or all(reach[last + 1 : place + 1])):
                return False
            last = place if line[0] else last
            above = [new or old for old, new in zip(above, line, strict=True)]
    return True


def _is_even(part: Sequence[Sequence[Sequence[Thing]]]) -> bool:
    """Whether all the lines of what may be one row stand in the same columns."""
    return len({tuple(map(bool, line)) for line in part}) == 1


def _is_small(letters: Sequence[Thing]) -> bool:
    return bool(letters) and str(letters[0]["text"]).islower()
