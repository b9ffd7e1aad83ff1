"""Running headers, running footers and page numbers: found because they repeat, and taken out."""

import re
from collections import defaultdict

from qabot.readers.pdf.pdf_lines import Line
from qabot.readers.pdf.pdf_tables import PageTable
from qabot.records import Removed

_NUMBER = re.compile(
    r"[\W_]*(page|p\.|seite)?\s*(#|[ivxlc]+)(\s*(/|of|von|\|)\s*#)?[\W_]*", re.IGNORECASE
)


def without_furniture(
    pieces: list[Line | PageTable],
) -> tuple[list[Line | PageTable], tuple[Removed, ...]]:
    """Take out lines that stand at the same height at the top or bottom of most pages."""
    places: dict[str, list[Line]] = defaultdict(list)
    for line in _outermost(pieces):
        places[_pattern(line)].append(line)
    pages = len({piece.page for piece in pieces})
    furniture = {id(line) for lines in places.values() for line in _repeated(lines, pages)}
    removed = tuple(
        Removed(_rule(piece), piece.text)
        for piece in pieces
        if isinstance(piece, Line) and id(piece) in furniture
    )
    return [piece for piece in pieces if id(piece) not in furniture], removed


def _outermost(pieces: list[Line | PageTable]) -> list[Line]:
    """Return the lines in the upper and lower margin of each page, three at most in each."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for piece in pieces:
        if isinstance(piece, Line) and not 0.12 < piece.bottom / piece.page_height < 0.88:
            by_page[piece.page].append(piece)
    ordered = [sorted(lines, key=lambda line: line.bottom) for lines in by_page.values()]
    return [
        line for lines in ordered for line in (lines if len(lines) < 7 else lines[:3] + lines[-3:])
    ]


def _pattern(line: Line) -> str:
    text = re.sub(r"\d+", "#", line.text.casefold())
    return "page number" if _NUMBER.fullmatch(text) else text


def _repeated(lines: list[Line], pages: int) -> list[Line]:
    """Return those of `lines` that share their height on more than half of the pages."""
    best: list[Line] = []
    for line in lines:
        level = [other for other in lines if abs(other.bottom - line.bottom) <= 3]
        if len({other.page for other in level}) > len({other.page for other in best}):
            best = level
    return best if len({line.page for line in best}) > max(1, pages / 2) else []


def _rule(line: Line) -> str:
    if _pattern(line) == "page number":
        return "page number"
    return "running header" if line.bottom < line.page_height / 2 else "running footer"
