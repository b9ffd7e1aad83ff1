"""Policy files to a build: read, identify, split, encode what is new, write, verify, publish."""

import json
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from itertools import chain
from pathlib import Path

import numpy as np

from qabot import __version__, chunk
from qabot.catalog import identify
from qabot.encode import Encoder, EncoderCard, Progress, file_sha256, silent
from qabot.errors import BadInput, BuildRefused, UnreadableFile
from qabot.index import builds, corpus
from qabot.index.policy_index import (
    HEADINGS,
    SENTENCE_STARTS,
    SENTENCES,
    WORDS,
    PolicyIndex,
)
from qabot.index.texts import heading_text, passage_text, sentence_texts
from qabot.index.vectors import Vectors
from qabot.index.words import Words, terms
from qabot.records import FloatVector, Passage, Reading, Version
from qabot.sources import CATALOG, Ignored, policy_files, read

REPORT = "report.json"
"""In a build's folder: what was removed from each file and by which rule, what was left out."""

_WORTH_A_GPU = 2_000  # texts; fewer are encoded before PyTorch is even imported


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build is to be made from."""

    files: tuple[Path, ...]
    ignored: tuple[Ignored, ...]  #: found in a folder but no policy file
    sources: dict[str, str]  #: file to its SHA-256
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    manifest: builds.Manifest
    versions: tuple[Version, ...]
    ignored: tuple[Ignored, ...]
    skipped: tuple[str, ...]  #: one sentence for each file that could not be read
    removed: dict[str, int]  #: file to the number of blocks removed from it
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had


def plan(paths: Sequence[Path], encoder: str) -> Plan:
    """Find the policy files and say what, besides them, a build depends on.

    Raises BadInput when a path is missing or there is no policy file among them.
    """
    found = policy_files(paths)
    if not found.files:
        raise BadInput(
            f"{', '.join(map(str, paths))}: no policy file there; put .md, .html, .pdf, .docx or "
            ".txt files into it."
        )
    catalogs = {file.parent / CATALOG for file in found.files}
    beside = sorted(file for file in catalogs if file.is_file())
    sources = {str(file): file_sha256(file) for file in [*found.files, *beside]}
    depends = [sources, encoder, builds.FORMAT, __version__, _chunking(), _code()]
    fingerprint = sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()
    return Plan(tuple(found.files), tuple(found.ignored), sources, fingerprint)


def build(
    plan: Plan,
    index: Path,
    encoder: Encoder,
    *,
    skip_unreadable: bool = False,
    progress: Callable[[int], Progress] = lambda total: silent,
) -> Report:
    """Make a build and put it live; `progress` is told how many texts there are to encode.

    Raises UnreadableFile, naming every file that cannot be read, unless `skip_unreadable`.
    """
    readings, skipped = _read_all(plan.files, skip_unreadable)
    versions = identify(readings)
    contents = [(version, chunk.split(version)) for version in versions]
    texts = _texts(contents)
    with builds.draft(index) as draft:
        known = _known_vectors(index, encoder.card)
        new = sorted({text for text in chain(*texts) if _digest(text) not in known})
        vectors = _fastest(encoder, len(new)).encode_documents(new, done=progress(len(new)))
        known |= {_digest(text): vector for text, vector in zip(new, vectors, strict=True)}
        _write(draft, contents, texts, known)
        _write_report(draft, readings, plan.ignored, skipped)
        manifest = _manifest(draft, plan, encoder.card, contents)
        builds.write_manifest(draft, manifest)
        PolicyIndex.load(draft).prove()
        builds.publish(index, draft, manifest)
    return Report(
        manifest=manifest,
        versions=tuple(versions),
        ignored=plan.ignored,
        skipped=tuple(skipped),
        removed={str(path): len(reading.removed) for path, reading in readings},
        encoded=len(new),
        reused=len(set(chain(*texts))) - len(new),
    )


def _read_all(
    files: Sequence[Path], skip_unreadable: bool
) -> tuple[list[tuple[Path, Reading]], list[str]]:
    readings: list[tuple[Path, Reading]] = []
    faults: list[str] = []
    for file in files:
        try:
            readings.append((file, read(file)))
        except UnreadableFile as error:
            faults.append(str(error))
    if faults and not skip_unreadable:
        raise UnreadableFile("\n".join(faults))
    if not readings:
        raise UnreadableFile("\n".join([*faults, "None of the files could be read."]))
    return readings, faults


Contents = Sequence[tuple[Version, Sequence[Passage]]]


def _texts(contents: Contents) -> tuple[list[str], list[str]]:
    """Return what is to be encoded: of each passage, and of each sentence."""
    passages = [passage_text(v, passage) for v, passages in contents for passage in passages]
    sentences = [sentence_texts(v, passage) for v, passages in contents for passage in passages]
    return passages, list(chain(*sentences))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _known_vectors(index: Path, card: EncoderCard) -> dict[bytes, FloatVector]:
    """Return the vectors that the live build already has from this encoder, by digest of text."""
    try:
        live = PolicyIndex.load(builds.current_folder(index))
    except BuildRefused:  # none, damaged or older: everything is encoded anew
        return {}
    return live.known_vectors() if live.manifest.encoder == card else {}


def _fastest(encoder: Encoder, texts: int) -> Encoder:
    """Return an encoder of the same vectors on the GPU, where there is one and it is worth it."""
    if texts < _WORTH_A_GPU or find_library("cuda") is None:
        return encoder
    from qabot.export import for_indexing  # loads PyTorch: seconds

    return for_indexing(encoder)


def _write(
    draft: Path,
    contents: Contents,
    texts: tuple[list[str], list[str]],
    known: dict[bytes, FloatVector],
) -> None:
    digests = [_digest(text) for text in texts[0]], [_digest(text) for text in texts[1]]
    passages, sentences = (
        np.array([known[digest] for digest in some], dtype=np.float32) for some in digests
    )
    corpus.write(draft, contents, digests)
    Vectors.build(passages).save(draft)
    np.save(draft / SENTENCES, sentences.astype(np.float16))
    counts = [len(passage.sentences) for _, passages in contents for passage in passages]
    np.save(draft / SENTENCE_STARTS, np.cumsum([0, *counts], dtype=np.int64))
    headings = [terms(heading_text(v, p)) for v, passages in contents for p in passages]
    Words.build(headings).save(draft / HEADINGS)
    # headings stand in front of what is encoded too: here they count twice
    Words.build(h + terms(t) for h, t in zip(headings, texts[0], strict=True)).save(draft / WORDS)


def _write_report(
    draft: Path,
    readings: Sequence[tuple[Path, Reading]],
    ignored: Sequence[Ignored],
    skipped: Sequence[str],
) -> None:
    report = {
        "removed": {str(path): [asdict(r) for r in reading.removed] for path, reading in readings},
        "ignored": {str(one.path): one.reason for one in ignored},
        "skipped": skipped,
    }
    (draft / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=2))


def _manifest(draft: Path, plan: Plan, card: EncoderCard, contents: Contents) -> builds.Manifest:
    return builds.Manifest(
        id=builds.new_id(plan.fingerprint),
        format=builds.FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=plan.fingerprint,
        encoder=card,
        chunking=_chunking(),
        sources=plan.sources,
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


def _chunking() -> dict[str, int]:
    return {"target_words": chunk.TARGET_WORDS, "max_words": chunk.MAX_WORDS}


def _code() -> str:
    """Return a hash of qabot's own code: a changed reader makes another text of the same file."""
    package = Path(chunk.__file__).parent
    digest = sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
