"""What a web page holds but does not say: what is hidden, struck through, a comment, a control."""

import re
import unicodedata
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import Element, Page, Removals, heading_level, marks
from qabot.readers.html.html_panels import opens_panel, says_what_it_does

STRUCK = "struck through"  #: the rule under which what is no longer in force is listed

_FOR_SCREEN_READERS = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|\b(left|top|text-indent)\s*:\s*-\d{3,}"
    r"|(?:opacity|font-size)\s*:\s*0(?:\.0+)?(?:px|r?em|%|pt)?\s*(?:[;!]|$)",
    re.IGNORECASE,
)
_STRIKING = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_ARROWS = {"›", "‹", "»", "«", "×", "→", "←", "↑", "↓"}
_PANELS = {
    ".accordion", ".collapse", ".collapsible", ".expandable", ".toggle", ".tab", ".tabs",
    ".tabpanel", "=tabpanel", ".faq",
}  # fmt: skip
_OPENERS = ("aria-controls", "data-target", "data-bs-target", "href")


def not_shown(body: Element, page: Page | None, panels: Removals) -> dict[Element, str]:
    """Return the elements of `body` that say nothing to a reader, with the rule that says so.

    What a click opens, as in an accordion, is seen; so is half of `page`, hidden while it loads;
    None stands for a part of one. What is struck through is not in force, however much it is.
    """
    opened = {e.get(name, "").lstrip("#") for e in body.iter() for name in _OPENERS if e.get(name)}
    labels = set(panels.values())
    removed: dict[Element, str] = {}
    walker = etree.iterwalk(body, events=("start",))
    for _, element in walker:
        if element is body:
            continue
        if _is_struck(element):
            removed[element] = STRUCK
        elif element.get("role") == "comment":
            removed[element] = "comments"
        elif _is_control(element, labels):
            removed[element] = "form control"
        elif page is not None and 0 < page.prose <= page.amounts[element].prose * 2:
            continue
        elif _is_hidden(element) and element not in panels and not _is_opened(element, opened):
            removed[element] = "hidden"
        if element in removed:
            walker.skip_subtree()
    return removed


def _is_struck(element: Element) -> bool:
    if element.tag in ("s", "del", "strike") or element.get("role") == "deletion":
        return True
    return bool(_STRIKING.search(element.get("style", "")[:1000]))


def _is_control(element: Element, labels: set[Element]) -> bool:
    if element.tag != "button":
        return element.tag in ("select", "option", "textarea", "datalist")
    if element in labels or heading_level(element.getparent()):
        return False
    if says_what_it_does(element):
        return True
    return not opens_panel(element) and not marks(element) & _PANELS


def _is_hidden(element: Element) -> bool:
    if element.tag in ("noscript", "template"):
        return True
    if element.get("hidden", "until-found") != "until-found":
        return True
    if _HIDING.search(element.get("style", "")[:1000]):
        return True
    names = set(element.get("class", "")[:300].split())
    if element.get("aria-hidden") == "true" and _is_sign(element, names):
        return True
    return not heading_level(element) and bool(_FOR_SCREEN_READERS & names)


def _is_sign(element: Element, names: set[str]) -> bool:
    """Whether an element holds one sign, as an arrow, or the name of an icon, and no words."""
    said = "".join(islice(element.itertext(), 3)).strip()
    if any("icon" in name or "symbol" in name for name in names):
        return len(said.split()) <= 1
    return said in _ARROWS or (len(said) == 1 and unicodedata.category(said) in ("So", "Co"))


def _is_opened(element: Element, opened: set[str]) -> bool:
    if element.get("id") in opened or (marks(element) | marks(element.getparent())) & _PANELS:
        return True
    before = element.getprevious()
    if before is None:
        return False
    said = " ".join(" ".join(islice(before.itertext(), 20)).split())
    if heading_level(before) or before.tag == "label" or (said.endswith("?") and len(said) < 200):
        return True  # a question or a heading, and what a script opens below it
    clickable = before.get("onclick") or before.get("aria-expanded") or "button" in before.tag
    return bool(clickable) or "pointer" in before.get("style", "")[:1000]
