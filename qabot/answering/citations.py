"""Hits to citations: the quote of a passage, its highlight, and a link that scrolls to it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from qabot.canonical import cells, opening
from qabot.records import CELLS, Citation, Entry, Highlight, Hit, Passage

_EDGE = 5  # words at either end of a long sentence that a text fragment names
_SHORT_EDGE = 3  # and of a shorter one: the page may strike some between that are not quoted
_WHOLE = 2 * _SHORT_EDGE  # words up to which all are named
_RAISED = re.compile(  # the page has raised digits here: "14[1] days" reads "141 days" there
    r"\[(?:\d{1,3}|[a-z]|[ivx]{1,5})(?:[,;–-] ?\d{1,3})*\]|[⁰¹²³⁴-⁹⁺⁻]", re.IGNORECASE
)
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
            after = _right_behind(values[place], ends[1] or ends[0], values[place + 1])
            yield _Spot(*ends, after=after[:_EDGE])
        elif place:
            before = _right_before(values[place - 1], values[place], ends[0])
            yield _Spot(*ends, before=before[-_EDGE:])
    if len(values) == 1:
        ends = _ends(values[0])
        label = row[: found[0].value].split() if found[0].value < found[0].end else []
        before = _right_before([*_words_above(text[:start]), *label], values[0], ends[0])
        after = _right_behind(values[0], ends[1] or ends[0], _words_below(text[end:]))
        yield _Spot(*ends)
        yield _Spot(*ends, before=before[-_EDGE:])
        yield _Spot(*ends, before=before[-_EDGE:], after=after[:_EDGE])
        yield _Spot(*ends, before=before, after=after)


def _ends(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words that a fragment names first and last, or all of them and none.

    Both are of those that read the same on the page: none with a note's mark is among them. Where
    they would be few, the longest run between two marks is all that is named.
    """
    plain = _plain_parts(words)
    longest = max(plain, key=len)
    if min(len(plain[0]), len(plain[-1])) < _SHORT_EDGE <= len(longest):
        plain = [longest]
    first, last = plain[0], plain[-1]
    if len(plain) == 1 and len(first) <= _WHOLE:
        return first, ()
    edge = _SHORT_EDGE if len(words) <= 2 * _EDGE else _EDGE
    return first[:edge], last[-edge:]


def _plain_parts(words: Sequence[str]) -> list[Sequence[str]]:
    """Return the runs of words without a raised mark; all in one where each has some."""
    runs: list[list[str]] = [[]]
    for word in _with_marks(words):
        if _RAISED.search(word):
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run] or [words]


def _with_marks(words: Sequence[str]) -> list[str]:
    """Return the words with a mark of several notes as part of one: "sheds[2,3]"."""
    return _RAISED.sub(lambda mark: mark[0].replace(" ", ""), " ".join(words)).split()


def _right_before(
    above: Sequence[str], words: Sequence[str], first: Sequence[str]
) -> Sequence[str]:
    """Return the words right before those named `first` that can be named too."""
    parts = _plain_parts(above)
    is_right = [*words[: len(first)]] == [*first] and [*above[-1:]] == [*parts[-1][-1:]]
    return parts[-1] if is_right else ()


def _right_behind(words: Sequence[str], last: Sequence[str], below: Sequence[str]) -> Sequence[str]:
    """Return the words right behind those named `last`, likewise."""
    parts = _plain_parts(below)
    is_right = [*words[-len(last) :]] == [*last] and [*below[:1]] == [*parts[0][:1]]
    return parts[0] if is_right else ()


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
