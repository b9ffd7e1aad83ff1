"""The vectors of a build: FAISS, exact for a scope, fast for a large corpus.

Vectors are unit vectors, so the inner product is the cosine. All of them stand in one flat index,
which serves every search limited to a scope, and exactly. Above FLAT_LIMIT passages the same
vectors stand in inverted lists too, which serve searches over much of the corpus; their hits are
scored again exactly. `make bench` prints the times and the recall behind the limits.
"""

from errno import EIO
from math import isqrt
from pathlib import Path

import faiss
import numpy as np

from qabot.errors import BuildRefused
from qabot.index.row_ranges import RowRanges
from qabot.processors import cores
from qabot.records import FloatMatrix, FloatVector, IntVector

FLAT_LIMIT = 20_000
"""Passages up to which one flat index is fast enough for everything."""

_FLAT, _LISTS = "vectors.faiss", "lists.faiss"
_MAPPED = faiss.IO_FLAG_MMAP_IFC  # without a copy; lists under IO_FLAG_MMAP take ten times as long
_FEW = 500  # rows up to which FAISS takes longer to be told which they are than NumPy to search
_PROBES = 32
_NARROW = 4  # a scope of less than one in so many may lie outside the lists that are probed
_TRAINING = 64  # vectors a list is trained on


class Vectors:
    """The vectors of a build's passages; row i belongs to passage i."""

    def __init__(self, flat: faiss.Index, lists: faiss.Index | None) -> None:
        self._flat = flat
        self._lists = lists

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @classmethod
    def build(cls, vectors: FloatMatrix) -> "Vectors":
        """Index unit vectors, shape (passages, dimension)."""
        count, dimension = vectors.shape
        if count <= FLAT_LIMIT:
            flat = faiss.IndexFlatIP(dimension)
        else:  # half the memory; keeps the first ten in 9,998 of 10,000 cases
            flat = faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        flat.add(vectors)
        return cls(flat, _inverted_lists(vectors) if count > FLAT_LIMIT else None)

    def save(self, folder: Path) -> None:
        """Write into a folder; `load` reads it back. Raises OSError where that cannot be."""
        try:
            faiss.write_index(self._flat, str(folder / _FLAT))
            if self._lists is not None:
                faiss.write_index(self._lists, str(folder / _LISTS))
        except RuntimeError as error:  # of FAISS, which names a line of its source
            raise OSError(EIO, "the vectors cannot be written", str(folder)) from error

    @classmethod
    def load(cls, folder: Path) -> "Vectors":
        """Map what `save` wrote into memory. FAISS trusts its files: verify their hashes first."""
        try:
            flat = faiss.read_index(str(folder / _FLAT), _MAPPED)
            lists = None
            if (folder / _LISTS).exists():
                lists = faiss.read_index(str(folder / _LISTS), _MAPPED)
        except RuntimeError as error:
            raise BuildRefused(
                f"{folder}: FAISS cannot read the vectors; build again with: qabot index"
            ) from error
        return cls(flat, lists)

    def search(self, vector: FloatVector, count: int, scope: RowRanges) -> IntVector:
        """Return the rows in scope of the nearest passages, best first, at most `count`.

        A scope never starves the result: it limits what is compared, not what is returned.
        """
        searched = len(scope)
        wanted = min(count, searched)
        if wanted == 0:
            return np.empty(0, dtype=np.int64)
        if searched <= _FEW:
            few = scope.rows()
            return few[np.argsort(-(self.rows(few) @ vector), kind="stable")[:wanted]]
        selector = _selector(scope, len(self)) if searched < len(self) else None
        if self._lists is not None and searched >= max(FLAT_LIMIT, len(self) / _NARROW):
            lists = faiss.SearchParametersIVF(sel=selector, nprobe=_PROBES)
            found = _nearest(self._lists, vector, wanted, lists)
            if len(found) == wanted:  # else the lists near the question hold too little of it
                return found[np.argsort(-(self.rows(found) @ vector), kind="stable")]
        flat = faiss.SearchParameters(sel=selector) if selector else None
        return _nearest(self._flat, vector, wanted, flat)

    def rows(self, rows: IntVector) -> FloatMatrix:
        """Return the vectors of these rows, shape (len(rows), dimension)."""
        vectors: FloatMatrix = self._flat.reconstruct_batch(rows)
        return vectors


def _nearest(
    index: faiss.Index, vector: FloatVector, count: int, parameters: faiss.SearchParameters | None
) -> IntVector:
    faiss.omp_set_num_threads(1)  # of this thread: others would be waited for, busy as they are
    _, rows = index.search(vector[None], count, params=parameters)
    found: IntVector = rows[0][rows[0] >= 0]
    return found


def _inverted_lists(vectors: FloatMatrix) -> faiss.Index:
    count, dimension = vectors.shape
    lists = 4 * isqrt(count)
    index = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    picked = np.random.default_rng(0).permutation(count)[: lists * _TRAINING]
    faiss.omp_set_num_threads(cores())
    index.train(vectors[np.sort(picked)])
    index.add(vectors)
    return index


def _selector(scope: RowRanges, total: int) -> faiss.IDSelector:
    if len(scope.bounds) == 2:
        return faiss.IDSelectorRange(*scope.bounds.tolist())
    return faiss.IDSelectorBitmap(np.packbits(scope.members(0, total), bitorder="little"))
