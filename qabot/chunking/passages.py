"""Version to passages: along sections and sentences, a list's lead-in with its items.

`qabot.canonical` parses the text: a blank line divides blocks, a single line break puts items and
table rows under what introduces them.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from math import inf

from qabot.canonical import Line, lines
from qabot.chunking.sentence_kinds import announces, kind, titles
from qabot.chunking.sentences import LABEL, items, sentences
from qabot.records import CELLS, Kind, Passage, Section, Sentence, Version

TARGET_WORDS = 110
"""The length that passages tend to. This and MAX_WORDS were chosen with `qabot evaluate`."""
MAX_WORDS = 170
"""What a passage holds at most, unless a sentence, or a lead-in with its item, is longer."""

_MANY, _FEW = 5_000, 25  # in a section of so many pieces a passage has so few at most
_LONGEST = 4 * MAX_WORDS  # of what introduces one another
_LEAD_IN = 2_000  # characters, at most, that are kept of what leads in
_WORD = re.compile(r"[^\W\d_]+")  # of a heading, less the number in front
_BREAK_COST = {"block": 0.0, "line": 0.1, "sentence": 0.3}  # what it costs to tear apart here


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a passage takes whole or not at all: a sentence, a heading, a list item."""

    start: int
    end: int  #: the next piece begins here
    words: int
    sentences: tuple[Sentence, ...]  #: () for a heading, and for the question of an FAQ
    opens: str  #: what begins here: "block", "line" or "sentence"
    heading: bool = False
    introduces: bool = False  #: the next piece must be in the same passage
    lead_in: str = ""  #: what introduced the list it is an item of, or asked what it answers


@dataclass(frozen=True, slots=True)
class _Parent:
    """A line that what follows it may stand under."""

    depth: int  #: its indentation; _QUESTION: an FAQ's question, which all up to the next answers
    says: str  #: its last sentence


_QUESTION = -1


def split(version: Version) -> list[Passage]:
    """Return the passages of a version, in order, gapless, together covering its text.

    No sentence is cut. A heading without text of its own opens the next section's first passage.
    What can be no part of an answer, as the question of an FAQ, is in the passage's text and in the
    lead-in of what follows it, but not among its sentences.
    """
    headings = {_bare(section.trail[-1]) for section in version.sections if section.trail}
    own = frozenset(_WORD.findall(f"{version.title} {version.company}".lower()))
    passages: list[Passage] = []
    waiting: list[_Piece] = []
    for section in version.sections:
        own_pieces = _pieces(version.text, section, own)
        waiting += own_pieces
        if all(piece.heading for piece in own_pieces) and section.end < len(version.text):
            continue
        pieces, waiting = waiting, []
        passages += [_passage(version, section, run) for run in _partition(pieces)]
    passages = [_without_contents(version, passage, headings) for passage in passages]
    kinds = {sentence.kind for passage in passages for sentence in passage.sentences}
    return passages if "content" in kinds else [_as_content(one) for one in passages]


def _as_content(passage: Passage) -> Passage:
    """Return a passage whose sentences all count as content."""
    return replace(
        passage, sentences=tuple(replace(one, kind="content") for one in passage.sentences)
    )


def _without_contents(version: Version, passage: Passage, headings: Set[str]) -> Passage:
    """Return a passage, without sentences if it is a table of contents: it answers nothing."""
    lines = [_bare(version.text[one.start : one.end]) for one in passage.sentences]
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
        sentences=tuple(sentence for piece in run for sentence in piece.sentences),
        lead_in=run[0].lead_in,
        body=next((one.start for one in run if not one.heading), start + len(text.rstrip())),
    )


def _partition(pieces: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    """Cut pieces into the runs that cost least; none is longer than MAX_WORDS allows.

    A run costs its distance from TARGET_WORDS, squared, and what _BREAK_COST says of the place it
    begins at. Found by dynamic programming: the best cut of the first n pieces, for each n.
    """
    # cost of the first n pieces, where their last run begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    most = len(pieces) if len(pieces) < _MANY else _FEW
    for end in range(1, len(pieces) + 1):
        least = inf, end - 1
        words, whole = 0, True  # all but the last piece introduce the next
        for start in range(end - 1, max(end - most, 0) - 1, -1):
            words += pieces[start].words
            whole = whole and (start == end - 1 or pieces[start].introduces)
            torn = start > 0 and pieces[start - 1].introduces
            if words > MAX_WORDS and start < end - 1 and not (whole and words <= _LONGEST):
                break
            if not torn:
                size = ((words - TARGET_WORDS) / TARGET_WORDS) ** 2
                tear = _BREAK_COST[pieces[start].opens] if start else 0.0
                least = min(least, (best[start][0] + size + tear, start))
        best.append(least)
    runs: list[Sequence[_Piece]] = []
    end = len(pieces)
    while end:
        start = best[end][1]
        runs.append(pieces[start:end])
        end = start
    return runs[::-1]


def _pieces(text: str, section: Section, own: Set[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    parents: list[_Parent] = []
    parsed = list(lines(text, section))
    for line, after in zip(parsed, [*parsed[1:], None], strict=False):
        if line.kind == "heading":
            words = len(text[line.start : line.end].split())
            heading = _Piece(line.start, line.end, words, (), line.opens, True, introduces=True)
            pieces.append(heading)
            continue
        under = line.opens == "line" or line.has_cells or line.marker != ""
        depth = line.indent + under
        above = [one for one in parents if _is_above(one, depth, line.opens, one is parents[-1])]
        if above and len(above) == len(parents):  # the line right above introduces this one
            pieces[-1] = _introducing(pieces[-1], text)
        holds_more = after is not None and after.opens == "line" and after.indent + 1 > depth
        listed = any(one.depth >= 0 for one in above) and not holds_more
        found, question = _line(text, line, above, own, under=under, listed=listed)
        pieces += found
        parents = [_Parent(_QUESTION, question)] if question else [*above]
        if found[-1].sentences or not question:
            last = found[-1].sentences[-1] if found[-1].sentences else found[-1]
            parents.append(_Parent(depth, text[last.start : last.end].strip()[-_LEAD_IN:]))
    return _gapless(pieces, section.end)


def _is_above(one: _Parent, depth: int, opens: str, last: bool) -> bool:
    """Whether a line of this depth stands under a line before it."""
    if one.depth == _QUESTION:
        return True
    return last and one.says.endswith(":") if opens == "block" else one.depth < depth


def _introducing(piece: _Piece, text: str) -> _Piece:
    """Return a piece that shares a passage with the next; what only announces is a lead-in."""
    *others, last = piece.sentences or (None,)
    if last is not None and announces(text[last.start : last.end]):
        piece = replace(piece, sentences=(*others, replace(last, kind="lead-in")))
    return replace(piece, introduces=True)


def _line(
    text: str,
    line: Line,
    above: Sequence[_Parent],
    own: Set[str],
    *,
    under: bool,
    listed: bool,
) -> tuple[list[_Piece], str]:
    """Return the pieces of a line, and the question that what stands below it answers, else "".

    `above` are the lines that it stands under, `own` the words of the policy's title and company.
    `under` says whether it stands directly under the line before it; `listed` that it is one of the
    items that a line above it announces: a question among these is an item, and asks nothing.
    """
    spans = [] if line.has_cells else list(sentences(text, line.body, line.end))
    spans = spans or [(line.body, line.end)]  # a table's row is one
    title = _title(text, spans) if not any(one.depth == _QUESTION for one in above) else ""
    pieces: list[_Piece] = []
    question, questions = "", 0  # how many questions in a row stand right above
    for number, (first, last) in enumerate(spans):
        sentence = text[first:last]
        is_title = bool(title) and not number
        what = kind(sentence, own, alone=len(spans) == 1 and not under)
        what = "lead-in" if is_title else what
        is_question = what == "question" and not (listed and text.count(sentence) == 1)
        if is_question:
            asked = LABEL.sub("", sentence, count=1) if LABEL.match(sentence) else sentence
            question = f"{question} {asked}".strip()[-_LEAD_IN:] if questions else asked
        questions = questions + 1 if is_question else 0
        answered = [question] if question and not is_question else []
        says = [one.says for one in above if not (question and one.depth == _QUESTION)]
        titled = [title] if title and not is_title else []
        lead_in = " ".join([*answered, *says, *titled]).strip()
        pieces.append(
            _Piece(
                start=first if number else line.start,
                end=last,
                words=len(sentence.split()),
                sentences=() if is_question else _marked(text, first, last, what, lead_in),
                opens="sentence" if number else line.opens,
                introduces=is_question or is_title,
                lead_in=lead_in,
            )
        )
    labelled = bool(LABEL.match(text[line.start : line.end].lstrip()))
    return pieces, question if questions or labelled else ""


def _title(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the first of a line's sentences if it is the title of the others, else ""."""
    (start, end), *others = spans
    title = text[start:end]
    return title if others and titles(title, text[others[0][0] : others[-1][1]]) else ""


def _marked(text: str, start: int, end: int, what: Kind, lead_in: str) -> tuple[Sentence, ...]:
    """Return what of a sentence is marked by itself, read with what led in."""
    label = LABEL.match(text[start:end])
    marked = list(items(text, start + (label.end() if label else 0), end))
    what = "content" if what == "question" else what
    kinds: list[Kind] = [what] * len(marked)
    if len(marked) > 1 and CELLS not in text[start:end] and marked[1].lead_in:
        kinds[0] = "lead-in"
    return tuple(
        Sentence(one.start, one.end, each, f"{lead_in} {one.lead_in}".strip())
        for one, each in zip(marked, kinds, strict=True)
    )


def _gapless(pieces: Sequence[_Piece], end: int) -> list[_Piece]:
    ends = [*(piece.start for piece in pieces[1:]), end]
    return [replace(piece, end=end) for piece, end in zip(pieces, ends, strict=False)]
