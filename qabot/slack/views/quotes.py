"""A citation as rich text, as plain text, and as what can be pasted for a customer."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from slack_sdk.models.blocks import RichTextElement

from qabot.records import Answer, Citation
from qabot.slack.views.blocks import (
    Block,
    link,
    link_button,
    plain_section,
    quote,
    rich_text,
    section,
)
from qabot.slack.views.blocks import text as words
from qabot.slack.views.message import weight
from qabot.slack.views.phrases import READ, SHORTENED, company_of, dated, source, whence
from qabot.slack.views.text_limits import QUOTED, SPOKEN, URL, cut, label, start_after

_FOLDED = 700  # characters of a quote that is folded away
_LONGEST_LEAD_IN = 200

Mark = Literal["bold", "italic", "plain"]
"""How the highlight of a quote is set: bold answers, italic may answer, plain does not."""


def quoted(answer: Answer) -> tuple[Citation, ...]:
    """Return what is quoted of an answer in the open: what answers, or may; none where none does.

    The best comes first.
    """
    return answer.nearest if answer.status == "uncertain" else answer.citations


def mark_of(answer: Answer) -> Mark:
    """Return how the highlights of an answer are set."""
    marks: dict[str, Mark] = {"answered": "bold", "uncertain": "italic"}
    return marks.get(answer.status, "plain")


def cited(citation: Citation, most: int, today: date, mark: Mark) -> Block:
    """Return a quote of at most `most` characters with its source."""
    parts = [quote(*_marked(citation, most, mark)), section(*_source(citation, most, today))]
    if lead_in := label(citation.lead_in, _LONGEST_LEAD_IN):
        parts.insert(0, section(words(lead_in)))
    return rich_text(*parts)


def cited_plainly(citation: Citation, number: int, today: date) -> Block:
    """Return a quote with its source as plain text, and a button that opens the source."""
    start, end = window(citation, _FOLDED)
    note = "" if (start, end) == (0, len(citation.quote)) else f"\n{SHORTENED}"
    lead_in = label(citation.lead_in, _LONGEST_LEAD_IN)
    said = f"{lead_in}\n“{citation.quote[start:end]}”\n{whence(citation, today)}{note}".lstrip()
    url = address(citation.url)
    opener = link_button(READ, f"open:{number}", url) if url else None
    return plain_section(said, opener)


def pasted(citation: Citation, most: int, today: date) -> str:
    """Return a quote of at most `most` characters with its source, to paste for a customer."""
    start, end = window(citation, most)
    is_whole = (start, end) == (0, len(citation.quote))
    lines = [
        label(citation.lead_in, _LONGEST_LEAD_IN),
        f"“{citation.quote[start:end]}”",
        "" if is_whole else f"[{SHORTENED}]",
        whence(citation, today),
        address(citation.url),
    ]
    return "\n".join(line for line in lines if line)


def spoken(citation: Citation, today: date) -> str:
    """Return a quote with its source for `text`: shortened so that the source has room."""
    for most in QUOTED[1:]:
        said = pasted(citation, most, today)
        if weight(said) <= SPOKEN:
            break
    return said


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


def address(url: str | None) -> str:
    """Return an address for a link, without its fragment where that makes it too long, or ""."""
    for shown in (url or "", (url or "").partition("#")[0]):
        if _is_web(shown) and len(shown.encode()) <= URL:
            return shown
    return ""


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable()


def _marked(citation: Citation, most: int, mark: Mark) -> Iterator[RichTextElement]:
    """Yield the pieces of a quote, letter by letter, its highlight marked."""
    start, end = window(citation, most)
    at = start
    for one in citation.highlight if mark != "plain" else ():
        first = max(at, one.start - citation.start)
        last = min(end, one.end - citation.start)
        if first < last:
            if at < first:
                yield words(citation.quote[at:first])
            piece = citation.quote[first:last]
            yield words(piece, bold=mark == "bold", italic=mark == "italic")
            at = last
    if at < end:
        yield words(citation.quote[at:end])


def _source(citation: Citation, most: int, today: date) -> Iterator[RichTextElement]:
    if window(citation, most) != (0, len(citation.quote)):
        yield words(f"{SHORTENED}\n", italic=True)
    yield words(company_of(citation), bold=True)
    when = dated(citation, today)
    yield words(f": {source(citation)}\n{when[:1].upper()}{when[1:]}")
    if url := address(citation.url):
        yield words("\n")
        yield link(READ, url)
