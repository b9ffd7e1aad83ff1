"""A PDF page to lines of text and tables, in reading order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table as RuledTable

from qabot.readers.pdf.pdf_rows import Rule
from qabot.readers.pdf.pdf_shown import is_upright, known_letters, shown
from qabot.readers.pdf.pdf_tables import (
    PageTable,
    aligned_parts,
    is_bold,
    read_ruled,
    ruled_tables,
)
from qabot.records import Removed


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


_Words = list[dict[str, Any]]
"""The words of a printed row, as pdfplumber gives them."""


def pieces_of(page: Page) -> tuple[list[Line | PageTable], list[Removed]]:
    """Return the lines and tables of what runs upright, in reading order, and what is left out."""
    upright, removed = shown(page.filter(is_upright))
    if _is_overprinted(upright):
        upright = upright.dedupe_chars()
    tables = ruled_tables(upright)
    outside = upright
    for table in tables:
        outside = outside.filter(_outside(table.bbox))
    pieces: list[Line | PageTable] = []
    for region in _regions(outside):
        pieces += _lines(region)
    for table in tables:
        _insert(pieces, table, read_ruled(table, upright))
    return pieces, removed


def _is_overprinted(page: Page) -> bool:
    """Whether letters are printed twice, a little shifted, to look bold."""
    places = {(char["text"], round(char["x0"]), round(char["top"])) for char in page.chars}
    return len(places) < 0.95 * len(page.chars)


def _outside(box: tuple[float, float, float, float]) -> Any:  # noqa: ANN401 (pdfplumber's filter)
    left, top, right, bottom = box

    def keeps(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not (left <= x <= right and top <= y <= bottom)

    return keeps


def _inside(box: tuple[float, float, float, float]) -> Any:  # noqa: ANN401 (pdfplumber's filter)
    is_outside = _outside(box)
    return lambda thing: not is_outside(thing)


def _lines(region: Page) -> Iterator[Line | PageTable]:
    found = region.extract_text_lines(return_chars=True, x_tolerance_ratio=0.15)
    found = [line for line in found if line["text"].strip()]
    edge = max((line["x1"] for line in found), default=0.0)
    rules = [Rule(one["x0"], one["x1"], one["top"]) for one in region.horizontal_edges]
    parts = aligned_parts(found, region.page_number, rules)
    place = 0
    while place < len(found):
        if place not in parts:
            yield _line(found[place], region, edge)
            place += 1
            continue
        start = place
        place, part = parts[start]
        if isinstance(part, PageTable):
            yield part
            continue
        top, bottom = found[start]["top"] - 1, found[place - 1]["bottom"] + 1
        for left, right in pairwise((0.0, *part.gaps, float(region.bbox[2]))):
            yield from _lines(region.filter(_inside((left, top, right, bottom))))


def _line(line: dict[str, Any], region: Page, edge: float) -> Line:
    chars = [char for char in line["chars"] if char["text"].strip()]
    words = line["text"].split()
    second = sum(map(len, words[:1]))  # words and letters agree: neither counts spaces
    return Line(
        text=known_letters(line["text"]),
        page=region.page_number,
        page_height=float(region.height),
        left=line["x0"],
        right=line["x1"],
        text_left=chars[min(second, len(chars) - 1)]["x0"],
        first_word=chars[min(second, len(chars)) - 1]["x1"] - line["x0"],
        edge=edge,
        bottom=line["bottom"],
        size=Counter(round(char["size"] * 2) / 2 for char in chars).most_common(1)[0][0],
        bold=all(is_bold(char) for char in chars if char["text"].isalpha()),
    )


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
    rows: list[_Words] = []
    for word in sorted(words, key=lambda word: word["bottom"]):
        if rows and word["bottom"] - rows[-1][0]["bottom"] < 3:
            rows[-1].append(word)
        else:
            rows.append([word])
    bands: list[tuple[bool, list[_Words]]] = []
    usual = median(word["bottom"] - word["top"] for word in words) if words else 0.0
    for number, row in enumerate(rows):
        around = rows[max(number - 1, 0) : number + 2]
        free = not _stands_alone(row, around, middle, usual) and not any(
            word["x0"] - 4 < middle < word["x1"] + 4 for word in row
        )
        if not bands or bands[-1][0] != free:
            bands.append((free, []))
        bands[-1][1].append(row)
    for (columns, above), (_, below) in pairwise(bands):
        moved = _headings_below(above, below, middle) if columns else 0
        below[:0] = above[len(above) - moved :]
        del above[len(above) - moved :]
    bands = [band for band in bands if band[1]]
    ends = [min(w["top"] for w in band[0]) - 1 for _, band in bands[1:]] + [bottom]
    return [
        (free and _is_prose(band, middle), end)
        for (free, band), end in zip(bands, ends, strict=True)
    ]


def _stands_alone(row: _Words, around: Sequence[_Words], middle: float, usual: float) -> bool:
    """Whether a row is a large heading on the left, beside which both columns are interrupted.

    `around` is the row between the one above and the one below, `usual` the height of most words.
    """
    if len(around) < 3 or any(word["x1"] > middle for word in row):
        return False
    height = max(word["bottom"] for word in row) - min(word["top"] for word in row)
    space = min(w["top"] for w in around[-1]) - max(w["bottom"] for w in around[0])
    return bool(height >= 1.15 * usual and space >= 2.5 * usual)


def _headings_below(rows: Sequence[_Words], below: Sequence[_Words], middle: float) -> int:
    """Return how many rows at the foot of columns belong to what stands below both of them.

    They are on the left alone, and nearer to what is below than to what is above.
    """
    for count in range(1, min(4, len(rows))):
        row, above = rows[-count], rows[-count - 1]
        if any(word["x1"] > middle for word in row):
            return 0
        gap = min(word["top"] for word in row) - max(word["bottom"] for word in above)
        beneath = min(word["top"] for word in below[0])
        if gap > 1.3 * (beneath - max(word["bottom"] for word in rows[-1])) and gap > 0:
            return count
    return 0


def _is_prose(rows: Sequence[_Words], middle: float) -> bool:
    """Whether there are lines of several words on both sides, not labels beside their values."""
    for side in (True, False):
        counts = [sum((word["x1"] < middle) == side for word in row) for row in rows]
        filled = [count for count in counts if count]
        if len(filled) < 5 or sum(filled) < 4 * len(filled):
            return False
    return True
