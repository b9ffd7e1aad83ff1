"""Texts to vectors, a shard at a time: in this process, or wherever an `Encode` has it done."""

from collections.abc import Iterator, Mapping, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import Protocol

from qabot.encoder.base import Encoder, Progress, silent
from qabot.records import FloatMatrix

SHARD = 2_048
"""Texts that are encoded, and kept, at once: what is lost where an encoding is ended."""

_WORTH_A_GPU = 2_000  # texts; fewer are encoded before PyTorch is even imported

Texts = Mapping[bytes, str]
"""What is to be encoded, by digest."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A shard of what was to be encoded."""

    digests: Sequence[bytes]
    vectors: FloatMatrix  #: of these texts, in their order


class Encode(Protocol):
    """How texts are encoded."""

    def __call__(self, texts: Texts, encoder: Encoder, done: Progress) -> Iterator[Encoded]:
        """Yield all texts, each once, with the vectors that this encoder makes of them."""


def encode_here(
    texts: Texts, encoder: Encoder, done: Progress = silent, *, size: int = SHARD
) -> Iterator[Encoded]:
    """Encode in this process, on all its cores or a GPU."""
    fastest = fastest_here(encoder, len(texts))
    for shard in shards_of(texts, size):
        yield encode_shard(shard, fastest, done)


def encode_shard(shard: Texts, encoder: Encoder, done: Progress = silent) -> Encoded:
    """Encode one shard, wherever that is."""
    return Encoded([*shard], encoder.encode_documents([*shard.values()], done=done))


def shards_of(texts: Texts, size: int) -> Iterator[Texts]:
    """Yield the texts, at most `size` at a time."""
    left = iter(texts.items())
    while shard := dict(islice(left, size)):
        yield shard


def fastest_here(encoder: Encoder, texts: int) -> Encoder:
    """Return an encoder of the same vectors on the GPU, where there is one and it is worth it."""
    if texts < _WORTH_A_GPU or find_library("cuda") is None or find_spec("torch") is None:
        return encoder
    from qabot.encoder.pytorch import for_indexing  # loads PyTorch: seconds

    return for_indexing(encoder)
