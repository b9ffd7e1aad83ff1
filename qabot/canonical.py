"""The canonical text: how what a reader found becomes `Reading.text`.

A reader turns a file into blocks; `compose` lays them out. One convention for all formats, so that
everything downstream (sentences, passages, changes, quotes) sees one kind of text:

* a heading or a paragraph is one line; wrapped lines are joined;
* a list item is one line, "- " or its own number or letter ("1. ", "(a) ") in front, two spaces
  of indentation per level;
* a table row is one line that repeats its header: "Data: call records | Kept for: 18 months";
* items and rows stand directly under what introduces them ("\\n"); everything else is divided by
  a blank line ("\\n\\n").
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import ftfy

from qabot.records import CELLS, Section


@dataclass(frozen=True, slots=True)
class Block:
    """One line of canonical text."""

    kind: Literal["heading", "paragraph", "item", "row"]
    text: str  #: without marker or indentation; `clean` is applied by `compose`
    level: int = 1  #: heading: 1 (outermost) to 6; item: depth from 1; else unused
    marker: str = "-"  #: of an item: "-", "1.", "(a)"; "" continues the item above
    page: int | None = None  #: page it begins on, from 1 (PDF)


def clean(text: str) -> str:
    """Return `text` on one line: mojibake repaired, NFC, whitespace folded, invisibles dropped.

    Quotation marks, ligatures and letter case stay as they are: a quote must look like its source.
    """
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


def compose(blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...], tuple[int, ...]]:
    """Lay blocks out; return the text, its sections, and the offset at which each page begins.

    Blocks whose text is empty after `clean` are dropped. The sections cover the text without gaps.
    """
    text = ""
    page_starts: list[int] = []
    headings: list[tuple[int, int, str]] = []  # offset, level, heading
    previous: Block | None = None
    for block in blocks:
        line = clean(block.text)
        if not line:
            continue
        if previous is not None:
            text += "\n" if _stands_directly_under(block, previous, text) else "\n\n"
        start = len(text)
        if block.page is not None:
            page_starts += [start] * (block.page - len(page_starts))
        if block.kind == "heading":
            headings.append((start, block.level, line))
        text += _indented(block, line)
        previous = block
    return text, _sections(headings, len(text)), tuple(page_starts)


def _stands_directly_under(block: Block, previous: Block, text: str) -> bool:
    if block.kind not in ("item", "row"):
        return False
    if previous.kind == "paragraph":
        return block.kind == "row" or not text.endswith((".", "!", "?", ".”", '."'))
    return previous.kind == block.kind or (previous.kind == "item" and text.endswith(":"))


def _indented(block: Block, line: str) -> str:
    if block.kind != "item":
        return line
    marker = f"{block.marker} " if block.marker else "  "
    return "  " * (block.level - 1) + marker + line


def _sections(headings: Sequence[tuple[int, int, str]], length: int) -> tuple[Section, ...]:
    starts = [start for start, _, _ in headings]
    sections = [Section(0, starts[0] if starts else length, ())] if starts[:1] != [0] else []
    trail: list[tuple[int, str]] = []
    for (start, level, heading), end in zip(headings, [*starts[1:], length], strict=False):
        trail = [(depth, name) for depth, name in trail if depth < level] + [(level, heading)]
        sections.append(Section(start, end, tuple(name for _, name in trail)))
    return tuple(sections)
