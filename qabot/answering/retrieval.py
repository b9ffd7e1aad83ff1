"""Hybrid retrieval: a question in a scope to candidates, proposed by vectors and by words."""

from dataclasses import dataclass

import numpy as np

from qabot.answering.highlighting import unasked
from qabot.index.lexical import Term, question_terms
from qabot.index.passage_index import PassageIndex, Rarities
from qabot.index.scope import Scope
from qabot.records import FloatMatrix, FloatVector, IntVector

SIGNALS = ("dense", "best_sentence", "bm25")
"""The signals of a candidate, in the order of a signal matrix's columns; higher is better:

dense          cosine of question and passage (with its heading trail), in [-1, 1]
best_sentence  cosine of the question and the passage's best sentence, in [-1, 1]
bm25           BM25 of passage and headings, at least 0
"""

_CANDIDATES = 100  # proposed by vectors, and as many by words


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer a question, and the signals of each."""

    question: str  #: as it was encoded
    terms: tuple[Term, ...]  #: the question's words
    rows: IntVector  #: of the passages in the corpus, ascending
    signals: FloatMatrix  #: shape (len(rows), len(SIGNALS))
    cosines: FloatVector  #: of the question and each sentence, row after row; -1: cannot answer
    bounds: IntVector  #: where each row's sentences begin among them, and the last one's end


def candidates(question: str, vector: FloatVector, index: PassageIndex, scope: Scope) -> Candidates:
    """Return the passages in scope that vectors or words propose, with their signals.

    `vector` is the question's unit vector, shape (dimension,). Without a passage in scope that may
    answer there are no candidates.
    """
    terms = question_terms(question)
    rarities = index.rarities(terms, scope)
    proposed = _proposed(vector, rarities, index, scope)
    found = index.signals(proposed, vector, rarities, unasked(question))
    best = found.dense
    if len(found.rows):
        best = np.maximum.reduceat(found.cosines, found.bounds[:-1])
    signals = np.stack((found.dense, best, found.bm25), axis=1, dtype=np.float32)
    return Candidates(question, terms, found.rows, signals, found.cosines, found.bounds)


def _proposed(
    vector: FloatVector, rarities: Rarities, index: PassageIndex, scope: Scope
) -> IntVector:
    """Return the rows in scope that vectors or words propose, ascending."""
    if len(scope.rows) <= _CANDIDATES:  # vectors propose all
        return scope.rows.rows()
    near = index.nearest(vector, _CANDIDATES, scope)
    return np.union1d(near, index.best_by_words(rarities, _CANDIDATES, scope))
