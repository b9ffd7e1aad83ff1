"""The body of a Word file to paragraphs and tables, in order, layout tables unfolded."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qabot.canonical import clean
from qabot.readers.docx.docx_elements import (
    CELL,
    PARAGRAPH,
    ROW,
    TABLE,
    cells_of,
    columns_skipped,
    columns_spanned,
    goes_on_from_above,
    inside,
    is_deleted,
    joined_paragraphs,
    rows_repeated,
    value_of,
)
from qabot.readers.docx.docx_numbering import Numbering
from qabot.readers.docx.docx_text import Style, Text, left_of, read_text
from qabot.readers.headings import marker_of
from qabot.readers.table_rows import Cell, Table, table_blocks, table_of
from qabot.records import CELLS, Removed

_WITH_GROUND = {CELL, qn("w:txbxContent")}  # may have a color behind their text
_DELETED = "deleted in a tracked change"
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
    head_bold: bool = False  #: its first line is bold, and others are not
    in_item: bool = False  #: begins or goes on an item of a layout table
    is_note: bool = False  #: a footnote or endnote


@dataclass(slots=True)
class Body:
    """What is needed to read the paragraphs of one file, and what was left out of them."""

    styles: Mapping[str, Style]
    numbering: Numbering
    notes: Mapping[tuple[str, str], BaseOxmlElement]
    is_drawn_on: bool = False  #: there may be pictures or shapes behind its text
    removed: list[Removed] = field(default_factory=list)
    seen_notes: int = 0

    def pieces(self, parent: BaseOxmlElement, depth: int = 0) -> Iterator[Paragraph | Table]:
        """Yield what stands in `parent`; `depth` counts the layout tables around it."""
        for child in joined_paragraphs(inside(parent, {PARAGRAPH, TABLE})):
            if child.tag == PARAGRAPH:
                yield from self._paragraph(child, depth)
            else:
                yield from self._table(child, depth)

    def _paragraph(self, element: BaseOxmlElement, depth: int) -> Iterator[Paragraph | Table]:
        properties = element.find(qn("w:pPr"))
        style = self._style(properties)
        text = self._text(element, style)
        self._leave_out("hidden text", text.hidden)
        self._leave_out("struck through", text.struck)
        self._leave_out(_DELETED, text.deleted)
        if _is_contents(element, style):
            self._leave_out("table of contents", text.printed)
            return
        if clean(text.printed):
            yield self._piece(properties, style, text, depth)
        elif clean(text.struck):
            self._piece(properties, style, text, depth)  # its number is printed, and counts
        for box in text.boxes:
            yield from self.pieces(box, depth)
        for note in text.notes:
            yield from self._note(note)

    def _text(self, paragraph: BaseOxmlElement, style: Style) -> Text:
        around = {each.tag for each in paragraph.iterancestors()}
        on_paper = not (self.is_drawn_on or around & _WITH_GROUND)
        return read_text(paragraph, style, self.styles, on_paper=on_paper)

    def _leave_out(self, rule: str, text: str) -> None:
        if clean(text):
            self.removed.append(Removed(rule, clean(text)))

    def _piece(
        self, properties: BaseOxmlElement | None, style: Style, text: Text, depth: int
    ) -> Paragraph:
        number = properties.find(qn("w:numPr")) if properties is not None else None
        list_id = value_of(number, "w:numId") or style.number
        own_level = value_of(number, "w:ilvl")
        level = int(own_level) if own_level.isdecimal() else style.number_level
        left = left_of(properties, self.numbering.left(list_id, level) or style.left)
        printed = "\n".join(filter(None, map(clean, text.printed.split("\n"))))
        marker = self.numbering.next_marker(list_id, level)
        if marker is None:
            marker = marker_of(printed)
            printed = printed[len(marker) :]
        outline = value_of(properties, "w:outlineLvl")
        return Paragraph(
            text=printed.strip(),
            marker=marker,
            outline=int(outline) if outline.isdecimal() and int(outline) < 9 else style.outline,
            left=depth * 1000 + max(left, 0),
            bold=text.bold,
            size=text.size,
            head_bold=text.head_bold,
        )

    def _style(self, properties: BaseOxmlElement | None) -> Style:
        style = self.styles.get(value_of(properties, "w:pStyle"), self.styles[""])
        return replace(style, outline=0) if style.name.casefold() == "title" else style

    def _note(self, note: tuple[str, str]) -> Iterator[Paragraph | Table]:
        """Yield a footnote under the paragraph that refers to it."""
        if note in self.notes:
            self.seen_notes += 1
            text = self.text_of(self.notes[note])
            yield Paragraph(
                f"[{self.seen_notes}] {text}", "", None, 0, bold=False, size=0, is_note=True
            )

    def text_of(self, parent: BaseOxmlElement) -> str:
        """Return what stands in a cell, a note or a header on one line."""
        return _on_one_line(self.pieces(parent))

    def _table(self, table: BaseOxmlElement, depth: int) -> Iterator[Paragraph | Table]:
        kept: list[BaseOxmlElement] = []
        for each in inside(table, {ROW}):
            if is_deleted(each):
                self._leave_out(_DELETED, " ".join(each.itertext(qn("w:t"), qn("w:delText"))))
            else:
                kept.append(each)
        rows = [cells_of(row) for row in kept]
        texts = [["".join(cell.itertext(qn("w:t"))).strip() for cell in row] for row in rows]
        if all(sum(map(bool, row)) <= 1 for row in texts):
            for row in rows:
                for cell in row:
                    yield from self.pieces(cell, depth + 1)
        elif all(len(row) == 2 and (not row[0] or _is_marker(row[0])) for row in texts):
            for (_, content), (marker, _) in zip(rows, texts, strict=True):
                yield from self._item(marker, content, depth)
        else:
            yield from self._data(table, kept)

    def _item(
        self, marker: str, content: BaseOxmlElement, depth: int
    ) -> Iterator[Paragraph | Table]:
        """Yield a row of a layout table whose first cell holds nothing but "(a)"."""
        for piece in self.pieces(content, depth + 1):
            if isinstance(piece, Paragraph) and not piece.marker and marker:
                piece = replace(piece, marker=marker, left=(depth + 1) * 1000, in_item=True)
                marker = ""
            yield piece

    def _data(
        self, table: BaseOxmlElement, rows: Sequence[BaseOxmlElement]
    ) -> Iterator[Paragraph | Table]:
        """Yield a table of data, and under it the notes that its cells refer to."""
        bold_parts = self._bold_parts(table)
        grid: list[list[Cell]] = []
        notes: list[Paragraph | Table] = []
        for row in rows:
            cells = [Cell("")] * columns_skipped(row)
            for cell in cells_of(row):
                above = grid[-1][len(cells)] if grid and len(grid[-1]) > len(cells) else Cell("")
                if goes_on_from_above(cell):
                    own = Cell(above.text, above.bold, "above")
                else:
                    pieces = list(self.pieces(cell))
                    notes += [piece for piece in pieces if _is_note(piece)]
                    text = _on_one_line(piece for piece in pieces if not _is_note(piece))
                    own = Cell(text, self._is_bold(cell) or _is_in(bold_parts, grid, cells))
                cells += [own] + [Cell(own.text, own.bold, "left")] * (columns_spanned(cell) - 1)
            grid.append(cells)
        yield table_of(grid, rows_repeated(rows))
        yield from notes

    def _bold_parts(self, table: BaseOxmlElement) -> frozenset[str]:
        """Return which of a table's first row and first column its style prints in bold."""
        properties = table.find(qn("w:tblPr"))
        style = self.styles.get(value_of(properties, "w:tblStyle"), Style())
        look = properties.find(qn("w:tblLook")) if properties is not None else None
        if look is None:
            return frozenset()
        flags = look.get(qn("w:val"), "")
        mask = int(flags, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", flags) else 0
        shown = {
            part
            for part, name, bit in (("firstRow",) * 2 + (0x20,), ("firstCol", "firstColumn", 0x80))
            if look.get(qn(f"w:{name}"), "1" if mask & bit else "0") in ("1", "true", "on")
        }
        return style.bold_parts & shown

    def _is_bold(self, cell: BaseOxmlElement) -> bool:
        paragraphs = [
            self._text(each, self._style(each.find(qn("w:pPr"))))
            for each in inside(cell, {PARAGRAPH, TABLE})
            if each.tag == PARAGRAPH
        ]
        return all(each.bold for each in paragraphs if each.printed.strip())


def _on_one_line(pieces: Iterable[Paragraph | Table]) -> str:
    return clean(" ".join(_lines(pieces)))


def _lines(pieces: Iterable[Paragraph | Table]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Paragraph):
            yield f"{piece.marker} {piece.text}"
        else:  # in a cell of another, whose bars it cannot use
            rows = (row.text.replace(CELLS, ", ") for row in table_blocks(piece, piece.header))
            yield "; ".join(rows)


def _is_note(piece: Paragraph | Table) -> bool:
    return isinstance(piece, Paragraph) and piece.is_note


def _is_contents(element: BaseOxmlElement, style: Style) -> bool:
    if re.match(r"toc (\d|heading)", style.name.casefold()):
        return True
    return any(_CONTENTS.search(each.text or "") for each in element.iter(qn("w:instrText")))


def _is_marker(text: str) -> bool:
    return marker_of(text) == text


def _is_in(parts: Set[str], above: Sequence[object], left: Sequence[object]) -> bool:
    """Whether a cell with some rows above it and cells on its left is in one of these parts."""
    return not above and "firstRow" in parts or not left and "firstCol" in parts
