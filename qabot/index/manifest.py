"""A build's description of itself: what it was made from, and the hash of each of its files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from qabot.checksums import file_sha256, unsealed
from qabot.encoder.base import EncoderCard
from qabot.errors import BuildRefused

FORMAT = 9
"""Raised when what is in a build changes; a build of another format is refused."""

MANIFEST = "manifest.json"
"""File of a build that holds its manifest."""


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


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest; raises BuildRefused when it is foreign, older or damaged."""
    try:
        text = (folder / MANIFEST).read_text()
    except (OSError, ValueError):
        text = ""
    return manifest_of(text, str(folder))


def manifest_of(text: str, folder: str) -> Manifest:
    """Read the text of the manifest in a folder, which an error names, as `read_manifest` does."""
    try:
        written = json.loads(text)["format"]
        if written != FORMAT:
            raise BuildRefused(
                f"{folder}: a build of format {written}, but this qabot reads format {FORMAT}; "
                "build again with: qabot index"
            )
        fields = unsealed(text)
        return Manifest(**{**fields, "encoder": EncoderCard(**fields["encoder"])})
    except (ValueError, TypeError, KeyError) as error:
        raise BuildRefused(
            f"{folder}/{MANIFEST}: damaged, missing or not of qabot; go back with: qabot use "
            "BUILD, or build again with: qabot index"
        ) from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise BuildRefused unless the build holds the files that were written, and no others."""
    for file in folder.rglob("*"):  # what is there is opened: a file more is not harmless
        name = str(file.relative_to(folder))
        if file.is_file() and name != MANIFEST and name not in manifest.hashes:
            raise BuildRefused(f"{file}: not of this build; remove it.")
    for name, recorded in manifest.hashes.items():
        file = folder / name
        if not file.is_file() or file_sha256(file) != recorded:
            raise damaged(str(file))


def verified(folder: Path) -> Manifest:
    """Return the manifest of a build that is whole; raises BuildRefused where it is not."""
    manifest = read_manifest(folder)
    verify(folder, manifest)
    return manifest


def foreign(folder: Path) -> BuildRefused:
    """Return what is said of a build whose files are whole, but not as they are written now."""
    return BuildRefused(f"{folder}: not as this qabot writes builds; build again with: qabot index")


def damaged(file: str) -> BuildRefused:
    """Return what is said of a file that is not the one that its build was written with."""
    return BuildRefused(
        f"{file}: damaged or missing; go back with: qabot use BUILD, or build again with: "
        "qabot index"
    )


def new_id() -> str:
    """Return a build id that sorts by time, and is nobody else's: 20261122T073000.123456Z-1f2e3d4c.

    The clock alone does not do: it stands still for some builders, and is turned back for others.
    """
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{token_hex(4)}"


def is_id(text: str) -> bool:
    """Tell whether a text is the id of a build, as `new_id` writes it."""
    return re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}", text) is not None
