"""What a page's own style sheets say of its elements, said by the elements themselves."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import BLOCKS, Element

_CHARACTERS = 200_000  # of style sheets
_LONGEST = 500  # characters of a rule's selectors
_RULES = 20  # rules, at most, that one name is the last of
_NAMES = 20  # classes of an element, at most, that are looked up
_UP = 30  # elements around one in which those are looked for that a selector begins with
_LOOKS = 300_000  # of these, at most, on a page
_PROPERTIES = (
    "font-weight", "vertical-align", "text-decoration", "display", "visibility", "white-space",
)  # fmt: skip
_SAID = re.compile(
    rf"(?<![\w-])(?P<property>{'|'.join(_PROPERTIES)})(?:-line)?\s*:\s*(?P<value>[^;]{{1,100}})"
)
_DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([\w-]+)", re.IGNORECASE)
_APART = {"flex", "grid"}  # have each child stand apart
_BLOCK = _APART | {"block", "list-item", "table", "table-row"}
_INLINE = {"b", "em", "font", "i", "small", "span", "strong"}
_SIMPLE = re.compile(r"\w*(?:[.#][\w-]+)*")
_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")
_ALWAYS = re.compile(r"@(?:layer|supports|media\s+(?:screen|all)\s*$)", re.IGNORECASE)
_PRINTED = re.compile(r"@media\s+print", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a style sheet says of the elements that a selector names."""

    names: tuple[frozenset[str], ...]  #: tag, .class and #id of an element and those around it
    said: Mapping[str, str]  #: property to value
    order: int

    def rank(self) -> tuple[int, int, int, int]:
        """Of several rules for an element the highest one counts."""
        every = [name for names in self.names for name in names]
        ids, classes = (sum(name[0] == sign for name in every) for sign in "#.")
        return ids, classes, len(every), self.order


@dataclass(slots=True)
class _Sheets:
    """What is said by all style sheets of a page."""

    rules: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    """By a name that each ends in."""
    opened: set[str] = field(default_factory=set)  #: names of what some condition shows
    looks: int = 0  #: elements around others that were looked at

    def applying(self, element: Element) -> list[_Rule]:
        """Return the rules for an element, that which counts most last."""
        own = _names_of(element)
        found = [rule for name in own for rule in self.rules.get(name, ()) if rule.names[-1] <= own]
        return sorted((one for one in found if self._is_inside(one, element)), key=_Rule.rank)

    def _is_inside(self, rule: _Rule, element: Element) -> bool:
        """Whether an element lies in those that a rule names before it."""
        if len(rule.names) == 1 or self.looks > _LOOKS:
            return len(rule.names) == 1
        around = map(self._names_around, islice(element.iterancestors(), _UP))
        return all(any(names <= each for each in around) for names in reversed(rule.names[:-1]))

    def _names_around(self, element: Element) -> set[str]:
        self.looks += 1
        return _names_of(element)


def write_styles(page: Element) -> None:
    """Write into elements how a style sheet has them look: bold, raised, struck through, hidden.

    Weight is written where text stands alone, as on a <span> or <p>, and not on what holds blocks.
    What is hidden until a click or on some screens only counts as shown.
    """
    sheets = _sheets(" ".join(sheet.text or "" for sheet in page.iter("style"))[:_CHARACTERS])
    for element in page.iter(etree.Element):
        if sheets.rules:
            _write(element, sheets)
        _write_block(element)


def _sheets(text: str) -> _Sheets:
    sheets = _Sheets()
    for order, (selectors, body, is_always) in enumerate(_rules(_COMMENT.sub("", text))):
        said = {found["property"]: found["value"] for found in _SAID.finditer(body.lower())}
        for selector in selectors[-_LONGEST:].split(",") if said else ():
            if not said.get("display", "none").startswith("none"):
                sheets.opened.update(re.findall(r"[.#][\w-]+", selector))
            names = _names(selector)
            if names and is_always and len(sheets.rules[_key(names[-1])]) < _RULES:
                sheets.rules[_key(names[-1])].append(_Rule(names, said, order))
    return sheets


def _rules(sheets: str) -> Iterator[tuple[str, str, bool]]:
    """Yield selectors, what is said of them, and whether this holds on every screen."""
    around: list[str] = []
    text = ""
    for part in re.split(r"([{}])", sheets):
        if part == "{":
            around.append(text.rpartition(";")[2].strip())
        elif part == "}" and around:
            selectors = around.pop()
            if not selectors.startswith("@") and not any(map(_PRINTED.match, around)):
                yield selectors, text, all(not a or _ALWAYS.match(a) for a in around)
        text = part


def _names(selector: str) -> tuple[frozenset[str], ...]:
    """Return what a selector names, from the outermost element in; () for one not understood.

    One that names tags alone says how a page looks, and not what is struck or hidden in it.
    """
    parts = selector.replace(">", " ").split()
    if not parts or not all(map(_SIMPLE.fullmatch, parts)) or not re.search(r"[.#]", selector):
        return ()
    return tuple(frozenset(re.findall(r"[.#]?[\w-]+", part)) for part in parts)


def _key(names: frozenset[str]) -> str:
    return min(names)  # an id or a class, if there is one


def _write(element: Element, sheets: _Sheets) -> None:
    looks: dict[str, str] = {}
    for rule in sheets.applying(element):
        looks |= {key: value for key, value in rule.said.items() if "!" not in looks.get(key, "")}
    if "font-weight" in looks and any(child.tag in BLOCKS for child in element):
        del looks["font-weight"]
    if looks.get("display", "").startswith("none") and sheets.opened & _names_of(element):
        del looks["display"]
    if looks:
        written = ";".join(f"{name}:{value}" for name, value in looks.items())
        element.set("style", f"{written};{element.get('style', '')}")


def _write_block(element: Element) -> None:
    """Have what a style shows on lines of its own, or apart, be a block: a <span> is a <div>."""
    if element.tag in _INLINE and (
        _display(element) in _BLOCK or _display(element.getparent()) in _APART
    ):
        if element.tag in ("b", "strong"):
            element.set("style", f"font-weight:bold;{element.get('style', '')}")
        element.tag = "div"


def _display(element: Element | None) -> str:
    said = _DISPLAY.findall(element.get("style", "")[:1000]) if element is not None else []
    return said[-1].lower() if said else ""


def _names_of(element: Element) -> set[str]:
    classes = element.get("class", "")[:300].split()[:_NAMES]
    return {element.tag, f"#{element.get('id', '')}", *(f".{name}" for name in classes)}
