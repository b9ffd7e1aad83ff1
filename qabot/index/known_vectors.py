"""Vectors that stand in files already, found by the digest of the text that they are of.

A corpus may have more vectors than fit into memory: what is kept there is a digest and a row number
of each, and a batch of vectors while they are copied.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qabot.records import FloatMatrix, IntVector

DIGEST = np.dtype("S16")
"""Of a text, as an array holds it; NumPy compares these at once, and leaves no byte out."""

_BATCH = 1_024  # vectors

DigestVector = npt.NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class VectorFile:
    """Vectors that stand in one file."""

    digests: DigestVector  #: of the texts, in the order of the rows
    rows: Callable[[IntVector], FloatMatrix]  #: reads the vectors of some rows, in their order


class KnownVectors:
    """The vectors of several files; of a text that several have, that of the first of them."""

    def __init__(self, dimension: int, files: Sequence[VectorFile]) -> None:
        self.dimension = dimension
        self._files = files
        self._starts = np.cumsum([0, *(len(file.digests) for file in files)])
        digests = np.concatenate([np.empty(0, DIGEST), *(file.digests for file in files)])
        self._order = np.argsort(digests, kind="stable")
        self._digests = digests[self._order]

    def held(self, digests: Iterable[bytes]) -> list[bytes]:
        """Return those of some texts, in their order, of which there is a vector."""
        asked = [*digests]
        if not len(self._digests):
            return []
        array = as_array(asked)
        found = self._digests[self._places(array)] == array
        return [*compress(asked, found.tolist())]

    def save(self, file: Path, digests: Sequence[bytes], dtype: npt.DTypeLike) -> None:
        """Write the vectors of these texts, which are all held, as numpy.save writes an array.

        Written as a file, not through a map: where the disk is full that raises OSError, no signal.
        """
        kind = np.dtype(dtype)
        shape = (len(digests), self.dimension)
        with file.open("wb") as stream:
            np.lib.format.write_array_header_1_0(
                stream, {"descr": kind.str, "fortran_order": False, "shape": shape}
            )
            for vectors in self.batches(digests):
                stream.write(vectors.astype(kind, copy=False).data)

    def batches(self, digests: Sequence[bytes]) -> Iterator[FloatMatrix]:
        """Yield the vectors of these texts, which are all held, some at a time, in their order."""
        for start in range(0, len(digests), _BATCH):
            rows = self._order[self._places(as_array(digests[start : start + _BATCH]))]
            files = np.searchsorted(self._starts, rows, side="right") - 1
            vectors = np.empty((len(rows), self.dimension), dtype=np.float32)
            for file in np.unique(files):
                there = files == file
                vectors[there] = self._files[file].rows(rows[there] - self._starts[file])
            yield vectors

    def _places(self, digests: DigestVector) -> IntVector:
        """Return where each stands among the sorted ones; of one that is not there, any place."""
        places: IntVector = self._digests.searchsorted(digests)
        return np.minimum(places, len(self._digests) - 1)


def as_array(digests: Sequence[bytes]) -> DigestVector:
    """Return digests as an array."""
    return np.frombuffer(b"".join(digests), dtype=DIGEST)
