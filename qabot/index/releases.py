"""Builds on disk: one folder each under `builds/`, and CURRENT, which names the live one.

A build is written as a draft, verified, and renamed into place; CURRENT is then replaced by rename.
Whatever happens at any moment, CURRENT names a whole build.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_hex
from shlex import quote

from qabot.checksums import file_sha256, sealed, unsealed
from qabot.encoder.base import EncoderCard
from qabot.errors import BadInput, BuildRefused

FORMAT = 9
"""Raised when what is in a build changes; a build of another format is refused."""

KEPT = 5
"""Builds that stay on disk before the live one, to go back to, and after it, not live yet."""

_MANIFEST, _CURRENT, _LOCK, _DRAFT = "manifest.json", "CURRENT", ".lock", ".draft-"
_WERE_LIVE = "WERE_LIVE"  # beside CURRENT: the builds that it named, a line each


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
        return (builds_folder(index) / _CURRENT).read_text(errors="replace").strip()
    except FileNotFoundError:
        return None


def were_live(index: Path) -> set[str]:
    """Return the ids of the builds that are live, or were once.

    Where none is recorded, as no build was made live since that is done: those up to the live one.
    """
    live = current_id(index) or ""
    try:
        recorded = (builds_folder(index) / _WERE_LIVE).read_text(errors="replace").split()
    except FileNotFoundError:
        recorded = [one.id for one in manifests(index) if one.id < live]
    return {*recorded, live} - {""}


def build_folder(index: Path, build: str) -> Path:
    """Return the folder of a build; raises BadInput when there is none of that id."""
    if build not in {folder.name for folder in builds_folder(index).glob("[!.]*/")}:
        raise BadInput(f"There is no build {build!r} in {index}; list them with: qabot builds")
    return builds_folder(index) / build


def current_folder(index: Path) -> Path:
    """Return the folder of the live build; raises BuildRefused when there is none."""
    build = current_id(index)
    if build is None:
        into = "" if index == Path("index") else f" --index {quote(str(index))}"
        raise BuildRefused(f"{index}: nothing is indexed yet; build with: qabot index{into}")
    folder = builds_folder(index) / Path(build).name
    if not folder.is_dir():
        raise BuildRefused(
            f"{folder}: the live build is gone; build again with: qabot index, or name another "
            "with: qabot use BUILD"
        )
    return folder


def made_from(index: Path, fingerprint: str) -> Manifest | None:
    """Return the newest build of a fingerprint that is whole, live or not, or None."""
    for manifest in manifests(index):
        if manifest.fingerprint == fingerprint:
            with suppress(BuildRefused):  # damaged: an older one may be whole
                verify(builds_folder(index) / manifest.id, manifest)
                return manifest
    return None


def manifests(index: Path) -> list[Manifest]:
    """Return the manifests of all builds of this format, newest first."""
    folders = sorted(builds_folder(index).glob("[!.]*/"), reverse=True)
    return [manifest for manifest in map(_readable, folders) if manifest]


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest; raises BuildRefused when it is foreign, older or damaged."""
    try:
        text = (folder / _MANIFEST).read_text()
        written = json.loads(text)["format"]
        if written != FORMAT:
            raise BuildRefused(
                f"{folder}: a build of format {written}, but this qabot reads format {FORMAT}; "
                "build again with: qabot index"
            )
        fields = unsealed(text)
        return Manifest(**{**fields, "encoder": EncoderCard(**fields["encoder"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BuildRefused(
            f"{folder / _MANIFEST}: damaged, missing or not of qabot; go back with: qabot use "
            "BUILD, or build again with: qabot index"
        ) from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise BuildRefused unless the build holds the files that were written, and no others."""
    for file in folder.rglob("*"):  # what is there is opened: a file more is not harmless
        name = str(file.relative_to(folder))
        if file.is_file() and name != _MANIFEST and name not in manifest.hashes:
            raise BuildRefused(f"{file}: not of this build; remove it.")
    for name, recorded in manifest.hashes.items():
        file = folder / name
        if not file.is_file() or file_sha256(file) != recorded:
            raise BuildRefused(
                f"{file}: damaged or missing; go back with: qabot use BUILD, or build again with: "
                "qabot index"
            )


def use(index: Path, build: str) -> Manifest:
    """Make a build the live one; raises BadInput when there is none of that id."""
    folder, builds = build_folder(index, build), builds_folder(index)
    with _alone(builds):
        manifest = read_manifest(folder)
        verify(folder, manifest)
        _make_live(index, build)
    return manifest


@contextmanager
def draft(index: Path) -> Iterator[Path]:
    """Give a folder to write a build in; it is gone afterwards unless `publish` took it."""
    builds = builds_folder(index)
    builds.mkdir(parents=True, exist_ok=True)
    folder = builds / f"{_DRAFT}{token_hex(4)}"
    with _alone(builds):
        _sweep(builds)
        folder.mkdir()
        builder = os.open(folder, os.O_RDONLY)
        flock(builder, LOCK_EX)  # held until this builder ends, however it ends
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(builder)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest beside the files it describes, and see all of them to disk."""
    _replace(folder / _MANIFEST, sealed(asdict(manifest)))
    for file in folder.rglob("*"):
        _sync(file)


def publish(index: Path, folder: Path, manifest: Manifest) -> None:
    """Rename a verified draft into place and make it the live build; drop the oldest builds."""
    with _alone(builds_folder(index)):
        _put(index, folder, manifest)
        _make_live(index, manifest.id)
        _drop_oldest(index)


def keep(index: Path, folder: Path, manifest: Manifest) -> None:
    """Rename a verified draft into place beside the live build, which stays; drop the oldest.

    `use` makes it live.
    """
    with _alone(builds_folder(index)):
        _put(index, folder, manifest)
        _drop_oldest(index)


def discard(index: Path, build: str) -> None:
    """Remove a build that was only looked at; one that is live, or gone already, is left alone."""
    builds = builds_folder(index)
    folder = builds / Path(build).name
    with _alone(builds):
        if build != current_id(index) and folder.is_dir():
            shutil.rmtree(folder)


def _make_live(index: Path, build: str) -> None:
    """Record a build as one that was live, and let CURRENT name it."""
    builds = builds_folder(index)
    there = {manifest.id for manifest in manifests(index)}
    recorded = sorted({build, *(were_live(index) & there)})
    _replace(builds / _WERE_LIVE, "\n".join(recorded) + "\n")
    _replace(builds / _CURRENT, build + "\n")


def _put(index: Path, folder: Path, manifest: Manifest) -> None:
    folder.rename(builds_folder(index) / manifest.id)
    _sync(builds_folder(index))


def _drop_oldest(index: Path) -> None:
    """Remove the oldest builds: those that are only looked at displace none to go back to."""
    builds, live = builds_folder(index), current_id(index) or ""
    ids = [manifest.id for manifest in manifests(index)]  # newest first, as ids are
    before, after = [one for one in ids if one < live], [one for one in ids if one > live]
    for build in (*before[KEPT:], *after[KEPT:]):
        # renamed first: interrupted, the rest is swept as a draft
        dropped = (builds / build).rename(builds / f"{_DRAFT}{build}")
        shutil.rmtree(dropped, ignore_errors=True)


def new_id() -> str:
    """Return a build id that sorts by time, and is nobody else's: 20261122T073000.123456Z-1f2e3d4c.

    The clock alone does not do: it stands still for some builders, and is turned back for others.
    """
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{token_hex(4)}"


def _readable(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except BuildRefused:
        return None


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}")
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


@contextmanager
def _alone(builds: Path) -> Iterator[None]:
    """Wait until no other process changes which builds there are, and keep others waiting."""
    with (builds / _LOCK).open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _sweep(builds: Path) -> None:
    """Remove the drafts of builders that no longer run."""
    for folder in builds.glob(f"{_DRAFT}*"):
        try:
            draft = os.open(folder, os.O_RDONLY)
        except (FileNotFoundError, PermissionError):  # just removed, or another user's
            continue
        try:
            flock(draft, LOCK_EX | LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:  # its builder is at work
            continue
        finally:
            os.close(draft)
