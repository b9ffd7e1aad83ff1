"""The processes of one service on one machine."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Processes:
    """How many share the machine and what is asked."""

    count: int = 1
    folder: Path | None = None  #: of what they count together; None: one process counts alone
