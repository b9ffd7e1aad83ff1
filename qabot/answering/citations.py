"""Hits to citations: the quote of a passage, its highlight, and a link that scrolls to it."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from qabot.canonical import cells
from qabot.records import Citation, Entry, Highlight, Hit, Passage

_EDGE = 5  # words at either end of a long sentence that a text fragment names


def cite(hit: Hit, entry: Entry, probability: float) -> Citation:
    """Return the citation of a hit in the version `entry`.

    It quotes the passage without the headings in front, which its section names. `probability` is
    that the quote answers, in [0, 1].
    """
    passage = hit.passage
    start = _start(passage)
    highlight = tuple(
        Highlight(passage.sentences[place].start, passage.sentences[place].end)
        for place in hit.answering
    )
    return Citation(
        quote=passage.text[start - passage.start :],
        start=start,
        end=passage.end,
        sha256=entry.sha256,
        highlight=highlight,
        company=entry.company,
        policy=entry.policy,
        version=entry.id,
        title=entry.title,
        section=passage.trail,
        page=passage.page,
        effective_from=entry.effective_from,
        effective_until=entry.effective_until,
        url=link(entry.url, passage, highlight[0] if highlight else None),
        score=probability,
        lead_in=passage.lead_in,
    )


def link(url: str | None, passage: Passage, highlight: Highlight | None) -> str | None:
    """Return the address with a fragment that scrolls to the answer, or as it is without either.

    The fragment names the page of a PDF, else the text of the highlight.
    Browsers match whole words of one block, and read "-" and "," as marks of their own:
    https://wicg.github.io/scroll-to-text-fragment/#syntax
    """
    if url is None or highlight is None:
        return url
    if passage.page is not None:
        return f"{url.partition('#')[0]}#page={passage.page}"
    sentence = passage.text[highlight.start - passage.start : highlight.end - passage.start]
    address, _, anchor = url.partition("#")
    return f"{address}#{anchor.partition(':~:')[0]}{fragment(sentence)}"


@lru_cache(maxsize=1_000)  # what answers is often the same
def fragment(sentence: str) -> str:
    """Return the fragment directive that makes a browser scroll to a sentence of a page.

    Of a table's row it names what one cell of the page holds, and the cell beside that one: a
    browser takes the first place where the words stand.
    """
    row = sentence.removeprefix("| ")
    values = [row[one.value : one.end] or row[one.start : one.end] for one in cells(row)]
    place = max(range(len(values)), key=lambda number: len(values[number]))
    before, words, after = (
        " ".join(values[n : n + 1]).split() for n in range(place - 1, place + 2)
    )
    ends = [words] if len(words) <= 2 * _EDGE else [words[:_EDGE], words[-_EDGE:]]
    terms = [_term(end) for end in ends]
    if after:
        terms.append(f"-{_term(after[:_EDGE])}")
    elif before:
        terms.insert(0, f"{_term(before[-_EDGE:])}-")
    return f":~:text={','.join(terms)}"


def _term(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")


def _start(passage: Passage) -> int:
    """Return where the passage's text begins behind the headings that stand in front of it."""
    return passage.body if passage.start <= passage.body < passage.end else passage.start
