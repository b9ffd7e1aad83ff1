"""Corpora to measure on: as large as needed, and like real ones in what decides speed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qabot.catalog.identify import identify
from qabot.chunking.passages import split
from qabot.index import releases
from qabot.index.known_vectors import KnownVectors, VectorFile, as_array
from qabot.index.policy_index import PolicyIndex
from qabot.index.writer import describe, encoded_texts, write
from qabot.readers.reading import policy_files, read
from qabot.records import Chunked, FloatMatrix, Passage, Section, Sentence, Version

_DIMENSION = 384
_CLUSTER = 100  # vectors a cluster
_COMPANIES = 50
_SENTENCES = 4  # a synthetic passage


def clustered(count: int) -> FloatMatrix:
    """Return unit vectors in clusters; on uniformly random ones every search looks useless."""
    random = np.random.default_rng(0)
    centres = _unit(random.standard_normal((count // _CLUSTER, _DIMENSION), dtype=np.float32))
    vectors = centres[random.integers(len(centres), size=count)]
    for start in range(0, count, 10_000):  # noise for all at once would take as much memory again
        vectors[start : start + 10_000] = _near(vectors[start : start + 10_000], random)
    return vectors


def contents_of(paths: Sequence[Path]) -> list[Chunked]:
    """Return the versions and passages of these policy files."""
    readings = [(file, read(file)) for file in policy_files(paths).files]
    return [Chunked(version, split(version)) for version in identify(readings)]


def markdown(folder: Path, contents: Sequence[Chunked], passages: int) -> None:
    """Write policies of about so many passages, mixed from the sentences of `contents`."""
    random = np.random.default_rng(0)
    pool = [
        one.version.text[s.start : s.end]
        for one in contents
        for p in one.passages
        for s in p.sentences
    ]
    folder.mkdir()
    for file in range(10):
        lines = [f"# Company {file} Terms of Service"]
        for number in range(passages // 10):
            words = 0
            lines += [f"## {number}. {random.choice(pool)[:40]}", ""]
            while words < 100:
                lines.append(random.choice(pool))
                words += len(lines[-1].split())
        (folder / f"company-{file}-terms.md").write_text("\n".join(lines))


def synthetic_build(index: Path, sample: PolicyIndex, passages: int) -> None:
    """Make a live build of so many passages: sentences of the sample, vectors near its own."""
    random = np.random.default_rng(0)
    count = sample.manifest.counts["passages"]
    some = [p for p in sample.corpus.passages(range(count)) if p.sentences]
    sentences = [p.text[s.start - p.start : s.end - p.start] for p in some for s in p.sentences]
    trails = [p.trail for p in some]
    contents = [
        _version(f"Company {number}", sentences, trails, passages // _COMPANIES, random)
        for number in range(_COMPANIES)
    ]
    texts = encoded_texts(contents)
    own = sample.vectors.rows(np.arange(count)), sample.sentences.of(np.arange(count)).vectors
    known: list[VectorFile] = []
    for some_texts, vectors in zip((texts.passages, texts.sentences), own, strict=True):
        digests = [*dict.fromkeys(texts.digests[text] for text in some_texts)]
        made = _near(vectors[random.integers(len(vectors), size=len(digests))], random)
        known.append(VectorFile(as_array(digests), made.__getitem__))
    with releases.draft(index) as draft:
        write(draft, contents, texts, KnownVectors(_DIMENSION, known))
        manifest = describe(draft, contents, sample.manifest.encoder, {}, "0" * 64)
        releases.write_manifest(draft, manifest)
        releases.publish(index, draft, manifest)


def _version(
    company: str,
    sentences: Sequence[str],
    trails: Sequence[tuple[str, ...]],
    count: int,
    random: np.random.Generator,
) -> Chunked:
    """Return a version of `count` passages, three a section."""
    policy = f"{company.lower().replace(' ', '-')}/terms"
    text, passages = "", []
    for number in range(count):
        if number % 3 == 0:
            trail = trails[int(random.integers(len(trails)))]
        start, spans = len(text), []
        for place in random.integers(len(sentences), size=_SENTENCES):
            spans.append(Sentence(len(text), len(text) + len(sentences[place])))
            text += sentences[place] + " "
        text = text[:-1]
        passages.append(Passage(policy, start, len(text), text[start:], trail, None, tuple(spans)))
        text += "\n\n"
    version = Version(
        id=policy,
        company=company,
        policy=policy,
        title="Terms of Service",
        text=text,
        sha256="",
        sections=(Section(0, len(text), ()),),
        page_starts=(),
        effective_from=None,
        effective_until=None,
        url=None,
        file="",
    )
    return Chunked(version, passages)


def _near(vectors: FloatMatrix, random: np.random.Generator) -> FloatMatrix:
    """Return unit vectors at a cosine of about 0.86 to these."""
    noise = random.standard_normal(size=vectors.shape, dtype=np.float32)
    return _unit(vectors + 0.03 * noise)


def _unit(vectors: FloatMatrix) -> FloatMatrix:
    units: FloatMatrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units.astype(np.float32)
