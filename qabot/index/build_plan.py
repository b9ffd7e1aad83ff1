"""What a build is to be made from, and whether one was made from that already."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import qabot
from qabot.checksums import file_sha256
from qabot.encoder.load import export_folder
from qabot.errors import BadInput
from qabot.index import releases
from qabot.index.file_report import read_report
from qabot.index.manifest import FORMAT, Manifest
from qabot.index.opening import milvus_place
from qabot.index.writer import chunk_sizes
from qabot.readers.reading import CATALOG, Ignored, PolicyFiles, policy_files

MAKERS = (
    "records.py",
    "checksums.py",
    "canonical.py",
    "word_frequencies.py",
    "readers",
    "catalog",
    "chunking",
    "encoder",
    "index",
)
"""The parts of qabot that make builds: a changed reader makes another text of the same file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build is to be made from."""

    files: tuple[Path, ...]
    ignored: tuple[Ignored, ...]  #: found in a folder but no policy file
    sources: dict[str, str]  #: file to its SHA-256
    fingerprint: str  #: of the files, the encoder and the code: equal ones make equal builds
    milvus: str  #: address of the Milvus that is to hold the passages; "": files hold them
    skip_unreadable: bool  #: whether a file that cannot be read is left out, and named


def plan(
    paths: Sequence[Path], encoder: str, *, milvus: str = "", skip_unreadable: bool = False
) -> Plan:
    """Find the policy files at these paths and hash, once each, all that a build depends on.

    `encoder` is the name of the encoder that is to be used; `Plan` explains the others. Raises
    BadInput when a path is missing or there is no policy file among them.
    """
    found = found_files(paths)
    catalogs = {file.parent / CATALOG for file in found.files}
    beside = sorted(file for file in catalogs if file.is_file())
    sources = {str(file): _source_hash(file) for file in [*found.files, *beside]}
    model = export_folder(encoder, Path()).name  # another one when the model's files change
    depends = [sources, model, FORMAT, chunk_sizes(), _makers_hash()]
    depends += [milvus_place(milvus)] if milvus else []
    fingerprint = sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()
    return Plan(found.files, found.ignored, sources, fingerprint, milvus, skip_unreadable)


def found_files(paths: Sequence[Path]) -> PolicyFiles:
    """Find the policy files; raises BadInput when a path is missing or none is there."""
    found = policy_files(paths)
    if not found.files:
        raise BadInput(
            f"{', '.join(map(str, paths))}: no policy file there; put .md, .html, .pdf, .docx or "
            ".txt files into it."
        )
    return found


def already_made(plan: Plan, index: Path) -> Manifest | None:
    """Return the build, live or not, that a build from this plan would make again, else None.

    It has the plan's fingerprint and is whole. Where it skipped files that cannot be read, it is
    the same only if these may be skipped now too.
    """
    made = releases.made_from(index, plan.fingerprint)
    if made is None:
        return None
    skipped = read_report(releases.builds_folder(index) / made.id).skipped
    return made if plan.skip_unreadable or not skipped else None


def _source_hash(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError:  # reading it will say why
        return "unreadable"


def _makers_hash() -> str:
    """Return a hash of the code that makes builds."""
    package = Path(qabot.__file__).parent
    digest = sha256()
    for maker in MAKERS:
        place = package / maker
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{file.relative_to(package).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
