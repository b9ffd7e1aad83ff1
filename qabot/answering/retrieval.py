"""Hybrid retrieval: a question in a scope to candidates, proposed by vectors and by words."""

from dataclasses import dataclass

import numpy as np

from qabot.answering.highlighting import unasked
from qabot.index.lexical import Term, question_terms
from qabot.index.policy_index import PolicyIndex, Scope
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


def candidates(question: str, vector: FloatVector, index: PolicyIndex, scope: Scope) -> Candidates:
    """Return the passages in scope that vectors or words propose, with their signals.

    `vector` is the question's unit vector, shape (dimension,). Without a passage in scope that may
    answer there are no candidates.
    """
    terms = question_terms(question)
    rarities = index.words.rarities(terms, scope.rows)
    bm25 = index.words.scores(terms, rarities)
    proposed = _proposed(bm25, vector, index, scope.rows)
    without = unasked(question)
    rows = proposed[index.sentences.may_answer(proposed, without)]
    dense = index.vectors.rows(rows) @ vector
    sentences = index.sentences.of(rows)
    cosines = sentences.vectors @ vector
    cosines[index.sentences.are_of_kind(rows, without)] = -1
    best = np.maximum.reduceat(cosines, sentences.bounds[:-1]) if len(rows) else dense
    signals = np.stack((dense, best, bm25[rows]), axis=1, dtype=np.float32)
    return Candidates(question, terms, rows, signals, cosines, sentences.bounds)


def _proposed(
    bm25: FloatVector, vector: FloatVector, index: PolicyIndex, scope: IntVector
) -> IntVector:
    """Return the rows in scope that vectors or words propose, ascending."""
    if len(scope) <= _CANDIDATES:  # vectors propose all
        return scope
    near = index.vectors.search(vector, _CANDIDATES, scope)
    return np.array(sorted({*near.tolist(), *_best(bm25, scope).tolist()}), dtype=np.int64)


def _best(scores: FloatVector, scope: IntVector) -> IntVector:
    """Return the rows in scope with the highest scores above 0."""
    inside = scores[scope]
    top = np.argpartition(-inside, _CANDIDATES - 1)[:_CANDIDATES]
    found: IntVector = scope[top[inside[top] > 0]]
    return found
