"""The builds, as a table for people."""

from collections.abc import Collection, Sequence

from rich.text import Text

from qabot.cli.terminal import console, count, grid
from qabot.index.manifest import Manifest


def show_builds(
    manifests: Sequence[Manifest], live: str | None, were_live: Collection[str]
) -> None:
    """Print the builds, newest first; the one that answers and those that never did are marked."""
    table = grid("bold", "")
    for manifest in manifests:
        about = f"{manifest.created}, {manifest.encoder.name}\n{counts(manifest)}"
        mark = "live" if manifest.id == live else ""
        about += "" if manifest.id in were_live else "\nlooked at, never live"
        table.add_row(mark, Text(f"{manifest.id}\n{about}"))
    console().print(table if manifests else "There are no builds yet; make one with: qabot index")


def counts(manifest: Manifest) -> str:
    """Return how much a build holds: "1 company, 10 policies, ..."."""
    return ", ".join(count(number, things) for things, number in manifest.counts.items())
