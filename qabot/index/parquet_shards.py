"""Shards of texts and of their vectors as Parquet, for machines that encode them; home of pyarrow.

They lie in a folder or a store that all these machines reach. Vectors are there as a whole or not
at all, under the name of the texts that they are of.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from qabot.encoder.base import EncoderCard
from qabot.index.encoding import Encoded, Texts

_TEXTS, _VECTORS = "texts", "vectors"


class ParquetShards:
    """The shards that one encoder is to make, or has made, in a place.

    `place` is a folder, or an address as s3://bucket/prefix; access to a store is as the
    environment has it (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, ...).
    """

    def __init__(self, place: str, card: EncoderCard) -> None:
        self._place = place
        self._encoder = card.key

    def put_texts(self, texts: Texts) -> str:
        """Write a shard of texts; return its name, which is the same for the same texts."""
        name = f"{sha256(b''.join(texts)).hexdigest()}.parquet"
        columns = {"digest": _digests([*texts]), "text": pa.array(texts.values(), pa.string())}
        self._write(_TEXTS, name, pa.table(columns))
        return name

    def texts(self, name: str) -> Texts:
        """Read a shard of texts; raises OSError where it is missing or damaged."""
        digests, found = self._read(_TEXTS, name, "text")
        return dict(zip(digests, found.to_pylist(), strict=True))

    def put_vectors(self, name: str, encoded: Encoded) -> None:
        """Write the vectors of the shard of texts of that name."""
        count, dimension = encoded.vectors.shape
        numbers = pa.array(encoded.vectors.reshape(count * dimension))
        vectors = pa.FixedSizeListArray.from_arrays(numbers, dimension)
        self._write(
            _VECTORS, name, pa.table({"digest": _digests(encoded.digests), "vector": vectors})
        )

    def vectors(self, name: str) -> Encoded:
        """Read the vectors of a shard; raises OSError where they are missing or damaged."""
        digests, found = self._read(_VECTORS, name, "vector")
        numbers = found.combine_chunks().flatten().to_numpy()
        return Encoded(digests, numbers.astype(np.float32, copy=False).reshape(len(digests), -1))

    def is_encoded(self, name: str) -> bool:
        """Whether the vectors of the shard of texts of that name are there."""
        system, folder = self._folder(_VECTORS)
        return bool(system.get_file_info(f"{folder}/{name}").type == fs.FileType.File)

    def encoded(self) -> Iterator[Encoded]:
        """Yield the shards of vectors that are there; remove those that are damaged."""
        system, folder = self._folder(_VECTORS)
        for file in system.get_file_info(fs.FileSelector(folder, allow_not_found=True)):
            if file.base_name.startswith("."):  # it was being written
                continue
            try:
                yield self.vectors(file.base_name)
            except OSError:
                system.delete_file(file.path)

    def remove(self) -> None:
        """Remove the place, if it is there, with everything in it."""
        system, folder = fs.FileSystem.from_uri(self._place)
        if system.get_file_info(folder).type != fs.FileType.NotFound:
            system.delete_dir(folder)

    def _write(self, kind: str, name: str, table: pa.Table) -> None:
        system, folder = self._folder(kind)
        system.create_dir(folder)
        with system.open_output_stream(f"{folder}/.{name}") as stream:
            pq.write_table(table, stream, write_page_checksum=True)
        system.move(f"{folder}/.{name}", f"{folder}/{name}")

    def _read(self, kind: str, name: str, column: str) -> tuple[list[bytes], pa.ChunkedArray]:
        system, folder = self._folder(kind)
        with system.open_input_file(f"{folder}/{name}") as file:
            try:
                table = pq.read_table(file, page_checksum_verification=True)
                return table["digest"].to_pylist(), table[column]
            except (pa.ArrowInvalid, KeyError) as error:
                raise OSError(f"{folder}/{name} is damaged: {error}") from error

    def _folder(self, kind: str) -> tuple[fs.FileSystem, str]:
        system, folder = fs.FileSystem.from_uri(self._place)
        return system, f"{folder}/{self._encoder}/{kind}"


def _digests(digests: Sequence[bytes]) -> pa.Array:
    return pa.array(digests, pa.binary(16))
