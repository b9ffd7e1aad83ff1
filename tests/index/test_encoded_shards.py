from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from qabot.encoder.base import Progress, silent
from qabot.index.build import Report, build
from qabot.index.build_plan import plan
from qabot.index.encoding import encode_here
from qabot.index.known_vectors import KnownVectors, VectorFile, as_array
from qabot.index.releases import builds_folder, current_folder
from qabot.records import FloatMatrix
from tests.support.fakes import WordEncoder, policy

_SIZE = 4  # texts a shard


class Ended(Exception):
    """Stands for whatever ends a builder."""


class EndingEncoder(WordEncoder):
    """Remembers what it encodes, and ends after so many texts."""

    def __init__(self, most: int) -> None:
        self.texts: list[str] = []
        self._most = most

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        if len(self.texts) + len(texts) > self._most:
            raise Ended
        self.texts += texts
        return super().encode_documents(texts, done=done)


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """Return a folder of a policy with 12 texts to encode."""
    folder = tmp_path / "policies"
    folder.mkdir()
    body = "\n".join(f"## Item {n}\n\nWe refund item {n} within {n} days.\n" for n in range(6))
    (folder / "refunds.md").write_text(policy("Harbour", "refunds", "2024-01-01", body))
    return folder


def built(policies: Path, index: Path, encoder: WordEncoder) -> Report:
    """Build in small shards."""
    encode = partial(encode_here, size=_SIZE)
    return build(plan([policies], "words"), index, encoder, encode=encode)


def files_of(index: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the live build but its manifest, which tells the time."""
    folder = current_folder(index)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != "manifest.json":
            yield str(file.relative_to(folder)), file.read_bytes()


def test_ended_builder_is_gone_on_from(policies: Path, tmp_path: Path) -> None:
    """What an ended builder encoded is not encoded again, and the build is the same one."""
    ended, second, whole = EndingEncoder(2 * _SIZE), EndingEncoder(99), EndingEncoder(99)
    with pytest.raises(Ended):
        built(policies, tmp_path / "index", ended)
    assert len(ended.texts) == 2 * _SIZE

    report = built(policies, tmp_path / "index", second)

    built(policies, tmp_path / "whole", whole)
    assert sorted(ended.texts + second.texts) == sorted(whole.texts)
    assert (report.encoded, report.reused) == (len(second.texts), len(ended.texts))
    assert dict(files_of(tmp_path / "index")) == dict(files_of(tmp_path / "whole"))
    assert not list(builds_folder(tmp_path / "index").glob(".*d-*"))


def test_damaged_shard_is_encoded_again(policies: Path, tmp_path: Path) -> None:
    """A shard that is not as it was written counts as none, and goes with the others."""
    with pytest.raises(Ended):
        built(policies, tmp_path / "index", EndingEncoder(2 * _SIZE))
    builds = builds_folder(tmp_path / "index")
    shard = next(builds.glob(".encoded-*"))
    written = bytearray(shard.read_bytes())
    written[-1] ^= 1
    shard.write_bytes(written)
    second = EndingEncoder(99)

    built(policies, tmp_path / "index", second)

    assert len(second.texts) == 12 - _SIZE
    assert not list(builds.glob(".encoded-*"))


def test_vectors_are_saved_as_numpy_does(tmp_path: Path) -> None:
    """Vectors of several files, more than are copied at once, are written as numpy.save would."""
    count = 3_000
    digests = [number.to_bytes(15, "big") + b"\0" for number in range(count)]
    vectors = np.random.default_rng(0).standard_normal((count, 3), dtype=np.float32)
    others = np.zeros_like(vectors)
    known = KnownVectors(
        3,
        [
            VectorFile(as_array(digests[:10]), vectors[:10].__getitem__),
            VectorFile(as_array([]), others.__getitem__),
            VectorFile(as_array(digests[10:]), vectors[10:].__getitem__),
            VectorFile(as_array(digests), others.__getitem__),
        ],
    )
    order = np.random.default_rng(1).permutation(count)

    known.save(tmp_path / "saved.npy", [digests[row] for row in order], np.float16)

    np.save(tmp_path / "expected.npy", vectors[order].astype(np.float16))
    assert (tmp_path / "saved.npy").read_bytes() == (tmp_path / "expected.npy").read_bytes()
    assert known.held([b"x" * 16, digests[5]]) == [digests[5]]
