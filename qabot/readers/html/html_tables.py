"""Tables of a web page: which hold data, and their rows as lines. The others are only layout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from lxml import etree  # type: ignore[import-untyped]

from qabot.canonical import Block, row_text
from qabot.readers.html.html_page import BLOCKS, HEADINGS, Element, Removals, walk, weight
from qabot.readers.table_rows import Cell, header_names, is_labels

_REPEATED = 200  # characters, at most, of what is repeated: a header, a cell that spans rows
_LABEL = 300  # characters, at most, of a cell in a table that has no header to say it is data
_PICTURED = 40  # characters, at most, of what a picture in a cell says
_COLUMNS = 50
_ROWS = 1_000

_CELLS = frozenset({"td", "th"})
_NATIVE = _CELLS | {"table", "tbody", "thead", "tfoot", "tr", "caption", "body"}
_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {  # to the tag that says the same, and where
    **dict.fromkeys(("table", "grid", "treegrid"), ("table", ())),
    "rowgroup": ("tbody", ("table",)),
    "row": ("tr", ("table", "tbody")),
    **dict.fromkeys(("cell", "gridcell"), ("td", ("tr",))),
    **dict.fromkeys(("columnheader", "rowheader"), ("th", ("tr",))),
    "caption": ("caption", ("table",)),
}


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    is_header: bool
    is_marked: bool  #: as a header, and not only bold
    columns: int  #: that it spans
    rows: int  #: that it spans
    column: int = 0  #: at which it begins


def write_tables(body: Element) -> None:
    """Have what is a table by its ARIA roles alone be one: rows, cells and headers likewise."""
    for element in body.iter(etree.Element):
        tag, inside = _ROLES.get(element.get("role", "").lower(), ("", ()))
        around = [each.tag for each in islice(element.iterancestors(), 1 if tag in _CELLS else 3)]
        if not tag or element.tag in _NATIVE or inside and not set(inside) & set(around):
            continue
        element.tag = tag
        for name in ("colspan", "rowspan"):
            if span := element.get(f"aria-{name}"):
                element.set(name, span)


def data_blocks(table: Element, removed: Removals) -> list[Block]:
    """Return the caption and the rows, headers repeated in each; [] for a table that is layout."""
    if table.get("role") in ("presentation", "none"):
        return []
    if any(
        element.tag in HEADINGS or element.tag == "table" for element in table.iterdescendants()
    ):
        return []
    rows = [_cells(row, removed) for row in table.iter("tr") if row not in removed]
    rows = [row for row in rows if any(cell.text for cell in row)]
    if len(rows) < 2 or not 2 <= max(map(len, rows)) <= _COLUMNS or len(rows) > _ROWS:
        return []
    rows = _placed(rows)
    titles = [rows.pop(0)[0].text] if _has_title(rows) else []
    depth = next((i for i, row in enumerate(rows[:4]) if not _is_header_row(row)), 0)
    if not depth and _has_empty_corner(rows):
        depth = 1
    if not depth and not any(row[0].is_header for row in rows):
        if not _is_regular(rows):
            return []
        depth = int(is_labels([[Cell(cell.text) for cell in row] for row in rows]))
    caption = table.find("caption")
    named = "" if caption is None or caption in removed else _text(caption, removed)
    above = [Block("paragraph", text) for text in (named, *titles)]
    return [*above, *(Block("row", line) for line in _lines(rows, depth))]


def _lines(rows: Sequence[Sequence[_Cell]], depth: int) -> Iterator[str]:
    """Yield a line for each row that is no header: of the columns, or of a group of rows."""
    above = list(rows[:depth])  # header rows in a row
    headers = _headers(above)
    group: list[str] = []
    for row, after in zip_longest(rows[depth:], rows[depth + 1 :]):
        if len(row) == 1 and row[0].is_header and after is not None and len(after) > 1:
            group = [row[0].text]
        elif after is not None and _is_header_row(row) and all(cell.is_marked for cell in row):
            above.append(row)
            headers, group = _headers(above), []
        else:
            above = []
            yield row_text(("", text) for text in (*group, _line(row, headers)))


def _headers(rows: Sequence[Sequence[_Cell]]) -> dict[int, str]:
    """Return the header of each column, from the outermost in; one that spans rows counts once."""
    headers: dict[int, str] = {}
    for cell in (cell for row in rows for cell in row):
        for column in range(cell.column, cell.column + cell.columns):
            above = headers.get(column, "")
            if not f" {above}".endswith(f" {cell.text.strip(' :')}"):
                headers[column] = f"{above} {cell.text}".strip(" :")
    return headers


def _has_title(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether the first row is one cell above the row of headers."""
    return len(rows) > 2 and len(rows[0]) == 1 and _is_header_row(rows[1])


def _has_empty_corner(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether the first row and the first column hold headers: where they cross is nothing."""
    first, *others = rows
    is_header = not first[0].text and all(cell.text for cell in first[1:])
    short = all(len(cell.text) <= _REPEATED for cell in first)
    return (
        is_header
        and short
        and len(first) > 2
        and all(len(row) == len(first) and row[0].text for row in others)
    )


def _cells(row: Element, removed: Removals) -> list[_Cell]:
    return [
        _Cell(
            _text(cell, removed) or _pictured(cell),
            _is_header(cell),
            cell.tag == "th",
            _span(cell, "colspan"),
            _span(cell, "rowspan"),
        )
        for cell in row
        if cell.tag in ("td", "th") and cell not in removed
    ]


def _pictured(cell: Element) -> str:
    """Return what a picture says that is all that a cell holds: "Yes" for a tick."""
    pictures = list(islice(cell.iter("img"), 2))
    said = " ".join(pictures[0].get("alt", "").split()) if len(pictures) == 1 else ""
    return said if len(said) <= _PICTURED else ""


def _text(cell: Element, removed: Removals) -> str:
    pieces: list[str] = []
    for event, element in walk(cell, removed):
        if element.tag in BLOCKS or element.tag == "br":
            pieces.append(" ")
        if event == "start":
            pieces.append(element.text or "")
        elif element is not cell:
            pieces.append(element.tail or "")
    return " ".join("".join(pieces).split())


def _is_header(cell: Element) -> bool:
    """Whether a cell is marked as header, or all of its text is bold."""
    only, bold = cell, weight(cell)
    bold = weight(cell.getparent()) if bold is None else bold
    while len(only) == 1 and not (only.text or "").strip() and not (only[0].tail or "").strip():
        only = only[0]
        own = weight(only)
        bold = bold if own is None else own
    return bool(bold) or cell.tag == "th" or cell.getparent().getparent().tag == "thead"


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1").strip()[:4]
    if name == "rowspan" and value == "0":
        return _ROWS  # to the end of the table
    return min(max(int(value), 1), _COLUMNS) if value.isdecimal() else 1


def _placed(rows: Sequence[list[_Cell]]) -> list[list[_Cell]]:
    """Give each cell its column; a short cell that spans rows stands in each of them."""
    placed: list[list[_Cell]] = []
    above: dict[int, _Cell] = {}
    for row in rows:
        line: list[_Cell] = []
        column = 0
        cells = list(reversed(row))
        while cells or column in above:
            cell = above.pop(column, None) or replace(cells.pop(), column=column)
            line.append(cell)
            column += cell.columns
        above |= {
            c.column: replace(c, rows=c.rows - 1, text=c.text if len(c.text) <= _REPEATED else "")
            for c in line
            if c.rows > 1
        }
        placed.append(line)
    return placed


def _is_header_row(row: Sequence[_Cell]) -> bool:
    named = [cell for cell in row if cell.text]
    short = all(len(cell.text) <= _REPEATED for cell in named)
    return len(row) > 1 and short and bool(named) and all(cell.is_header for cell in named)


def _is_regular(rows: Sequence[Sequence[_Cell]]) -> bool:
    cells = [cell for row in rows for cell in row]
    filled = sum(bool(cell.text) for cell in cells)
    return (
        len({len(row) for row in rows}) == 1
        and filled * 10 >= len(cells) * 9
        and all(len(cell.text) <= _LABEL for cell in cells)
    )


def _line(row: Sequence[_Cell], headers: dict[int, str]) -> str:
    cells = [cell for cell in row if cell.text]
    if not headers and len(cells) > 1 and cells[0].is_header:
        return f"{cells[0].text.rstrip(' :')}: {row_text(('', cell.text) for cell in cells[1:])}"
    if len(row) == 1:
        return cells[0].text if cells else ""
    return row_text((_header_of(cell, headers), cell.text) for cell in cells)


def _header_of(cell: _Cell, headers: dict[int, str]) -> str:
    """Return the headers of the columns that a cell spans, each once."""
    columns = range(cell.column, cell.column + cell.columns)
    return header_names([[headers.get(column, "")] for column in columns])[0]
