"""Tables of a PDF page: those drawn with rules, and those whose columns are only aligned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page
from pdfplumber.table import Table as RuledTable
from pdfplumber.utils.text import extract_text

from qabot.readers.pdf.pdf_columns import Letters, ProseColumns, are_prose
from qabot.readers.pdf.pdf_heads import Cells, headed, heads_above
from qabot.readers.pdf.pdf_marks import Thing
from qabot.readers.pdf.pdf_rows import GAP, Row, Rule, in_columns, row_of, row_starts, set_apart
from qabot.readers.pdf.pdf_shown import known_letters
from qabot.readers.table_rows import Cell, Table, table_of

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in points from the page's left and top edge."""

_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
_WIDE_GAP = 1.5  # between two columns, which much else has too
_MOST_LINES = 500
_LABEL = 60  # characters, at most, of a first cell beside a single other one


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table, or the part of one that stands on a page."""

    content: Table
    page: int
    bottom: float


def ruled_tables(page: Page) -> list[RuledTable]:
    """Return the tables of data that are drawn with rules."""
    found = page.filter(_is_no_shading).find_tables({"snap_tolerance": 4, "join_tolerance": 4})
    return [table for table in found if _is_table(table)]


def read_ruled(table: RuledTable, page: Page) -> PageTable:
    """Return what a ruled table says; a cell may stretch over several columns or rows."""
    columns = sorted({cell[0] for cell in table.cells})
    grid: list[list[Cell]] = []
    boxes: list[list[Box]] = []  # of the cell that each place is in
    for row, texts in zip(table.rows, table.extract(), strict=True):
        chars = page.crop(row.bbox, strict=False).chars
        cells: list[Cell] = []
        own: list[Box] = []
        for place, box in enumerate(row.cells):
            if box is not None:
                cells.append(Cell(_folded(texts[place] or ""), _is_bold_in(chars, box)))
                own.append(box)
            elif own and own[-1][2] > columns[place] + 1:
                cells.append(Cell(cells[-1].text, cells[-1].bold, "left"))
                own.append(own[-1])
            elif boxes and boxes[-1][place][3] > row.bbox[1] + 1:
                above = grid[-1][place]
                cells.append(Cell(above.text, above.bold, "above"))
                own.append(boxes[-1][place])
            else:
                cells.append(Cell(""))
                own.append(_NOWHERE)
        grid.append(cells)
        boxes.append(own)
    return PageTable(table_of(grid), page.page_number, table.bbox[3])


def aligned_parts(
    lines: Sequence[Thing], page: int, rules: Sequence[Rule]
) -> dict[int, tuple[int, PageTable | ProseColumns]]:
    """Return the parts of a page or column that stand in columns without rules, by first line.

    With each comes the line after its last one. It is some lines in a row whose words leave the
    same gaps free, from top to bottom: a table, or columns of prose, whose lines go on below.
    `rules` are those drawn across the page.
    """
    rows = [row_of(line) for line in lines]
    cells = [row.cells for row in rows]
    found: dict[int, tuple[int, PageTable | ProseColumns]] = {}
    start = 0
    while start < len(rows):
        end, gaps = _extent(rows, start)
        below, more = _extent(rows, start + 1) if start + 1 < len(rows) else (end, gaps)
        if len(more) >= len(gaps) and heads_above(cells, start + 1, more):
            start, end, gaps = start + 1, below, more
        inside = rows[start:end]
        goes_on = bool(gaps) and _text_goes_on(inside, gaps)
        if goes_on and not _are_rows(inside):
            end = _end_of_first_column(rows, end, gaps[0])
            found[start] = end, ProseColumns(tuple(gaps))
        elif goes_on or gaps and _is_table_of(inside, gaps):
            heads = heads_above(cells, start, gaps)
            starts = set_apart(inside) if goes_on else row_starts(inside, gaps, rules)
            table = _aligned(inside, gaps, starts, cells[start - heads : start])
            found[start - heads] = end, PageTable(table, page, rows[end - 1].bottom)
        else:
            end = start + 1
        start = end
    return found


def _extent(rows: Sequence[Row], start: int) -> tuple[int, list[float]]:
    """Return where columns that begin at `start` end, and the middles of their gaps, if any.

    A line of a single word or cell belongs to them where it stands between two of several, or goes
    on another column than the first.
    """
    end, gaps = start, list[float]()
    union: list[tuple[float, float]] = []
    if len(rows[start].cells) < 2:
        return start, []
    for place in range(start, min(len(rows), start + _MOST_LINES)):
        row = rows[place]
        pitch = row.bottom - rows[place - 1].bottom if place > start else 0.0
        if not 0 <= pitch <= 3 * row.size:
            break
        wider = _merged([*union, *((cell[0]["x0"], cell[-1]["x1"]) for cell in row.cells)])
        free = _gaps(wider, row.size)
        if not free or place > start + 1 and len(free) < len(gaps):
            break
        union = wider
        indented = row.cells[0][0]["x0"] > free[0] and pitch <= 1.5 * row.size
        if len(row.cells) > 1 or indented:
            end, gaps = place + 1, free
    while gaps and end < len(rows) and _is_last_of_label(rows[end - 1], rows[end], gaps[0]):
        end += 1
    return end, gaps


def _is_last_of_label(above: Row, row: Row, gap: float) -> bool:
    """Whether a line below a table is the rest of its last row's first cell."""
    is_small = row.cells[0][0]["text"].islower() and row.cells[-1][-1]["x1"] < gap
    is_below = above.cells[0][0]["x0"] < gap and above.cells[0][0]["text"].isalnum()
    return is_small and is_below and 0 <= row.bottom - above.bottom <= 1.5 * row.size


def _text_goes_on(rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether the lines of every column go on in the next, where rows are not set apart."""
    columns: list[list[tuple[Letters, Letters]]] = [[] for _ in range(len(gaps) + 1)]
    apart = set_apart(rows)
    for place in range(1, len(rows)):
        above, below = (in_columns(row, gaps) for row in rows[place - 1 : place + 1])
        for pairs, *pair in zip(columns, above, below, strict=True):
            if place not in apart and all(pair):
                pairs.append((pair[0], pair[1]))
    return are_prose(columns)


def _end_of_first_column(rows: Sequence[Row], end: int, gap: float) -> int:
    """Return where the first of some columns of prose ends, if it is longer than the others."""
    while end < len(rows):
        row, above = rows[end], rows[end - 1]
        if row.cells[-1][-1]["x1"] > gap or not 0 <= row.bottom - above.bottom <= 1.5 * row.size:
            break
        end += 1
    return end


def _are_rows(rows: Sequence[Row]) -> bool:
    """Whether lines are set apart as the rows of a table are, and not only below a bold line."""
    return any(not _is_bold(rows[place - 1]) for place in set_apart(rows))


def _is_table_of(rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    full = [row for row in rows if len(row.cells) > 1]
    headed = len(full) == 2 and _is_bold(full[0]) and not _is_bold(full[1])
    return (len(full) >= 3 or headed) and _is_data(full, gaps)


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged


def _gaps(spans: Sequence[tuple[float, float]], size: float) -> list[float]:
    return [
        (left[1] + right[0]) / 2
        for left, right in pairwise(spans)
        if right[0] - left[1] >= GAP * size
    ]


def _is_data(rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether columns are those of a table: three or more, or two of short labels and values."""
    if len(gaps) != 1:
        return bool(gaps)
    pairs = [row.cells[:2] for row in rows]
    edges = [[value[place][edge] for _, value in pairs] for place, edge in ((0, "x0"), (-1, "x1"))]
    return (
        any(max(places) - min(places) <= 4 for places in edges)
        and all(
            value[0]["x0"] - label[-1]["x1"] >= _WIDE_GAP * row.size
            for row, (label, value) in zip(rows, pairs, strict=True)
        )
        and all(len(label) <= _LABEL for label, _ in pairs)
    )


def _aligned(
    rows: Sequence[Row], gaps: Sequence[float], starts: Sequence[int], heads: Sequence[Cells]
) -> Table:
    """Return the table that lines make; () for `starts` leaves open at which a row begins.

    `heads` are rows above it that head several columns at once.
    """
    grid: list[list[list[Thing]]] = []
    for place, row in enumerate(rows):
        line = in_columns(row, gaps)
        filled = sum(map(bool, line))
        both_bold = place > 0 and _is_bold(rows[place - 1]) and _is_bold(row)
        unlabelled = not line[0] and (filled < len(gaps) or len(gaps) == 1 or both_bold)
        if grid and (place not in starts if starts else unlabelled):
            grid[-1] = [[*old, *new] for old, new in zip(grid[-1], line, strict=True)]
        else:
            grid.append(line)
    above = [
        [Cell(_text_of([*of]), _are_bold(of), "left" if merged else "") for of, merged in line]
        for line in headed(heads, gaps)
    ]
    body = [[Cell(_text_of(cell), _are_bold(cell)) for cell in line] for line in grid]
    return table_of([*above, *body], len(above) + bool(above))


def _text_of(chars: list[Thing]) -> str:
    return _folded(extract_text(chars, x_tolerance_ratio=0.15)) if chars else ""


def _is_no_shading(thing: Thing) -> bool:
    """Whether a thing drawn is not a cell's background, whose edges are not those of the cell."""
    is_area = thing["object_type"] == "rect" and thing["width"] > 3 and thing["height"] > 3
    return not is_area or bool(thing.get("stroke"))


def _is_table(table: RuledTable) -> bool:
    rows = table.extract()
    filled = [{i for i, cell in enumerate(row) if cell and cell.strip()} for row in rows]
    return len(set().union(*filled)) > 1 and any(len(row) > 1 for row in filled)


def _is_bold_in(chars: Sequence[Thing], box: Box) -> bool:
    left, _, right, _ = box
    return _are_bold([c for c in chars if left <= (c["x0"] + c["x1"]) / 2 <= right])


def _is_bold(row: Row) -> bool:
    return all(map(_are_bold, row.cells))


def _are_bold(chars: Sequence[Thing]) -> bool:
    """Whether there are letters or digits, and all of them are bold."""
    spoken = [char for char in chars if char["text"].isalnum()]
    return bool(spoken) and all(map(is_bold, spoken))


def is_bold(char: Thing) -> bool:
    """Whether a letter is printed in a bold font."""
    return bool(re.search(r"bold|black|heavy|demi", char["fontname"], re.IGNORECASE))


def _folded(text: str) -> str:
    return known_letters(" ".join(re.sub(r"(?<=\w-)\n(?=\w)", "", text).split()))
