"""A quote in pieces, so that the words that changed in it can be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.changes.words import Words


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote."""

    text: str
    is_changed: bool


def pieces(quote: str, start: int, changed: Sequence[Words]) -> Iterator[Piece]:
    """Yield the pieces of a quote that begins at `start`; none of them is empty."""
    at = 0
    for words in changed:
        first, last = words.start - start, words.end - start
        if at < first:
            yield Piece(quote[at:first], False)
        if first < last:
            yield Piece(quote[first:last], True)
        at = last
    if at < len(quote):
        yield Piece(quote[at:], False)
