"""Web pages that Google Docs exports: its title, nested lists and comments as HTML has them."""

import re

from qabot.readers.html.html_page import Element

_LIST = re.compile(r"(?:^|\s)lst-kix_(?P<list>\w+)-(?P<level>\d)(?:\s|$)")
_COUNTER = re.compile(
    r"\.lst-kix_(?P<list>\w+)-(?P<level>\d)\s*>\s*li:before\s*\{[^{}]{0,50}"
    r"counter\([^(),]{1,80},\s*(?P<form>[a-z]+-[a-z]+)"
)
_TYPES = {"lower-latin": "a", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I"}
_CHARACTERS = 200_000  # of style sheets


def write_google_docs(page: Element) -> None:
    """Have the title be a heading, remarks be comments, and deeper lists lie in an item above."""
    body = page.find("body")
    if body is None:
        return
    titles = [p for p in body.iterchildren("p") if "title" in p.get("class", "")[:300].split()]
    if titles and next(body.iter("h1"), None) is None:
        titles[0].tag = "h1"
    sheets = " ".join(sheet.text or "" for sheet in page.iter("style"))[:_CHARACTERS]
    forms = {found["list"] + found["level"]: found["form"] for found in _COUNTER.finditer(sheets)}
    _write_comments(body)
    for each in list(body.iter("ul", "ol")):
        found = _LIST.search(each.get("class", "")[:300])
        if found is None:
            continue
        if form := _TYPES.get(forms.get(found["list"] + found["level"], "")):
            each.set("type", form)
        item = _item_above(each, int(found["level"]))
        if item is not None:
            item.append(each)


def _item_above(each: Element, level: int) -> Element | None:
    """Return the item that a list of a level, counted from 0, belongs to; it stands above it."""
    item = None
    above = each.getprevious()
    for _ in range(level):
        if above is None or above.tag not in ("ul", "ol") or not len(above):
            return item
        item = above[-1]
        above = item[-1] if len(item) else None
    return item


def _write_comments(body: Element) -> None:
    """Mark as comments what people remarked on the text, and the marks that refer to it."""
    for link in list(body.iter("a")):
        if re.fullmatch(r"cmnt_ref\d+", link.get("id", "")):
            mark = link.getparent() if link.getparent().tag == "sup" else link
            mark.set("role", "comment")
        elif link.get("href", "").startswith("#cmnt_ref"):
            _outermost(link).set("role", "comment")


def _outermost(link: Element) -> Element:
    """Return the largest element that begins with the link to a remark, and has no second one."""
    outermost = link
    for around in link.iterancestors("div", "p", "li"):
        is_first = around[0] is outermost and not (around.text or "").strip()
        if around is not outermost.getparent() or not is_first:
            break
        if around.xpath("count(.//a[starts-with(@href, '#cmnt_ref')])") > 1:
            break
        outermost = around
    return outermost
