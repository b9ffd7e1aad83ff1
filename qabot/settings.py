"""What can be set without a release: the only reader of the environment.

A plain dataclass: two settings do not justify the tenth of a second by which importing
pydantic-settings would delay each `qabot ask`.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from qabot.encode import DEFAULT


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is read from QABOT_ and its name in capitals; an empty one counts as not set."""

    index: Path = field(default_factory=lambda: Path(_set("INDEX") or "index"))
    """Folder that holds the builds."""
    encoder: str = field(default_factory=lambda: _set("ENCODER") or DEFAULT)
    """sentence-transformers model, by name or folder, for passages and questions."""


def _set(name: str) -> str:
    return os.environ.get(f"QABOT_{name}", "")
