"""Tables that are drawn with letters: bars, rules of dashes, tabs, or columns of blanks."""

import re
from collections.abc import Sequence
from itertools import groupby

from qabot.readers.table_rows import Cell, Table, table_of

_MOST_LINES = 1_000
_WIDEST = 300  # characters of a line
_COLUMNS = 30
_BARRED = re.compile(r"\s*[|+].*[|+]\s*")
_RULE = re.compile(r"[\s|+:=-]*[=-]{2}[\s|+:=-]*")
_GAP = re.compile(r" {2,}")
_LABEL = 60  # characters, at most, of a cell in columns of blanks


def text_table(lines: Sequence[str], *, by_blanks: bool = True) -> Table | None:
    """Return the table that all of some lines draw, or None.

    A rule under the first rows says that they are the header. Lines in columns that nothing but
    blanks divides are a table only if `by_blanks` is set.
    """
    if not 2 <= len(lines) <= _MOST_LINES or max(map(len, lines)) > _WIDEST:
        return None
    content = [line for line in lines if not _RULE.fullmatch(line)]
    if len(content) < 2:
        return None
    if all(map(_BARRED.fullmatch, lines)):
        rows, marked = _barred(lines)
    elif all("\t" in line.strip("\t") for line in content):
        rows, marked = [line.split("\t") for line in content], 0
    elif _has_rule(lines) and all("|" in line for line in content):
        rows, marked = [line.split("|") for line in content], 1
    else:
        rows = _with_continued(_in_columns(content))
        marked = int(_has_rule(lines) or _names_amounts(rows))
        if not (_has_rule(lines) or by_blanks) or not _are_cells(rows, has_header=marked > 0):
            return None
    width = max(map(len, rows))
    if not 2 <= width <= _COLUMNS or len(rows) < 2:
        return None
    cells = [[Cell(text.strip()) for text in row] for row in rows]
    return table_of([[*row, *[Cell("")] * (width - len(row))] for row in cells], marked)


def _has_rule(lines: Sequence[str]) -> bool:
    """Whether a rule stands under the first line."""
    return any(map(_RULE.fullmatch, lines[1:2]))


def _barred(lines: Sequence[str]) -> tuple[list[list[str]], int]:
    """Return the rows between bars; where a rule divides each two, a row has several lines."""
    groups = [
        [re.sub(r"^\s*[|+]|[|+]\s*$", "", line).split("|") for line in group]
        for is_rule, group in groupby(lines, lambda line: bool(_RULE.fullmatch(line)))
        if not is_rule
    ]
    double = next((i for i, line in enumerate(lines) if _RULE.fullmatch(line) and "=" in line), 0)
    above = sum(not _RULE.fullmatch(line) for line in lines[:double])
    if len(groups) > 2 or double and len(groups) == 2:
        joined = [[" ".join(parts) for parts in zip(*group, strict=False)] for group in groups]
        return joined, int(bool(above))
    return [row for group in groups for row in group], len(groups[0]) if len(groups) == 2 else 0


def _in_columns(lines: Sequence[str]) -> list[list[str]]:
    """Return the cells of lines, between the blanks that all of them leave at the same places."""
    lines = [line.expandtabs(4).rstrip() for line in lines]
    width = max(map(len, lines))
    filled = [any(line[i : i + 1].strip() for line in lines) for i in range(width)]
    free = "".join(" " if not is_filled else "x" for is_filled in filled)
    starts = [0, *(gap.end() for gap in _GAP.finditer(free) if gap.start())]
    ends = [*starts[1:], width]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]


def _with_continued(rows: Sequence[list[str]]) -> list[list[str]]:
    """Put what goes on in a line of its own, in small letters and some of the cells, to its row.

    The rest of a label stands below one that begins with a capital.
    """
    whole: list[list[str]] = []
    for row in rows:
        are_small = len(row) > 2 and all(cell[0].islower() for cell in row if cell)
        is_label = row[0] and not any(row[1:]) and whole and not whole[-1][0][:1].islower()
        if len(whole) > 1 and are_small and (is_label or not row[0] and not all(row[1:])):
            whole[-1] = [f"{old} {new}".strip() for old, new in zip(whole[-1], row, strict=True)]
        else:
            whole.append(row)
    return whole


def _names_amounts(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows, of a label and an amount each, says what these are."""
    is_header = not any(map(str.isdecimal, "".join(rows[0])))
    return is_header and len(rows) > 2 and all(_has_amount(row) for row in rows[1:])


def _has_amount(row: Sequence[str]) -> bool:
    return len(row) == 2 and any(map(str.isdecimal, row[1]))


def _are_cells(rows: Sequence[Sequence[str]], *, has_header: bool) -> bool:
    """Whether columns are those of a table and not of a text that is set in two of them."""
    is_short = all(len(cell) <= _LABEL for row in rows for cell in row)
    least, width = (2, 2) if has_header else (3, 3)
    is_full = all(row[0] and any(row[1:]) for row in rows)
    return is_short and len(rows) >= least and len(rows[0]) >= width and is_full
