"""PolicyIndex: a build in files of this machine, mapped into memory and ready to be searched."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from qabot.errors import BuildRefused
from qabot.index.corpus import Corpus
from qabot.index.dense import Vectors
from qabot.index.known_vectors import VectorFile, as_array
from qabot.index.lexical import LexicalIndex, Term
from qabot.index.manifest import Manifest, foreign
from qabot.index.passage_index import PassageIndex, Rarities, Signals, signals_of
from qabot.index.row_ranges import RowRanges
from qabot.index.scope import Scope
from qabot.index.sentence_vectors import SentenceVectors
from qabot.records import FloatMatrix, FloatVector, IntVector, Kind

LEXICAL = "words"
"""Folder of a build that holds its lexical index."""


class PolicyIndex(PassageIndex):
    """The parts of one build."""

    def __init__(
        self,
        manifest: Manifest,
        corpus: Corpus,
        vectors: Vectors,
        words: LexicalIndex,
        sentences: SentenceVectors,
    ) -> None:
        super().__init__(manifest, corpus)
        self.vectors = vectors
        self.words = words
        self.sentences = sentences

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
            raise foreign(folder) from error

    def rarities(self, asked: Sequence[Term], scope: Scope) -> Rarities:
        """Return what each term weighs among the passages in scope."""
        return self.words.rarities(asked, scope.rows)

    def nearest(self, vector: FloatVector, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope whose vectors are nearest a unit vector, best first."""
        return self.vectors.search(vector, count, scope.rows)

    def best_by_words(self, rarities: Rarities, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope with the highest BM25 above 0, in no order, at most `count`."""
        return self.words.best(rarities, count, scope.rows)

    def signals(
        self, rows: IntVector, vector: FloatVector, rarities: Rarities, without: Collection[Kind]
    ) -> Signals:
        """Return the signals of those of some passages that may answer, in the order of `rows`."""
        sentences = self.sentences.answering(rows, without)
        rows = rows[sentences.places]
        dense = self.vectors.rows(rows) @ vector
        bm25 = self.words.scores(rarities, rows)
        return signals_of(rows, dense, bm25, sentences, vector)

    def sentence_vectors(self, rows: IntVector) -> FloatMatrix:
        """Return the vectors of the sentences of these passages, shape (sentences, dimension)."""
        return self.sentences.of(rows).vectors

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
            alone = RowRanges.of([range(row, row + 1)])
            if self.vectors.search(vector, 1, scope=alone).tolist() != [row]:
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
