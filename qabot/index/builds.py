"""Builds on disk: one folder each under `builds/`, and CURRENT, which names the live one.

A build is written as a draft, verified, and renamed into place; CURRENT is then replaced by rename.
Whatever happens at any moment, CURRENT names a whole build.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qabot.encode import EncoderCard, file_sha256
from qabot.errors import BadInput, BuildRefused

FORMAT = 1
"""Raised when what is in a build changes; a build of another format is refused."""

KEPT = 5
"""Builds that stay on disk to go back to, the live one aside."""

_MANIFEST, _CURRENT = "manifest.json", "CURRENT"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A build's description of itself."""

    id: str
    format: int
    created: str  #: ISO 8601, UTC
    fingerprint: str  #: of everything the build was made from: equal fingerprint, equal build
    encoder: EncoderCard
    chunking: Mapping[str, int]
    sources: Mapping[str, str]  #: file read to its SHA-256
    counts: Mapping[str, int]  #: companies, policies, versions, passages, sentences
    hashes: Mapping[str, str]  #: file of the build to its SHA-256


def builds_folder(index: Path) -> Path:
    """Return where an index keeps its builds."""
    return index / "builds"


def current_id(index: Path) -> str | None:
    """Return the id of the live build, or None when there is none."""
    try:
        return (builds_folder(index) / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None


def current_folder(index: Path) -> Path:
    """Return the folder of the live build; raises BuildRefused when there is none."""
    build = current_id(index)
    if build is None:
        raise BuildRefused(f"{index}: nothing is indexed yet; build with: qabot index")
    folder = builds_folder(index) / Path(build).name
    if not folder.is_dir():
        raise BuildRefused(
            f"{folder}: the live build is gone; build again with: qabot index, or name another "
            "with: qabot use BUILD"
        )
    return folder


def manifests(index: Path) -> list[Manifest]:
    """Return the manifests of all builds of this format, newest first."""
    folders = sorted(builds_folder(index).glob("[!.]*/"), reverse=True)
    return [manifest for manifest in map(_readable, folders) if manifest]


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest; raises BuildRefused when it is foreign, older or damaged."""
    try:
        fields: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
        if fields.get("format") != FORMAT:
            raise BuildRefused(
                f"{folder}: a build of format {fields.get('format')}, but this qabot reads format "
                f"{FORMAT}; build again with: qabot index"
            )
        return Manifest(**{**fields, "encoder": EncoderCard(**fields["encoder"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BuildRefused(
            f"{folder}: not a build of qabot, or a damaged one; build again with: qabot index"
        ) from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise BuildRefused unless every file of the build is as it was written."""
    for name, recorded in manifest.hashes.items():
        file = folder / name
        if not file.is_file() or file_sha256(file) != recorded:
            raise BuildRefused(
                f"{file}: damaged or missing; go back with: qabot use BUILD, or build again with: "
                "qabot index"
            )


def use(index: Path, build: str) -> Manifest:
    """Make a build the live one; raises BadInput when there is none of that id."""
    folder = builds_folder(index) / build
    if Path(build).name != build or not folder.is_dir() or build.startswith("."):
        raise BadInput(f"There is no build {build!r} in {index}; list them with: qabot builds")
    manifest = read_manifest(folder)
    verify(folder, manifest)
    _replace(builds_folder(index) / _CURRENT, build + "\n")
    return manifest


@contextmanager
def draft(index: Path) -> Iterator[Path]:
    """Give a folder to write a build in; it is gone afterwards unless `publish` took it."""
    builds = builds_folder(index)
    builds.mkdir(parents=True, exist_ok=True)
    _sweep(builds)
    folder = builds / f".draft-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest beside the files it describes, and see all of them to disk."""
    _replace(folder / _MANIFEST, json.dumps(asdict(manifest), indent=2))
    for file in folder.rglob("*"):
        _sync(file)


def publish(index: Path, folder: Path, manifest: Manifest) -> None:
    """Rename a verified draft into place and make it the live build; drop the oldest builds."""
    builds = builds_folder(index)
    folder.rename(builds / manifest.id)
    _sync(builds)
    _replace(builds / _CURRENT, manifest.id + "\n")
    older = [m.id for m in manifests(index) if m.id != manifest.id]
    for build in older[KEPT:]:
        shutil.rmtree(builds / build, ignore_errors=True)


def new_id(fingerprint: str) -> str:
    """Return a build id that sorts by time: "20261122T073000.123456Z-1f2e3d4c"."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{fingerprint[:8]}"


def _readable(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except BuildRefused:
        return None


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    beside.write_text(text)
    _sync(beside)
    beside.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(builds: Path) -> None:
    """Remove the drafts of builders that no longer run."""
    for folder in builds.glob(".draft-*"):
        try:
            os.kill(int(folder.name.removeprefix(".draft-")), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:  # another user's builder, still at work
            continue
