"""Builds wherever their passages are: in files of their folders, or in Milvus."""

from pathlib import Path

from qabot.errors import BuildRefused
from qabot.index import releases
from qabot.index.manifest import Manifest, verified
from qabot.index.passage_index import PassageIndex
from qabot.index.policy_index import PolicyIndex

IN_MILVUS = "milvus.json"
"""File of a build whose passages are in Milvus: it names their collections."""


def milvus_place(address: str) -> str:
    """Return where an address points, without who signs in there."""
    return address.rpartition("//")[2].rpartition("@")[2]


def load(folder: Path, milvus: str = "") -> PassageIndex:
    """Open a build; `milvus` is the address of the Milvus that may have its passages.

    Raises BuildRefused when the build is damaged, foreign or of another format, or Milvus is away.
    """
    return open_verified(folder, verified(folder), milvus)


def open_verified(folder: Path, manifest: Manifest, milvus: str = "") -> PassageIndex:
    """Open a build as `load` does, whose files are known to be those of its manifest."""
    if not (folder / IN_MILVUS).exists():
        return PolicyIndex.open(folder, manifest)
    if not milvus:
        raise BuildRefused(
            f"{folder}: its passages are in Milvus; set QABOT_MILVUS to where that runs"
        )
    from qabot.index.milvus_index import MilvusIndex  # loads pymilvus, which may be missing

    return MilvusIndex.open(folder, manifest, milvus)


def use(index: Path, build: str, milvus: str = "") -> Manifest:
    """Make a build the live one, in Milvus too; raises BadInput when there is none of that id."""
    manifest = releases.use(index, build)
    tell_milvus(index, milvus)
    return manifest


def tell_milvus(index: Path, milvus: str) -> None:
    """Tell Milvus, if one is set, which builds of an index there are, and which is live."""
    if milvus:
        from qabot.index.milvus_collections import follow_releases

        follow_releases(milvus, index)
