"""Lines of a PDF to paragraphs: where one ends and the next begins, also over a page break."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qabot.readers.headings import marker_of
from qabot.readers.pdf.pdf_lines import Line
from qabot.readers.pdf.pdf_tables import PageTable

_SURE_MARKER = re.compile(r"[•●○▪■◦‣]|\d{1,3}(\.\d{1,3})+\s")  # never inside a sentence
_SENTENCE_END = re.compile(r"[.!?:;]['\")\]”’]*(?:\[[\w,–-]{1,9}\])?$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that make one heading, paragraph or item."""

    lines: tuple[Line, ...]
    marker: str = ""  #: "•", "(a)" or "2.1", as printed at its beginning


@dataclass(frozen=True, slots=True)
class Usual:
    """How most of the lines of a file are set."""

    size: float
    bold: bool
    pitch: float  #: from one line of a paragraph to the next, as a multiple of the size


def paragraphs_of(pieces: Sequence[Line | PageTable]) -> tuple[list[Paragraph | PageTable], Usual]:
    """Put lines together that were wrapped; tables stay where they are."""
    usual = _usual([piece for piece in pieces if isinstance(piece, Line)])
    groups: list[list[Line] | PageTable] = []
    body: list[Line] = []  # the paragraph that may go on below a footnote or a table
    note: list[Line] = []
    for piece in pieces:
        if isinstance(piece, PageTable):
            groups.append(piece)
            continue
        is_note = _is_note(piece, note, usual)
        last = note if is_note else body
        if last and _may_go_on(last, piece, groups[-1], note) and _goes_on(last, piece, usual):
            last.append(piece)
            continue
        last = [piece]
        groups.append(last)
        note, body = (last, body) if is_note else (note, last)
    return [
        g if isinstance(g, PageTable) else Paragraph(tuple(g), marker_of(g[0].text)) for g in groups
    ], usual


def is_small_print(line: Line, usual: Usual) -> bool:
    """Whether a line is set as footnotes are: smaller, in the lower half of the page."""
    return line.size <= usual.size * 0.95 and line.bottom > line.page_height / 2


def _is_note(line: Line, note: Sequence[Line], usual: Usual) -> bool:
    if line.size > usual.size * 0.95:
        return False
    numbered = re.match(r"(\[?\d{1,3}\]?|[*†‡])\s?\S", line.text) and is_small_print(line, usual)
    return bool(numbered) or bool(note) and _goes_on(note, line, usual)  # on the next page too


def _may_go_on(
    last: Sequence[Line], line: Line, latest: Sequence[Line] | PageTable, note: Sequence[Line]
) -> bool:
    """Whether only footnotes of its page, or a table in mid-sentence, stand between."""
    if latest is last:
        return True
    page = latest.page if isinstance(latest, PageTable) else latest[-1].page
    goes_on_here = last[-1].page == line.page
    return page < line.page and (latest is note or goes_on_here or line.text[:1].islower())


def _usual(lines: Sequence[Line]) -> Usual:
    size = _most(line.size for line in lines for _ in line.text) or 1.0
    bold = sum(len(line.text) if line.bold else -len(line.text) for line in lines) > 0
    pitch = _most(
        round((line.bottom - above.bottom) / line.size, 1)
        for above, line in zip(lines, lines[1:], strict=False)
        if above.page == line.page and above.size == line.size > 0
        if 0 < line.bottom - above.bottom < 2.2 * line.size and not _ends_early(above, line)
    )
    return Usual(size, bold, pitch or 1.2)


def _most(values: Iterable[float]) -> float | None:
    counts = Counter(values)
    return max(counts, key=counts.__getitem__) if counts else None


def _goes_on(lines: Sequence[Line], line: Line, usual: Usual) -> bool:
    """Whether `line` belongs to the paragraph that the lines before it make so far."""
    above = lines[-1]
    if len(lines) == 1 and above.text == marker_of(above.text) and above.page == line.page:
        return True
    if line.size != above.size or _changes_weight(above, line):
        return False
    ended = bool(_SENTENCE_END.search(above.text))
    starts_low = line.text[:1].islower()
    may_be_item = bool(marker_of(line.text)) and (ended or above.text.endswith((" and", " or")))
    if above.page != line.page or line.bottom < above.bottom:
        return not (may_be_item or _SURE_MARKER.match(line.text) or ended and not starts_low)
    if line.bottom - above.bottom > usual.pitch * 1.25 * line.size or may_be_item:
        return False
    is_divided = re.search(r"\w[-‐–]$", above.text[-2:]) and line.text[:1].isalnum()
    if _ends_early(above, line) and (ended or not starts_low) and not is_divided:
        return False
    hanging = lines[0].text_left if marker_of(lines[0].text) else above.left
    if marker_of(line.text) and abs(line.left - hanging) > 8:
        return False
    return not (ended and len(lines) > 1 and line.left > above.left + 8)  # an indented first line


def _changes_weight(above: Line, line: Line) -> bool:
    """Whether bold begins or ends with the paragraph, not with some words in it."""
    return line.bold != above.bold and (line.bold or _ends_early(above, line))


def _ends_early(above: Line, line: Line) -> bool:
    """Whether the first word of `line` would have had room at the end of `above`."""
    return above.edge - above.right > line.first_word + line.size
