"""The vectors of a build's sentences, in half precision, and the kind of each.

Sentences stand in the order of their passages: those of passage i are the rows starts[i] to
starts[i + 1].
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from qabot.index.known_vectors import KnownVectors
from qabot.records import BoolVector, FloatMatrix, IntVector, Kind, Passage

_VECTORS, _KINDS, _STARTS = "sentences.npy", "sentence_kinds.npy", "sentence_starts.npy"

NUMBERED_KINDS: tuple[Kind, ...] = get_args(Kind)
"""A kind's place here is its number wherever a build is kept."""


@dataclass(frozen=True, slots=True)
class AnsweringSentences:
    """The sentences of those of some passages that may answer, passage after passage."""

    places: IntVector  #: of these among the passages that were asked for
    vectors: FloatMatrix  #: shape (sentences, dimension)
    bounds: IntVector  #: where each passage's begin among them, and where the last one's end
    may_answer: BoolVector  #: which of the sentences may


@dataclass(frozen=True, slots=True)
class RowSentences:
    """The sentences of some passages, passage after passage."""

    vectors: FloatMatrix  #: shape (sentences, dimension)
    bounds: IntVector  #: where each passage's begin among them, and where the last one's end


class SentenceVectors:
    """The sentences of a build's passages. Safe to read from several threads."""

    def __init__(
        self, vectors: npt.NDArray[np.float16], kinds: npt.NDArray[np.uint8], starts: IntVector
    ) -> None:
        self._vectors = np.asarray(vectors)  # a view of the file: a memmap's slices are slow
        self._kinds = np.asarray(kinds)
        self._starts = np.asarray(starts)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @staticmethod
    def write(
        folder: Path, known: KnownVectors, digests: Sequence[bytes], passages: Sequence[Passage]
    ) -> None:
        """Write the sentences of these passages, given by digest, into a folder."""
        kinds = [
            NUMBERED_KINDS.index(one.kind) for passage in passages for one in passage.sentences
        ]
        counts = [len(passage.sentences) for passage in passages]
        known.save(folder / _VECTORS, digests, np.float16)
        np.save(folder / _KINDS, np.array(kinds, dtype=np.uint8))
        np.save(folder / _STARTS, np.cumsum([0, *counts], dtype=np.int64))

    @classmethod
    def load(cls, folder: Path) -> "SentenceVectors":
        """Open what `write` wrote, mapped into memory."""
        return cls(
            np.load(folder / _VECTORS, mmap_mode="r"),
            np.load(folder / _KINDS, mmap_mode="r"),
            np.load(folder / _STARTS, mmap_mode="r"),
        )

    def fits(self) -> bool:
        """Whether there are as many vectors and kinds as passages have sentences."""
        return len(self._vectors) == len(self._kinds) == int(self._starts[-1])

    def rows(self, rows: IntVector) -> FloatMatrix:
        """Return the vectors of sentences, given by their rows among all sentences."""
        return _widened(self._vectors.take(rows, axis=0))

    def of(self, rows: IntVector) -> RowSentences:
        """Return the sentences of these passages, in the order of `rows`."""
        picked, bounds = self._sentences_of(rows)
        return RowSentences(_widened(self._vectors.take(picked, axis=0)), bounds)

    def answering(self, rows: IntVector, without: Collection[Kind]) -> AnsweringSentences:
        """Return the sentences of those of these passages that hold one of any kind but these.

        A passage without any is a table of contents or a heading.
        """
        picked, bounds = self._sentences_of(rows)
        answers = np.array([kind not in without for kind in NUMBERED_KINDS])
        may_answer = answers[self._kinds[picked]]
        held = np.zeros(len(picked) + 1, dtype=np.int64)
        may_answer.cumsum(out=held[1:])
        is_kept = held[bounds[1:]] > held[bounds[:-1]]
        counts = bounds[1:] - bounds[:-1]
        inside = is_kept.repeat(counts)
        places = np.flatnonzero(is_kept)
        kept_bounds = np.zeros(len(places) + 1, dtype=np.int64)
        counts[places].cumsum(out=kept_bounds[1:])
        vectors = _widened(self._vectors.take(picked[inside], axis=0))
        return AnsweringSentences(places, vectors, kept_bounds, may_answer[inside])

    def _sentences_of(self, rows: IntVector) -> tuple[IntVector, IntVector]:
        """Return the rows of these passages' sentences, and where each passage's begin there."""
        starts = self._starts[rows]
        counts = self._starts[rows + 1] - starts
        bounds = np.zeros(len(rows) + 1, dtype=np.int64)
        counts.cumsum(out=bounds[1:])
        return np.arange(bounds[-1]) + (starts - bounds[:-1]).repeat(counts), bounds


def _widened(halves: npt.NDArray[np.float16]) -> FloatMatrix:
    """Return finite half-precision numbers as float32; `astype` takes six times as long.

    Shifted into place, the bits are those of the number divided by 2 to the power of 112.
    """
    bits = halves.view(np.int16).astype(np.int32)  # then in place: new arrays cost the most
    bits <<= 13
    bits &= ~0x70000000  # of the copies of the sign, the first alone
    widened: FloatMatrix = bits.view(np.float32)
    widened *= np.float32(2.0**112)
    return widened
