"""Version to passages: along sections and sentences, a list's lead-in with its items.

Reads the layout that `qabot.sources.blocks` describes: a blank line divides blocks, a single line
break puts items and table rows under what introduces them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from math import inf

from sentencex import get_sentence_boundaries

from qabot.records import CELLS, Passage, Section, Version

TARGET_WORDS = 110
"""The length that passages tend to. This and MAX_WORDS were chosen with `qabot evaluate`."""
MAX_WORDS = 170
"""What a passage holds at most, unless a sentence, or a lead-in with its item, is longer."""

_MARKER = re.compile(r" *(?:- |\(?(?:[0-9]+(?:\.[0-9]+)*|[A-Za-z]|[ivxIVX]{1,5})[.)] )?")
_WORD = re.compile(r"[^\W\d_]+")  # of a heading, less the number in front
_BREAK_COST = {"block": 0.0, "line": 0.1, "sentence": 0.3}  # what it costs to tear apart here


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a passage takes whole or not at all: a sentence, a heading, a list item."""

    start: int
    end: int  # the next piece begins here
    words: int
    sentences: tuple[tuple[int, int], ...]  # () for a heading
    opens: str  # what begins here: "block", "line" or "sentence"
    introduces: bool = False  # the next piece must be in the same passage
    lead_in: str = ""  # what introduced the list it is an item of


def split(version: Version) -> list[Passage]:
    """Return the passages of a version, in order, gapless, together covering its text.

    No sentence is cut. A heading without text of its own opens the next section's first passage.
    """
    passages: list[Passage] = []
    waiting: list[_Piece] = []
    for section in version.sections:
        pieces = [*waiting, *_pieces(version.text, section)]
        if not any(piece.sentences for piece in pieces) and section.end < len(version.text):
            waiting = pieces
            continue
        waiting = []
        passages += [_passage(version, section, run) for run in _partition(pieces)]
    headings = {_bare(section.trail[-1]) for section in version.sections if section.trail}
    return [_without_contents(version, passage, headings) for passage in passages]


def _without_contents(version: Version, passage: Passage, headings: Set[str]) -> Passage:
    """Take the sentences from a table of contents: its lines name answers and are none."""
    lines = [_bare(version.text[start:end]) for start, end in passage.sentences]
    named = [line for line in lines if line in headings]
    many = len(named) >= 3 and len(set(named)) >= len(headings) / 4
    return replace(passage, sentences=()) if many and len(named) > len(lines) / 2 else passage


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _passage(version: Version, section: Section, run: Sequence[_Piece]) -> Passage:
    start, end = run[0].start, run[-1].end
    text = version.text[start:end]
    return Passage(
        version=version.id,
        start=start,
        end=start + len(text.rstrip()),
        text=text.rstrip(),
        trail=section.trail,
        page=bisect_right(version.page_starts, start) or None,
        sentences=tuple(span for piece in run for span in piece.sentences),
        lead_in=run[0].lead_in,
    )


def _partition(pieces: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    """Cut into the runs that cost least: near TARGET_WORDS, at most MAX_WORDS, torn gently."""
    # cost of the first n pieces, where their last run begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        options = [(inf, end - 1)]
        words = 0
        for start in range(end - 1, -1, -1):
            words += pieces[start].words
            torn = start > 0 and pieces[start - 1].introduces
            whole = all(piece.introduces for piece in pieces[start : end - 1])
            if words > MAX_WORDS and not whole:
                break
            if not torn:
                size = ((words - TARGET_WORDS) / TARGET_WORDS) ** 2
                tear = _BREAK_COST[pieces[start].opens] if start else 0.0
                options.append((best[start][0] + size + tear, start))
        best.append(min(options))
    runs: list[Sequence[_Piece]] = []
    end = len(pieces)
    while end:
        start = best[end][1]
        runs.append(pieces[start:end])
        end = start
    return runs[::-1]


def _pieces(text: str, section: Section) -> list[_Piece]:
    pieces: list[_Piece] = []
    parents: list[tuple[int, str]] = []  # indentation, last sentence of the lines this is under
    for start, end, opens in lines(text, section):
        line = text[start:end]
        if start == section.start and section.trail:
            pieces.append(_Piece(start, end, len(line.split()), (), opens, introduces=True))
            continue
        under = opens == "line" or CELLS in line or bool(marker(line).strip())
        depth = len(line) - len(line.lstrip()) + under
        above = [] if opens == "block" else [p for p in parents if p[0] < depth]
        if above and len(above) == len(parents):  # the line right above introduces this one
            pieces[-1] = replace(pieces[-1], introduces=True)
        parents = above
        spans = list(sentences(text, start + len(marker(line)), end))
        lead_in = " ".join(sentence for _, sentence in parents)
        for n, span in enumerate(spans):
            pieces.append(
                _Piece(
                    start=span[0] if n else start,
                    end=spans[n + 1][0] if n + 1 < len(spans) else end,
                    words=len(text[span[0] : span[1]].split()),
                    sentences=(span,),
                    opens="sentence" if n else opens,
                    lead_in=lead_in,
                )
            )
        parents.append((depth, text[slice(*spans[-1])]))
    return _gapless(pieces, section.end)


def _gapless(pieces: Sequence[_Piece], end: int) -> list[_Piece]:
    ends = [*(piece.start for piece in pieces[1:]), end]
    return [replace(piece, end=end) for piece, end in zip(pieces, ends, strict=False)]


def lines(text: str, section: Section) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, what it opens) of each line that is not blank."""
    opens = "block"
    start = section.start
    while start < section.end:
        newline = text.find("\n", start, section.end)
        end = section.end if newline < 0 else newline
        if text[start:end].strip():
            yield start, end, opens
            opens = "line"
        else:
            opens = "block"
        start = end + 1


def marker(line: str) -> str:
    """Return the blanks and the bullet or number that a line opens with, or ""."""
    found = _MARKER.match(line)
    return found.group() if found else ""


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of one line, without the blanks around it."""
    line = text[start:end]
    ends = [boundary["end_index"] for boundary in get_sentence_boundaries("en", line)]
    first = 0
    for last in ends:
        if last < len(line) and not line[last - 1].isspace():  # inside a word: "the U.|S. Shield"
            continue
        sentence = line[first:last]
        if sentence.strip():
            lead = len(sentence) - len(sentence.lstrip())
            yield start + first + lead, start + first + lead + len(sentence.strip())
        first = last
