"""The files of a build, written from what they are to hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np

from qabot.checksums import file_sha256
from qabot.chunking import passages as chunking
from qabot.encoder.base import EncoderCard
from qabot.index import corpus
from qabot.index.dense import Vectors
from qabot.index.embedding_text import heading_text, passage_text, sentence_texts
from qabot.index.known_vectors import KnownVectors
from qabot.index.lexical import LexicalIndex, terms
from qabot.index.manifest import FORMAT, Manifest, new_id
from qabot.index.policy_index import LEXICAL
from qabot.index.sentence_vectors import SentenceVectors
from qabot.records import Chunked


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """What is encoded of a build's passages and sentences, in the order of their rows."""

    passages: Sequence[str]
    sentences: Sequence[str]
    digests: Mapping[str, bytes]  #: each distinct text with what a build knows it by


def encoded_texts(contents: Sequence[Chunked]) -> EncodedTexts:
    """Return what is to be encoded of these versions."""
    pairs = [(one.version, passage) for one in contents for passage in one.passages]
    passages = [passage_text(version, passage) for version, passage in pairs]
    sentences = [*chain(*(sentence_texts(version, passage) for version, passage in pairs))]
    distinct = dict.fromkeys(chain(passages, sentences))
    return EncodedTexts(passages, sentences, {text: _digest(text) for text in distinct})


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def write(
    draft: Path,
    contents: Sequence[Chunked],
    texts: EncodedTexts,
    known: KnownVectors,
    milvus: str = "",
) -> None:
    """Write texts, vectors and words; `known` has the vector of every text.

    Vectors and words go into collections of the Milvus at an address, where one is given.
    """
    digests = corpus.Digests(
        [texts.digests[text] for text in texts.passages],
        [texts.digests[text] for text in texts.sentences],
    )
    corpus.write(draft, contents, digests)
    split = [passage for one in contents for passage in one.passages]
    stems = _lexical_terms(contents, texts.passages)
    if milvus:
        from qabot.index import milvus_collections  # loads pymilvus, which may be missing

        milvus_collections.write(milvus, draft, split, stems, known, digests)
        return
    _passage_vectors(draft, digests.passages, known).save(draft)
    SentenceVectors.write(draft, known, digests.sentences, split)
    LexicalIndex.build(stems).save(draft / LEXICAL)


def _passage_vectors(draft: Path, digests: Sequence[bytes], known: KnownVectors) -> Vectors:
    """Index the passages' vectors, which FAISS reads at once, from a file of the draft."""
    file = draft / "passages.npy"
    known.save(file, digests, np.float32)
    vectors = Vectors.build(np.load(file, mmap_mode="r"))
    file.unlink()
    return vectors


def _lexical_terms(contents: Sequence[Chunked], passages: Sequence[str]) -> Iterator[list[str]]:
    """Yield the stems of each passage, its headings twice, and of its title what it lacks.

    Headings stand in front of what is encoded as well; the title may be all that tells twins apart.
    """
    texts = iter(passages)
    for one in contents:
        title = terms(one.version.title)
        for passage in one.passages:
            stems = terms(heading_text(one.version, passage)) + terms(next(texts))
            yield stems + [stem for stem in title if stem not in stems]


def describe(
    draft: Path,
    contents: Sequence[Chunked],
    card: EncoderCard,
    sources: Mapping[str, str],
    fingerprint: str,
) -> Manifest:
    """Return the manifest of what stands in `draft` by now."""
    return Manifest(
        id=new_id(),
        format=FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=fingerprint,
        encoder=card,
        chunking=chunk_sizes(),
        sources=sources,
        counts={
            "companies": len({one.version.company for one in contents}),
            "policies": len({one.version.policy for one in contents}),
            "versions": len(contents),
            "passages": sum(len(one.passages) for one in contents),
            "sentences": sum(len(p.sentences) for one in contents for p in one.passages),
        },
        hashes={
            str(file.relative_to(draft)): file_sha256(file)
            for file in sorted(draft.rglob("*"))
            if file.is_file()
        },
    )


def chunk_sizes() -> dict[str, int]:
    """Return what the length of passages was set to."""
    return {"target_words": chunking.TARGET_WORDS, "max_words": chunking.MAX_WORDS}
