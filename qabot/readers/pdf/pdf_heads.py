"""Rows above a table without rules that head several of its columns at once."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from qabot.readers.pdf.pdf_marks import Thing

Cells = Sequence[Sequence[Thing]]
"""The letters of each cell of a printed row."""

_MOST = 2  # rows: "Delivery", and "Zone" at half the height of what it stands beside
_PITCH = 1.8  # from the line above, at most, as a multiple of the size of its letters


def heads_above(rows: Sequence[Cells], first: int, gaps: Sequence[float]) -> int:
    """Return how many rows above the table's first one, whose first column is empty, head it too.

    One of them has a cell that stretches over some columns behind the first; or they head the first
    and another, which those on its right belong to.
    """
    if len(gaps) < 2 or rows[first][0][0]["x0"] <= gaps[0]:
        return 0
    heads = list(takewhile(lambda place: _is_close(rows, place), range(first - 1, -1, -1)))[:_MOST]
    for count in range(len(heads), 0, -1):
        cells = [cell for place in heads[:count] for cell in rows[place]]
        spans = [columns_of(cell, gaps) for cell in cells]
        taken = [column for span in spans for column in span]
        is_spread = any(len(span) > 1 and span[0] > 0 for span in spans)
        has_corner = 0 in taken and 1 < len(taken) <= len(gaps)
        if (is_spread or has_corner) and len({*taken}) == len(taken):
            return count
    return 0


def columns_of(cell: Sequence[Thing], gaps: Sequence[float]) -> list[int]:
    """Return the columns that a cell stands in: those on both sides of a gap that it covers."""
    left, right = cell[0]["x0"], cell[-1]["x1"]
    first = sum(gap <= left for gap in gaps)
    return list(range(first, sum(gap < right for gap in gaps) + 1))


def headed(
    rows: Sequence[Cells], gaps: Sequence[float]
) -> Iterator[list[tuple[Sequence[Thing], bool]]]:
    """Yield rows as the letters of each column, with whether its cell began in one before."""
    for row in rows:
        line: list[tuple[Sequence[Thing], bool]] = [((), False)] * (len(gaps) + 1)
        for cell in row:
            for place, column in enumerate(columns_of(cell, gaps)):
                line[column] = cell, place > 0
        for column in range(2, len(line)):
            if not line[column][0] and line[column - 1][0]:
                line[column] = line[column - 1][0], True
        yield line


def _is_close(rows: Sequence[Cells], place: int) -> bool:
    upper, lower = rows[place][0][0], rows[place + 1][0][0]
    return bool(0 <= lower["bottom"] - upper["bottom"] <= _PITCH * upper["size"])
