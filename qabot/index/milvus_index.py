"""MilvusIndex: a build whose passages are in Milvus, for more of them than one machine holds."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from pymilvus import MilvusClient

from qabot.errors import BuildRefused, StoreUnavailable
from qabot.index.corpus import Corpus
from qabot.index.known_vectors import VectorFile, as_array
from qabot.index.lexical import Term, rarities
from qabot.index.manifest import Manifest, foreign
from qabot.index.milvus_collections import asking, count_of, name_of, rows_of
from qabot.index.passage_index import PassageIndex, Rarities, Signals, signals_of
from qabot.index.scope import Scope
from qabot.index.sentence_vectors import SentenceVectors
from qabot.index.word_counts import WordCounts
from qabot.records import FloatMatrix, FloatVector, IntVector, Kind


class MilvusIndex(PassageIndex):
    """A build's texts on this machine, and its passages and sentences in Milvus.

    What is asked while Milvus is away raises StoreUnavailable.
    """

    def __init__(
        self, manifest: Manifest, corpus: Corpus, words: WordCounts, address: str, name: str
    ) -> None:
        super().__init__(manifest, corpus)
        self._words = words
        self._address = address
        self._passages, self._sentences = f"{name}_passages", f"{name}_sentences"
        self._client = MilvusClient(address)

    @classmethod
    def open(cls, folder: Path, manifest: Manifest, address: str) -> "MilvusIndex":
        """Open a build whose files are known to be those of its manifest.

        Raises BuildRefused when Milvus is away or has not its collections.
        """
        try:
            words, corpus = WordCounts.load(folder), Corpus.open(folder)
            with asking(address):
                index = cls(manifest, corpus, words, address, name_of(folder))
                index._load()
        except StoreUnavailable as error:
            raise BuildRefused(str(error)) from error
        except (OSError, ValueError, KeyError) as error:
            raise foreign(folder) from error
        return index

    def _load(self) -> None:
        """Have the collections loaded, as they are not where Milvus was asked to release them."""
        for collection in (self._passages, self._sentences):
            if not self._client.has_collection(collection):
                raise BuildRefused(
                    f"Build {self.manifest.id}: Milvus has not its collection {collection}; go "
                    "back with: qabot use BUILD, or build again with: qabot index"
                )
            self._client.load_collection(collection)

    def close(self) -> None:
        """Close the connection and the file of texts."""
        self._client.close()
        super().close()

    def rarities(self, asked: Sequence[Term], scope: Scope) -> Rarities:
        """Return what each term weighs among the passages in scope."""
        held = [self._words.held(term.stem, scope.versions) for term in asked]
        return rarities(asked, held, len(scope.rows))

    def nearest(self, vector: FloatVector, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope whose vectors are nearest a unit vector, best first."""
        wanted = min(count, len(scope.rows))
        hits = self._hits("vector", vector.tolist(), wanted, _expression(scope)) if wanted else []
        return np.array([hit["row"] for hit in hits], dtype=np.int64)

    def best_by_words(self, rarities: Rarities, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope with the highest BM25 above 0, best first, at most `count`."""
        numbers = {stem: self._words.number(stem) for stem in rarities}
        asked = {n: rarities[stem] for stem, n in numbers.items() if n is not None}
        wanted = min(count, len(scope.rows))
        hits = self._hits("words", asked, wanted, _expression(scope)) if wanted and asked else []
        return np.array([hit["row"] for hit in hits if hit["distance"] > 0], dtype=np.int64)

    def signals(
        self, rows: IntVector, vector: FloatVector, rarities: Rarities, without: Collection[Kind]
    ) -> Signals:
        """Return the signals of those of some passages that may answer, in the order of `rows`."""
        passages, every_sentence = self._fetched(rows)
        sentences = every_sentence.answering(np.arange(len(rows)), without)
        kept = [passages[place] for place in sentences.places]
        vectors = np.array([one["vector"] for one in kept], dtype=np.float32)
        dense = vectors.reshape(-1, len(vector)) @ vector
        bm25 = self._bm25(kept, rarities)
        return signals_of(rows[sentences.places], dense, bm25, sentences, vector)

    def sentence_vectors(self, rows: IntVector) -> FloatMatrix:
        """Return the vectors of the sentences of these passages, shape (sentences, dimension)."""
        return self._fetched(rows)[1].of(np.arange(len(rows))).vectors

    def vector_files(self) -> list[VectorFile]:
        """Return the vectors of the build as they stand in its collections, with their digests."""
        digests = self.corpus.digests()
        return [
            VectorFile(as_array(of_rows), partial(_vectors, self._address, collection))
            for collection, of_rows in (
                (self._passages, digests.passages),
                (self._sentences, digests.sentences),
            )
        ]

    def prove(self) -> None:
        """Raise BuildRefused unless the parts are of one size and each passage's vector is found.

        Up to 20 passages are searched for, by their own vectors.
        """
        counts = self.manifest.counts
        with asking(self._address):
            held = [count_of(self._client, one) for one in (self._passages, self._sentences)]
            if held != [counts["passages"], counts["sentences"]]:
                raise BuildRefused(
                    f"Build {self.manifest.id} is damaged, Milvus has {held[0]:,} passages and "
                    f"{held[1]:,} sentences of it; build again with: qabot index"
                )
            rows = np.linspace(0, held[0] - 1, num=min(held[0], 20), dtype=np.int64).tolist()
            for one in rows_of(self._client, self._passages, rows, ["vector"]):
                hits = self._hits("vector", one["vector"], 1, f"row == {one['row']}")
                if [hit["row"] for hit in hits] != [one["row"]]:
                    raise BuildRefused(
                        f"Build {self.manifest.id} is damaged, passage {one['row']} is not found "
                        "by its own words; build again with: qabot index"
                    )

    def _hits(
        self, field: str, asked: list[float] | dict[int, float], count: int, expression: str
    ) -> list[dict[str, Any]]:
        """Return what is nearest by inner product, best first, where an expression holds."""
        with asking(self._address):
            (hits,) = self._client.search(
                self._passages, data=[asked], anns_field=field, limit=count, filter=expression
            )
        return list(hits)

    def _fetched(self, rows: IntVector) -> tuple[list[dict[str, Any]], SentenceVectors]:
        """Return what Milvus has of these passages, and of their sentences, in their order."""
        fields = ["vector", "words", "first_sentence", "sentences"]
        with asking(self._address):
            passages = rows_of(self._client, self._passages, rows.tolist(), fields)
            counts = [one["sentences"] for one in passages]
            firsts = [one["first_sentence"] for one in passages]
            ranges = (range(*pair) for pair in zip(firsts, map(add, firsts, counts), strict=True))
            own = rows_of(self._client, self._sentences, [*chain(*ranges)], ["vector", "kind"])
        dimension = self.manifest.encoder.dimension
        vectors = np.array([one["vector"] for one in own], dtype=np.float16)
        kinds = np.array([one["kind"] for one in own], dtype=np.uint8)
        starts = np.cumsum([0, *counts], dtype=np.int64)
        return passages, SentenceVectors(vectors.reshape(-1, dimension), kinds, starts)

    def _bm25(self, passages: Sequence[Mapping[str, Any]], rarities: Rarities) -> FloatVector:
        scores = np.zeros(len(passages), dtype=np.float32)
        for stem, rarity in rarities.items():
            number = self._words.number(stem)
            parts = [one["words"].get(number, 0.0) for one in passages]
            scores += rarity * np.array(parts, dtype=np.float32)
        return scores


def _expression(scope: Scope) -> str:
    """Return a scope as Milvus filters by it."""
    terms = []
    if scope.companies is not None:
        terms.append(f"company in {_written(sorted(scope.companies))}")
    if scope.policy is not None:
        terms.append(f"policy == {_written(scope.policy)}")
    if scope.days.until is not None:
        terms.append(f"since < {scope.days.until.toordinal()}")
    if scope.days.since is not None:
        terms.append(f"until > {scope.days.since.toordinal()}")
    return " and ".join(terms)


def _written(names: str | Sequence[str]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _vectors(address: str, collection: str, rows: IntVector) -> FloatMatrix:
    """Return the vectors of some rows of a collection, in their order."""
    with asking(address), closing(MilvusClient(address)) as client:
        found = rows_of(client, collection, rows.tolist(), ["vector"])
    return np.array([one["vector"] for one in found], dtype=np.float32)
