"""Policy files to a build: read, identify, split, encode what is new, write, verify, publish."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from qabot import __version__
from qabot.catalog.identify import identify
from qabot.checksums import file_sha256
from qabot.chunking import passages as chunking
from qabot.encoder.base import Encoder, EncoderCard, Progress, silent
from qabot.encoder.load import export_folder
from qabot.errors import BadInput, BuildRefused, UnreadableFile
from qabot.index import releases
from qabot.index.policy_index import PolicyIndex
from qabot.index.writer import chunk_sizes, describe, digest, encoded_texts, write
from qabot.readers.reading import CATALOG, Ignored, policy_files, read
from qabot.records import FloatVector, Reading, Version

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

    manifest: releases.Manifest
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
    sources = {str(file): _source_hash(file) for file in [*found.files, *beside]}
    model = export_folder(encoder, Path()).name  # another one when the model's files change
    depends = [sources, model, releases.FORMAT, __version__, chunk_sizes(), _code()]
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
    contents = [(version, chunking.split(version)) for version in versions]
    texts = encoded_texts(contents)
    with releases.draft(index) as draft:
        known = _known_vectors(index, encoder.card)
        new = sorted({text for some in texts for text in some if digest(text) not in known})
        vectors = _fastest(encoder, len(new)).encode_documents(new, done=progress(len(new)))
        known |= {digest(text): vector for text, vector in zip(new, vectors, strict=True)}
        write(draft, contents, texts, known)
        _write_report(draft, readings, plan.ignored, skipped)
        manifest = describe(draft, contents, encoder.card, plan.sources, plan.fingerprint)
        releases.write_manifest(draft, manifest)
        with closing(PolicyIndex.load(draft)) as written:
            written.prove()
        releases.publish(index, draft, manifest)
    return Report(
        manifest=manifest,
        versions=tuple(versions),
        ignored=plan.ignored,
        skipped=tuple(skipped),
        removed={str(path): len(reading.removed) for path, reading in readings},
        encoded=len(new),
        reused=len(set(chain(*texts))) - len(new),
    )


def read_versions(paths: Sequence[Path]) -> list[Version]:
    """Return the versions of the policy files at these paths; raises as `plan` and `build` do."""
    readings, _ = _read_all(plan(paths, "").files, skip_unreadable=False)
    return identify(readings)


def _source_hash(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError:  # reading it will say why
        return "unreadable"


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


def _known_vectors(index: Path, card: EncoderCard) -> dict[bytes, FloatVector]:
    """Return the vectors that the live build already has from this encoder, by digest of text."""
    try:
        live = PolicyIndex.load(releases.current_folder(index))
    except BuildRefused:  # none, damaged or older: everything is encoded anew
        return {}
    with closing(live):
        return live.known_vectors() if live.manifest.encoder == card else {}


def _fastest(encoder: Encoder, texts: int) -> Encoder:
    """Return an encoder of the same vectors on the GPU, where there is one and it is worth it."""
    if texts < _WORTH_A_GPU or find_library("cuda") is None:
        return encoder
    from qabot.encoder.pytorch import for_indexing  # loads PyTorch: seconds

    return for_indexing(encoder)


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


def _code() -> str:
    """Return a hash of qabot's own code: a changed reader makes another text of the same file."""
    package = Path(chunking.__file__).parent
    digest = sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
