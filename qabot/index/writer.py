"""The files of a build, written from what they are to hold."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np

from qabot.checksums import file_sha256
from qabot.chunking import passages as chunking
from qabot.encoder.base import EncoderCard
from qabot.index import corpus, releases
from qabot.index.dense import Vectors
from qabot.index.embedding_text import heading_text, passage_text, sentence_texts
from qabot.index.lexical import LexicalIndex, terms
from qabot.index.policy_index import (
    KINDS,
    SENTENCE_KINDS,
    SENTENCE_STARTS,
    SENTENCES,
    WORDS,
)
from qabot.records import FloatVector, Passage, Version

Contents = Sequence[tuple[Version, Sequence[Passage]]]


def encoded_texts(contents: Contents) -> tuple[list[str], list[str]]:
    """Return what is to be encoded: of each passage, and of each sentence."""
    passages = [passage_text(v, passage) for v, passages in contents for passage in passages]
    sentences = [sentence_texts(v, passage) for v, passages in contents for passage in passages]
    return passages, list(chain(*sentences))


def digest(text: str) -> bytes:
    """Return what a build knows an encoded text by."""
    return blake2b(text.encode(), digest_size=16).digest()


def write(
    draft: Path,
    contents: Contents,
    texts: tuple[Sequence[str], Sequence[str]],
    known: Mapping[bytes, FloatVector],
) -> None:
    """Write texts, vectors and words; `known` has the vector of every text, by its digest."""
    dimension = len(next(iter(known.values())))
    digests = [digest(text) for text in texts[0]], [digest(text) for text in texts[1]]
    passages, sentences = (
        np.array([known[digest] for digest in some], dtype=np.float32).reshape(-1, dimension)
        for some in digests
    )
    corpus.write(draft, contents, digests)
    Vectors.build(passages).save(draft)
    np.save(draft / SENTENCES, sentences.astype(np.float16))
    kinds = [KINDS.index(s.kind) for _, some in contents for p in some for s in p.sentences]
    np.save(draft / SENTENCE_KINDS, np.array(kinds, dtype=np.uint8))
    counts = [len(passage.sentences) for _, passages in contents for passage in passages]
    np.save(draft / SENTENCE_STARTS, np.cumsum([0, *counts], dtype=np.int64))
    headings = [terms(heading_text(v, p)) for v, passages in contents for p in passages]
    # headings stand in front of what is encoded too: here they count twice
    both = [h + terms(text) for h, text in zip(headings, texts[0], strict=True)]
    titles = [terms(version.title) for version, passages in contents for _ in passages]
    for words, title in zip(both, titles, strict=True):  # may be all that tells twins apart
        words += [word for word in title if word not in words]
    LexicalIndex.build(both).save(draft / WORDS)


def describe(
    draft: Path, contents: Contents, card: EncoderCard, sources: Mapping[str, str], fingerprint: str
) -> releases.Manifest:
    """Return the manifest of what stands in `draft` by now."""
    return releases.Manifest(
        id=releases.new_id(fingerprint),
        format=releases.FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=fingerprint,
        encoder=card,
        chunking=chunk_sizes(),
        sources=sources,
        counts={
            "companies": len({version.company for version, _ in contents}),
            "policies": len({version.policy for version, _ in contents}),
            "versions": len(contents),
            "passages": sum(len(passages) for _, passages in contents),
            "sentences": sum(len(p.sentences) for _, passages in contents for p in passages),
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
