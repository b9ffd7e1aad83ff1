"""Pipe tables of Markdown: each row says its header again."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import Block, clean, row_text
from qabot.readers.markdown.inline_markdown import is_bold, spoken
from qabot.readers.text_tables import text_table

_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")

_DRAWN = re.compile(r"^ {0,3}(?:\+[-=]{2}|\|.*\|[ \t]*$|-{2,}(?: +|\+)-{2,})", re.MULTILINE)


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


def with_drawn_tables(source: str) -> str:
    """Return Markdown in which tables of other dialects, drawn with bars and dashes, have pipes.

    They are a grid, columns of blanks with a rule below their header, and bars without such a rule.
    """
    if not _DRAWN.search(source):
        return source
    parts = re.split(r"(\n[ \t]*\n)", source)
    return "".join(_drawn(part) if place % 2 == 0 else part for place, part in enumerate(parts))


def _drawn(part: str) -> str:
    lines = part.strip("\n").split("\n")
    if not _DRAWN.search(part) or any(map(_DELIMITERS.fullmatch, lines[1:2])) and "|" in lines[0]:
        return part
    table = text_table(lines, by_blanks=False)
    if table is None:
        return part
    rows = [table.header or ("",) * table.columns, ("---",) * table.columns]
    rows += [tuple(cell.text for cell in row) for row in table.rows]
    piped = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "".join(f"{caption}\n\n" for caption in table.captions) + f"\n{piped}\n"


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
