"""PolicyIndex: one build, opened and ready to be searched."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from qabot.errors import BuildRefused
from qabot.index.corpus import Corpus
from qabot.index.dense import Vectors
from qabot.index.lexical import LexicalIndex
from qabot.index.releases import Manifest, read_manifest, verify
from qabot.records import BoolVector, Entry, FloatMatrix, FloatVector, IntVector, Kind

SENTENCES, SENTENCE_STARTS = "sentences.npy", "sentence_starts.npy"
SENTENCE_KINDS = "sentence_kinds.npy"
KINDS: tuple[Kind, ...] = get_args(Kind)
"""A kind's place here is its number in the file of kinds."""
WORDS = "words"


@dataclass(frozen=True)
class Span:
    """Days: from `since` to before `until`; None is open."""

    since: date | None
    until: date | None


@dataclass(frozen=True)
class Scope:
    """What of the corpus a question is put to."""

    entries: tuple[Entry, ...]

    @cached_property
    def rows(self) -> IntVector:
        """The passages in scope, ascending."""
        ranges = [np.arange(entry.rows.start, entry.rows.stop) for entry in self.entries]
        return np.concatenate([np.empty(0, dtype=np.int64), *ranges])

    @cached_property
    def versions(self) -> frozenset[int]:
        """The numbers of the versions in scope."""
        return frozenset(entry.number for entry in self.entries)


class PolicyIndex:
    """The parts of one build. Safe to search from several threads."""

    def __init__(
        self,
        manifest: Manifest,
        corpus: Corpus,
        halves: tuple[Vectors, LexicalIndex],
        sentences: tuple[FloatMatrix, IntVector, npt.NDArray[np.uint8]],
    ) -> None:
        self.manifest = manifest
        self.corpus = corpus
        self.vectors, self.words = halves
        self._sentences, self._starts, self._kinds = map(
            np.asarray, sentences
        )  # views of the files
        self._scope = lru_cache(maxsize=16)(partial(_scope, corpus.entries))
        self._sections = corpus.sections()
        self._section_sizes = np.bincount(self._sections)

    @classmethod
    def load(cls, folder: Path) -> "PolicyIndex":
        """Open a build; raises BuildRefused when it is damaged, foreign or of another format."""
        manifest = read_manifest(folder)
        verify(folder, manifest)
        try:
            return cls(
                manifest,
                Corpus.open(folder),
                (Vectors.load(folder), LexicalIndex.load(folder / WORDS)),
                (
                    np.load(folder / SENTENCES, mmap_mode="r"),
                    np.load(folder / SENTENCE_STARTS),
                    np.load(folder / SENTENCE_KINDS, mmap_mode="r"),
                ),
            )
        except (OSError, ValueError, KeyError) as error:  # whole, by its hashes, yet not as ours
            raise BuildRefused(
                f"{folder}: not as this qabot writes builds; build again with: qabot index"
            ) from error

    def close(self) -> None:
        """Let go of the file of texts."""
        self.corpus.close()

    def prove(self) -> None:
        """Raise BuildRefused unless the parts fit together and passages find themselves."""
        count = self.manifest.counts["passages"]
        sizes = {count, len(self.vectors), len(self.words), len(self._starts) - 1}
        sentences = {len(self._sentences), len(self._kinds), int(self._starts[-1])}
        if len(sizes) > 1 or len(sentences) > 1:
            raise BuildRefused(f"{self.manifest.id}: its parts are of different sizes.")
        for row in np.linspace(0, count - 1, num=min(count, 20), dtype=np.int64):
            vector = self.vectors.rows(row[None])[0]
            if self.vectors.search(vector, 1, scope=row[None]).tolist() != [row]:
                raise BuildRefused(f"{self.manifest.id}: passage {row} does not find itself.")

    def known_vectors(self) -> dict[bytes, FloatVector]:
        """Return every vector of the build by the digest of the text that was encoded."""
        passages, sentences = self.corpus.digests()
        known = {
            digest: self._sentences[row].astype(np.float32) for digest, row in sentences.items()
        }
        rows = np.fromiter(passages.values(), dtype=np.int64, count=len(passages))
        return known | dict(zip(passages, self.vectors.rows(rows), strict=True))

    def scope(self, companies: frozenset[str] | None, policy: str | None, days: Span) -> Scope:
        """Return the versions of these companies, or of all, in force at any time of `days`."""
        return self._scope(companies, policy, days)

    def may_answer(self, rows: IntVector, without: Collection[Kind]) -> BoolVector:
        """Return which of these passages hold a sentence of any kind but these.

        A passage without any is a table of contents or a heading.
        """
        picked, bounds = self._sentences_of(rows)
        others = np.zeros(len(picked) + 1, dtype=np.int64)
        (~self._of_kind(picked, without)).cumsum(out=others[1:])
        return others[bounds[1:]] > others[bounds[:-1]]

    def sections_of(self, rows: IntVector) -> tuple[IntVector, IntVector]:
        """Return, for each passage, the number of its section and how many passages that has."""
        sections = self._sections[rows]
        return sections, self._section_sizes[sections]

    def sentence_vectors(self, rows: IntVector) -> tuple[FloatMatrix, IntVector]:
        """Return the vectors of these passages' sentences, and where each passage's begin.

        The vectors stand in the order of `rows`; shapes (sentences, dimension), (len(rows) + 1,).
        """
        picked, bounds = self._sentences_of(rows)
        return _widened(self._sentences.take(picked, axis=0)), bounds

    def sentences_of_kind(self, rows: IntVector, kinds: Collection[Kind]) -> BoolVector:
        """Return which sentences of these passages are of one of these kinds.

        They stand in the order of `sentence_vectors`.
        """
        return self._of_kind(self._sentences_of(rows)[0], kinds)

    def _of_kind(self, picked: IntVector, kinds: Collection[Kind]) -> BoolVector:
        numbers = [number for number, kind in enumerate(KINDS) if kind in kinds]
        return np.isin(self._kinds[picked], numbers)

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


def _scope(
    entries: tuple[Entry, ...], companies: frozenset[str] | None, policy: str | None, days: Span
) -> Scope:
    return Scope(
        tuple(
            entry
            for entry in entries
            if (companies is None or entry.company in companies)
            and (policy is None or entry.policy == policy)
            and _in_force(entry, days)
        )
    )


def _in_force(entry: Entry, days: Span) -> bool:
    starts_before_end = (
        entry.effective_from is None or days.until is None or entry.effective_from < days.until
    )
    ends_after_start = (
        entry.effective_until is None or days.since is None or entry.effective_until > days.since
    )
    return starts_before_end and ends_after_start
