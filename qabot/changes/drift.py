"""Which answers move from one build to another, question by question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rapidfuzz.distance import Indel

from qabot.answering.bot import Bot
from qabot.changes.units import Alphabet
from qabot.changes.words import Differing, Spelt, differing, is_same_wording, spelt
from qabot.records import Answer, AskedQuestion, Citation

MoveKind = Literal["verdict", "passage", "rank", "wording"]
"""What is another: the verdict; the passage cited first, the former one being cited no more
("passage") or further down ("rank"); or the words of the sentences marked in it ("wording")."""

_SIMILAR = 0.65  # share of words in common from which a passage is known again, as sentences are


@dataclass(frozen=True, slots=True)
class Move:
    """A question that is answered otherwise."""

    asked: AskedQuestion
    before: Answer
    after: Answer
    kinds: tuple[MoveKind, ...]  #: one at least
    rank: int | None  #: from 1, at which `after` cites what `before` cited first; None: nowhere
    changed: (
        Differing  #: words of both first citations that differ; none, if they are of two places
    )


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of the answers to some questions."""

    before: str  #: id of the build
    after: str
    asked: int
    moves: tuple[Move, ...]  #: in the order of the questions


def drift(before: Bot, after: Bot, questions: Sequence[AskedQuestion], today: date) -> Drift:
    """Return which of these questions are answered otherwise by another build, on one day."""
    moves = (
        _move(asked, before.ask(asked, today=today), after.ask(asked, today=today))
        for asked in questions
    )
    return Drift(
        before.index.manifest.id,
        after.index.manifest.id,
        len(questions),
        tuple(move for move in moves if move),
    )


def cited(answer: Answer) -> Sequence[Citation]:
    """Return what an answer rests on, or what comes close; nothing, where nothing answers."""
    return answer.citations or (answer.nearest if answer.status == "uncertain" else ())


def _move(asked: AskedQuestion, before: Answer, after: Answer) -> Move | None:
    """Return how the answer to a question moved, None where it did not."""
    kinds: list[MoveKind] = ["verdict"] if before.status != after.status else []
    old, new = cited(before), cited(after)
    changed: Differing = ((), ())
    rank = next((n for n, one in enumerate(new, 1) if old and _likeness(old[0], one)), None)
    if old and new:
        if rank == 1:
            changed = _changed(old[0], new[0])
            is_same = is_same_wording(_marked(old[0]), _marked(new[0]))
            kinds += [] if is_same else ["wording"]
        else:
            kinds.append("rank" if rank else "passage")
    return Move(asked, before, after, tuple(kinds), rank, changed) if kinds else None


def _likeness(old: Citation, new: Citation) -> bool:
    """Tell whether two citations are of one passage, be it reworded."""
    one, other = _spelt(old, new)
    same = Indel.normalized_similarity(one.spelt, other.spelt) >= _SIMILAR
    return old.policy == new.policy and same


def _marked(citation: Citation) -> str:
    """Return the sentences that a citation marks."""
    return " ".join(
        citation.quote[one.start - citation.start : one.end - citation.start]
        for one in citation.highlight
    )


def _changed(old: Citation, new: Citation) -> Differing:
    return differing(*_spelt(old, new))


def _spelt(old: Citation, new: Citation) -> tuple[Spelt, Spelt]:
    alphabet = Alphabet()
    return spelt(old.quote, old.start, alphabet), spelt(new.quote, new.start, alphabet)
