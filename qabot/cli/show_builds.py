"""The builds, as a table for people."""

from rich.text import Text

from qabot.cli.terminal import console, count, grid
from qabot.index.manifest import Manifest
from qabot.index.shared_releases import Listed


def show_builds(listed: Listed) -> None:
    """Print the builds, newest first; the one that answers and those that never did are marked."""
    table = grid("bold", "")
    for manifest in listed.manifests:
        about = f"{manifest.created}, {manifest.encoder.name}\n{counts(manifest)}"
        mark = "live" if manifest.id == listed.live else ""
        about += "" if manifest.id in listed.were_live else "\nlooked at, never live"
        table.add_row(mark, Text(f"{manifest.id}\n{about}"))
    none = "There are no builds yet; make one with: qabot index"
    console().print(table if listed.manifests else none)


def counts(manifest: Manifest) -> str:
    """Return how much a build holds: "1 company, 10 policies, ..."."""
    return ", ".join(count(number, things) for things, number in manifest.counts.items())
