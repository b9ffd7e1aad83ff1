"""A quote line by line as people read it: an item with its marker, a row as label and value."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qabot.canonical import Line, cells, lines_of_quote
from qabot.records import Citation

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ENDS_SENTENCE = re.compile(r"[.!?;]['\"”’)]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line."""

    text: str  #: of the quote, letter by letter, or what is set before it: a marker, " … "
    is_marked: bool = False  #: whether it is in the highlight, and no more than introduces


ShownLine = tuple[Piece, ...]
"""A line as it is shown; () is a blank one."""

_MARKER = "- "
_BULLET = "• "
_GAP = " … "


def quote_lines(citation: Citation) -> Iterator[ShownLine]:
    """Yield the lines of a whole quote, with a blank one where the quote has one.

    A row is one line a cell; a blank line parts it from the row above.
    """
    parsed = lines_of_quote(citation.quote)
    spots = _spots(citation)
    for place, line in enumerate(parsed):
        is_row = line.has_cells
        is_next_row = is_row and place > 0 and parsed[place - 1].has_cells
        if place and (line.opens == "block" or is_next_row):
            yield ()
        yield from _whole(citation.quote, line, _marked_in(line, spots, parsed, place))


def answering_lines(citation: Citation) -> list[ShownLine]:
    """Return the lines of a quote that its highlight marks, all of it where it marks nothing.

    An item comes with the line that introduces its list. A line that only introduces what follows
    is not marked; where the highlight is no more than such a line, what it introduces is marked.
    """
    parsed = lines_of_quote(citation.quote)
    spots = _spots(citation)
    marked = [_marked_in(line, spots, parsed, place) for place, line in enumerate(parsed)]
    chosen = {place for place, line in enumerate(parsed) if _overlapping(line, spots)}
    if chosen and not any(marked):
        last = max(chosen)
        for place in _introduced(parsed, last):
            chosen.add(place)
            marked[place] = [(parsed[place].body, parsed[place].end)]
    if not chosen:
        return [line for line in quote_lines(citation) if line]
    shown: list[ShownLine] = []
    for place in sorted(chosen):
        line = parsed[place]
        begins = bool(marked[place]) and marked[place][0][0] == line.body
        if line.kind == "item" and begins:
            above = _introducing(parsed, place)
            lead_in = _lead_in(citation, parsed, above)
            if above not in chosen and lead_in and (Piece(lead_in),) not in shown:
                shown.append((Piece(lead_in),))
        if shown and line.has_cells:
            shown.append(())
        shown += _of_marked(citation.quote, line, marked[place])
    return shown


def text_of(shown: Sequence[ShownLine]) -> str:
    """Return lines as plain text."""
    return "\n".join("".join(piece.text for piece in line) for line in shown)


def excerpt(citation: Citation, start: int, end: int) -> Citation:
    """Return a citation of a part of its quote, whose place there is given."""
    if (start, end) == (0, len(citation.quote)):
        return citation
    return replace(
        citation,
        quote=citation.quote[start:end],
        start=citation.start + start,
        end=citation.start + end,
    )


Spot = tuple[int, int]


def _spots(citation: Citation) -> list[Spot]:
    """Return where the highlight is in the quote."""
    inside = [
        (max(0, one.start - citation.start), min(len(citation.quote), one.end - citation.start))
        for one in citation.highlight
    ]
    return [(start, end) for start, end in inside if citation.quote[start:end].strip()]


def _overlapping(line: Line, spots: Sequence[Spot]) -> list[Spot]:
    """Return the parts of the highlight on a line, apart and in order, without blank edges."""
    found: list[Spot] = []
    at = line.body
    for start, end in spots:
        first, last = max(start, at), min(end, line.end)
        if first < last:
            found.append((first, last))
            at = last
    return found


def _marked_in(line: Line, spots: Sequence[Spot], parsed: Sequence[Line], place: int) -> list[Spot]:
    """Return the highlight on a line, nothing where the line only introduces what follows."""
    found = _overlapping(line, spots)
    return [] if found and _introduces(parsed, place, found) else found


def _introduces(parsed: Sequence[Line], place: int, found: Sequence[Spot]) -> bool:
    """Tell whether what is marked on a line is no more than an announcement of what follows."""
    line = parsed[place]
    return bool(_introduced(parsed, place)) and found[-1][1] == line.end and not line.has_cells


def _introduced(parsed: Sequence[Line], place: int) -> list[int]:
    """Return the items or rows that stand directly under a line, as what it introduces."""
    line = parsed[place]
    found = []
    for number in range(place + 1, len(parsed)):
        below = parsed[number]
        is_deeper = line.kind == "paragraph" or below.indent > line.indent
        if below.opens == "block" or below.kind not in ("item", "row") or not is_deeper:
            break
        found.append(number)
    return found


def _introducing(parsed: Sequence[Line], place: int) -> int | None:
    """Return the line that introduces the list of an item, None where it is not in the quote."""
    item = parsed[place]
    for number in range(place - 1, -1, -1):
        if parsed[number + 1].opens == "block":
            return None
        above = parsed[number]
        if above.kind != "item" or above.indent < item.indent:
            return number if above.kind in ("item", "paragraph") else None
    return None


def _lead_in(citation: Citation, parsed: Sequence[Line], above: int | None) -> str:
    """Return what an item is read with, "" where it stands for itself."""
    if above is None:
        said = citation.lead_in
    else:
        line = parsed[above]
        said = _SENTENCE_END.split(citation.quote[line.body : line.end])[-1]
    said = " ".join(said.split())
    return "" if _ENDS_SENTENCE.search(said) else said


def _whole(quote: str, line: Line, marked: Sequence[Spot]) -> Iterator[ShownLine]:
    """Yield a line with all its words."""
    opening = " " * line.indent + _shown(line.marker)
    if line.has_cells:
        yield from _rows(quote, line, marked, opening, whole=True)
        return
    pieces = [Piece(opening)] if opening else []
    at = line.body
    for start, end in marked:
        pieces += [Piece(quote[at:start])] if at < start else []
        pieces.append(Piece(quote[start:end], is_marked=True))
        at = end
    pieces += [Piece(quote[at : line.end])] if at < line.end else []
    yield tuple(pieces)


def _of_marked(quote: str, line: Line, marked: Sequence[Spot]) -> Iterator[ShownLine]:
    """Yield what is marked of a line, or the end of a line that only introduces."""
    if not marked:
        said = _SENTENCE_END.split(quote[line.body : line.end])[-1]
        yield (Piece(f"{_shown(line.marker)}{said}"),)
        return
    opening = _shown(line.marker) if marked[0][0] == line.body else ""
    if line.has_cells:
        yield from _rows(quote, line, marked, opening, whole=False)
        return
    pieces = [Piece(opening)] if opening else []
    at = marked[0][0]
    for start, end in marked:
        between = quote[at:start]
        if start > at:
            pieces.append(Piece(_GAP if between.strip() else " "))
        pieces.append(Piece(quote[start:end], is_marked=True))
        at = end
    yield tuple(pieces)


def _rows(
    quote: str, line: Line, marked: Sequence[Spot], opening: str, *, whole: bool
) -> Iterator[ShownLine]:
    """Yield the cells of a row, a line each: "Kept for: 18 months"."""
    for cell in cells(quote[line.body : line.end]):
        start, value, end = (line.body + at for at in (cell.start, cell.value, cell.end))
        is_marked = any(first < end and start < last for first, last in marked)
        if not (whole or is_marked):
            continue
        label = f"{opening}{quote[start:value]}"
        opening = ""
        pieces = [Piece(label)] if label else []
        if value < end:
            pieces.append(Piece(quote[value:end], is_marked=is_marked))
        if pieces:
            yield tuple(pieces)


def _shown(marker: str) -> str:
    return _BULLET if marker == _MARKER else marker
