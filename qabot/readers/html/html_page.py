"""Where the text of a web page is: how much prose, links and controls each element holds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

Element: TypeAlias = Any  # an lxml element; lxml has no types
Removals: TypeAlias = Mapping[Element, str]  # what is removed, to the name of the rule

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
CONTROLS = frozenset({"button", "datalist", "input", "select", "textarea"})

_TITLES = 50  # headings, at most, among which the page's title is looked for
_PROSE = 70  # characters outside links from which a block reads as prose, not as a label
_SHORT_PROSE = 20  # the same, of a page that says most in shorter blocks


_AS_HEADING = re.compile(r"(?:^|\s)h([1-6])(?:\s|$)")  # the class "h2", as Bootstrap has it
_UNDERLINE = re.compile(r"text-decoration(?:-line)?\s*:\s*underline", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)


@dataclass(slots=True)
class Amount:
    """What an element holds: characters of text with whitespace folded, or elements."""

    order: int  #: of the element in the page
    last: int = 0  #: order of the last element in it
    text: int = 0
    linked: int = 0  #: text of links that leave the page
    own: int = 0  #: text outside of links that stands in this block itself
    prose: int = 0  #: sum of `own` over the blocks in which it is long enough to be prose
    links: int = 0  #: that leave the page
    anchors: int = 0  #: links to what stands in the page
    controls: int = 0  #: buttons, fields, and links that only run a script
    fields: int = 0  #: those of them that are no links
    headings: int = 0  #: that are more than a link

    def add(self, inner: "Amount") -> None:
        """Count what a child holds."""
        self.text += inner.text
        self.linked += inner.linked
        self.prose += inner.prose
        self.links += inner.links
        self.anchors += inner.anchors
        self.controls += inner.controls
        self.fields += inner.fields
        self.headings += inner.headings


@dataclass(frozen=True, slots=True)
class Page:
    """A measured page."""

    amounts: Mapping[Element, Amount]  #: of all elements that are not removed
    main: Element  #: the innermost element that holds most of the prose
    marked: frozenset[Element]  #: the <main> or <article> that `main` lies in, and all in it
    title: Element | None  #: the page's <h1>, else <h2>, where it stands outside `main`
    spine: frozenset[Element]  #: `main`, `title`, and all that these lie in
    prose_from: int  #: order of the first block of prose in `main`
    prose_to: int  #: and of the last
    prose: int  #: of the whole page


def walk(root: Element, removed: Removals) -> Iterator[tuple[str, Element]]:
    """Yield ("start" or "end", element) in document order; ("removed", element) instead of both.

    Without recursion: pages come from strangers and may be nested as deep as they like.
    """
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if element not in removed:
            yield event, element
        elif event == "start":
            walker.skip_subtree()
        else:
            yield "removed", element


def heading_level(element: Element) -> int:
    """Return the level of what is marked as a heading, by its tag, class or role; else 0."""
    if element.tag in HEADINGS:
        return int(element.tag[1])
    if element.tag in ("div", "p") and (
        named := _AS_HEADING.search(element.get("class", "")[:300])
    ):
        return int(named[1])
    if element.get("role") != "heading":
        return 0
    level = element.get("aria-level", "2").strip()[:2]
    return min(max(int(level), 1), 6) if level.isdecimal() else 2


def weight(element: Element) -> bool | None:
    """Return whether an element makes its text bold or not bold; None where it says neither.

    Underlined text counts as bold: it heads paragraphs as bold text does.
    """
    said = _WEIGHT.findall(element.get("style", "")[:1000])
    if said:
        return bool(re.fullmatch("bold(?:er)?|[6-9]00", said[-1], re.IGNORECASE))
    if element.tag in ("b", "strong"):
        return True
    return True if _is_underlined(element) else None


def _is_underlined(element: Element) -> bool:
    """Whether an element underlines its text as some do in place of bold; a link is none."""
    if element.tag == "a" or any(child.tag == "a" for child in islice(element, 9)):
        return False
    if element.tag == "u":
        return True
    return _UNDERLINE.search(element.get("style", "")[:1000]) is not None


def keeps_lines(element: Element) -> bool:
    """Whether the ends of lines are shown as they stand in the source."""
    style = element.get("style", "")[:1000]
    return element.tag == "pre" or _PREFORMATTED.search(style) is not None


def marks(element: Element) -> set[str]:
    """Return its name, its role as "=role", and each word of its id and class as ".word"."""
    names = f"{element.get('id', '')[:300]} {element.get('class', '')[:300]}"
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", names)
    return {element.tag, "=" + element.get("role", "").lower(), *("." + w.lower() for w in words)}


def folded(element: Element) -> str:
    """Return all text of `element` on one line."""
    return " ".join(" ".join(element.itertext()).split())


def measure(body: Element, removed: Removals) -> Page:
    """Measure what of `body` is not removed, and find its main part."""
    amounts = _amounts(body, removed, _PROSE)
    if amounts[body].prose * 2 < amounts[body].text - amounts[body].linked:
        amounts = _amounts(body, removed, _SHORT_PROSE)
    total = amounts[body].prose
    marked = _marked(amounts, total)
    is_whole = marked is not None and marked.tag != "article"
    main = marked if is_whole else _densest(body if marked is None else marked, amounts, total)
    title = _title(body, amounts, main)
    spine = {body, *_upwards(main), *(_upwards(title) if title is not None else ())}
    first, last = _span_of_prose(amounts, main)
    inside = frozenset(marked.iter() if marked is not None else ())
    return Page(amounts, main, inside, title, frozenset(spine), first, last, total)


@dataclass(slots=True)
class _Scale:
    """The state of `_amounts`."""

    anchors: set[str]
    prose: int  #: characters from which a block reads as prose
    amounts: dict[Element, Amount] = field(default_factory=dict)
    blocks: list[Amount] = field(default_factory=list)  #: that are open, outermost first
    links: int = 0  #: links that leave the page and are open

    def text(self, text: str | None, amount: Amount) -> None:
        length = len(" ".join(text.split())) if text else 0
        amount.text += length
        if self.links:
            amount.linked += length
        else:
            self.blocks[-1].own += length


def _amounts(body: Element, removed: Removals, prose: int) -> dict[Element, Amount]:
    scale = _Scale({a for e in body.iter() for a in (e.get("id"), e.get("name")) if a}, prose)
    outer = Amount(0)  # takes what body is added to
    scale.blocks.append(outer)
    for event, element in walk(body, removed):
        parent = scale.amounts.get(element.getparent(), outer)
        if event == "start":
            _enter(element, scale)
            continue
        if event == "end":
            _leave(element, scale, parent)
        elif element.tag in CONTROLS:
            parent.controls += 1
            parent.fields += 1
        if element is not body:
            scale.text(element.tail, parent)
    return scale.amounts


def _enter(element: Element, scale: _Scale) -> None:
    amount = scale.amounts[element] = Amount(len(scale.amounts))
    if element.tag in BLOCKS:
        scale.blocks.append(amount)
    if element.tag == "a":
        kind = _destination(element, scale.anchors)
        amount.links = int(kind == "page")
        amount.anchors = int(kind == "anchor")
        amount.controls = int(kind == "script")
        scale.links += amount.links
    elif element.tag in CONTROLS and element.get("type") != "hidden":
        amount.controls = amount.fields = 1
    scale.text(element.text, amount)


def _leave(element: Element, scale: _Scale, parent: Amount) -> None:
    amount = scale.amounts[element]
    amount.last = len(scale.amounts) - 1
    if element.tag in BLOCKS:
        scale.blocks.pop()
        amount.prose += amount.own if amount.own >= scale.prose else 0
    if element.tag == "a" and _destination(element, scale.anchors) == "page":
        scale.links -= 1
    if heading_level(element) and amount.linked < amount.text:
        amount.headings = 1
    parent.add(amount)


def _destination(link: Element, anchors: set[str]) -> str:
    """Return "page" for a link that leaves the page, "anchor", "script", or "" for any other."""
    address = link.get("href", "").strip()
    page, _, fragment = address.partition("#")
    if fragment in anchors:
        return "anchor"
    if not page:
        return "" if link.get("name") or link.get("id") else "script"
    if page.lower().startswith("javascript:"):
        return "script"
    return "" if page.lower().startswith(("mailto:", "tel:")) else "page"


def _marked(amounts: Mapping[Element, Amount], prose: int) -> Element | None:
    """Return the innermost <main> or <article> with half of the page's prose, which is text."""
    marked = None
    for element, amount in amounts.items():
        is_marked = element.tag in ("main", "article") or element.get("role") == "main"
        if is_marked and amount.prose * 2 >= prose > 0:
            marked = element
    return marked


def _densest(element: Element, amounts: Mapping[Element, Amount], prose: int) -> Element:
    """Return the innermost element with three quarters of the prose."""
    inner = element
    while inner is not None and prose:
        element = inner
        inner = next(
            (e for e in element if e in amounts and amounts[e].prose * 4 >= prose * 3), None
        )
    return element


def _title(body: Element, amounts: Mapping[Element, Amount], main: Element) -> Element | None:
    """Return the first heading of the page's highest level, unless one of that level is in `main`.

    A heading that is only a link, as a logo often is, does not count, nor an <h2> of a menu.
    """
    spine = {body.getparent(), *_upwards(main)}
    for level in ("h1", "h2"):
        titles = [e for e in body.iter(level) if e in amounts and amounts[e].headings]
        if any(amounts[main].order < amounts[e].order <= amounts[main].last for e in titles):
            return None
        for title in titles[:_TITLES]:
            apart = [amounts[e] for e in title.iterancestors() if e not in spine]
            in_menu = level == "h2" and any(a.linked * 2 >= a.text for a in apart)
            if amounts[title].order < amounts[main].order and not in_menu:
                return title
    return None


def _span_of_prose(amounts: Mapping[Element, Amount], main: Element) -> tuple[int, int]:
    inside = range(amounts[main].order, amounts[main].last + 1)
    orders = [a.order for a in amounts.values() if a.own >= _PROSE and a.order in inside]
    return (orders[0], orders[-1]) if orders else (0, len(amounts))


def _upwards(element: Element) -> list[Element]:
    return [element, *element.iterancestors()]
