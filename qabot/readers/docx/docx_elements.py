"""The elements of a Word file: which stand in others, and what their properties say."""

from collections.abc import Iterable, Iterator, Sequence, Set

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

PARAGRAPH, TABLE, ROW, CELL = (qn(f"w:{tag}") for tag in ("p", "tbl", "tr", "tc"))
_NO_CONTENT = {qn(f"w:{tag}") for tag in ("del", "moveFrom", "sdtPr", "sectPr", "tblPr", "tblGrid")}


def value_of(parent: BaseOxmlElement | None, tag: str) -> str:
    """Return what a property in `parent` is set to, "" where it is not there."""
    child = parent.find(qn(tag)) if parent is not None else None
    return child.get(qn("w:val"), "") if child is not None else ""


def is_on(look: BaseOxmlElement | None, tag: str, otherwise: bool) -> bool:
    """Whether a property such as bold is switched on here; `otherwise` if it is not mentioned."""
    switch = look.find(qn(tag)) if look is not None else None
    return (
        otherwise if switch is None else switch.get(qn("w:val"), "1") not in ("0", "false", "off")
    )


def inside(parent: BaseOxmlElement, tags: Set[str]) -> Iterator[BaseOxmlElement]:
    """Yield the elements of some tags in `parent`, also in content controls and insertions."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag not in _NO_CONTENT:
            yield from inside(child, tags)


def joined_paragraphs(elements: Iterable[BaseOxmlElement]) -> Iterator[BaseOxmlElement]:
    """Yield paragraphs and tables; one whose mark is deleted becomes part of the next paragraph."""
    held: list[BaseOxmlElement] = []
    for element in elements:
        if element.tag == PARAGRAPH and _loses_mark(element):
            held.append(element)
            continue
        if held and element.tag != PARAGRAPH:
            last = held.pop()
            yield _with_content_of(held, last)
            held = []
        yield _with_content_of(held, element)
        held = []
    if held:
        last = held.pop()
        yield _with_content_of(held, last)


def _loses_mark(paragraph: BaseOxmlElement) -> bool:
    mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    return mark is not None and any(
        mark.find(qn(tag)) is not None for tag in ("w:del", "w:moveFrom")
    )


def _with_content_of(
    others: Sequence[BaseOxmlElement], paragraph: BaseOxmlElement
) -> BaseOxmlElement:
    """Move what stands in other paragraphs to the front of one, whose properties are kept."""
    content = [child for other in others for child in other if child.tag != qn("w:pPr")]
    properties = paragraph.find(qn("w:pPr"))
    place = 0 if properties is None else paragraph.index(properties) + 1
    paragraph[place:place] = content
    return paragraph


def cells_of(row: BaseOxmlElement) -> list[BaseOxmlElement]:
    """Return the cells of a row, without those deleted in a tracked change."""
    deleted = f"{qn('w:tcPr')}/{qn('w:cellDel')}"
    return [cell for cell in inside(row, {CELL}) if cell.find(deleted) is None]


def rows_repeated(rows: Sequence[BaseOxmlElement]) -> int:
    """Return how many rows on top are marked to be repeated on each page."""
    marks = [is_on(row.find(qn("w:trPr")), "w:tblHeader", False) for row in rows]
    return next((i for i, mark in enumerate(marks) if not mark), 0)


def columns_skipped(row: BaseOxmlElement) -> int:
    """Return how many columns a row leaves out on its left."""
    skipped = value_of(row.find(qn("w:trPr")), "w:gridBefore")
    return min(int(skipped), 100) if skipped.isdecimal() else 0


def is_deleted(row: BaseOxmlElement) -> bool:
    """Whether a row is deleted in a tracked change."""
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def goes_on_from_above(cell: BaseOxmlElement) -> bool:
    """Whether a cell is merged with the cell above it."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def columns_spanned(cell: BaseOxmlElement) -> int:
    """Return how many columns a cell takes, 1 at least."""
    span = value_of(cell.find(qn("w:tcPr")), "w:gridSpan")
    return min(int(span), 100) if span.isdecimal() and int(span) else 1
