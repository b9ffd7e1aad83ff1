"""Builds on disk: one folder each under `builds/`, and CURRENT, which names the live one.

A build is written as a draft, verified, and renamed into place; CURRENT is then replaced by rename.
Whatever happens at any moment, CURRENT names a whole build.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_hex
from shlex import quote

from qabot.checksums import sealed
from qabot.errors import BadInput, BuildRefused
from qabot.index.manifest import MANIFEST, Manifest, read_manifest, verified

KEPT = 5
"""Builds that stay on disk before the live one, to go back to, and after it, not live yet."""

CURRENT = "CURRENT"
"""File beside the builds that names the live one."""

_LOCK, _PULLING, _DRAFT = ".lock", ".pulling", ".draft-"
_WERE_LIVE = "WERE_LIVE"  # beside CURRENT: the builds that it named, a line each


def builds_folder(index: Path) -> Path:
    """Return where an index keeps its builds."""
    return index / "builds"


def current_id(index: Path) -> str | None:
    """Return the id of the live build, or None when there is none."""
    try:
        return (builds_folder(index) / CURRENT).read_text(errors="replace").strip()
    except FileNotFoundError:
        return None


def were_live(index: Path) -> set[str]:
    """Return the ids of the builds that are live, or were once.

    Where no record is there, as in an index of before there was one: all builds up to the live one.
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


def whole(index: Path, build: str) -> Manifest | None:
    """Return the manifest of a build that is here and not damaged, else None."""
    try:
        return verified(build_folder(index, build))
    except (BadInput, BuildRefused):
        return None


def made_from(index: Path, fingerprint: str) -> Manifest | None:
    """Return the newest build of a fingerprint that is whole, live or not, or None."""
    for manifest in manifests(index):
        if manifest.fingerprint == fingerprint and whole(index, manifest.id):
            return manifest  # one that is damaged is passed over: an older one may be whole
    return None


def manifests(index: Path) -> list[Manifest]:
    """Return the manifests of all builds of this format, newest first."""
    folders = sorted(builds_folder(index).glob("[!.]*/"), reverse=True)
    return [manifest for manifest in map(_readable, folders) if manifest]


def use(index: Path, build: str) -> Manifest:
    """Make a build the live one; raises BadInput when there is none of that id."""
    folder, builds = build_folder(index, build), builds_folder(index)
    with _alone(builds):
        manifest = verified(folder)
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
    _replace(folder / MANIFEST, sealed(asdict(manifest)))
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
        _drop_oldest(index, made=manifest.id)


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
    _replace(builds / CURRENT, build + "\n")


def _put(index: Path, folder: Path, manifest: Manifest) -> None:
    place = builds_folder(index) / manifest.id
    if place.exists():  # the same build, damaged
        _remove(place)
    folder.rename(place)
    _sync(builds_folder(index))


def _remove(folder: Path) -> None:
    """Remove a build; renamed first: interrupted, the rest is swept as a draft."""
    dropped = folder.rename(folder.with_name(f"{_DRAFT}{folder.name}"))
    shutil.rmtree(dropped, ignore_errors=True)


def _drop_oldest(index: Path, made: str = "") -> None:
    """Remove the oldest builds: those that are only looked at displace none to go back to.

    The one that was just made stays, though the clock, turned back, makes it the oldest.
    """
    ids = [manifest.id for manifest in manifests(index)]
    for build in {*too_old(ids, current_id(index) or "")} - {made}:
        _remove(builds_folder(index) / build)


def too_old(ids: Sequence[str], live: str) -> list[str]:
    """Return which builds are not kept, of those of these ids, newest first."""
    before, after = [one for one in ids if one < live], [one for one in ids if one > live]
    return [*before[KEPT:], *after[KEPT:]]


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


@contextmanager
def pulling(index: Path) -> Iterator[Callable[[], bool]]:
    """Give what tells whether this process is the one of all that may pull builds from a store.

    It is until it ends, however it ends; then another one is.
    """
    builds_folder(index).mkdir(parents=True, exist_ok=True)
    with (builds_folder(index) / _PULLING).open("w") as lock:

        def is_mine() -> bool:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield is_mine


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
