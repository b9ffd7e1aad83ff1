"""Tables of any format: which rows are the header, and rows that say their headers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from qabot.canonical import Block, row_text

_DEEPEST = 4  # rows, at most, of a header
_LABEL = 40  # characters, at most, of a header that neither print nor file marks as one
_GROUP = 80  # characters, at most, of a row that names those below it
_REPEATED = 200  # characters, at most, of what is repeated: a header, a cell that spans rows


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in a table's grid."""

    text: str
    bold: bool = False  #: all of its letters are
    merged: Literal["", "left", "above"] = ""  #: with which cell, whose text it has


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data."""

    columns: int
    captions: tuple[str, ...]  #: rows above the header that are one cell
    header: tuple[str, ...]  #: a name for each column, "" where it has none; () without a header
    rows: tuple[tuple[Cell, ...], ...]  #: of one cell where that stretches over all columns
    keyed: bool  #: whether the first cell of each row names the others


def table_of(grid: Sequence[Sequence[Cell]], marked: int = 0) -> Table:
    """Divide a table into header and rows; the file itself marks `marked` rows as its header.

    A header of several rows gives each column one name: "Delivery, Standard".
    """
    rows = [row for row in grid if any(cell.text and cell.merged != "above" for cell in row)]
    columns = max(map(len, rows), default=0)
    captions: list[str] = []
    while len(rows) > 1 and _is_caption(rows[0], rows[1], columns):
        captions.append(rows[0][0].text)
        rows = rows[1:]
        marked -= 1
    depth = _depth(rows, marked)
    return Table(
        columns,
        tuple(captions),
        header_names([[cell.text for cell in row] for row in rows[:depth]]),
        tuple(_said(row, columns) for row in rows[depth:]),
        not depth and all(_is_key(row) for row in rows),
    )


def header_names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Join the rows of a header, in which merged cells repeat their text, to a name a column."""
    names: list[str] = []
    for column in range(max(map(len, rows), default=0)):
        texts = [row[column].rstrip(" :") for row in rows if column < len(row)]
        names.append(", ".join(dict.fromkeys(text for text in texts if text)))
    return tuple(names)


def table_blocks(table: Table, header: Sequence[str], page: int | None = None) -> Iterator[Block]:
    """Yield a block a row, in which each cell says its name in `header`.

    A row of one short cell names the rows below it, and is said in front of each.
    """
    for caption in table.captions:
        yield Block("paragraph", caption, page=page)
    group: tuple[str, ...] = ()
    for row, after in zip_longest(table.rows, table.rows[1:], fillvalue=(Cell(""),)):
        if len(row) == 1 < len(after) and _names_group(row[0].text):
            group = (row[0].text,)
            continue
        named = list(_named(row, header if len(row) > 1 else ()))
        text = row_text(named)
        if table.keyed and any(said for _, said in named[1:]):
            text = f"{row[0].text.rstrip(' :')}: {row_text(named[1:])}"
        said = (*group, text) if len(row) > 1 else (text,)
        yield Block("row", row_text(("", part) for part in said), page=page)


def _named(row: Sequence[Cell], header: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of the columns that each cell stretches over, and what it says."""
    starts = [i for i, cell in enumerate(row) if cell.merged != "left"]
    for i, end in zip_longest(starts, starts[1:], fillvalue=len(row)):
        yield header_names([[name] for name in header[i:end]] or [[""]])[0], row[i].text


def _names_group(text: str) -> bool:
    """Whether a row of one cell names the rows below it, and is no remark between them."""
    return len(text) <= _GROUP and not text.endswith((".", ";"))


def _is_one_cell(row: Sequence[Cell], columns: int) -> bool:
    return 1 < columns == len(row) and all(cell.merged == "left" for cell in row[1:])


def _is_caption(row: Sequence[Cell], below: Sequence[Cell], columns: int) -> bool:
    alone = columns > 2 and bool(row[0].text) and not any(cell.text for cell in row[1:])
    return _is_one_cell(row, columns) or alone and all(cell.text for cell in below)


def _said(row: Sequence[Cell], columns: int) -> tuple[Cell, ...]:
    """Return the cells of a row without what is long and was said in a row above."""
    if _is_one_cell(row, columns):
        return (row[0],)
    return tuple(
        replace(cell, text="") if cell.merged == "above" and len(cell.text) > _REPEATED else cell
        for cell in row
    )


def _depth(rows: Sequence[Sequence[Cell]], marked: int) -> int:
    """Return how many rows the header has."""
    if len(rows) < 2 or any(len(cell.text) > _REPEATED for cell in rows[0]):
        return 0
    bold = next((i for i, row in enumerate(rows) if not _is_bold(row)), 0)
    named = sum(bool(cell.text) for cell in rows[0]) > 1
    depth = marked if marked > 0 else bold if named and bold <= _DEEPEST else 0
    depth = depth or int(is_labels(rows) or _has_names_below(rows, 0))
    while 0 < depth < len(rows) and (
        any(cell.merged == "above" for cell in rows[depth]) or _has_names_below(rows, depth - 1)
    ):
        depth += 1
    return depth if depth < len(rows) and depth <= _DEEPEST else 0


def is_labels(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row, which nothing marks as header, holds short names of its columns."""
    first, *rest = rows[0]
    if not rest or not all(0 < len(cell.text) <= _LABEL for cell in rest):
        return False
    if any(cell.merged for cell in rest) or any(cell.merged == "above" for cell in rows[1]):
        return False
    if not first.text:
        return all(row[0].text for row in rows[1:])
    is_short = len(first.text) <= _LABEL and len(rows) > 2 and len(rest) > 1
    return is_short and not _is_data(rows[0], rows[1])


def _has_names_below(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    """Whether a row has a cell that stretches over some columns, each named in the row below."""
    if place + 2 >= len(rows):
        return False
    row, below, after = rows[place : place + 3]
    spans = {i for i, cell in enumerate(row) if cell.merged == "left"}
    spans |= {i - 1 for i in spans}
    beside = [i for i in range(min(len(row), len(below))) if i not in spans]
    return (
        bool(spans and beside)
        and _is_bold(row) == _is_bold(below)
        and all(below[i].merged or not row[i].text or not below[i].text for i in beside)
        and all(0 < len(cell.text) <= _LABEL for i, cell in enumerate(below) if i in spans)
        and not _is_data(below, after)
    )


def _is_data(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a column holds the same kind of number in both rows: "5 EUR" and "12 EUR"."""
    kinds = [[_kind(cell.text) for cell in each[1:]] for each in (row, below)]
    return any("#" in kind and kind == other for kind, other in zip(*kinds, strict=False))


def _kind(text: str) -> str:
    return re.sub(r"\d[\d.,]*", "#", re.sub(r"\b(?:19|20)\d\d\b", "year", text))


def _is_bold(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell.text]
    return bool(filled) and all(cell.bold for cell in filled)


def _is_key(row: Sequence[Cell]) -> bool:
    return len(row) > 1 and bool(row[0].text) and row[0].bold and not _is_bold(row)
