"""The canonical text of a version: the one grammar that writes it and parses it.

A reader turns a file into blocks, and `compose` writes them as `Reading.text`. `lines` and `cells`
parse that text again, for passages, pages, changes and the terminal. One convention for all
formats, so that everything downstream sees one kind of text:

* a heading or a paragraph is one line; wrapped lines are joined;
* a list item is one line, "- " or its own number or letter ("1. ", "(a) ") in front, two spaces
  of indentation per level;
* a table row is one line that repeats its header: "Data: call records | Kept for: 18 months";
* items and rows stand directly under what introduces them ("\\n"); everything else is divided by
  a blank line ("\\n\\n");
* a section begins with its heading; where a part with a heading of its own ends, as an
  accordion's does, what follows is a further section under the outer heading's trail.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import ftfy

from qabot.records import CELLS, Section

LineKind = Literal["heading", "paragraph", "item", "row"]
"""What a line is; an item is one of a list, a row one of a table."""


BOLD = 7
"""The level of a heading that is only printed like one: below all that are marked as headings."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of canonical text, as a reader found it; or "end", which has no text.

    "end" closes the sections of its level and below it: what follows stands under the one around.
    """

    kind: LineKind | Literal["end"]
    text: str  #: without marker or indentation; `clean` is applied by `compose`
    level: int = 1  #: heading and end: from 1 (outermost); item: depth from 1; else unused
    marker: str = "-"  #: of an item: "-", "1.", "(a)"; "" continues the item above
    page: int | None = None  #: page it begins on, from 1 (PDF)


def clean(text: str) -> str:
    """Return `text` on one line: mojibake repaired, NFC, whitespace folded, invisibles dropped.

    Quotation marks, ligatures and letter case stay as they are: a quote must look like its source.
    """
    folded = " ".join(text.split())
    if folded.isascii() and folded.isprintable():
        return folded
    fixed = ftfy.fix_text(
        text,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        unescape_html=False,
        normalization="NFC",
    )
    fixed = fixed.replace("\u200b", " ")  # zero width, but it divides words
    visible = "".join(c for c in fixed if c.isspace() or c in _JOINERS or not _is_invisible(c))
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", visible).strip())


_JOINERS = "\u200c\u200d"  # they spell words in Persian and Indic scripts, and emoji


def _is_invisible(character: str) -> bool:
    """Whether it is a control, a format character, a surrogate or for private use."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}


def row_text(named: Iterable[tuple[str, str]]) -> str:
    """Return the text of a table's row from (header, cell) pairs; empty cells are left out."""
    return CELLS.join(f"{header}: {cell}" if header else cell for header, cell in named if cell)


_LONGEST_HEADING = 500  # characters; a longer one is a paragraph


def compose(blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...], tuple[int, ...]]:
    """Lay blocks out; return the text, its sections, and the offset at which each page begins.

    Blocks whose text is empty after `clean` are dropped. The sections cover the text without gaps.
    """
    written: list[str] = []
    length = 0
    page_starts: list[int] = []
    sections: list[tuple[int, tuple[str, ...]]] = [(0, ())]  # where each begins, and its trail
    trail: list[tuple[int, str]] = []
    previous: Block | None = None
    for block in blocks:
        line = clean(block.text)
        if block.kind == "heading" and len(line) > _LONGEST_HEADING:
            block = replace(block, kind="paragraph")
        if block.kind == "end" or (block.kind == "heading" and line):
            trail = [(level, name) for level, name in trail if level < block.level]
        if not line:
            continue
        if block.kind == "heading":
            trail.append((block.level, line))
        names = tuple(name for _, name in trail)
        begins = block.kind == "heading" or names != sections[-1][1]
        if previous is not None:
            above = "" if begins else written[-1]
            written.append("\n" if _stands_directly_under(block, previous, above) else "\n\n")
            length += len(written[-1])
        if block.page is not None:
            page_starts += [length] * (block.page - len(page_starts))
        if begins:
            sections.append((length, names))
        written.append(_indented(block, line))
        length += len(written[-1])
        previous = block
    return "".join(written), _gapless(sections, length), tuple(page_starts)


def _stands_directly_under(block: Block, previous: Block, above: str) -> bool:
    """Whether a block goes on with what stands above it; "" is above where a section begins."""
    if block.kind not in ("item", "row") or not above:
        return False
    if previous.kind == "paragraph":
        return block.kind == "row" or not above.endswith((".", "!", "?", ".”", '."'))
    return previous.kind == block.kind or (previous.kind == "item" and above.endswith(":"))


def _indented(block: Block, line: str) -> str:
    if block.kind != "item":
        return line
    marker = f"{block.marker} " if block.marker else "  "
    return "  " * (block.level - 1) + marker + line


def _gapless(begun: Sequence[tuple[int, tuple[str, ...]]], length: int) -> tuple[Section, ...]:
    ends = [*(start for start, _ in begun[1:]), length]
    spans = zip(begun, ends, strict=True)
    found = tuple(Section(start, end, trail) for (start, trail), end in spans if start < end)
    return found or (Section(0, 0, ()),)


def has_heading(text: str, section: Section) -> bool:
    """Whether a section begins with its heading, and does not go on under one further above.

    The trail may write a heading in capitals calmly.
    """
    end = text.find("\n", section.start, section.end)
    first = text[section.start : section.end if end < 0 else end]
    return bool(section.trail) and section.trail[-1].casefold() == first.casefold()


def roman(number: int) -> str:
    """Return a number from 1 to 3999 as a Roman numeral in small letters."""
    numeral = ""
    for value, sign in _ROMAN:
        numeral += sign * (number // value)
        number %= value
    return numeral


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def letters(number: int) -> str:
    """Return a number from 1 on in small letters: a to z, then aa, ab, as spreadsheets count."""
    counted = ""
    while number:
        number, letter = divmod(number - 1, 26)
        counted = chr(ord("a") + letter) + counted
    return counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a version's text, as `lines` parses it. Offsets count from the text's start."""

    kind: LineKind
    start: int
    body: int  #: where its words begin, behind indentation and marker
    end: int
    indent: int  #: how many blanks it begins with
    marker: str  #: of an item, with the blank behind it: "- ", "2.1. "; "" if it has none
    level: int  #: of a heading, from 1; else 0
    opens: Literal["block", "line"]  #: "block" where a blank line or nothing stands above
    has_cells: bool  #: whether its words are cells of a table; an item may hold some too


def lines(text: str, section: Section) -> Iterator[Line]:
    """Yield the lines of a section of a version's text that are not blank, in order."""
    opens: Literal["block", "line"] = "block"
    start = section.start
    while start < section.end:
        newline = text.find("\n", start, section.end)
        end = section.end if newline < 0 else newline
        if text[start:end].strip():
            yield _line(text, start, end, opens, section)
            opens = "line"
        else:
            opens = "block"
        start = end + 1


def lines_of_quote(quote: str) -> list[Line]:
    """Return the lines of a part of a version's text that are not blank, in order."""
    return list(lines(quote, Section(0, len(quote), ())))


def _line(
    text: str, start: int, end: int, opens: Literal["block", "line"], section: Section
) -> Line:
    blanks_and_marker = opening(text[start:end])
    marker = blanks_and_marker.lstrip(" ")
    indent = len(blanks_and_marker) - len(marker)
    body = start + len(blanks_and_marker)
    has_cells = CELLS in text[body:end]
    kind: LineKind = "item" if blanks_and_marker else "paragraph"
    if start == section.start and has_heading(text, section):
        kind = "heading"
    elif has_cells and not indent and marker != "- ":
        kind = "row"  # "1. Fees | 5 pounds" too: a table that counts its rows
    level = len(section.trail) if kind == "heading" else 0
    return Line(kind, start, body, end, indent, marker, level, opens, has_cells)


def opening(line: str) -> str:
    """Return the indentation, and the bullet, number or letter, that a line opens with, or ""."""
    found = _OPENING.match(line)
    return found[0] if found else ""


_COUNTED = "|".join(
    [*map(roman, range(1, 90)), *(2 * letters(number) for number in range(1, 27)), "[a-z]"]
)
ENUMERATOR = (
    rf"\(?(?:[0-9]{{1,3}}[A-Z]{{0,2}}(?:\.[0-9]{{1,3}}[A-Z]{{0,2}})*"  # 1. (2) 2.1. 12A.
    rf"|{_COUNTED}|{_COUNTED.upper()}"  # (a) B. (xviii) aa)
    r"|[a-z]{2}(?=\)))[.)]"  # (ab)
    r"|[0-9]{1,3}[A-Z]{0,2}\.—\([0-9]{1,3}[A-Z]?\)"  # 1.—(1), as British statutes count
)
"""A number, letter or numeral in front of an item, with its mark."""

_OPENING = re.compile(rf" *(?:(?:-|{ENUMERATOR}) )?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row. Offsets count from the row's start."""

    start: int
    value: int  #: where its value begins, behind the header that it repeats ("Kept for: ")
    end: int


def cells(row: str) -> Iterator[Cell]:
    """Yield the cells of a table's row, in order; any line is one cell at least."""
    start = 0
    for text in row.split(CELLS):
        header, divider, _ = text.partition(": ")
        end = start + len(text)
        yield Cell(start, start + len(header + divider) if divider else start, end)
        start = end + len(CELLS)
