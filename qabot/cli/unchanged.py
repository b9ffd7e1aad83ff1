"""Whether indexing again would make the build that is live already."""

import json
from pathlib import Path

from qabot.errors import BuildRefused
from qabot.index.build import REPORT, Plan
from qabot.index.releases import Manifest, current_folder, read_manifest, verify


def unchanged(plan: Plan, index: Path) -> tuple[Manifest, list[str]] | None:
    """Return the live build and what it had to skip if it was made from this plan and is whole."""
    try:
        folder = current_folder(index)
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except BuildRefused:  # none, damaged or older
        return None
    if manifest.fingerprint != plan.fingerprint:
        return None
    return manifest, json.loads((folder / REPORT).read_text())["skipped"]
