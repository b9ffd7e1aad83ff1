"""What was encoded for a build that is not finished yet, in files beside the builds.

Encoding may take hours. A shard is a file of vectors with the digests of their texts; a builder
that is ended leaves its shards, and the next one goes on from there. A finished build leaves none.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from mmap import MADV_DONTNEED
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qabot.checksums import file_sha256
from qabot.encoder.base import EncoderCard
from qabot.index.encoding import Encoded
from qabot.index.known_vectors import DIGEST, DigestVector, VectorFile, as_array
from qabot.records import FloatMatrix, IntVector

_NAME = ".encoded-"  # then the encoder and the file's SHA-256: one that is not whole is not read


class EncodedShards:
    """The shards of one encoder in a folder of builds; `files` has what they hold."""

    def __init__(self, builds: Path, card: EncoderCard) -> None:
        self._builds = builds
        self._name = f"{_NAME}{card.key}-"
        self._kind = np.dtype([("digest", DIGEST), ("vector", "<f4", (card.dimension,))])
        self.files: list[VectorFile] = [*self._left()]

    def add(self, draft: Path, encoded: Encoded) -> None:
        """Write a shard and see it to disk; until it is whole it stands in the builder's draft."""
        shard = np.empty(len(encoded.digests), dtype=self._kind)
        shard["digest"], shard["vector"] = as_array(encoded.digests), encoded.vectors
        file = draft / "shard.npy"
        with file.open("wb") as stream:
            np.save(stream, shard)
            stream.flush()
            os.fsync(stream.fileno())
        self.files.append(_vector_file(shard["digest"].copy(), np.load(file, mmap_mode="r")))
        file.rename(self._builds / f"{self._name}{file_sha256(file)}.npy")

    def _left(self) -> Iterator[VectorFile]:
        for file in sorted(self._builds.glob(f"{self._name}*.npy")):
            with suppress(FileNotFoundError):  # of a builder beside this one, which finished
                if file.stem.removeprefix(self._name) == file_sha256(file):
                    shard = np.load(file, mmap_mode="r")
                    yield _vector_file(shard["digest"].copy(), shard)


def remove_shards(builds: Path) -> None:
    """Remove all shards; a builder that has them open goes on reading them."""
    for file in builds.glob(f"{_NAME}*"):
        file.unlink(missing_ok=True)


def _vector_file(digests: DigestVector, shard: npt.NDArray[Any]) -> VectorFile:
    mapped: Any = shard.base

    def rows(rows: IntVector) -> FloatMatrix:
        vectors: FloatMatrix = shard["vector"][rows]
        mapped.madvise(MADV_DONTNEED)  # what was read counts as memory of this process till then
        return vectors

    return VectorFile(digests, rows)
