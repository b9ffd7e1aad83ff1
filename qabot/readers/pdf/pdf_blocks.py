"""Paragraphs and tables of a PDF to blocks: headings and their levels, items and their depth."""

import re
from collections.abc import Sequence

from qabot.canonical import Block
from qabot.readers.headings import DIVISION, plain_marker, prints_as_heading, with_titles
from qabot.readers.line_end_hyphens import joined, words_of
from qabot.readers.pdf.pdf_lines import Line
from qabot.readers.pdf.pdf_paragraphs import Paragraph, Usual, is_small_print, paragraphs_of
from qabot.readers.pdf.pdf_tables import PageTable
from qabot.readers.table_rows import table_blocks


def blocks_of(pieces: Sequence[Line | PageTable]) -> list[Block]:
    """Make blocks of what stands on all pages; a paragraph that runs over a page break is one."""
    found, usual = paragraphs_of(pieces)
    words = words_of(piece.text for piece in pieces if isinstance(piece, Line))
    headings = _headings(found, usual)
    styles = sorted({_style(found[place].lines[0]) for place in headings})  # type: ignore[union-attr]
    blocks: list[Block] = []
    indents: list[float] = []  # of the items that are open, the outermost first
    header: tuple[str, ...] = ()
    for place, group in enumerate(found):
        if isinstance(group, PageTable):
            rows, header = _rows(group, header)
            blocks += rows
            continue
        header = ()
        text = _text(group, words)
        if is_small_print(group.lines[0], usual):
            blocks.append(Block("paragraph", text, page=group.lines[0].page))
        elif place not in headings:
            blocks.append(_body_block(group, text, indents))
        else:
            indents.clear()
            level = styles.index(_style(group.lines[0])) + _depth(group.marker)
            blocks.append(Block("heading", text, min(level, 6), page=group.lines[0].page))
    return with_titles(blocks)


def _headings(found: Sequence[Paragraph | PageTable], usual: Usual) -> set[int]:
    """Return the places of the headings; lines "Schedule 1: ..." in a row are a list."""
    places = {
        place
        for place, group in enumerate(found)
        if isinstance(group, Paragraph) and _is_heading(group, usual)
    }
    named = {place for place in places if _is_plain_division(found[place], usual)}
    return {p for p in places if p not in named or not {p - 1, p + 1} & named}


def _is_plain_division(group: Paragraph | PageTable, usual: Usual) -> bool:
    if isinstance(group, PageTable) or group.lines[0].size > usual.size:
        return False
    match = DIVISION.match(group.lines[0].text)
    return match is not None and bool(match["title"]) and not group.lines[0].text.isupper()


def _is_heading(group: Paragraph, usual: Usual) -> bool:
    text = " ".join(line.text for line in group.lines)
    if not prints_as_heading(text):
        return False
    if group.lines[0].size >= usual.size * 1.08:
        return True
    if all(line.bold for line in group.lines) and not usual.bold:
        return not text.endswith(":") or bool(group.marker)
    return bool(DIVISION.match(text)) and len(text) <= 80 or text.isupper() and len(text) > 6


def _style(line: Line) -> tuple[float, bool]:
    """Return how a heading is set; headings of the outermost level sort first."""
    return (-line.size, not line.text.isupper())


def _depth(marker: str) -> int:
    return max(1, len(re.findall(r"\d+", marker)))


def _body_block(group: Paragraph, text: str, indents: list[float]) -> Block:
    line = group.lines[0]
    if group.marker:
        start = line.text_left
        while indents and start < indents[-1] - 8:
            indents.pop()
        if not indents or start > indents[-1] + 8:
            indents.append(start)
        rest, marker = text[len(group.marker) :], plain_marker(group.marker)
        return Block("item", rest, len(indents), marker, line.page)
    while indents and line.left < indents[-1] - 3:
        indents.pop()
    if indents:
        return Block("item", text, len(indents), "", line.page)
    return Block("paragraph", text, page=line.page)


def _text(group: Paragraph, words: frozenset[str]) -> str:
    text = ""
    for line in group.lines:
        text = joined(text, line.text, words)
    return text


def _rows(table: PageTable, header: tuple[str, ...]) -> tuple[list[Block], tuple[str, ...]]:
    """Return the rows, and the header that the table's part on the next page goes on with."""
    content = table.content
    if content.header or len(header) != content.columns:
        header = content.header
    return list(table_blocks(content, header, table.page)), header
