"""Candidates to hits: ordered by weighed signals, reranked by a cross-encoder, then diversified.

A candidate is named by its place: its row in the arrays of `Candidates`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qabot.answering.highlighting import marked
from qabot.answering.retrieval import SIGNALS, Candidates
from qabot.encoder.base import CrossEncoder
from qabot.index.embedding_text import passage_text
from qabot.index.passage_index import PassageIndex
from qabot.records import FloatVector, Hit, Passage

_SHARE = 4  # a section's share: one in so many of its passages, and at least one
_CROWDED = 0.3  # what each further share costs; with the one above chosen by `qabot evaluate`
_LOOKED_AT = 8  # candidates looked at for each that is returned


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights that candidates are ordered with; `qabot.evaluation.fit` fits them."""

    signals: tuple[float, ...]  #: of SIGNALS
    cross_encoder: float  #: of its log-odds
    judged: int  #: how many of the first candidates it judges at most
    close: float  #: how much lower than the first's a score may be to be judged too


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates with the scores that order them."""

    candidates: Candidates
    scores: FloatVector  #: of each candidate, higher is better; of no fixed range
    judgements: FloatVector | None  #: log-odds of each; of those not judged, the least of the rest


def ranked(found: Candidates, weights: Weights) -> Ranking:
    """Return the candidates, scored by the weighed sum of their signals."""
    scores = (found.signals * np.asarray(weights.signals, dtype=np.float32)).sum(axis=1)
    return Ranking(found, scores, None)


def judged(ranking: Ranking, judge: CrossEncoder, index: PassageIndex, weights: Weights) -> Ranking:
    """Return the ranking with the cross-encoder's judgement of the first candidates added.

    A candidate that it was not given stays below those that it was given: it gets the least of
    their log-odds, and a score no higher than theirs.
    """
    first = to_judge(ranking.scores, weights)
    passages = index.corpus.passages(ranking.candidates.rows[first].tolist())
    texts = [passage_text(index.corpus.entry(p.version), p) for p in passages]
    return with_judgements(
        ranking, first, judge.scores(ranking.candidates.question, texts), weights
    )


def to_judge(scores: FloatVector, weights: Weights) -> list[int]:
    """Return the places that the cross-encoder judges, best first.

    They are at most `weights.judged`, with scores at most `weights.close` below the best.
    `scores` has shape (candidates,) and must not be empty.
    """
    first = np.argsort(-scores, kind="stable")[: weights.judged]
    near: list[int] = first[scores[first] >= scores[first[0]] - weights.close].tolist()
    return near


def with_judgements(
    ranking: Ranking, first: Sequence[int], log_odds: FloatVector, weights: Weights
) -> Ranking:
    """Return the ranking with the weighed log-odds of its first places added to their scores.

    `log_odds` has shape (len(first),) and must not be empty.
    """
    judgements = np.full(len(ranking.scores), log_odds.min(), dtype=np.float32)
    judgements[list(first)] = log_odds
    below = np.ones(len(judgements), dtype=bool)
    below[list(first)] = False
    scores = ranking.scores + np.float32(weights.cross_encoder) * judgements
    if below.any():  # none passes one that was read by not having been read
        scores[below] = np.minimum(scores[below], scores[~below].min())
    return replace(ranking, scores=scores, judgements=judgements)


def best_place(ranking: Ranking) -> int:
    """Return the place of the candidate with the highest score; there must be one."""
    return int(ranking.scores.argmax())


def signals_of(ranking: Ranking, place: int) -> Mapping[str, float]:
    """Return SIGNALS of a candidate and, where one judged, "cross_encoder": its log-odds."""
    signals = dict(zip(SIGNALS, map(float, ranking.candidates.signals[place]), strict=True))
    if ranking.judgements is not None:
        signals["cross_encoder"] = float(ranking.judgements[place])
    return signals


def hits(ranking: Ranking, index: PassageIndex, count: int) -> list[Hit]:
    """Return the best hits, best first, at most `count`.

    Of passages of one policy with the same words, the best alone is returned. The score of a
    passage is lowered with each hit of its section beyond a share of the section: greedy
    diversification, like maximal marginal relevance (Carbonell and Goldstein 1998), with one
    section for similarity.
    """
    found = ranking.candidates
    places = np.argsort(-ranking.scores, kind="stable")[: _LOOKED_AT * count]
    sections = index.corpus.sections_of(found.rows[places])
    worth = ranking.scores[places].copy()
    given: Counter[int] = Counter()
    said: set[tuple[str, str]] = set()
    picked: list[Hit] = []
    for _ in places:
        best = int(worth.argmax())
        place, score = int(places[best]), float(worth[best])
        worth[best] = -np.inf
        (passage,) = index.corpus.passages([int(found.rows[place])])
        says = index.corpus.entry(passage.version).policy, _words(passage)
        if says in said:
            continue
        said.add(says)
        picked.append(_hit(ranking, place, passage, score))
        if len(picked) == count:
            break
        section = int(sections.numbers[best])
        given[section] += 1
        shares = given[section] // max(1, int(sections.sizes[best]) // _SHARE)
        beside = (sections.numbers == section) & (worth > -np.inf)
        worth[beside] = ranking.scores[places[beside]] - _CROWDED * shares
    return picked


def _hit(ranking: Ranking, place: int, passage: Passage, score: float) -> Hit:
    found = ranking.candidates
    cosines = found.cosines[found.bounds[place] : found.bounds[place + 1]]
    return Hit(
        passage=passage,
        score=score,
        signals=signals_of(ranking, place),
        answering=marked(passage, cosines, found.terms),
    )


def _words(passage: Passage) -> str:
    """Return the letters and digits of a passage and its lead-in, in lower case."""
    body = passage.text[max(0, passage.body - passage.start) :]
    said = f"{passage.lead_in} {body}"
    return "".join(filter(str.isalnum, said.casefold()))
