"""The word half of a build: BM25 over stemmed words.

Scores come from bm25s, which keeps every (word, passage) score ready: a question over 100,000
passages costs a fraction of a millisecond, where SQLite's FTS5 took 49 ms in the same test,
because its bm25() walks every posting of every word.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from qabot.records import BoolMatrix, FloatVector, IntVector

_K1, _B = 1.2, 0.75  # Lucene's
_WORD = re.compile(r"\w+")
logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of each step otherwise
_STOP = frozenset(
    """a about am an and any are as at be been but by can could did do does for from had has have
    he her him his how i if in is it its may me might must my no not of on or our please s shall she
    should so some t than that the their them then there these they this those to was we were what
    when where which who whom whose why will with would you your""".split()  # noqa: SIM905
)


def terms(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, lower-cased, in order."""
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _STOP]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    stem: str = Stemmer.Stemmer("english").stemWord(word)
    return stem


class Words:
    """The words of a build's passages; position i of a score belongs to passage i."""

    def __init__(self, scores: bm25s.BM25) -> None:
        self._bm25 = scores
        self._starts: IntVector = scores.scores["indptr"]
        self._passages: IntVector = scores.scores["indices"]
        self._count: int = scores.scores["num_docs"]

    def __len__(self) -> int:
        return self._count

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> "Words":
        """Index the stems of each passage, as `terms` gives them."""
        bm25 = bm25s.BM25(k1=_K1, b=_B)
        listed = [*texts]
        if not any(listed):  # "Who we are": bm25s wants one word at least
            listed = [[""] for _ in listed]
        bm25.index(listed, create_empty_token=True, show_progress=False)
        return cls(bm25)

    def save(self, folder: Path) -> None:
        """Write into a folder; `load` reads it back."""
        self._bm25.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "Words":
        """Open what `save` wrote, mapped into memory."""
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False))

    def scores(self, words: Sequence[str]) -> FloatVector:
        """Return the BM25 score of every passage, at least 0, shape (passages,)."""
        known = [self._bm25.vocab_dict[word] for word in words if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: FloatVector = self._bm25.get_scores_from_ids(known)
        return scores

    def coverage(self, words: Sequence[str], rows: IntVector) -> FloatVector:
        """Return, for each of these ascending rows, the share of the words it holds, 0 to 1.

        A word weighs its inverse document frequency; one that no passage holds weighs the most.
        """
        held, weights = self._held(words, rows)
        shares: FloatVector = weights @ held / max(float(weights.sum()), 1e-9)
        return shares

    def known(self, words: Sequence[str], rows: IntVector) -> float:
        """Return the share of the words that any of these ascending rows holds, 0 to 1."""
        held, weights = self._held(words, rows)
        return float(weights @ held.any(axis=1) / max(float(weights.sum()), 1e-9))

    def _held(self, words: Sequence[str], rows: IntVector) -> tuple[BoolMatrix, FloatVector]:
        """Return which row holds which word, shape (words, rows), and what each word weighs."""
        distinct = list(dict.fromkeys(words))
        held = np.zeros((len(distinct), len(rows)), dtype=bool)
        weights = np.zeros(len(distinct), dtype=np.float32)
        for place, word in enumerate(distinct):
            number = self._bm25.vocab_dict.get(word)
            start, end = (0, 0) if number is None else self._starts[number : number + 2]
            postings = self._passages[start:end]
            weights[place] = np.log(1 + (self._count - len(postings) + 0.5) / (len(postings) + 0.5))
            if len(postings):
                near = np.searchsorted(postings, rows).clip(max=len(postings) - 1)
                held[place] = postings[near] == rows
        return held, weights
