"""Pipe tables of Markdown: each row says its header again."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import Block, clean, row_text
from qabot.readers.markdown.inline_markdown import is_bold, spoken

_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


def rows(table: SyntaxTreeNode) -> Iterator[Block]:
    """Yield a block a row: "Header: cell | Header: cell".

    Rows in bold right below the header go on with it. Where no column has one, what is bold in the
    first column is the header of its row.
    """
    header, *body = (line.children for part in table.children for line in part.children)
    headers = [spoken(cell) for cell in header]
    if not body:
        yield Block("row", row_text(("", cell) for cell in headers))
    while len(body) > 1 and _is_header(body[0]):
        below = map(spoken, body.pop(0))
        headers = [f"{above} {cell}".strip() for above, cell in zip(headers, below, strict=True)]
    for cells in body:
        texts = [clean(spoken(cell)) for cell in cells]
        if not any(headers) and len(cells) > 1 and is_bold(cells[0]):
            rest = row_text(("", text) for text in texts[1:])
            yield Block("row", f"{texts[0].rstrip(' :')}: {rest}")
        else:
            yield Block("row", row_text(zip(headers, texts, strict=True)))


def _is_header(cells: Sequence[SyntaxTreeNode]) -> bool:
    filled = [cell for cell in cells if spoken(cell).strip()]
    return len(filled) > 1 and all(map(is_bold, filled))


def with_room_for_all_cells(source: str) -> str:
    """Return Markdown in which a table's header is as wide as its longest row.

    A parser drops the cells that lie beyond the header.
    """
    lines = source.split("\n")
    end = 0
    for number in range(1, len(lines)):
        is_inside = number < end or "|" not in lines[number]
        if is_inside or not _DELIMITERS.fullmatch(lines[number]):
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
