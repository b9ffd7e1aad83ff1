"""Question in a scope to candidates: vectors and words propose, with what speaks for each."""

from dataclasses import dataclass

import numpy as np

from qabot.answering.highlighting import unasked
from qabot.index.lexical import question_terms
from qabot.index.policy_index import PolicyIndex, Scope
from qabot.records import FloatMatrix, FloatVector, IntVector

SIGNALS = ("dense", "best_sentence", "bm25", "heading_bm25", "term_coverage", "document_prior")
"""What speaks for a passage, in the order of a signal matrix's columns:

dense           cosine of question and passage (with its heading trail), in [-1, 1]
best_sentence   cosine of the question and the passage's best sentence, in [-1, 1]
bm25            BM25 of passage and headings, at least 0
heading_bm25    BM25 of the heading trail alone, at least 0
term_coverage   share of the question's words, by rarity, that the passage holds, in [0, 1]
document_prior  mean `dense` of the three best passages of the same version, in [-1, 1]
"""

_CANDIDATES = 100  # proposed by vectors, and as many by words


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, and what speaks for each."""

    rows: IntVector  #: ascending
    signals: FloatMatrix  #: shape (len(rows), len(SIGNALS))
    cosines: FloatVector  #: of the question and each sentence, row after row; -1: cannot answer
    bounds: IntVector  #: where each row's sentences begin among them, and the last one's end
    known: float  #: share of the question's words, by rarity, that any row holds, in [0, 1]


def candidates(question: str, vector: FloatVector, index: PolicyIndex, scope: Scope) -> Candidates:
    """Return the passages in scope that vectors or words propose, with their signals.

    `vector` is the question's unit vector. There may be none.
    """
    asked = question_terms(question)
    rarities = index.words.rarities(asked, scope.rows)
    bm25 = index.words.scores(asked, rarities)
    proposed = _proposed(bm25, vector, index, scope.rows)
    without = unasked(question)
    rows = proposed[index.may_answer(proposed, without)]
    dense = index.vectors.rows(rows) @ vector
    sentences, bounds = index.sentence_vectors(rows)
    cosines = sentences @ vector
    cosines[index.sentences_of_kind(rows, without)] = -1
    held = index.words.holds(asked, rows)
    total = max(float(rarities.sum()), 1e-9)
    signals = (
        dense,
        np.maximum.reduceat(cosines, bounds[:-1]) if len(rows) else dense,
        bm25[rows],
        index.headings.scores_of(asked, rarities, rows),
        rarities @ held / total,
        _document_prior(dense, index.versions_of(rows)),
    )
    known = float(rarities @ held.any(axis=1) / total)
    return Candidates(rows, np.stack(signals, axis=1, dtype=np.float32), cosines, bounds, known)


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


def _document_prior(dense: FloatVector, versions: IntVector) -> FloatVector:
    """Return, for each row, the mean of the three best of its version; `versions` ascends."""
    best = dense[np.lexsort((-dense, versions))]  # version by version, best first
    begin = versions.searchsorted(versions)  # where each row's version does
    top = np.arange(len(best)) - begin < 3
    sums, counts = np.bincount(begin[top], best[top]), np.bincount(begin[top])
    return (sums[begin] / counts[begin]).astype(np.float32)
