"""The changes that are about something: by its words, or by their meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qabot.answering.bot import Bot
from qabot.changes.compare import Change, Changes, Side
from qabot.errors import BadInput
from qabot.index.lexical import terms
from qabot.records import FloatVector, Version

_NEAR = 0.35
"""Cosine of a sentence from which on its change is about a phrase.

Six phrases that no policy speaks of come to 0.34 at most, in two changes of a real history and one
of the sample's.
"""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A sentence of a version."""

    start: int
    end: int
    score: float  #: cosine to the phrase, in [-1, 1]


def about(found: Changes, phrase: str, bot: Bot) -> Changes:
    """Return the changes that are about a phrase; the others are counted as left out.

    A change is about it where either side, with its heading, has all its words, or a sentence that
    is near to it. `bot` is of the build that both versions are of. Raises BadInput for a phrase
    without any word.
    """
    if not any(map(str.isalnum, phrase)):
        raise BadInput(f"{phrase!r} names nothing; write what the changes are to be about.")
    if found.before is None:
        return found
    vector, words = bot.encoder.encode_query(phrase), set(terms(phrase))
    scored = [list(_scored(version, vector, bot)) for version in (found.before, found.after)]

    def is_about(change: Change) -> bool:
        return any(
            side and (_holds(side, words) or _is_near(side, sentences))
            for side, sentences in zip((change.before, change.after), scored, strict=True)
        )

    kept = tuple(change for change in found.changes if is_about(change))
    return replace(found, changes=kept, left_out=len(found.changes) - len(kept))


def _scored(version: Version, vector: FloatVector, bot: Bot) -> Iterator[_Scored]:
    """Yield the sentences of a version; the build has their vectors."""
    rows = bot.index.corpus.entry(version.id).rows
    passages = bot.index.corpus.passages(rows)
    vectors = bot.index.sentence_vectors(np.arange(rows.start, rows.stop))
    spans = [(one.start, one.end) for passage in passages for one in passage.sentences]
    for (start, end), score in zip(spans, vectors @ vector, strict=True):
        yield _Scored(start, end, float(score))


def _is_near(side: Side, sentences: Sequence[_Scored]) -> bool:
    return any(
        one.score >= _NEAR and one.start < side.end and side.start < one.end for one in sentences
    )


def _holds(side: Side, words: set[str]) -> bool:
    return bool(words) and words <= set(terms(" ".join([*side.section[-1:], side.quote])))
