"""A citation as blocks, as plain text, and as what can be pasted for a customer."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from slack_sdk.models.blocks import RichTextElement

from qabot.records import CELLS, Answer, Citation
from qabot.service.further import further
from qabot.service.quote_lines import (
    Piece,
    ShownLine,
    answering_lines,
    excerpt,
    quote_lines,
    text_of,
)
from qabot.service.wording_of_quotes import pasted_source
from qabot.slack.views.blocks import (
    Block,
    context,
    folded,
    link_button,
    plain_section,
    quote,
    rich_text,
)
from qabot.slack.views.blocks import text as words
from qabot.slack.views.message import weight
from qabot.slack.views.phrases import READ, SHORTENED, dated, place_of, source
from qabot.slack.views.text_limits import QUOTED, SPOKEN, URL, cut, label, start_after

_FOLDED = 2_500  # characters of a passage that is folded away
_SHORT_URL = 400  # bytes of an address where there is little room
_LONGEST_SOURCE = 500  # characters
_CONTEXT = "In context"
_BELOW_TABLE = "\n"  # a blank line, so that what follows is not read as a cell

Mark = Literal["bold", "italic", "plain"]
"""How the highlight of a quote is set: bold answers, italic may answer, plain does not."""


def quoted(answer: Answer) -> tuple[Citation, ...]:
    """Return what is quoted of an answer in the open: what answers, or may; none where none does.

    The best comes first.
    """
    return answer.nearest if answer.status == "uncertain" else answer.citations


def others(answer: Answer) -> Sequence[Citation]:
    """Return what is worth showing below the first quote, folded: more that answers, or the next.

    Of what may answer that is the next closest.
    """
    return answer.nearest[1:2] if answer.status == "uncertain" else further(answer.citations)


def mark_of(answer: Answer) -> Mark:
    """Return how the highlights of an answer are set."""
    marks: dict[str, Mark] = {"answered": "bold", "uncertain": "italic"}
    return marks.get(answer.status, "plain")


def cited(citation: Citation, most: int, today: date, mark: Mark) -> list[Block]:
    """Return what a quote says, at most `most` characters of it, and under it whence it is."""
    lines = answering_lines(citation)
    shown = _cut(lines, most)
    note = [] if text_of(shown) == text_of(lines) else [context(SHORTENED)]
    return [_said(shown, mark), *note, whence(citation, most, today)]


def whence(citation: Citation, most: int, today: date) -> Block:
    """Return a small line: policy, section, since when it is in force, and a link."""
    url = address(citation.url, _room(most))
    return context(source(citation, today), link=(READ, url) if url else None)


def in_context(citation: Citation, most: int) -> Iterator[Block]:
    """Yield the whole passage folded away, where it says more than what is shown of it."""
    around = text_of(list(quote_lines(citation)))
    if around.split() != text_of(answering_lines(citation)).split():
        yield folded(_CONTEXT, [plain_section(_passage(citation, most))])


def another(citation: Citation, number: int, most: int, today: date) -> Block:
    """Return a further quote folded away, under whose it is, with a button that opens it."""
    url = address(citation.url, _room(most))
    opener = link_button(READ, f"open:{number}", url) if url else None
    said = f"{_passage(citation, most)}\n{dated(citation, today)}"
    return folded(place_of(citation), [plain_section(said, opener)])


def pasted(citation: Citation, most: int, today: date, short: str | None = None) -> str:
    """Return what a quote says, at most `most` characters, with its source, for a customer.

    The source is worded in the quote's language. `short` is a short address of it, None: its own.
    """
    source_line = label(pasted_source(citation, today), _LONGEST_SOURCE)
    return _written(citation, most, source_line, short or address(citation.url))


def spoken(citation: Citation, today: date) -> str:
    """Return what a quote says, with its source, for `text`: shortened so that both have room."""
    for most in QUOTED[1:]:
        said = _written(citation, most, source(citation, today), address(citation.url))
        if weight(said) <= SPOKEN:
            break
    return said


def _written(citation: Citation, most: int, source_line: str, url: str) -> str:
    lines = answering_lines(citation)
    shown = text_of(_cut(lines, most))
    said = [
        f"{shown}{_BELOW_TABLE}" if _is_of_table(citation) else f"“{shown}”",
        "" if shown == text_of(lines) else f"[{SHORTENED}]",
        source_line,
        url,
    ]
    return "\n".join(line for line in said if line)


def window(citation: Citation, most: int) -> tuple[int, int]:
    """Return where to shorten a quote (start and end in it) so that what answers stays."""
    whole = citation.quote
    if len(whole) <= most:
        return 0, len(whole)
    spans = [(one.start - citation.start, one.end - citation.start) for one in citation.highlight]
    first, end_of_first = spans[0] if spans else (0, 0)
    last = spans[-1][1] if spans and spans[-1][1] - first <= most else end_of_first
    if last - first > most:
        return first, first + len(cut(whole[first:], most))
    start = start_after(whole, max(0, last - most, first - (most - last + first) // 2), first)
    end = start + len(cut(whole[start:], most).rstrip())
    return start, max(end, last)


def address(url: str | None, room: int = URL) -> str:
    """Return an address for a link, without its fragment where that makes it too long, or ""."""
    for shown in (url or "", (url or "").partition("#")[0]):
        if _is_web(shown) and len(shown.encode()) <= room:
            return shown
    return ""


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable()


def _room(most: int) -> int:
    return URL if most >= QUOTED[1] else _SHORT_URL


def _said(lines: Iterable[ShownLine], mark: Mark) -> Block:
    """Return lines as a quote, what is marked in them set apart."""
    elements: list[RichTextElement] = []
    for number, line in enumerate(lines):
        if number:
            elements.append(words("\n"))
        for piece in line:
            is_set = piece.is_marked and mark != "plain"
            is_bold, is_italic = is_set and mark == "bold", is_set and mark == "italic"
            elements.append(words(piece.text, bold=is_bold, italic=is_italic))
    return rich_text(quote(*elements))


def _cut(lines: Iterable[ShownLine], most: int) -> list[ShownLine]:
    """Return the first of lines, together of at most `most` characters."""
    room = most
    kept: list[ShownLine] = []
    for line in lines:
        shown = []
        for piece in line:
            text = cut(piece.text, max(0, room))
            shown += [Piece(text, piece.is_marked)] if text else []
            room -= len(piece.text)
        kept += [tuple(shown)] if shown or not line else []
        room -= 1
        if room <= 0:
            break
    return kept


def _passage(citation: Citation, most: int) -> str:
    """Return a passage as plain text."""
    shown = excerpt(citation, *window(citation, min(most, _FOLDED)))
    note = "" if shown is citation else f"\n{SHORTENED}"
    return text_of(list(quote_lines(shown))) + note


def _is_of_table(citation: Citation) -> bool:
    spots = [(one.start - citation.start, one.end - citation.start) for one in citation.highlight]
    return any(CELLS in citation.quote[start:end] for start, end in spots)
