"""What a web page holds but does not say: what is hidden, struck through, a comment, a control."""

import re
import unicodedata
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import Element, Page, Removals, heading_level, marks
from qabot.readers.html.html_panels import opens_panel, says_what_it_does

STRUCK = "struck through"  #: the rule under which what is no longer in force is listed

_FOR_SCREEN_READERS = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"}
_HIDING_CLASSES = {"d-none", "hidden", "hide", "is-hidden", "u-hidden"}
_ON_SOME_SCREENS = re.compile(r"(?:^|\s)(?:d-\w+-(?!none)\w+|\w+:[\w-]+)")  # "md:block"
_ZERO = r"\s*:\s*0(?:\.0+)?(?:px|r?em|%|pt)?\s*(?:[;!]|$)"
_HIDING = re.compile(
    r"visibility\s*:\s*hidden|\b(left|top|text-indent)\s*:\s*-\d{3,}"
    rf"|font-size{_ZERO}|\bclip\s*:\s*rect\(\s*[01]|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([\w-]+)", re.IGNORECASE)
_FOLDED = re.compile(rf"(?<![\w-])(?:max-)?height{_ZERO}", re.IGNORECASE)
_OVERFLOW = re.compile(r"overflow(?:-y)?\s*:\s*hidden", re.IGNORECASE)
_TRANSPARENT = re.compile(rf"(?<![\w-])opacity{_ZERO}", re.IGNORECASE)
_MOVES = re.compile(r"transform|transition|animation|will-change", re.IGNORECASE)
_DECORATION = re.compile(r"text-decoration(?:-line)?\s*:([^;]*)", re.IGNORECASE)
_STRIKING_CLASSES = {
    "line-through", "text-decoration-line-through", "strikethrough", "strike-through", "strike",
    "struck", "text-strike", "text-strikethrough",
}  # fmt: skip
_ARROWS = {"›", "‹", "»", "«", "×", "→", "←", "↑", "↓"}
_PANELS = {
    ".accordion", ".collapse", ".collapsible", ".expandable", ".toggle", ".tab", ".tabs",
    ".tabpanel", "=tabpanel", ".faq",
}  # fmt: skip
_WINDOWS = {".dialog", ".layer", ".lightbox", ".modal", ".overlay", ".popup", ".tooltip"}
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
        elif (
            _is_never_shown(element)
            or _is_hidden(element)
            and not (element in panels or _is_opened(element, opened))
        ):
            removed[element] = "hidden"
        if element in removed:
            walker.skip_subtree()
    return removed


def _is_struck(element: Element) -> bool:
    """Whether an element is struck through: its own style counts first."""
    said = _DECORATION.findall(element.get("style", "")[:1000])
    if said and element.get("role") != "deletion":
        return "line-through" in said[-1].lower()
    if element.tag in ("s", "del", "strike") or element.get("role") == "deletion":
        return True
    return not _STRIKING_CLASSES.isdisjoint(element.get("class", "")[:300].split())


def _is_control(element: Element, labels: set[Element]) -> bool:
    if element.tag != "button":
        return element.tag in ("select", "option", "textarea", "datalist")
    if element in labels or heading_level(element.getparent()):
        return False
    if says_what_it_does(element):
        return True
    return not opens_panel(element) and not marks(element) & _PANELS


def _is_never_shown(element: Element) -> bool:
    """Whether it is a <noscript>, or a <template> other than that of a shadow root."""
    is_template = element.tag == "template" and element.get("shadowrootmode") is None
    return is_template or element.tag == "noscript"


def _is_hidden(element: Element) -> bool:
    if element.get("hidden", "until-found") != "until-found":
        return True
    if _is_hidden_by_style(element):
        return True
    classes = element.get("class", "")[:300]
    names = set(classes.split())
    if names & _HIDING_CLASSES and not _ON_SOME_SCREENS.search(classes):
        return not marks(element) & _WINDOWS
    if element.get("aria-hidden") == "true" and _is_sign(element, names):
        return True
    return not heading_level(element) and bool(_FOR_SCREEN_READERS & names)


def _is_hidden_by_style(element: Element) -> bool:
    """Whether a style hides an element; one that is transparent until it moves in is seen."""
    style = element.get("style", "")[:1000]
    display = _DISPLAY.findall(style)
    if display and display[-1].lower() == "none" or _HIDING.search(style):
        return True
    if _FOLDED.search(style) and _OVERFLOW.search(style):
        return True
    moves = any(name.startswith(("data-w-", "data-aos", "data-framer")) for name in element.attrib)
    return bool(_TRANSPARENT.search(style)) and not moves and not _MOVES.search(style)


def _is_sign(element: Element, names: set[str]) -> bool:
    """Whether an element holds one sign, as an arrow, or the name of an icon, and no words."""
    said = "".join(islice(element.itertext(), 3)).strip()
    if any("icon" in name or "symbol" in name for name in names):
        return len(said.split()) <= 1
    return said in _ARROWS or (len(said) == 1 and unicodedata.category(said) in ("So", "Co"))


def _is_opened(element: Element, opened: set[str]) -> bool:
    if element.get("id") in opened or (marks(element) | marks(element.getparent())) & _PANELS:
        return True
    before, after = element.getprevious(), element.getnext()
    if any(one is not None and says_what_it_does(one) for one in (before, after)):
        return True  # "Read more"
    if before is None:
        return False
    said = " ".join(" ".join(islice(before.itertext(), 20)).split())
    if (
        heading_level(before) > 1
        or before.tag == "label"
        or (said.endswith("?") and len(said) < 200)
    ):
        return True  # a question or a heading, and what a script opens below it
    clickable = before.get("onclick") or before.get("aria-expanded") or "button" in before.tag
    clickable = clickable or before.get("href", "").startswith(("#", "javascript:"))
    return bool(clickable) or "pointer" in before.get("style", "")[:1000]
