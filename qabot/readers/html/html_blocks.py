"""The body of a web page as blocks of canonical text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qabot.canonical import BOLD, Block, letters, roman
from qabot.readers.headings import SECTION, headed_lines, reads_as_heading
from qabot.readers.html.html_hidden import STRUCK
from qabot.readers.html.html_page import (
    BLOCKS,
    HEADINGS,
    Element,
    Removals,
    heading_level,
    keeps_lines,
    walk,
    weight,
)
from qabot.readers.html.html_panels import label_text
from qabot.readers.html.html_tables import data_blocks

_OWN_MARKER = re.compile(r"(\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])(?=\s|[A-Z])\s*")
_BULLET = re.compile(r"[•·▪◦‣●■○]\s*|[–-]\s+")
_CLOSING = re.compile(r"[.,;:!?)\]]")
_LINE_END = "\n"  # of a <br>; all other whitespace of the page is folded to a space
_LONGEST_HEADING = 240  # characters; what is marked as a heading and longer is a paragraph
_CHARACTERS = 2_000_000  # more than this, what repeated headers make of it, is not read as rows
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})


def page_blocks(body: Element, removed: Removals, panels: Removals, level: int = 0) -> list[Block]:
    """Return the blocks of what is not removed, in order.

    `panels` are those that a click opens, with the labels that they stand under. `level` is that of
    the heading which `body` stands under.
    """
    tables = _data_tables(body, removed)
    writer = _Writer(panels, open=[level] if level else [])
    labels = {label for label in panels.values() if not _in_heading(label)}
    apart = {**dict.fromkeys(labels, "label of a panel"), **removed}
    for event, element in walk(body, {**apart, **dict.fromkeys(tables, "written as rows")}):
        if event == "start":
            writer.enter(element)
        elif event == "end":
            writer.leave(element)
        elif element in tables:
            writer.flush()
            writer.blocks += tables[element]
        elif removed.get(element) == STRUCK:
            writer.leave_out(element)
        if event != "start" and element is not body:
            writer.read(element.tail)
    writer.flush()
    return writer.blocks


def _in_heading(label: Element) -> bool:
    return any(map(heading_level, (label, *label.iterancestors())))


def _data_tables(body: Element, removed: Removals) -> dict[Element, list[Block]]:
    """Return the blocks of each table that holds data.

    Tables behind the first 2,000,000 characters of rows are left out, and read as text.
    """
    tables: dict[Element, list[Block]] = {}
    size = 0
    for table in body.iter("table"):
        if table not in removed and size <= _CHARACTERS and (found := data_blocks(table, removed)):
            tables[table] = found
            size += sum(len(block.text) for block in found)
    return tables


@dataclass(slots=True)
class _List:
    """A list that is open, and the item of it that is being read."""

    element: Element
    number: int
    item: Element = None
    is_fresh: bool = False  #: nothing of the item is written yet
    is_section: bool = False  #: the item has a heading of its own, and reads as running text

    def begin(self, item: Element) -> None:
        """Go on to the next item."""
        if item.get("value", "").isdecimal():
            self.number = int(item.get("value")[:6])
        else:
            self.number += 1
        self.item, self.is_fresh, self.is_section = item, True, False

    @property
    def marker(self) -> str:
        """The marker of the item that is being read: "-", or "3." in an ordered list."""
        if self.element.tag != "ol":
            return "-"
        return _ordinal(self.number, self.element.get("type", "1")) + "."


@dataclass(slots=True)
class _Part:
    """A part of the page that is opened by a click, and is a section of its own."""

    element: Element
    level: int  #: of the heading that it stands under
    floor: int  #: that held around it


@dataclass(slots=True)
class _Writer:
    """Turns elements, in the order of the page, into blocks."""

    panels: Removals
    blocks: list[Block] = field(default_factory=list)
    runs: list[tuple[str, bool]] = field(default_factory=list)  #: text of the open block, and bold
    lists: list[_List] = field(default_factory=list)  #: that are open, outermost first
    parts: list[_Part] = field(default_factory=list)  #: that are open, outermost first
    open: list[int] = field(default_factory=list)  #: levels of the headings that are open
    floor: int = 0  #: level of the innermost part's heading: those in it lie below
    heading: int = 0  #: level of the open heading, 0 outside of one
    summary: int = 0  #: open <summary>
    weights: list[bool] = field(default_factory=lambda: [False])  #: bold or not, outermost first
    preformatted: int = 0  #: open <pre> and the like

    def enter(self, element: Element) -> None:
        """Begin `element` and read the text up to its first child."""
        tag, level = element.tag, heading_level(element)
        if tag == "br":
            self.runs.append((_LINE_END, False))
        elif tag in BLOCKS or level:
            self.flush()
        if (is_bold := weight(element)) is not None:
            self.weights.append(is_bold)
        self.preformatted += keeps_lines(element)
        self.summary += tag == "summary"
        if tag == "details":
            self._begin_part(element, self._next_level())
        elif level and not _is_entry_of_contents(element):
            self.heading = self.floor if self.summary else self.floor + level
        elif tag == "summary":
            self.heading = self.floor or self._next_level()
        elif tag in _LISTS:
            start = element.get("start", "1")
            self.lists.append(_List(element, int(start[:6]) - 1 if start.isdecimal() else 0))
        elif tag in ("li", "dt") or (tag == "dd" and element.getprevious() is None):
            self._begin_item(element)
        if element in self.panels:
            self._begin_panel(element, self.panels[element])
        self.read(element.text)

    def leave(self, element: Element) -> None:
        """End `element`."""
        tag = element.tag
        if tag in BLOCKS or heading_level(element) or element in self.panels:
            self.flush()
        if weight(element) is not None:
            self.weights.pop()
        self.preformatted -= keeps_lines(element)
        self.summary -= tag == "summary"
        if heading_level(element) or tag == "summary":
            self.heading = self.floor if self.summary else 0
        while self.lists and self.lists[-1].element is element:
            self.lists.pop()
        while self.parts and self.parts[-1].element is element:
            part = self.parts.pop()
            self.floor = part.floor
            self._end_sections(part.level)
        if tag == "aside" and (levels := [heading_level(e) for e in element.iter(*HEADINGS)]):
            self._end_sections(self.floor + min(levels))

    def read(self, text: str | None) -> None:
        """Take text into the open block."""
        if text:
            folded = text if self.preformatted else re.sub(r"\s+", " ", text)
            self.runs.append((folded, self.weights[-1]))

    def leave_out(self, element: Element) -> None:
        """Close the gap that struck text leaves before a mark: "5 EUR <s>a day</s>."."""
        if self.runs and _CLOSING.match(element.tail or ""):
            text, bold = self.runs[-1]
            self.runs[-1] = (text.rstrip(), bold)

    def _end_sections(self, level: int) -> None:
        """End the sections of a level and below it: what follows stands under the one around."""
        self.open = [one for one in self.open if one < level]
        self.blocks.append(Block("end", "", level))

    def _next_level(self) -> int:
        """Return the level below the heading that is open."""
        return (self.open[-1] if self.open else self.floor) + 1

    def _begin_item(self, item: Element) -> None:
        if not self.lists:
            self.lists.append(_List(item.getparent(), 0))
        self.lists[-1].begin(item)

    def _begin_part(self, element: Element, level: int) -> None:
        self.parts.append(_Part(element, level, self.floor))
        self.floor = level

    def _begin_panel(self, panel: Element, label: Element) -> None:
        """Begin a panel under its label: a heading right above it, or the words of its button."""
        self.flush()
        said = label_text(label)
        above = self.blocks[-1] if self.blocks else None
        is_above = above is not None and above.kind == "heading" and above.text.endswith(said)
        if above is not None and is_above:
            self._begin_part(panel, above.level)
        elif not _in_heading(label):
            level = self._next_level()
            self._write_heading(said, level)
            self._begin_part(panel, level)

    def flush(self) -> None:
        """Write the open block, a paragraph for each line of it."""
        lines: list[list[tuple[str, bool]]] = [[]]
        for text, bold in self.runs:
            first, *more = text.split(_LINE_END)
            lines[-1].append((first, bold))
            lines += [[(line, bold)] for line in more]
        self.runs = []
        paragraph: list[tuple[str, bool]] = []
        for line in [*lines, []]:
            text = "".join(text for text, _ in line).strip()
            if text:
                bold = all(bold for text, bold in line if text.strip())
                paragraph.append((text, bold))
            elif paragraph:
                self._write_lines(paragraph)
                paragraph = []

    def _write_lines(self, lines: Sequence[tuple[str, bool]]) -> None:
        """Write lines that no empty one divides; those that are all bold are one."""
        if self.heading or all(bold for _, bold in lines):
            self._write(" ".join(line for line, _ in lines), all(bold for _, bold in lines))
            return
        for line, is_heading in headed_lines(lines):
            self._write(line, is_heading)

    def _write(self, text: str, bold: bool) -> None:
        depth = sum(not level.is_section for level in self.lists)
        if self.heading and len(text) <= _LONGEST_HEADING:
            self._write_heading(text, self.heading)
        elif bold and reads_as_heading(text) and (not depth or self._begins_section()):
            self._write_heading(text, self.floor + BOLD)
        elif depth and not self.lists[-1].is_section:
            self._write_item(text, depth)
        elif bullet := _BULLET.match(text):
            self.blocks.append(Block("item", text[bullet.end() :]))
        else:
            self.blocks.append(Block("paragraph", text))

    def _write_heading(self, text: str, level: int) -> None:
        begun = [open_list for open_list in self.lists if open_list.is_fresh]
        markers = [open_list.marker for open_list in begun if open_list.marker != "-"]
        if markers and not _OWN_MARKER.match(text):
            text = f"{markers[-1]} {text}"
        for open_list in begun:
            open_list.is_fresh, open_list.is_section = False, True
        self.open = [*(one for one in self.open if one < level), level]
        self.blocks.append(Block("heading", text, level=level))

    def _write_item(self, text: str, depth: int) -> None:
        marker = self.lists[-1].marker if self.lists[-1].is_fresh else ""
        self.lists[-1].is_fresh = False
        own = _OWN_MARKER.match(text) or _BULLET.match(text)
        if marker and own and len(text) > own.end():
            marker, text = own.group(1) if own.re is _OWN_MARKER else marker, text[own.end() :]
        self.blocks.append(Block("item", text, level=depth, marker=marker))

    def _begins_section(self) -> bool:
        """Whether the bold line that comes first in an item has a section under it."""
        innermost = self.lists[-1]
        return innermost.is_fresh and _has_text(innermost.item, SECTION)


def _is_entry_of_contents(heading: Element) -> bool:
    """Whether a heading is a link and all that an item holds: an entry of a table of contents."""
    item = heading.getparent()
    return item.tag == "li" and len(item) == 1 and heading.find("a[@href]") is not None


def _has_text(element: Element, length: int) -> bool:
    for text in element.itertext():
        length -= len(text)
        if length <= 0:
            return True
    return False


def _ordinal(number: int, kind: str) -> str:
    """Return `number` as HTML's list types write it: 1, a, A, i or I."""
    ordinal = str(number)
    if kind in ("a", "A") and number > 0:
        ordinal = letters(number)
    elif kind in ("i", "I") and 0 < number < 4000:
        ordinal = roman(number)
    return ordinal.upper() if kind.isupper() else ordinal
