"""PassageIndex: what a build is asked for when a question is answered, whatever holds it.

Nothing that is asked for or returned is as large as the corpus.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from qabot.index.corpus import Corpus
from qabot.index.known_vectors import VectorFile
from qabot.index.lexical import Term
from qabot.index.manifest import Manifest
from qabot.index.scope import Scope, by_company, scope_of
from qabot.index.sentence_vectors import AnsweringSentences
from qabot.records import FloatMatrix, FloatVector, IntVector, Kind, Span

_KEPT = 16  # scopes kept in memory

Rarities = Mapping[str, float]
"""What each stem of a question weighs, at least 0: the rarer among the passages in scope, the more.
"""


@dataclass(frozen=True, slots=True)
class Signals:
    """How near a question some passages are."""

    rows: IntVector  #: of the passages
    dense: FloatVector  #: cosine of the question and each passage
    bm25: FloatVector  #: BM25 of each passage, at least 0
    cosines: FloatVector  #: of the question and each sentence, row after row; -1: cannot answer
    bounds: IntVector  #: where each row's sentences begin among them, and the last one's end


def signals_of(
    rows: IntVector,
    dense: FloatVector,
    bm25: FloatVector,
    sentences: AnsweringSentences,
    vector: FloatVector,
) -> Signals:
    """Return the signals of passages with these sentences; `vector` is the question's."""
    cosines = sentences.vectors @ vector
    cosines[~sentences.may_answer] = -1
    return Signals(rows, dense, bm25, cosines, sentences.bounds)


class PassageIndex(ABC):
    """The passages of one build, to be searched. Safe to search from several threads."""

    def __init__(self, manifest: Manifest, corpus: Corpus) -> None:
        self.manifest = manifest
        self.corpus = corpus
        self._scope = lru_cache(maxsize=_KEPT)(partial(scope_of, by_company(corpus.entries)))

    def close(self) -> None:
        """Close what is open; nothing can be asked any more."""
        self.corpus.close()

    def scope(self, companies: frozenset[str] | None, policy: str | None, days: Span) -> Scope:
        """Return the versions of these companies, or of all, in force at any time of `days`."""
        return self._scope(companies, policy, days)

    @abstractmethod
    def rarities(self, asked: Sequence[Term], scope: Scope) -> Rarities:
        """Return what each term weighs among the passages in scope."""

    @abstractmethod
    def nearest(self, vector: FloatVector, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope whose vectors are nearest a unit vector, at most `count`.

        A scope never starves the result: it limits what is compared, not what is returned.
        """

    @abstractmethod
    def best_by_words(self, rarities: Rarities, count: int, scope: Scope) -> IntVector:
        """Return the rows in scope with the highest BM25 above 0, in no order, at most `count`."""

    @abstractmethod
    def signals(
        self, rows: IntVector, vector: FloatVector, rarities: Rarities, without: Collection[Kind]
    ) -> Signals:
        """Return the signals of those of some passages that may answer, in the order of `rows`.

        A sentence of a kind in `without` cannot answer, nor a passage that has no other. `vector`
        is the question's unit vector.
        """

    @abstractmethod
    def sentence_vectors(self, rows: IntVector) -> FloatMatrix:
        """Return the vectors of the sentences of these passages, shape (sentences, dimension)."""

    @abstractmethod
    def vector_files(self) -> list[VectorFile]:
        """Return every vector of the build, with the digests of the texts; read when asked for.

        They can be read when this is closed, as long as the build is there.
        """

    @abstractmethod
    def prove(self) -> None:
        """Raise BuildRefused unless the parts are of one size and each passage's vector is found.

        Up to 20 passages are searched for, by their own vectors.
        """
