"""Policy files to a build: read, identify, split, encode what is new, write, verify, publish."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from shutil import disk_usage

from qabot.catalog.first_seen import with_first_seen
from qabot.catalog.identify import identify
from qabot.chunking.passages import split
from qabot.encoder.base import Encoder, EncoderCard, Progress, silent
from qabot.errors import BuildNotWritten, BuildRefused, UnreadableFile
from qabot.index import releases
from qabot.index.build_plan import Plan, found_files
from qabot.index.corpus import Corpus
from qabot.index.file_report import FileReport, report_of, write_report
from qabot.index.opening import load, open_verified, tell
from qabot.index.writer import describe, encoded_texts, write
from qabot.readers.limited import LimitedReader
from qabot.records import Chunked, FloatVector, Reading, Version

_WORTH_A_GPU = 2_000  # texts; fewer are encoded before PyTorch is even imported


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    manifest: releases.Manifest
    files: FileReport
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had


def build(
    plan: Plan,
    index: Path,
    encoder: Encoder,
    *,
    live: bool = True,
    skip_unreadable: bool = False,
    progress: Callable[[int], Progress] = lambda total: silent,
    today: date | None = None,
    milvus: str = "",
) -> Report:
    """Make a build and put it live, or keep it beside the live one until `releases.use` does.

    Versions without a date that the live build has not are first seen on `today`, None for that
    of the clock. `progress` is told how many texts there are to encode. `milvus` is the address of
    the Milvus that is to hold the passages, "" for files. Raises UnreadableFile, naming every file
    that cannot be read, unless `skip_unreadable`, BuildNotWritten, and StoreUnavailable.
    """
    tell(index, milvus)  # before hours of encoding: is Milvus there?
    readings, skipped = _read_all(plan.files, skip_unreadable)
    files = report_of(readings, plan.ignored, skipped)
    versions = with_first_seen(identify(readings), _first_seen(index), today or date.today())
    contents = [Chunked(version, split(version)) for version in versions]
    texts = encoded_texts(contents)
    with _told_what_fails(index), releases.draft(index) as draft:
        known = _known_vectors(index, encoder.card, milvus)
        new = sorted(text for text, digest in texts.digests.items() if digest not in known)
        vectors = _fastest(encoder, len(new)).encode_documents(new, done=progress(len(new)))
        known |= {texts.digests[text]: vector for text, vector in zip(new, vectors, strict=True)}
        write(draft, contents, texts, known, milvus)
        write_report(draft, files)
        manifest = describe(draft, contents, encoder.card, plan.sources, plan.fingerprint)
        releases.write_manifest(draft, manifest)
        with closing(open_verified(draft, manifest, milvus)) as written:
            written.prove()
        (releases.publish if live else releases.keep)(index, draft, manifest)
    tell(index, milvus)
    return Report(manifest, files, encoded=len(new), reused=len(texts.digests) - len(new))


@contextmanager
def _told_what_fails(index: Path) -> Iterator[None]:
    """Say that a build cannot be written; the live one is not touched."""
    try:
        yield
    except OSError as error:
        room = disk_usage(index if index.is_dir() else index.absolute().parent).free // 2**20
        reason = error.strerror or "the disk is full"  # numpy gives none
        raise BuildNotWritten(
            f"The build cannot be written into {index} ({reason}; {room:,} MB are free there): "
            "make room or check the rights, then index again; the live build is as it was."
        ) from error


def read_versions(paths: Sequence[Path]) -> list[Version]:
    """Return the versions of the policy files at these paths.

    Raises BadInput when a path is missing, or UnreadableFile, naming every file that cannot be
    read.
    """
    readings, _ = _read_all(found_files(paths).files, skip_unreadable=False)
    return identify(readings)


def _read_all(
    files: Sequence[Path], skip_unreadable: bool
) -> tuple[list[tuple[Path, Reading]], list[str]]:
    readings: list[tuple[Path, Reading]] = []
    faults: list[str] = []
    with LimitedReader() as reader:
        for file in files:
            try:
                readings.append((file, reader.read(file)))
            except UnreadableFile as error:
                faults.append(str(error))
    if faults and not skip_unreadable:
        raise UnreadableFile("\n".join(faults))
    if not readings:
        raise UnreadableFile("\n".join([*faults, "None of the files could be read."]))
    return readings, faults


def _first_seen(index: Path) -> dict[str, date]:
    """Return when the live build's texts without a date were first seen, by their SHA-256."""
    try:
        folder = releases.current_folder(index)
        releases.verify(folder, releases.read_manifest(folder))
    except BuildRefused:  # none, damaged or older: all are seen for the first time
        return {}
    with closing(Corpus.open(folder)) as corpus:
        return {one.sha256: one.first_seen for one in corpus.entries if one.first_seen}


def _known_vectors(index: Path, card: EncoderCard, milvus: str) -> dict[bytes, FloatVector]:
    """Return the vectors that the live build already has from this encoder, by digest of text."""
    try:
        live = load(releases.current_folder(index), milvus)
    except BuildRefused:  # none, damaged or older: everything is encoded anew
        return {}
    with closing(live):
        return live.known_vectors() if live.manifest.encoder == card else {}


def _fastest(encoder: Encoder, texts: int) -> Encoder:
    """Return an encoder of the same vectors on the GPU, where there is one and it is worth it."""
    if texts < _WORTH_A_GPU or find_library("cuda") is None or find_spec("torch") is None:
        return encoder
    from qabot.encoder.pytorch import for_indexing  # loads PyTorch: seconds

    return for_indexing(encoder)
