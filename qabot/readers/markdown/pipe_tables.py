"""Pipe tables of Markdown: each row says its header again."""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import Block, row_text
from qabot.readers.markdown.inline_markdown import spoken

_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


def rows(table: SyntaxTreeNode) -> Iterator[Block]:
    """Yield a block a row: "Header: cell | Header: cell"."""
    grid = [
        [spoken(cell) for cell in line.children]
        for part in table.children
        for line in part.children
    ]
    header, *body = grid
    if not body:
        yield Block("row", row_text(("", cell) for cell in header))
    for cells in body:
        yield Block("row", row_text(zip(header, cells, strict=True)))


def with_room_for_all_cells(source: str) -> str:
    """Return Markdown in which a table's header is as wide as its longest row.

    A parser drops the cells that lie beyond the header.
    """
    lines = source.split("\n")
    for number in range(1, len(lines)):
        if "|" not in lines[number] or not _DELIMITERS.fullmatch(lines[number]):
            continue
        width, end = _cells(lines[number]), number + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        missing = max(map(_cells, lines[number + 1 : end]), default=width) - width
        if missing > 0 and _cells(lines[number - 1]) == width:
            lines[number - 1] = lines[number - 1].rstrip().removesuffix("|") + "| " * missing + "|"
            lines[number] = lines[number].rstrip().removesuffix("|") + "|-" * missing + "|"
    return "\n".join(lines)


def _cells(line: str) -> int:
    return len(re.split(r"(?<!\\)\|", re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line)))
