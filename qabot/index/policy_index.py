"""PolicyIndex: one build, opened and ready to be searched."""

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np

from qabot.errors import BuildRefused
from qabot.index.corpus import Corpus
from qabot.index.dense import Vectors
from qabot.index.known_vectors import VectorFile, as_array
from qabot.index.lexical import LexicalIndex
from qabot.index.releases import Manifest, read_manifest, verify
from qabot.index.sentence_vectors import SentenceVectors
from qabot.records import Entry, IntVector, Span

LEXICAL = "words"
"""Folder of a build that holds its lexical index."""


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


@dataclass(frozen=True, slots=True)
class Sections:
    """In which section of a version each of some passages stands."""

    numbers: IntVector  #: equal numbers, one section
    sizes: IntVector  #: how many passages that section has


class PolicyIndex:
    """The parts of one build. Safe to search from several threads."""

    def __init__(
        self,
        manifest: Manifest,
        corpus: Corpus,
        vectors: Vectors,
        words: LexicalIndex,
        sentences: SentenceVectors,
    ) -> None:
        self.manifest = manifest
        self.corpus = corpus
        self.vectors = vectors
        self.words = words
        self.sentences = sentences
        self._scope = lru_cache(maxsize=16)(partial(_scope, corpus.entries))
        self._sections = corpus.sections()
        self._section_sizes = np.bincount(self._sections)

    @classmethod
    def load(cls, folder: Path) -> "PolicyIndex":
        """Open a build; raises BuildRefused when it is damaged, foreign or of another format."""
        manifest = read_manifest(folder)
        verify(folder, manifest)
        return cls.open(folder, manifest)

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> "PolicyIndex":
        """Open a build whose files are known to be those of its manifest.

        Raises BuildRefused when they are not as this qabot writes them.
        """
        try:
            return cls(
                manifest,
                Corpus.open(folder),
                Vectors.load(folder),
                LexicalIndex.load(folder / LEXICAL),
                SentenceVectors.load(folder),
            )
        except (OSError, ValueError, KeyError) as error:
            raise BuildRefused(
                f"{folder}: not as this qabot writes builds; build again with: qabot index"
            ) from error

    def close(self) -> None:
        """Close the file of texts."""
        self.corpus.close()

    def prove(self) -> None:
        """Raise BuildRefused unless the parts are of one size and each passage's vector is found.

        Up to 20 passages are searched for, by their own vectors.
        """
        count = self.manifest.counts["passages"]
        sizes = {count, len(self.vectors), len(self.words), len(self.sentences)}
        if len(sizes) > 1 or not self.sentences.fits():
            raise BuildRefused(
                f"Build {self.manifest.id} is damaged, its parts are of different sizes; "
                "build again with: qabot index"
            )
        for row in np.linspace(0, count - 1, num=min(count, 20), dtype=np.int64):
            vector = self.vectors.rows(row[None])[0]
            if self.vectors.search(vector, 1, scope=row[None]).tolist() != [row]:
                raise BuildRefused(
                    f"Build {self.manifest.id} is damaged, passage {row} is not found by its own "
                    "words; build again with: qabot index"
                )

    def vector_files(self) -> list[VectorFile]:
        """Return the vectors of the build as they stand in its files, with their digests."""
        digests = self.corpus.digests()
        return [
            VectorFile(as_array(digests.passages), self.vectors.rows),
            VectorFile(as_array(digests.sentences), self.sentences.rows),
        ]

    def scope(self, companies: frozenset[str] | None, policy: str | None, days: Span) -> Scope:
        """Return the versions of these companies, or of all, in force at any time of `days`."""
        return self._scope(companies, policy, days)

    def sections_of(self, rows: IntVector) -> Sections:
        """Return the section of each of these passages."""
        numbers = self._sections[rows]
        return Sections(numbers, self._section_sizes[numbers])


def _scope(
    entries: tuple[Entry, ...], companies: frozenset[str] | None, policy: str | None, days: Span
) -> Scope:
    return Scope(
        tuple(
            entry
            for entry in entries
            if (companies is None or entry.company in companies)
            and (policy is None or entry.policy == policy)
            and entry.is_in_force(days)
        )
    )
