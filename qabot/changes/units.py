"""A version as units: its sentences, headings and table rows, spelt so that they can be compared.

Spaces, line breaks, list markers, numbers in front, capitals in headings, the shape of quotation
marks, dashes and dots, and what divides the thousands of a number are no wording.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from qabot.canonical import Line, cells, lines
from qabot.changes.numbering import SplitLine, numbers_of
from qabot.chunking.sentences import sentences
from qabot.records import Version

Kind = Literal["sentence", "heading", "row"]

WORD = re.compile(r"[(\[{\"'“‘„‚«]|\S+?(?=[.,;:!?)\]}\"'”’“‘»]*(?:\s|$))|\S")
_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl")
_SHAPES = str.maketrans(
    dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′´`", "'") | dict.fromkeys("‐‑‒–—―−", "-")
) | {ord("…"): "..."}
_SHAPES |= dict.fromkeys(map(ord, "×✕"), "x")
_SHAPES |= {ord(one): letters for one, letters in zip("ﬀﬁﬂﬃﬄ", _LIGATURES, strict=True)}
_THOUSANDS = {  # by the mark in front of decimals
    ".": re.compile(r"(?<![\d.,])\d{1,3}(?:[,']\d{3})+(?!\d|[,']\d)"),
    ",": re.compile(r"(?<![\d.,])\d{1,3}(?:[.']\d{3})+(?!\d|[.']\d)"),
}
_SMALL_WORDS = {  # of languages that have this mark in front of decimals
    ".": "the of and to in is or you we",
    ",": "der die und den von zu wir sie le la les et des vous nous el los las y del que il di che "
    "per non het een van wij en e o os da do não",
}
_TOLD_BY = {word: mark for mark, words in _SMALL_WORDS.items() for word in words.split()}
_SAMPLE = 20_000  # characters of a text that tell its language


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, heading or row. Between two units there is only space."""

    kind: Kind
    start: int  #: of the list marker or number in front
    end: int
    section: int  #: number of the version's section
    wording: str  #: without spaces and marker: equal in units that are equal
    words: tuple[tuple[int, int], ...]  #: (start, end) of each word and each punctuation mark
    spelt: str  #: a character for each of them
    telling: str  #: a character for each word that it is known again by


class Alphabet(dict[Hashable, str]):
    """Gives each thing a character, so that sequences of things are compared as strings."""

    def __missing__(self, thing: Hashable) -> str:
        return self.setdefault(thing, chr(len(self)))

    def spell(self, things: Iterable[Hashable]) -> str:
        """Return the string of a sequence of things."""
        return "".join(self[thing] for thing in things)


def units(version: Version, alphabet: Alphabet) -> Iterator[Unit]:
    """Yield the units of a version, in order; whatever is no space is in one of them."""
    text = version.text
    split = [[_split(text, line) for line in lines(text, one)] for one in version.sections]
    numbers = numbers_of(text, chain.from_iterable(split))
    thousands = _THOUSANDS[_decimal_mark(text)]
    for number, of_section in enumerate(split):
        for one in of_section:
            kind = _kind(one.line)
            for piece in _pieces(one, numbers):
                spans = [found.span() for found in WORD.finditer(text, piece.words, piece.end)]
                words = [_spelling(text[slice(*span)], thousands) for span in spans]
                yield Unit(
                    kind=kind,
                    start=piece.start,
                    end=piece.end,
                    section=number,
                    wording="".join(words).casefold() if kind == "heading" else "".join(words),
                    words=tuple(spans),
                    spelt=alphabet.spell(words),
                    telling=alphabet.spell(_telling(text[piece.words : piece.end], kind)),
                )


def _kind(line: Line) -> Kind:
    if line.kind == "heading":
        return "heading"
    return "row" if line.has_cells else "sentence"


def _split(text: str, line: Line) -> SplitLine:
    found = sentences(text, line.body, line.end) if _kind(line) == "sentence" else ()
    return SplitLine(line, list(found) or [(line.body, line.end)])


class _Piece(NamedTuple):
    """A sentence, heading or row with the marker and number in front of it."""

    start: int
    words: int  #: where its words begin
    end: int


def _pieces(split: SplitLine, numbers: Mapping[int, int]) -> Iterator[_Piece]:
    """Yield the pieces of a line; a number that stands alone, "2.1.", is in front of the next."""
    start: int | None = split.line.start
    for first, last in split.sentences:
        start = first if start is None else start
        words = numbers.get(first, first)
        if words < last:
            yield _Piece(start, words, last)
            start = None


def plain(word: str) -> str:
    """Return a word with the shapes of quotation marks, dashes and dots that count as one."""
    return word.translate(_SHAPES).replace("--", "-")


def _spelling(word: str, thousands: re.Pattern[str]) -> str:
    """Return a word without what is typography: "1000" for "1,000"."""
    return thousands.sub(lambda number: re.sub(r"\D", "", number[0]), plain(word))


def _decimal_mark(text: str) -> str:
    """Return what stands in front of decimals in a text's language; a comma but in English."""
    words = re.findall(r"[^\W\d_]+", text[:_SAMPLE].lower())
    marks = [_TOLD_BY[word] for word in words if word in _TOLD_BY]
    return "," if 2 * marks.count(",") > len(marks) else "."


def _telling(text: str, kind: Kind) -> Iterator[str]:
    """Yield the words that a unit is known again by: of a row those of its first cell.

    Any number is half of any other, so that "12 months" is nearer to "24 months" than to "a month".
    """
    if kind == "row":
        first = next(cells(text))
        text = text[first.value : first.end] or text[: first.end]
    for word in re.findall(r"\w+", text.casefold()):
        if re.search(r"\d", word):
            yield "0"
        yield word


def wording(of: Sequence[Unit], run: range) -> str:
    """Return the wording of a run of units."""
    return "".join(of[place].wording for place in run)
