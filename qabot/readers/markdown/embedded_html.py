"""HTML that stands inside Markdown, read as a page is: its text is kept, its tags are not."""

from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from qabot.canonical import Block, clean
from qabot.readers.html.html_blocks import page_blocks
from qabot.readers.html.html_page import Element
from qabot.readers.html.html_reader import SILENT, parse
from qabot.records import Removed


def markup_blocks(markup: str, name: str, level: int) -> list[Block]:
    """Return what a block of HTML says: headings, list items, table rows and paragraphs.

    `level` is that of the heading which the block stands under. Raises UnreadableFile for more
    elements than a policy has; `name` is for the message.
    """
    body = _body(markup, name)
    etree.strip_elements(body, etree.Comment, *SILENT, with_tail=False)
    return page_blocks(body, {}, level)


def markup_removed(markup: str, name: str) -> Iterator[Removed]:
    """Yield what `markup_blocks` leaves out: comments, scripts, styles and images."""
    for element in _body(markup, name).iter():
        if element.tag is etree.Comment:
            rule, text = "comment", clean(element.text)
        elif element.tag == "img":
            shown = element.get("alt") or element.get("src") or "img"
            rule, text = "image", clean(shown)
        elif element.tag in SILENT:
            rule, text = "script or style", clean("".join(element.itertext()))
        else:
            continue
        if text:
            yield Removed(rule, text)


def _body(markup: str, name: str) -> Element:
    return parse(f"<html><body>{markup}", name, comments=True).find("body")
