"""Question in a scope to hits: vectors and words propose, more signals decide the order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qabot.index.policy_index import PolicyIndex, Scope
from qabot.index.words import terms
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
_ANSWERS_TOO = 0.06  # a sentence this much further from the question than the best answers as well
_SAME = 0.95  # cosine above which two passages say the same
_SHARE = 4  # a section's share: one in so many of its passages, and at least one
_CROWDED = 0.3  # what each further share costs; with the two above chosen by `qabot evaluate`
_LOOKED_AT = 8  # candidates looked at for each that is returned


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, and what speaks for each."""

    rows: IntVector
    signals: FloatMatrix  #: shape (len(rows), len(SIGNALS))
    sentences: tuple[FloatVector, ...]  #: for each row, the cosine of each of its sentences


def candidates(question: str, vector: FloatVector, index: PolicyIndex, scope: Scope) -> Candidates:
    """Return the passages in scope that vectors or words propose, with their signals."""
    words = terms(question)
    bm25 = index.words.scores(words)
    near = index.vectors.search(vector, _CANDIDATES, scope.rows)
    both = {*near.tolist(), *_best(bm25, scope.rows).tolist()}
    proposed = np.array(sorted(both), dtype=np.int64)
    rows = proposed[index.has_sentences(proposed)]
    meaning = index.vectors.rows(rows) @ vector
    vectors, bounds = index.sentence_vectors(rows)
    cosines = vectors @ vector
    sentences = tuple(cosines[start:end] for start, end in zip(bounds, bounds[1:], strict=False))
    signals = [
        meaning,
        np.maximum.reduceat(cosines, bounds[:-1]),
        bm25[rows],
        index.headings.scores_of(words, rows),
        index.words.coverage(words, rows),
        _of_version(meaning, index.versions_of(rows)),
    ]
    return Candidates(rows, np.column_stack(signals).astype(np.float32), sentences)


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
            answering=_answering(found.sentences[place]),
        )
        for (place, score), passage in zip(picked, passages, strict=True)
    ]


def _best(scores: FloatVector, scope: IntVector) -> IntVector:
    """Return the rows in scope with the highest scores above 0."""
    inside = scores[scope]
    count = min(_CANDIDATES, len(scope))
    top = np.argpartition(-inside, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
    found: IntVector = scope[top[inside[top] > 0]]
    return found


def _of_version(meaning: FloatVector, versions: IntVector) -> FloatVector:
    order = np.lexsort((-meaning, versions))  # version by version, best first
    begins = np.diff(versions[order], prepend=-1) > 0
    group = np.cumsum(begins) - 1
    top = np.arange(len(order)) - np.flatnonzero(begins)[group] < 3
    means = np.bincount(group[top], meaning[order][top]) / np.bincount(group[top])
    found = np.empty_like(meaning)
    found[order] = means[group]
    return found


def _diverse(
    scores: FloatVector, found: Candidates, index: PolicyIndex, k: int
) -> list[tuple[int, float]]:
    """Return k places among the candidates with their scores, best first.

    What says the same as a better one is left out. What stands in a section that has had its
    share is worth less each time: its neighbour is a scroll away.
    """
    picked: list[tuple[int, float]] = []
    given: Counter[int] = Counter()
    places = np.argsort(-scores, kind="stable")[: _LOOKED_AT * k].tolist()
    vectors = index.vectors.rows(found.rows[places])
    left = dict(zip(places, vectors, strict=True))
    sections = dict(zip(places, index.sections_of(found.rows[places]), strict=True))
    chosen: list[FloatVector] = []

    def worth(place: int) -> float:
        section, size = sections[place]
        shares = given[section] // max(1, size // _SHARE)
        return float(scores[place] - _CROWDED * shares)

    while left and len(picked) < k:
        place = max(left, key=worth)
        vector = left.pop(place)
        if all(float(vector @ other) <= _SAME for other in chosen):
            picked.append((place, worth(place)))
            chosen.append(vector)
            given[sections[place][0]] += 1
    return picked


def _answering(cosines: FloatVector) -> tuple[int, ...]:
    if not len(cosines):
        return ()
    near = np.flatnonzero(cosines >= cosines.max() - _ANSWERS_TOO)
    best = near[np.argsort(-cosines[near], kind="stable")][:3]
    return tuple(sorted(int(place) for place in best))
