"""Policy files to a build: read, identify, split, encode what is new, write, verify, publish."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
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
from qabot.index.encoded_shards import EncodedShards, remove_shards
from qabot.index.encoding import Encode, encode_here
from qabot.index.file_report import FileReport, report_of, write_report
from qabot.index.known_vectors import KnownVectors, VectorFile
from qabot.index.manifest import Manifest, verified
from qabot.index.opening import open_verified, tell_milvus
from qabot.index.writer import EncodedTexts, describe, encoded_texts, write
from qabot.readers.limited import LimitedReader
from qabot.records import Chunked, Reading, Version


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    manifest: Manifest
    files: FileReport
    encoded: int  #: texts that had no vector yet
    reused: int  #: texts whose vector an earlier build had


def build(
    plan: Plan,
    index: Path,
    encoder: Encoder,
    *,
    live: bool = True,
    progress: Callable[[int], Progress] = lambda total: silent,
    encode: Encode = encode_here,
    today: date | None = None,
) -> Report:
    """Make a build and put it live, or keep it beside the live one until `releases.use` does.

    Versions without a date that the live build has not are first seen on `today`, None for that
    of the clock. `progress` is given how many texts there are to encode, and returns what is told
    of each that is. Raises UnreadableFile, naming every file that cannot be read, unless the plan
    skips these, BuildNotWritten, and StoreUnavailable.
    """
    tell_milvus(index, plan.milvus)  # before hours of encoding: is Milvus there?
    readings, skipped = _read_all(plan.files, skip_unreadable=plan.skip_unreadable)
    files = report_of(readings, plan.ignored, skipped)
    with _told_what_fails(index):
        kept = _live(index)
        first_seen = _first_seen(kept)
    versions = with_first_seen(identify(readings), first_seen, today or date.today())
    contents = [Chunked(version, split(version)) for version in versions]
    texts = encoded_texts(contents)
    with _told_what_fails(index), releases.draft(index) as draft:
        files_of_live = _vectors_of(kept, encoder.card, plan.milvus)
        shards = EncodedShards(draft.parent, encoder.card)
        dimension = encoder.card.dimension
        new = _unknown(texts, KnownVectors(dimension, [*files_of_live, *shards.files]))
        for shard in encode(new, encoder, progress(len(new))):
            shards.add(draft, shard)
        vectors = KnownVectors(dimension, [*files_of_live, *shards.files])
        write(draft, contents, texts, vectors, plan.milvus)
        write_report(draft, files)
        manifest = describe(draft, contents, encoder.card, plan.sources, plan.fingerprint)
        releases.write_manifest(draft, manifest)
        with closing(open_verified(draft, manifest, plan.milvus)) as written:
            written.prove()
        (releases.publish if live else releases.keep)(index, draft, manifest)
        remove_shards(releases.builds_folder(index))
    tell_milvus(index, plan.milvus)
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
    files: Sequence[Path], *, skip_unreadable: bool
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


def _live(index: Path) -> tuple[Path, Manifest] | None:
    """Return the live build, its files verified; None where there is none that is whole."""
    try:
        folder = releases.current_folder(index)
        return folder, verified(folder)
    except BuildRefused:  # none, damaged or older: everything is seen, and encoded, anew
        return None


def _first_seen(live: tuple[Path, Manifest] | None) -> dict[str, date]:
    """Return when the live build's texts without a date were first seen, by their SHA-256."""
    if live is None:
        return {}
    with closing(Corpus.open(live[0])) as corpus:
        return {one.sha256: one.first_seen for one in corpus.entries if one.first_seen}


def _unknown(texts: EncodedTexts, known: KnownVectors) -> dict[bytes, str]:
    """Return the texts that have no vector yet, by digest."""
    unknown = {digest: text for text, digest in texts.digests.items()}
    for digest in known.held(unknown):
        del unknown[digest]
    return unknown


def _vectors_of(
    live: tuple[Path, Manifest] | None, card: EncoderCard, milvus: str
) -> list[VectorFile]:
    """Return the vectors that the live build already has from this encoder."""
    if live is None or live[1].encoder != card:
        return []
    try:
        opened = open_verified(*live, milvus)
    except BuildRefused:  # its passages cannot be reached: everything is encoded anew
        return []
    with closing(opened):
        return opened.vector_files()
