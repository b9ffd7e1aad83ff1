"""HTML that stands inside Markdown: its text is kept, its tags are not."""

import html
import re
from collections.abc import Iterator

from qabot.canonical import Block, clean, row_text
from qabot.records import Removed

_DROPPED = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)|<(?P<tag>script|style)\b[^>]*>(?P<code>.*?)(?:</(?P=tag)>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ENDS_LINE = re.compile(
    r"</?(?:address|article|aside|blockquote|dd|details|div|dl|dt|figcaption|figure|footer|form|"
    r"header|h[1-6]|li|main|nav|ol|p|section|summary|table|tbody|tfoot|thead|tr|ul)\b[^>]*>",
    re.IGNORECASE,
)


def markup_blocks(markup: str) -> Iterator[Block]:
    """Yield what a block of HTML says: headings, list items, table rows and paragraphs."""
    for part in re.split(r"(?=<table\b)", _DROPPED.sub("", markup), flags=re.IGNORECASE):
        rows = [_cells(piece) for tag, piece in _pieces(part) if tag == "tr"]
        header = rows.pop(0)[1] if len(rows) > 1 and rows[0][0] else []
        yield from (Block("row", _row(header, cells)) for _, cells in rows)
        for tag, piece in _pieces(part):
            if tag.startswith("h"):
                yield Block("heading", _text(piece), int(tag[1]))
            elif tag != "tr":
                yield Block("item" if tag == "li" else "paragraph", _text(piece))


def _cells(row: str) -> tuple[bool, list[str]]:
    """Whether all cells of a row are headers, and what they say."""
    cells = re.findall(r"<t([hd])\b[^>]*>(.*?)(?=<t[hd]\b|\Z)", row, re.DOTALL | re.IGNORECASE)
    return all(kind in "hH" for kind, _ in cells), [_text(cell) for _, cell in cells]


def _row(header: list[str], cells: list[str]) -> str:
    heads = header if len(header) == len(cells) else [""] * len(cells)
    return row_text(zip(heads, cells, strict=True))


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Cut at tags that begin or end a line; name each piece by the tag that it stands in."""
    tag, start = "", 0
    for found in _ENDS_LINE.finditer(markup):
        if markup[start : found.start()].strip():
            yield tag, markup[start : found.start()]
        name = re.sub(r"[^a-z0-9]", "", found[0].split()[0].lower())
        is_kept = re.fullmatch(r"tr|li|h[1-6]", name) and not found[0].startswith("</")
        tag, start = (name if is_kept else ""), found.end()
    if markup[start:].strip():
        yield tag, markup[start:]


def _text(markup: str) -> str:
    spaced = re.sub(r"<br\b[^>]*>", " ", markup, flags=re.IGNORECASE)
    return clean(html.unescape(re.sub(r"</?[A-Za-z][^>]*>", "", spaced)))


def markup_removed(markup: str) -> Iterator[Removed]:
    """Yield what `markup_blocks` leaves out: comments, scripts, styles and images."""
    for found in _DROPPED.finditer(markup):
        is_comment = found["comment"] is not None
        text = clean(found["comment"] if is_comment else found["code"])
        if text:
            yield Removed("comment" if is_comment else "script or style", text)
    for image in _IMAGE.findall(_DROPPED.sub("", markup)):
        shown = re.search(r"""\b(?:alt|src)=["']?([^"'>]+)""", image)
        yield Removed("image", clean(shown[1] if shown else image))
