"""Which words differ between two texts that say the same thing otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from qabot.changes.units import WORD, Alphabet, plain

Place = tuple[int, int]  # start and end of a word


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a quote; none, where only the other side has some."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text as its words."""

    places: Sequence[Place]
    spelt: str  #: a character for each of them: equal words, equal characters


Differing = tuple[tuple[Words, ...], tuple[Words, ...]]
"""Of both texts; the n-th before became the n-th after."""


def differing(before: Spelt, after: Spelt) -> Differing:
    """Return the words that differ; each text has one word at least."""
    pairs = list(_pairs(before, after))
    return tuple(old for old, _ in pairs), tuple(new for _, new in pairs)


def spelt(text: str, start: int, alphabet: Alphabet) -> Spelt:
    """Return a text's words; `start` is the offset at which it begins."""
    found = list(WORD.finditer(text))
    places = [(start + one.start(), start + one.end()) for one in found]
    return Spelt(places, alphabet.spell(plain(one[0]) for one in found))


def is_same_wording(before: str, after: str) -> bool:
    """Tell whether two texts have the same words, apart from spaces and typography."""
    alphabet = Alphabet()
    return spelt(before, 0, alphabet).spelt == spelt(after, 0, alphabet).spelt


def _pairs(before: Spelt, after: Spelt) -> Iterator[tuple[Words, Words]]:
    i = j = 0
    for block in Indel.opcodes(before.spelt, after.spelt).as_matching_blocks():
        if i < block.a or j < block.b:  # the last block is empty, at the end
            yield _span(before.places, i, block.a), _span(after.places, j, block.b)
        i, j = block.a + block.size, block.b + block.size


def _span(words: Sequence[Place], first: int, last: int) -> Words:
    """Return from where to where these words are; where there are none, after which they lack."""
    if first < last:
        return Words(words[first][0], words[last - 1][1])
    place = words[first - 1][1] if first else words[0][0]
    return Words(place, place)
