"""Hits to citations: the quote of a passage, its highlight, and a link that scrolls to it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from qabot.canonical import cells, opening
from qabot.records import CELLS, Citation, Entry, Highlight, Hit, Passage

_EDGE = 5  # words at either end of a long sentence that a text fragment names
_BETWEEN = r"\W*(?:\w{1,6}[.)])?\W*(?:[^\n|]{1,80}: )?"  # markers, dividers, headers of cells


def cite(hit: Hit, entry: Entry, text: str, probability: float) -> Citation:
    """Return the citation of a hit in the version `entry`, whose text is `text`.

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
        url=link(entry.url, passage.page, text, highlight[0] if highlight else None),
        score=probability,
        lead_in=passage.lead_in,
        first_seen=entry.first_seen,
    )


def link(url: str | None, page: int | None, text: str, highlight: Highlight | None) -> str | None:
    """Return the address with a fragment that scrolls to the answer, or as it is without either.

    The fragment names the page of a PDF, else what the version's `text` has at the highlight.
    """
    if url is None or highlight is None:
        return url
    if page is not None:
        return f"{url.partition('#')[0]}#page={page}"
    address, _, anchor = url.partition("#")
    spot = fragment(text, highlight.start, highlight.end)
    return f"{address}#{anchor.partition(':~:')[0]}{spot}"


def fragment(text: str, start: int, end: int) -> str:
    """Return the fragment directive that makes a browser scroll to `text[start:end]` on its page.

    A browser takes the first place where the words stand. Where they stand further up too, what
    stands around them is named with them; of a table's row, one cell and that beside it.
    Browsers match whole words of one block in any case, and read "-" and "," as marks of their own:
    https://wicg.github.io/scroll-to-text-fragment/#syntax
    """
    above = text[:start]
    spots = list(_spots(text, start, end))
    spot = next((one for one in spots if not one.is_in(above)), spots[-1])
    terms = [_term(spot.first), *([_term(spot.last)] if spot.last else [])]
    if spot.before:
        terms.insert(0, f"{_term(spot.before)}-")
    if spot.after:
        terms.append(f"-{_term(spot.after)}")
    return f":~:text={','.join(terms)}"


@dataclass(frozen=True, slots=True)
class _Spot:
    """Words by which a browser may find a place."""

    first: Sequence[str]  #: how it begins, or all of it
    last: Sequence[str] = ()  #: how it ends, where it is long
    before: Sequence[str] = ()  #: what stands right before it
    after: Sequence[str] = ()  #: what stands right behind it

    def is_in(self, above: str) -> bool:
        """Whether a browser would find this further up already."""
        if " ".join(self.first).lower() not in above.lower():
            return False
        behind = self.after if not self.last else ()
        parts = [_pattern(words) for words in (self.before, self.first, behind) if words]
        return re.search(_BETWEEN.join(parts), above, re.IGNORECASE) is not None


def _spots(text: str, start: int, end: int) -> Iterator[_Spot]:
    """Yield by what a place can be found, the least to name first."""
    row = text[start:end].removeprefix("| ")
    found = list(cells(row))
    values = [(row[one.value : one.end] or row[one.start : one.end]).split() for one in found]
    for place in sorted(range(len(values)), key=lambda number: -len(" ".join(values[number]))):
        ends = _ends(values[place])
        if place + 1 < len(values):
            yield _Spot(*ends, after=values[place + 1][:_EDGE])
        elif place:
            yield _Spot(*ends, before=values[place - 1][-_EDGE:])
    if len(values) == 1:
        ends = _ends(values[0])
        label = row[: found[0].value].split() if found[0].value < found[0].end else []
        before, after = [*_words_above(text[:start]), *label], _words_below(text[end:])
        yield _Spot(*ends)
        yield _Spot(*ends, before=before[-_EDGE:])
        yield _Spot(*ends, before=before[-_EDGE:], after=after[:_EDGE])
        yield _Spot(*ends, before=before, after=after)


def _ends(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return (words, ()) if len(words) <= 2 * _EDGE else (words[:_EDGE], words[-_EDGE:])


def _words_above(above: str) -> list[str]:
    """Return the last line of a text, without its marker: a page may draw it."""
    rest, _, line = above.rpartition("\n")
    own = above if line != opening(line) else rest  # what is left out is the place's own marker
    return _words_of(own.rstrip().rpartition("\n")[2], -1)


def _words_below(below: str) -> list[str]:
    return _words_of(below.lstrip().partition("\n")[0], 0)


def _words_of(line: str, number: int) -> list[str]:
    """Return the words of a line, of a table's row those of one cell."""
    line = line[len(opening(line)) :]
    if CELLS not in line:
        return line.split()
    cell = list(cells(line))[number]
    return line[cell.value : cell.end].split()


def _pattern(words: Sequence[str]) -> str:
    spelt = r"\s+".join(map(re.escape, words))
    return rf"(?<!\w){spelt}(?!\w)"


def _term(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")


def _start(passage: Passage) -> int:
    """Return where the passage's text begins behind the headings that stand in front of it."""
    return passage.body if passage.start <= passage.body < passage.end else passage.start
