"""A quote as it is printed: the sentences that answer alone, or all of it with these marked.

In a terminal what is marked is bold. Without colours, and when copied or piped, the bar in front of
it says the same. A sentence that only may answer is italic, and has a question mark in front.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from qabot.canonical import Line, cells, lines_of_quote, opening
from qabot.records import CELLS, Citation

CONTEXT = "  "
"""In front of what is not marked."""

_WIDEST = 100  # columns; longer lines are hard to read


@dataclass(frozen=True, slots=True)
class Mark:
    """How the sentences of a highlight are told from the rest of a quote."""

    gutter: str  #: in front of each of their lines
    style: str  #: of their letters, as rich names it


ANSWERS = Mark("▌ ", "bold")
MAY_ANSWER = Mark("? ", "italic")
_CONTEXT = Mark(CONTEXT, "")


def printed_highlight(out: Console, citation: Citation) -> Iterator[Text]:
    """Yield the sentences that answer: a row as labels and values, an item under its list's."""
    width = min(out.width, _WIDEST) - len(CONTEXT)
    parsed = lines_of_quote(citation.quote)
    introduced, is_first = "", True
    for one in citation.highlight:
        start, end = one.start - citation.start, one.end - citation.start
        for place, line in enumerate(parsed):
            part = citation.quote[max(start, line.body) : min(end, line.end)]
            if not part:
                continue
            introduction = _introduction(citation, parsed, place) if line.kind == "item" else ""
            if introduction and introduction != introduced:
                yield from _gutter(out, Text(introduction, style="dim"), width, _CONTEXT)
            introduced = introduction
            if line.has_cells and not is_first:
                yield Text(ANSWERS.gutter, ANSWERS.style)
            is_first = False
            for said in _said(part, line):
                yield from _gutter(out, Text(said, style=ANSWERS.style), width, ANSWERS)


def _introduction(citation: Citation, parsed: Sequence[Line], place: int) -> str:
    """Return what a list's item is read with, the line with a colon above it, or ""."""
    indent = parsed[place].indent
    above = [one for one in parsed[:place] if one.kind != "item" or one.indent < indent]
    if not above:
        return citation.lead_in
    text = citation.quote[above[-1].body : above[-1].end]
    return text if text.endswith(":") else ""


def _said(part: str, line: Line) -> Iterator[str]:
    """Yield the lines of a sentence: of a row a line for each of its cells."""
    if not line.has_cells:
        yield f"{line.marker}{part}"
        return
    found = list(cells(part))
    labels = [part[one.start : one.value].strip() for one in found]
    for label, one in zip(labels, found, strict=True):
        yield f"{label:{max(map(len, labels))}} {part[one.value : one.end]}".strip()


def undivided(text: str) -> str:
    """Return a quote, the cells of its rows with dots between: "Zone: 1 · Price: £2"."""
    return text.replace(CELLS, " · ")


def printed_quote(out: Console, citation: Citation, mark: Mark) -> Iterator[Text]:
    """Yield the lines of a quote; what is marked begins a line of its own."""
    if citation.lead_in:
        yield Text(f"{CONTEXT}[{citation.lead_in}]", style="dim")
    width = min(out.width, _WIDEST) - len(CONTEXT)
    for piece, is_marked in _pieces(citation):
        shown = mark if is_marked else _CONTEXT
        for line in _lines(piece):
            yield from _gutter(out, Text(undivided(line), style=shown.style), width, shown)


def _gutter(out: Console, text: Text, width: int, mark: Mark) -> Iterator[Text]:
    """Yield the lines that a text is wrapped to, each behind its gutter."""
    for part in _wrapped(out, text, width):
        yield Text.assemble((mark.gutter, mark.style), part) if part.plain else Text()


def print_indented(out: Console, text: Text) -> None:
    """Print a text that is not marked, its lines wrapped."""
    for line in text.split("\n"):
        for part in _wrapped(out, line, out.width - len(CONTEXT)):
            out.print(Text(CONTEXT) + part)


def _wrapped(out: Console, text: Text, width: int) -> Iterator[Text]:
    for part in [text] if out.soft_wrap else text.wrap(out, width):
        part.rstrip()
        yield part


def _pieces(citation: Citation) -> Iterator[tuple[str, bool]]:
    """Cut a quote where its highlight begins and ends; a list's marker goes with its item."""
    at = 0
    for sentence in citation.highlight:
        start, end = sentence.start - citation.start, sentence.end - citation.start
        before = citation.quote[at:start].rpartition("\n")[2]
        if before.strip() and opening(before) == before:
            start -= len(before)
        yield citation.quote[at:start], False
        yield citation.quote[start:end], True
        at = end
    yield citation.quote[at:], False


def _lines(piece: str) -> list[str]:
    """Return the lines of a piece; every piece begins a line anyway, so it needs no break."""
    indented = piece if piece.startswith("  ") else piece.strip(" ")
    return indented.removeprefix("\n").removesuffix("\n").split("\n") if indented.strip(" ") else []
