"""The changes that are about something: by its words, or by their meaning."""

from collections.abc import Sequence
from dataclasses import replace

from qabot.changes.compare import Change, Changes
from qabot.encoder.base import Encoder
from qabot.errors import BadInput
from qabot.index.lexical import terms

_NEAR = 0.3
"""Cosine from which on a change is about a phrase. Measured on two real histories and the sample:
phrases that no policy speaks of come to 0.23 at most, what is about one mostly to more than 0.3."""


def about(found: Changes, phrase: str, encoder: Encoder) -> Changes:
    """Return the changes that are about a phrase; the others are counted as left out.

    A change is about it where either side, with its heading, has all its words, or is near to it.
    Raises BadInput for a phrase without any word.
    """
    if not any(map(str.isalnum, phrase)):
        raise BadInput(f"{phrase!r} names nothing; write what the changes are to be about.")
    if not found.changes:
        return found
    texts = [_texts(change) for change in found.changes]
    vectors = encoder.encode_documents([text for each in texts for text in each])
    scores = iter(vectors @ encoder.encode_query(phrase))
    words = set(terms(phrase))
    kept = tuple(
        change
        for change, each in zip(found.changes, texts, strict=True)
        if max(next(scores) for _ in each) >= _NEAR or _hold(each, words)
    )
    return replace(found, changes=kept, left_out=len(found.changes) - len(kept))


def _hold(texts: Sequence[str], words: set[str]) -> bool:
    return bool(words) and any(words <= set(terms(text)) for text in texts)


def _texts(change: Change) -> list[str]:
    """Return what is encoded of a change: each side with its innermost heading."""
    sides = [side for side in (change.before, change.after) if side]
    return [": ".join([*side.section[-1:], side.quote]) for side in sides]
