"""A row of the table: one kind of fault, how often it was tried, and what went wrong then."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random


@dataclass(slots=True)
class Row:
    """One kind of fault."""

    fault: str
    tries: int = 0
    failures: list[str] = field(default_factory=list)
    note: str = ""  #: what a reader of the table has to know

    def tried(self, failure: str = "") -> None:
        """Count a try, which failed unless there is nothing to say."""
        self.tries += 1
        if failure:
            self.failures.append(failure)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a kind of fault is tried with."""

    random: Random
    folder: Path  #: empty, and its own
    part: float  #: of the tries that the whole run makes

    def times(self, whole: int) -> int:
        """Return how often something is tried that the whole run tries so often."""
        return max(1, round(whole * self.part))
