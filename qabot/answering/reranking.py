"""Candidates to hits: the order by weighed signals, the cross-encoder's judgement, diversity."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qabot.answering.highlighting import marked
from qabot.answering.retrieval import SIGNALS, Candidates
from qabot.encoder.base import CrossEncoder
from qabot.index.embedding_text import passage_text
from qabot.index.policy_index import PolicyIndex
from qabot.records import FloatVector, Hit, Passage

_SHARE = 4  # a section's share: one in so many of its passages, and at least one
_CROWDED = 0.3  # what each further share costs; with the one above chosen by `qabot evaluate`
_LOOKED_AT = 8  # candidates looked at for each that is returned


@dataclass(frozen=True, slots=True)
class Weights:
    """What the order of candidates is made with; fitted, see `qabot.evaluation.fit`."""

    signals: tuple[float, ...]  #: of SIGNALS
    cross_encoder: float  #: of its log-odds
    judged: int  #: how many of the first candidates it judges at most
    close: float  #: how much lower than the first's a score may be to be judged too


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates in an order."""

    candidates: Candidates
    scores: FloatVector  #: of each candidate, higher is better; of no fixed range
    judgements: FloatVector | None  #: log-odds of each; of those not judged, the least of the rest


def ranked(found: Candidates, weights: Weights) -> Ranking:
    """Return the candidates in the order of their weighed signals."""
    scores = found.signals @ np.asarray(weights.signals, dtype=np.float32)
    return Ranking(found, scores, None)


def judged(
    ranking: Ranking, question: str, judge: CrossEncoder, index: PolicyIndex, weights: Weights
) -> Ranking:
    """Return the ranking with the cross-encoder's judgement of the first candidates added.

    Those that it has not read stay below those that it has: they count as the least of these.
    """
    first = to_judge(ranking.scores, weights)
    passages = index.corpus.passages(ranking.candidates.rows[first].tolist())
    texts = [passage_text(index.corpus.entry(p.version), p) for p in passages]
    return with_judgements(ranking, first, judge.scores(question, texts), weights)


def to_judge(scores: FloatVector, weights: Weights) -> list[int]:
    """Return the places that the cross-encoder judges, best first: those that may be the best."""
    first = np.argsort(-scores, kind="stable")[: weights.judged]
    near: list[int] = first[scores[first] >= scores[first[0]] - weights.close].tolist()
    return near


def with_judgements(
    ranking: Ranking, first: Sequence[int], log_odds: FloatVector, weights: Weights
) -> Ranking:
    """Return the ranking with log-odds of its first places added to their scores."""
    judgements = np.full(len(ranking.scores), log_odds.min(), dtype=np.float32)
    judgements[list(first)] = log_odds
    below = np.ones(len(judgements), dtype=bool)
    below[list(first)] = False
    scores = ranking.scores + np.float32(weights.cross_encoder) * judgements
    if below.any():  # none passes one that was read by not having been read
        scores[below] = np.minimum(scores[below], scores[~below].min())
    return replace(ranking, scores=scores, judgements=judgements)


def hits(ranking: Ranking, index: PolicyIndex, count: int) -> list[tuple[int, Hit]]:
    """Return the best hits, best first, with their places among the candidates.

    What says the same in the same words in the same policy is given once. What stands in a section
    that has had its share is worth less each time: its neighbour is a scroll away.
    """
    found = ranking.candidates
    places = np.argsort(-ranking.scores, kind="stable")[: _LOOKED_AT * count]
    sections = index.sections_of(found.rows[places])
    worth = ranking.scores[places].copy()
    given: Counter[int] = Counter()
    said: set[tuple[str, str]] = set()
    picked: list[tuple[int, Hit]] = []
    for _ in places:
        best = int(worth.argmax())
        place, score = int(places[best]), float(worth[best])
        worth[best] = -np.inf
        (passage,) = index.corpus.passages([int(found.rows[place])])
        says = index.corpus.entry(passage.version).policy, _words(passage)
        if says in said:
            continue
        said.add(says)
        picked.append((place, _hit(ranking, place, passage, score)))
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
    signals = dict(zip(SIGNALS, map(float, found.signals[place]), strict=True))
    if ranking.judgements is not None:
        signals["cross_encoder"] = float(ranking.judgements[place])
    cosines = found.cosines[found.bounds[place] : found.bounds[place + 1]]
    return Hit(
        passage=passage,
        score=score,
        signals=signals,
        answering=marked(passage, cosines, found.asked),
    )


def _words(passage: Passage) -> str:
    """Return what is equal for passages that say the same in the same words."""
    body = passage.text[max(0, passage.body - passage.start) :]
    said = f"{passage.lead_in} {body}"
    return "".join(filter(str.isalnum, said.casefold()))
