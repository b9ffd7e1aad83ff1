"""HTML that stands inside Markdown, read as a page is: its text is kept, its tags are not."""

from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from qabot.canonical import BOLD, Block, clean
from qabot.readers.html.html_blocks import page_blocks
from qabot.readers.html.html_hidden import not_shown
from qabot.readers.html.html_page import Element, folded
from qabot.readers.html.html_panels import find_panels
from qabot.readers.html.html_raised import write_raised
from qabot.readers.html.html_reader import SILENT, parse
from qabot.readers.html.html_tables import write_tables
from qabot.records import Removed


def markup_blocks(markup: str, name: str) -> list[Block]:
    """Return what a block of HTML says: headings, list items, table rows and paragraphs.

    Raises UnreadableFile for more elements than a policy has; `name` is for the message.
    """
    body = _body(markup, name)
    write_raised(body)
    write_tables(body)
    panels = find_panels(body)
    return page_blocks(body, not_shown(body, None, panels), panels, BOLD)


def markup_removed(markup: str, name: str) -> Iterator[Removed]:
    """Yield what `markup_blocks` leaves out: what is not shown, comments, scripts and images."""
    body = _body(markup, name)
    for element, rule in not_shown(body, None, find_panels(body)).items():
        if text := clean(folded(element)):
            yield Removed(rule, text)
    for element in parse(f"<html><body>{markup}", name, comments=True).iter():
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


def rule_of(tag: str) -> str:
    """Return the rule by which an element that begins with `tag` is not shown, or ""."""
    body = _body(f"{tag}text", tag)
    return next(iter(not_shown(body, None, {}).values()), "")


def _body(markup: str, name: str) -> Element:
    body = parse(f"<html><body>{markup}", name).find("body")
    etree.strip_elements(body, *SILENT, with_tail=False)
    return body
