"""A PDF page to lines of text and tables, in reading order."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table as RuledTable

from qabot.readers.tables import Cell, Table, table_of

UNKNOWN_LETTER = "\ufffd"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. Lengths are in points, from the page's left and top edge."""

    text: str
    page: int  #: from 1
    page_height: float
    left: float
    right: float
    text_left: float  #: where the second word begins: an item's text, after its marker
    first_word: float  #: width of the first word
    edge: float  #: right edge of the column it stands in
    bottom: float
    size: float  #: of most of its letters
    bold: bool  #: all of its letters


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table, or the part of one that stands on a page."""

    content: Table
    page: int
    bottom: float


def pieces_of(page: Page) -> tuple[list[Line | PageTable], str]:
    """Return the page's lines and tables in reading order, and the text that is rotated."""
    rotated = "".join(char["text"] for char in page.chars if not char["upright"])
    upright = page.filter(lambda thing: thing.get("upright", True))
    if _is_overprinted(upright):
        upright = upright.dedupe_chars()
    ruled = upright.filter(_is_no_shading).find_tables({"snap_tolerance": 4, "join_tolerance": 4})
    tables = [table for table in ruled if _is_table(table)]
    outside = upright
    for table in tables:
        outside = outside.filter(_outside(table.bbox))
    pieces: list[Line | PageTable] = []
    for region in _regions(outside):
        pieces += _lines(region)
    for table in tables:
        _insert(pieces, table, _read_table(table, upright))
    return pieces, re.sub(r"\s+", " ", rotated).strip()


def _is_overprinted(page: Page) -> bool:
    """Whether letters are printed twice, a little shifted, to look bold."""
    places = {(char["text"], round(char["x0"]), round(char["top"])) for char in page.chars}
    return len(places) < 0.95 * len(page.chars)


def _is_no_shading(thing: dict[str, Any]) -> bool:
    """Whether a thing drawn is not a cell's background, whose edges are not those of the cell."""
    is_area = thing["object_type"] == "rect" and thing["width"] > 3 and thing["height"] > 3
    return not is_area or bool(thing.get("stroke"))


def _is_table(table: RuledTable) -> bool:
    rows = table.extract()
    filled = [{i for i, cell in enumerate(row) if cell and cell.strip()} for row in rows]
    return len(set().union(*filled)) > 1 and any(len(row) > 1 for row in filled)


def _outside(box: tuple[float, float, float, float]) -> Any:  # noqa: ANN401 (pdfplumber's filter)
    left, top, right, bottom = box

    def keeps(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not (left <= x <= right and top <= y <= bottom)

    return keeps


def _lines(region: Page) -> list[Line]:
    found = region.extract_text_lines(return_chars=True, x_tolerance_ratio=0.15)
    edge = max((line["x1"] for line in found), default=0.0)
    return [_line(line, region, edge) for line in found if line["text"].strip()]


def _line(line: dict[str, Any], region: Page, edge: float) -> Line:
    chars = [char for char in line["chars"] if char["text"].strip()]
    words = line["text"].split()
    second = sum(map(len, words[:1]))  # words and letters agree: neither counts spaces
    return Line(
        text=re.sub(r"\(cid:\d+\)", UNKNOWN_LETTER, line["text"]),
        page=region.page_number,
        page_height=float(region.height),
        left=line["x0"],
        right=line["x1"],
        text_left=chars[min(second, len(chars) - 1)]["x0"],
        first_word=chars[min(second, len(chars)) - 1]["x1"] - line["x0"],
        edge=edge,
        bottom=line["bottom"],
        size=Counter(round(char["size"] * 2) / 2 for char in chars).most_common(1)[0][0],
        bold=all(_is_bold(char) for char in chars),
    )


def _is_bold(char: dict[str, Any]) -> bool:
    return not char["text"].isalpha() or bool(
        re.search(r"bold|black|heavy|demi", char["fontname"], re.IGNORECASE)
    )


def _read_table(table: RuledTable, page: Page) -> PageTable:
    columns = sorted({cell[0] for cell in table.cells})
    grid: list[list[Cell]] = []
    boxes: list[list[tuple[float, float, float, float]]] = []  # of the cell that each place is in
    for row, texts in zip(table.rows, table.extract(), strict=True):
        chars = page.crop(row.bbox, strict=False).chars
        cells: list[Cell] = []
        own: list[tuple[float, float, float, float]] = []
        for place, box in enumerate(row.cells):
            if box is not None:
                cells.append(Cell(_cell(texts[place] or ""), _are_bold(chars, box)))
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
                own.append((0.0, 0.0, 0.0, 0.0))
        grid.append(cells)
        boxes.append(own)
    return PageTable(table_of(grid), page.page_number, table.bbox[3])


def _are_bold(chars: Sequence[dict[str, Any]], box: tuple[float, float, float, float]) -> bool:
    left, _, right, _ = box
    inside = [char for char in chars if left <= (char["x0"] + char["x1"]) / 2 <= right]
    return bool(inside) and all(map(_is_bold, inside))


def _cell(text: str) -> str:
    return " ".join(re.sub(r"(?<=\w-)\n(?=\w)", "", text).split())


def _insert(pieces: list[Line | PageTable], ruled: RuledTable, table: PageTable) -> None:
    """Put a table before the first line that stands below it and not in another column."""
    left, top, right, _ = ruled.bbox
    for i, piece in enumerate(pieces):
        beside = isinstance(piece, Line) and (piece.left > right or piece.right < left)
        if not beside and piece.bottom > top:
            pieces.insert(i, table)
            return
    pieces.append(table)


def _regions(page: Page) -> list[Page]:
    """Cut a page into what is read from the left edge to the right one: bands, and columns."""
    words = page.extract_words()
    middle = _gutter(words, float(page.width))
    if middle is None:
        return [page]
    left, top, right, bottom = page.bbox
    regions: list[Page] = []
    start = top
    for is_columns, end in _bands(words, middle, bottom):
        if is_columns:
            regions += [
                page.crop((left, start, middle, end)),
                page.crop((middle, start, right, end)),
            ]
        elif end > start:
            regions.append(page.crop((left, start, right, end)))
        start = end
    return regions


def _gutter(words: Sequence[dict[str, Any]], width: float) -> float | None:
    """Return the middle of the gap between two columns of prose, None if there is one column."""
    best, fewest = None, len(words)
    for x in range(int(width * 0.4), int(width * 0.6), 2):
        crossing = sum(word["x0"] - 4 < x < word["x1"] + 4 for word in words)
        if crossing < fewest:
            best, fewest = float(x), crossing
    if best is None or not any(columns for columns, _ in _bands(words, best, 0.0)):
        return None
    return best


def _bands(
    words: Sequence[dict[str, Any]], middle: float, bottom: float
) -> list[tuple[bool, float]]:
    """Return (whether it is two columns, lower edge) of each band of rows, from the top."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: word["bottom"]):
        if rows and word["bottom"] - rows[-1][0]["bottom"] < 3:
            rows[-1].append(word)
        else:
            rows.append([word])
    bands: list[tuple[bool, list[list[dict[str, Any]]]]] = []
    for row in rows:
        free = not any(word["x0"] - 4 < middle < word["x1"] + 4 for word in row)
        if not bands or bands[-1][0] != free:
            bands.append((free, []))
        bands[-1][1].append(row)
    ends = [min(w["top"] for w in band[0]) - 1 for _, band in bands[1:]] + [bottom]
    return [
        (free and _is_prose(band, middle), end)
        for (free, band), end in zip(bands, ends, strict=True)
    ]


def _is_prose(rows: Sequence[Sequence[dict[str, Any]]], middle: float) -> bool:
    """Whether there are lines of several words on both sides, not labels beside their values."""
    for side in (True, False):
        counts = [sum((word["x1"] < middle) == side for word in row) for row in rows]
        filled = [count for count in counts if count]
        if len(filled) < 5 or sum(filled) < 4 * len(filled):
            return False
    return True
