"""Raised marks of a web page, written so that they are told apart from the text before them."""

import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]

from qabot.readers.html.html_page import BLOCKS, Element
from qabot.readers.raised_marks import note_mark, raised

_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|text-top)", re.IGNORECASE)
_LIFTED = re.compile(
    r"vertical-align\s*:\s*\+?(?!0(?:\D|$))\.?\d|font-variant-position\s*:\s*super"
    r"|\btop\s*:\s*-\.?\d|\bbottom\s*:\s*(?!0(?:[a-z%;\s]|$))\.?\d",
    re.IGNORECASE,
)
_OF_NOTES = re.compile(r"footnote|endnote|note-?ref|fn-?ref", re.IGNORECASE)
_REFERENCE = {"doc-noteref", "noteref"}
_LONGEST = 40  # characters of what is looked at as a mark
_TEXTS = 9  # pieces of text in it, at most
_BEFORE = 24  # characters in front of it that are looked at


@dataclass(frozen=True, slots=True)
class _Mark:
    element: Element
    text: str
    before: str  #: what stands in front of it in its block
    refers: bool  #: it is a link into the page


def write_raised(body: Element) -> None:
    """Put what each raised mark is written as in its place."""
    marks = _marks(body)
    notes = {note_mark(mark.text) for mark in marks if not mark.before.strip()} - {""}
    for mark in marks:
        before = "" if not mark.before.strip() else mark.before
        written = raised(mark.text, before, _after(mark.element), refers=mark.refers, notes=notes)
        for inner in mark.element:
            mark.element.remove(inner)
        mark.element.text = written
        if not before and (mark.element.tail or " ")[0].isalnum():
            mark.element.tail = f" {mark.element.tail}"


def _marks(body: Element) -> list[_Mark]:
    marks: list[_Mark] = []
    before = ""
    walker = etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        if element.tag in BLOCKS or element.tag == "br":
            before = ""
        if event == "end":
            said = element.tail if element is not body else ""
        elif _is_raised(element, before) and len(text := "".join(element.itertext())) <= _LONGEST:
            marks.append(_Mark(element, text, before, _refers(element)))
            walker.skip_subtree()
            said = text
        else:
            said = element.text
        before = (before + (said or ""))[-_BEFORE:]
    return marks


def _is_raised(element: Element, before: str) -> bool:
    if element.tag == "sup" or _RAISED.search(element.get("style", "")[:1000]):
        return True
    kinds = f"{element.get('role', '')} {element.get('epub:type', '')}"
    return bool(_REFERENCE & set(kinds.split())) or _is_mark(element, before)


def _is_mark(element: Element, before: str) -> bool:
    """Whether a mark of a note is raised by other means, or follows a word as a link to a note."""
    if element.tag not in ("a", "span", "small", "font") or not note_mark(_beginning(element)):
        return False
    if _LIFTED.search(element.get("style", "")[:1000]):
        return True
    is_close = before[-1:].isalnum() and _beginning(element).strip(" [()]").isdecimal()
    is_named = _OF_NOTES.search(element.get("class", "")[:300]) is not None
    return is_close and (is_named or element.get("href", "").startswith("#"))


def _beginning(element: Element) -> str:
    return "".join(islice(element.itertext(), _TEXTS))[: _LONGEST + 1]


def _after(element: Element) -> str:
    following = element.getnext()
    return element.tail or (following.text or "" if following is not None else "")


def _refers(mark: Element) -> bool:
    around = mark.getparent()
    links = [mark, around, *mark.iterdescendants("a")]
    return any(link.tag == "a" and "#" in link.get("href", "") for link in links)
