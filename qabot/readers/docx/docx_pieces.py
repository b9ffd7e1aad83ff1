"""The body of a Word file to paragraphs and tables, in order, layout tables unfolded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qabot.canonical import clean
from qabot.readers.docx.docx_numbering import Numbering
from qabot.readers.docx.docx_text import Style, Text, left_of, read_text
from qabot.readers.headings import marker_of
from qabot.records import Removed

_P, _TABLE, _ROW, _CELL = (qn(f"w:{tag}") for tag in ("p", "tbl", "tr", "tc"))
_CONTENTS = re.compile(r"PAGEREF\s+_Toc|^\s*TOC\b")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as printed."""

    text: str  #: without the marker
    marker: str  #: "-", "1.1", "(a)" or ""
    outline: int | None  #: 0 is the outermost heading level; None: no heading style
    left: int  #: indentation in twentieths of a point, a table inside a table counting 1000
    bold: bool
    size: int  #: in half points
    in_item: bool = False  #: begins or goes on an item of a layout table


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data."""

    rows: tuple[tuple[str, ...], ...]
    has_header: bool


@dataclass(slots=True)
class Body:
    """What is needed to read the paragraphs of one file, and what was left out of them."""

    styles: Mapping[str, Style]
    numbering: Numbering
    notes: Mapping[tuple[str, str], BaseOxmlElement]
    removed: list[Removed] = field(default_factory=list)
    seen_notes: int = 0

    def pieces(self, parent: BaseOxmlElement, depth: int = 0) -> Iterator[Paragraph | Table]:
        """Yield what stands in `parent`; `depth` counts the layout tables around it."""
        for child in parent:
            if child.tag == _P:
                yield from self._paragraph(child, depth)
            elif child.tag == _TABLE:
                yield from self._table(child, depth)
            elif child.tag not in (qn("w:del"), qn("w:moveFrom"), qn("w:sdtPr"), qn("w:sectPr")):
                yield from self.pieces(child, depth)  # content controls, insertions

    def _paragraph(self, element: BaseOxmlElement, depth: int) -> Iterator[Paragraph | Table]:
        properties = element.find(qn("w:pPr"))
        style = self._style(properties)
        text = read_text(element, style, self.styles)
        if clean(text.hidden):
            self.removed.append(Removed("hidden text", clean(text.hidden)))
        if _is_contents(element, style):
            self.removed.append(Removed("table of contents", clean(text.printed)))
            return
        if clean(text.printed):
            yield self._piece(properties, style, text, depth)
        for box in text.boxes:
            yield from self.pieces(box, depth)
        for note in text.notes:
            yield from self._note(note)

    def _piece(
        self, properties: BaseOxmlElement | None, style: Style, text: Text, depth: int
    ) -> Paragraph:
        number = properties.find(qn("w:numPr")) if properties is not None else None
        list_id = _attribute(number, "w:numId") or style.number
        own_level = _attribute(number, "w:ilvl")
        level = int(own_level) if own_level.isdecimal() else style.number_level
        left = left_of(properties, self.numbering.left(list_id, level) or style.left)
        printed = clean(text.printed)
        marker = self.numbering.next_marker(list_id, level)
        if marker is None:
            marker = marker_of(printed)
            printed = printed[len(marker) :]
        outline = _attribute(properties, "w:outlineLvl")
        return Paragraph(
            text=printed.strip(),
            marker=marker,
            outline=int(outline) if outline.isdecimal() and int(outline) < 9 else style.outline,
            left=depth * 1000 + max(left, 0),
            bold=text.bold,
            size=text.size,
        )

    def _style(self, properties: BaseOxmlElement | None) -> Style:
        style = self.styles.get(_attribute(properties, "w:pStyle"), self.styles[""])
        return replace(style, outline=0) if style.name.casefold() == "title" else style

    def _note(self, note: tuple[str, str]) -> Iterator[Paragraph | Table]:
        """Yield a footnote under the paragraph that refers to it."""
        if note in self.notes:
            self.seen_notes += 1
            text = self.text_of(self.notes[note])
            yield Paragraph(f"[{self.seen_notes}] {text}", "", None, 0, bold=False, size=0)

    def text_of(self, parent: BaseOxmlElement) -> str:
        """Return what stands in a cell, a note or a header on one line."""
        return clean(" ".join(_lines(self.pieces(parent))))

    def _table(self, table: BaseOxmlElement, depth: int) -> Iterator[Paragraph | Table]:
        rows = [_cells(row) for row in _inside(table, _ROW) if not _is_deleted(row)]
        texts = [["".join(cell.itertext(qn("w:t"))).strip() for cell in row] for row in rows]
        if all(sum(map(bool, row)) <= 1 for row in texts):
            for row in rows:
                for cell in row:
                    yield from self.pieces(cell, depth + 1)
        elif all(len(row) == 2 and (not row[0] or _is_marker(row[0])) for row in texts):
            for (_, content), (marker, _) in zip(rows, texts, strict=True):
                yield from self._item(marker, content, depth)
        else:
            yield self._data(table, rows)

    def _item(
        self, marker: str, content: BaseOxmlElement, depth: int
    ) -> Iterator[Paragraph | Table]:
        """Yield a row of a layout table whose first cell holds nothing but "(a)"."""
        for piece in self.pieces(content, depth + 1):
            if isinstance(piece, Paragraph) and not piece.marker and marker:
                piece = replace(piece, marker=marker, left=(depth + 1) * 1000, in_item=True)
                marker = ""
            yield piece

    def _data(self, table: BaseOxmlElement, rows: Sequence[Sequence[BaseOxmlElement]]) -> Table:
        filled: list[tuple[str, ...]] = []
        for row in rows:
            cells: list[str] = []
            for cell in row:
                above = filled[-1][len(cells)] if filled and len(filled[-1]) > len(cells) else ""
                text = above if _continues(cell) else self.text_of(cell)
                cells += [text] + [""] * (_span(cell) - 1)
            filled.append(tuple(cells))
        bold = [all(map(self._is_bold, row)) for row in rows[:2]]
        marked = table.find(f"{_ROW}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        short = len(rows) > 2 and len(filled[0]) > 2 and all(len(cell) <= 40 for cell in filled[0])
        has_header = len(rows) > 1 and all(filled[0]) and (marked or bold == [True, False] or short)
        return Table(tuple(row for row in filled if any(row)), has_header)

    def _is_bold(self, cell: BaseOxmlElement) -> bool:
        paragraphs = [
            read_text(each, self._style(each.find(qn("w:pPr"))), self.styles)
            for each in cell.iter(_P)
        ]
        return all(each.bold for each in paragraphs if each.printed.strip())


def _lines(pieces: Iterator[Paragraph | Table]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Paragraph):
            yield f"{piece.marker} {piece.text}"
        else:
            yield from (" ".join(row) for row in piece.rows)


def _is_contents(element: BaseOxmlElement, style: Style) -> bool:
    if re.match(r"toc (\d|heading)", style.name.casefold()):
        return True
    return any(_CONTENTS.search(each.text or "") for each in element.iter(qn("w:instrText")))


def _is_marker(text: str) -> bool:
    return marker_of(text) == text


def _inside(parent: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    """Yield the rows of a table or the cells of a row, also those in content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")):
            yield from _inside(child, tag)


def _cells(row: BaseOxmlElement) -> list[BaseOxmlElement]:
    return list(_inside(row, _CELL))


def _is_deleted(row: BaseOxmlElement) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _continues(cell: BaseOxmlElement) -> bool:
    """Whether a cell is merged with the cell above it."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def _span(cell: BaseOxmlElement) -> int:
    span = _attribute(cell.find(qn("w:tcPr")), "w:gridSpan")
    return min(int(span), 100) if span.isdecimal() and int(span) else 1


def _attribute(parent: BaseOxmlElement | None, tag: str) -> str:
    child = parent.find(qn(tag)) if parent is not None else None
    return child.get(qn("w:val"), "") if child is not None else ""
