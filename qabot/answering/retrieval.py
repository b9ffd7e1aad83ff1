"""Question in a scope to hits: vectors and words propose, more signals decide the order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qabot.answering.highlighting import marked, unasked
from qabot.index.lexical import terms
from qabot.index.policy_index import PolicyIndex, Scope
from qabot.records import FloatMatrix, FloatVector, Hit, IntVector

SIGNALS = ("meaning", "sentence", "words", "heading", "coverage", "policy")
"""What speaks for a passage, in the order of a signal matrix's columns:

meaning   cosine of question and passage (with its heading trail), in [-1, 1]
sentence  cosine of the question and the passage's best sentence, in [-1, 1]
words     BM25 of passage and headings, at least 0
heading   BM25 of the heading trail alone, at least 0
coverage  share of the question's words, by rarity, that the passage holds, in [0, 1]
policy    mean `meaning` of the three best passages of the same version, in [-1, 1]
"""

_CANDIDATES = 100  # proposed by vectors, and as many by words
_SAME = 0.95  # cosine above which two passages say the same
_SHARE = 4  # a section's share: one in so many of its passages, and at least one
_CROWDED = 0.3  # what each further share costs; with the two above chosen by `qabot evaluate`
_LOOKED_AT = 8  # candidates looked at for each that is returned


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, and what speaks for each."""

    rows: IntVector
    vectors: FloatMatrix  #: of the rows
    signals: FloatMatrix  #: shape (len(rows), len(SIGNALS))
    cosines: FloatVector  #: of the question and each sentence, row after row
    bounds: IntVector  #: where each row's sentences begin among them, and the last one's end
    known: float  #: share of the question's words, by rarity, that any row holds, in [0, 1]


def candidates(question: str, vector: FloatVector, index: PolicyIndex, scope: Scope) -> Candidates:
    """Return the passages in scope that vectors or words propose, with their signals."""
    words = terms(question)
    bm25 = index.words.scores(words)
    proposed = _proposed(bm25, vector, index, scope.rows)
    without = unasked(question)
    rows = proposed[index.may_answer(proposed, without)]
    vectors = index.vectors.rows(rows)
    meaning = vectors @ vector
    sentences, bounds = index.sentence_vectors(rows)
    cosines = sentences @ vector
    cosines[index.sentences_of_kind(rows, without)] = -1
    coverage, known = index.words.coverage(words, rows)
    signals = (
        meaning,
        np.maximum.reduceat(cosines, bounds[:-1]),
        bm25[rows],
        index.headings.scores_of(words, rows),
        coverage,
        _of_version(meaning, index.versions_of(rows)),
    )
    matrix = np.stack(signals, axis=1, dtype=np.float32)
    return Candidates(rows, vectors, matrix, cosines, bounds, known)


def retrieve(found: Candidates, index: PolicyIndex, weights: Sequence[float], k: int) -> list[Hit]:
    """Return the k best of the candidates as hits, best first, near-identical ones left out."""
    scores = found.signals @ np.asarray(weights, dtype=np.float32)
    picked = _diverse(scores, found, index, k)
    passages = index.corpus.passages([int(found.rows[place]) for place, _ in picked])
    return [
        Hit(
            passage=passage,
            score=score,
            signals=dict(zip(SIGNALS, map(float, found.signals[place]), strict=True)),
            answering=marked(passage, found.cosines[found.bounds[place] : found.bounds[place + 1]]),
        )
        for (place, score), passage in zip(picked, passages, strict=True)
    ]


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


def _of_version(meaning: FloatVector, versions: IntVector) -> FloatVector:
    """Return, for each row, the mean of the three best of its version; `versions` ascends."""
    best = meaning[np.lexsort((-meaning, versions))]  # version by version, best first
    begin = versions.searchsorted(versions)  # where each row's version does
    top = np.arange(len(best)) - begin < 3
    sums, counts = np.bincount(begin[top], best[top]), np.bincount(begin[top])
    return (sums[begin] / counts[begin]).astype(np.float32)


def _diverse(
    scores: FloatVector, found: Candidates, index: PolicyIndex, k: int
) -> list[tuple[int, float]]:
    """Return k places among the candidates with their scores, best first.

    What says the same as a better one is left out. What stands in a section that has had its
    share is worth less each time: its neighbour is a scroll away.
    """
    picked: list[tuple[int, float]] = []
    given: Counter[int] = Counter()
    places = np.argsort(-scores, kind="stable")[: _LOOKED_AT * k]
    vectors = found.vectors[places]
    sections, sizes = index.sections_of(found.rows[places])
    worth = scores[places]
    gone = np.zeros(len(places), dtype=bool)
    while len(picked) < k and not gone.all():
        best = int(np.where(gone, np.float32(-np.inf), worth).argmax())
        picked.append((int(places[best]), float(worth[best])))
        gone |= vectors @ vectors[best] > _SAME
        gone[best] = True
        section, size = int(sections[best]), int(sizes[best])
        given[section] += 1
        shares = given[section] // max(1, size // _SHARE)
        beside = sections == section
        worth[beside] = scores[places[beside]] - _CROWDED * shares
    return picked
